"""An agreement is proposed, signed by two people of two organisations, and then obeyed."""

from __future__ import annotations

from datetime import date

import pytest

from touchstone.accounts.actor import Actor
from touchstone.agencies import actions, queries
from touchstone.agencies.models import Agreement, AgreementState
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event

pytestmark = pytest.mark.django_db


def test_it_is_in_force_from_the_second_signature(actors, now, terms, people):
    agreement = actions.propose(actors["supervisor"], now, **terms)
    assert agreement.state == AgreementState.PROPOSED
    assert actions.sign(actors["supervisor"], now, agreement_id=agreement.id).state == AgreementState.PROPOSED
    signed = actions.sign(actors["officer"], now, agreement_id=agreement.id)
    assert signed.state == AgreementState.IN_FORCE
    assert (signed.signed_by_a, signed.signed_by_b) == (people["supervisor"], people["officer"])


def test_signing_twice_changes_nothing(actors, now, terms):
    agreement = actions.propose(actors["supervisor"], now, **terms)
    for _ in range(2):
        assert actions.sign(actors["supervisor"], now, agreement_id=agreement.id).state == AgreementState.PROPOSED
    assert Event.objects.filter(type="agencies:agreement:signed").count() == 1


def test_a_program_does_not_sign(actors, now, terms, people):
    agreement = actions.propose(actors["supervisor"], now, **terms)
    organisation = people["officer"].organisation_id
    program = Actor(kind="key", id="k", name="k", roles=frozenset({"officer"}), organisation_id=organisation)
    with pytest.raises(Forbidden):
        actions.sign(program, now, agreement_id=agreement.id)


def test_a_stranger_neither_sees_nor_signs(actors, now, terms):
    agreement = actions.propose(actors["supervisor"], now, **terms)
    for role in ("seller", "reviewer", "rights_holder"):
        with pytest.raises(Forbidden):
            actions.sign(actors[role], now, agreement_id=agreement.id)
        with pytest.raises(Forbidden):
            queries.agreement(actors[role], agreement.id)


def test_an_officer_of_another_agency_is_a_stranger(actors, now, agree):
    from touchstone.accounts.models import Organisation

    agreement = agree()
    other = Organisation.objects.create(kind="agency", name="Other Police", agency_type="police", created_at=now)
    stranger = Actor(kind="person", id="x", name="x", roles=frozenset({"officer"}), organisation_id=other.id)
    with pytest.raises(Forbidden):
        queries.agreement(stranger, agreement.id)
    assert list(queries.agreements(stranger)) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"fields": ["everything"]}, "fields"),
        ({"fields": []}, "fields"),
        ({"purposes": ["curiosity"]}, "purposes"),
        ({"tlp_max": "PINK"}, "tlp_max"),
        ({"kinds": []}, "kinds"),
        ({"answer_days": 0}, "answer_days"),
        ({"retention_days": 99_999}, "retention_days"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_name(actors, now, terms, change, place):
    with pytest.raises(NotValid) as refused:
        actions.propose(actors["supervisor"], now, **{**terms, **change})
    assert refused.value.place == place
    assert not Agreement.objects.exists()


def test_an_agreement_has_two_sides_that_can_agree(actors, now, terms, people):
    with pytest.raises(NotValid):
        actions.propose(actors["supervisor"], now, **{**terms, "other_id": people["supervisor"].organisation_id})
    with pytest.raises(NotFound):
        actions.propose(actors["supervisor"], now, **{**terms, "other_id": people["seller"].organisation_id})


def test_it_ends_with_a_reason_and_is_not_signed_after(actors, now, terms):
    agreement = actions.propose(actors["supervisor"], now, **terms)
    with pytest.raises(NotValid):
        actions.end(actors["officer"], now, agreement_id=agreement.id, because=" ")
    for _ in range(2):
        ended = actions.end(actors["officer"], now, agreement_id=agreement.id, because="A new one is drafted.")
    assert ended.state == AgreementState.ENDED
    assert Event.objects.filter(type="agencies:agreement:ended").count() == 1
    with pytest.raises(Conflict):
        actions.sign(actors["officer"], now, agreement_id=agreement.id)
