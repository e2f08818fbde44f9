"""The figures of the working group."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from touchstone.agencies import actions as agencies
from touchstone.board import queries, shown
from touchstone.cases import actions as cases
from touchstone.errors import Forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(ring, actors, now, people):
    """A ring, its case, a lead that was accepted after two days, and a seizure reported back."""
    police = people["officer"].organisation_id
    agreement = agencies.propose(
        actors["supervisor"],
        now,
        other_id=police,
        fields=["shops", "listings"],
        purposes=["criminal"],
        tlp_max="AMBER",
        kinds=["lead", "alert", "record"],
        answer_days=7,
        retention_days=365,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 12, 31),
    )
    for role in ("supervisor", "officer"):
        agencies.sign(actors[role], now, agreement_id=agreement.id)
    case = cases.open_case_from_ring(actors["investigator"], now, ring_id=ring.ring_id)
    lead = agencies.send_lead(
        actors["investigator"],
        now,
        case_number=case.number,
        recipient_id=police,
        purpose="criminal",
        tlp="AMBER",
        requested_action="Please investigate.",
    )
    later = now + timedelta(days=2)
    agencies.answer_lead(actors["officer"], later, lead_number=lead.number, accept=True)
    agencies.report_outcome(
        actors["officer"],
        later,
        lead_number=lead.number,
        kind="seizure",
        value_minor=500_00,
        currency="CNY",
        quantity=7,
    )
    return later


def test_the_chain_is_counted_from_the_first_verdict_to_the_label_that_came_back(chain, actors):
    found = queries.figures(actors["working_group"], chain)
    assert found["screening"]["verdicts"] == {"pass": 1, "review": 1, "block": 1}
    assert found["rings"] == {"rings": 1, "members": 3, "largest": 3}
    assert found["cases"] == {"open": 0, "lead_sent": 1, "closed": 0}
    assert found["leads"]["states"]["accepted"] == 1
    assert found["leads"]["answer_seconds"] == 2 * 86_400
    assert found["outcomes"] == [{"kind": "seizure", "currency": "CNY", "n": 1, "value_minor": 50_000, "quantity": 7}]
    assert found["labels"]["outcome"] == {"counterfeit": 2, "genuine": 0}
    assert found["weeks"]["leads"] == (1, 0)
    assert not queries.is_empty(found)


def test_a_week_later_it_counts_for_the_week_before(chain, actors):
    found = queries.figures(actors["working_group"], chain + timedelta(days=6))
    assert found["weeks"]["leads"] == (0, 1)
    assert found["weeks"]["outcomes"] == (1, 0)


def test_nothing_counts_as_nothing(actors, now):
    found = queries.figures(actors["working_group"], now)
    assert queries.is_empty(found)
    assert found["review"]["removal_rate"] is None
    assert found["review"]["decision_seconds"] is None
    assert found["days"] == [0] * queries.DAYS


def test_only_the_working_group_and_supervisors_see_it(actors, now):
    for role in ("reviewer", "investigator", "officer", "seller", "public"):
        with pytest.raises(Forbidden):
            queries.figures(actors[role], now)


def test_a_figure_leads_to_its_list_only_for_whom_may_open_it(actors, now):
    assert shown.links(actors["supervisor"])["leads"] == "/agencies/leads/"
    assert set(shown.links(actors["working_group"]).values()) == {""}


def test_the_page_shows_the_figures(chain, sign_in):
    page = sign_in("working_group").get("/board/").content.decode()
    for piece in ("Listings screened", "Seizure", "500.00", "As a file"):
        assert piece in page
    assert "/agencies/leads/" not in page
    assert "/agencies/leads/?state=accepted" in sign_in("supervisor").get("/board/").content.decode()


def test_an_empty_board_says_so(sign_in):
    assert "Nothing to count yet" in sign_in("working_group").get("/board/").content.decode()


def test_the_file_has_every_figure_under_a_stable_name(chain, sign_in):
    response = sign_in("working_group").get("/board/board.csv")
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows[0] == ["section", "figure", "value", "unit"]
    assert ["rings", "members", "3", ""] in rows
    assert ["outcomes.seizure", "value", "50000", "CNY minor units"] in rows
    assert ["screening.verdicts", "block", "1", ""] in rows


def test_the_board_speaks_chinese(chain, sign_in):
    client = sign_in("working_group")
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/board/").content.decode()
    assert "待审核" in page or "线索" in page
    assert "Listings screened" not in page
