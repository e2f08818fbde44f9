"""The small market, a case from its ring, and an agreement between the marketplace and the police."""

from __future__ import annotations

from datetime import date

import pytest
from tests.small_market import load, market, ring, verdict

__all__ = ["load", "market", "ring", "verdict"]


@pytest.fixture
def terms(people) -> dict:
    """Terms of an agreement that the marketplace's supervisor proposes to the police."""
    return {
        "other_id": people["officer"].organisation_id,
        "fields": ["people", "shops", "links", "listings", "valuation", "evidence"],
        "purposes": ["criminal"],
        "tlp_max": "AMBER+STRICT",
        "kinds": ["alert", "lead", "record"],
        "answer_days": 7,
        "retention_days": 365,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2027, 12, 31),
    }


@pytest.fixture
def agree(actors, now, terms):
    """`agree(tlp_max="AMBER")` gives an agreement in force with these terms."""
    from touchstone.agencies import actions

    def agree(**changes):
        agreement = actions.propose(actors["supervisor"], now, **{**terms, **changes})
        actions.sign(actors["supervisor"], now, agreement_id=agreement.id)
        return actions.sign(actors["officer"], now, agreement_id=agreement.id)

    return agree


@pytest.fixture
def case(ring, actors, now):
    from touchstone.cases import actions

    return actions.open_case_from_ring(actors["investigator"], now, ring_id=ring.ring_id, title="Running shoes")


@pytest.fixture
def send(actors, now, case, people):
    """`send(tlp="RED")` sends the case to the police."""
    from touchstone.agencies import actions

    def send(**changes):
        asked = {
            "case_number": case.number,
            "recipient_id": people["officer"].organisation_id,
            "purpose": "criminal",
            "tlp": "AMBER",
            "requested_action": "Please investigate.",
        }
        return actions.send_lead(actors["investigator"], now, **{**asked, **changes})

    return send
