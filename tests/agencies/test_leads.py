"""A case goes to another organisation under an agreement, is answered, and comes back as an outcome."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import rfc8785

from touchstone.accounts import actions as accounts
from touchstone.accounts.actor import Actor
from touchstone.agencies import actions, queries
from touchstone.agencies.models import Lead, LeadState
from touchstone.cases import actions as cases
from touchstone.cases.models import CaseState
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.screening.models import Label

pytestmark = pytest.mark.django_db


def events(type: str) -> int:
    return Event.objects.filter(type=type).count()


# Sending


def test_what_the_agreement_does_not_admit_stays_and_is_named(agree, send):
    agree(fields=["listings", "valuation"])
    lead = send()
    assert set(lead.package["file"]) == {"listings", "valuation"}
    why = {w["field"]: w["why"] for w in lead.withheld}
    assert why["people"] == why["identifiers"] == why["notes"] == "agreement"
    assert "Yun Trading" not in lead.package_json
    assert "91330100799655058B" not in lead.package_json


def test_the_package_is_frozen_as_canonical_json(agree, send, actors, now, case):
    agree()
    lead = send()
    assert rfc8785.dumps(json.loads(lead.package_json)).decode() == lead.package_json
    assert hashlib.sha256(lead.package_json.encode()).hexdigest() == lead.package_sha256
    cases.add_item(actors["investigator"], now, case_number=case.number, kind="listing", object_id="L-3")
    assert "L-3" not in Lead.objects.get(number=lead.number).package_json


def test_it_goes_at_once_and_the_case_says_so(agree, send, case, now):
    agree()
    lead = send()
    assert (lead.number, lead.state, lead.sent_at) == ("L-2026-000001", LeadState.SENT, now)
    case.refresh_from_db()
    assert case.state == CaseState.LEAD_SENT
    sent = Event.objects.get(type="agencies:lead:sent")
    assert ("case", case.number) in {(r.kind, r.object_id) for r in sent.refs.all()}
    assert lead.package_sha256 in sent.payload


def test_a_second_send_while_one_is_open_is_the_same_lead(agree, send):
    agree()
    assert send() == send(requested_action="Hurry.")
    assert events("agencies:lead:sent") == 1


@pytest.mark.parametrize("other", [{"tlp": "RED"}, {"tlp": "GREEN"}, {"purpose": "administrative"}])
def test_an_open_lead_is_no_answer_to_a_send_on_other_terms(agree, send, other):
    agree(tlp_max="RED", purposes=["criminal", "administrative"])
    lead = send()
    with pytest.raises(Conflict, match=lead.number):
        send(**other)
    assert Lead.objects.count() == 1


def test_without_an_agreement_in_force_nothing_goes(actors, send, terms, now):
    agreement = actions.propose(actors["supervisor"], now, **terms)
    actions.sign(actors["supervisor"], now, agreement_id=agreement.id)
    with pytest.raises(Forbidden, match="No agreement"):
        send()
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("changes", "asked", "says"),
    [
        ({"kinds": ["alert"]}, {}, "No agreement"),
        ({"valid_from": date(2027, 1, 1)}, {}, "No agreement"),
        ({"valid_until": date(2026, 11, 23)}, {}, "No agreement"),
        ({"purposes": ["border"]}, {}, "purpose"),
        ({"tlp_max": "GREEN"}, {"tlp": "AMBER"}, "TLP:GREEN"),
        ({"tlp_max": "AMBER"}, {"tlp": "AMBER+STRICT"}, "TLP:AMBER"),
    ],
)
def test_what_is_beyond_the_agreement_does_not_go(agree, send, case, changes, asked, says):
    agree(**changes)
    with pytest.raises(Forbidden, match=says):
        send(**asked)
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_after_the_agreement_has_ended_nothing_goes(agree, send, actors, now):
    agreement = agree()
    actions.end(actors["officer"], now, agreement_id=agreement.id, because="Over.")
    with pytest.raises(Forbidden):
        send()


@pytest.mark.parametrize("asked", [{"purpose": "fun"}, {"tlp": "PINK"}, {"requested_action": "  "}])
def test_a_request_that_cannot_be_read_is_refused(agree, send, asked):
    agree()
    with pytest.raises(NotValid):
        send(**asked)
    assert not Lead.objects.exists()


def test_only_investigators_send(agree, send, actors, now, case, people):
    agree()
    for role in ("officer", "supervisor", "reviewer"):
        with pytest.raises(Forbidden):
            actions.send_lead(
                actors[role],
                now,
                case_number=case.number,
                recipient_id=people["officer"].organisation_id,
                purpose="criminal",
                tlp="AMBER",
                requested_action="x",
            )


def test_a_closed_case_is_not_sent(agree, send, actors, now, case):
    agree()
    cases.close_case(actors["investigator"], now, case_number=case.number, because="Nothing.")
    with pytest.raises(Conflict):
        send()


def test_seven_working_days_pass_over_the_weekends(agree, send):
    agree(answer_days=7)  # Tuesday 24 November 2026; 7 working days end with Thursday 3 December
    assert send().due_at == datetime(2026, 12, 3, 16, 0, tzinfo=UTC)


def test_calendar_days_are_counted_where_the_agreement_says_so(agree, send):
    agree(answer_days=7, working_days=False)
    assert send().due_at == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


# Four eyes


def test_above_amber_another_person_must_approve(agree, send, actors, now):
    agree()
    lead = send(tlp="AMBER+STRICT")
    assert lead.state == LeadState.WAITING
    assert list(queries.leads(actors["officer"])) == []
    with pytest.raises(NotFound):
        queries.lead(actors["officer"], lead.number)
    with pytest.raises(NotFound):
        actions.answer_lead(actors["officer"], now, lead_number=lead.number, accept=True)
    later = now + timedelta(days=1)
    approved = actions.approve_lead(actors["supervisor"], later, lead_number=lead.number)
    assert (approved.state, approved.sent_at) == (LeadState.SENT, later)
    assert queries.lead(actors["officer"], lead.number) == approved
    actions.approve_lead(actors["supervisor"], later, lead_number=lead.number)
    assert events("agencies:lead:sent") == 1


def test_nobody_approves_their_own_lead(agree, now, case, people):
    agree()
    founder = Actor(kind="system", id="setup", name="setup", roles=frozenset({"engineer", "supervisor"}))
    both = accounts.register_person(
        founder,
        now,
        organisation=people["investigator"].organisation,
        username="both",
        display_name="Both",
        roles=["investigator", "supervisor"],
        password="a-long-test-password",
    )
    actor = Actor.of_user(both)
    lead = actions.send_lead(
        actor,
        now,
        case_number=case.number,
        recipient_id=people["officer"].organisation_id,
        purpose="criminal",
        tlp="AMBER+STRICT",
        requested_action="x",
    )
    with pytest.raises(Forbidden, match="Another person"):
        actions.approve_lead(actor, now, lead_number=lead.number)


def test_an_agreement_that_ended_meanwhile_stops_the_approval(agree, send, actors, now):
    agreement = agree()
    lead = send(tlp="AMBER+STRICT")
    actions.end(actors["officer"], now, agreement_id=agreement.id, because="Over.")
    with pytest.raises(Forbidden):
        actions.approve_lead(actors["supervisor"], now, lead_number=lead.number)


# Answering


def test_the_officer_accepts_once(agree, send, actors, now):
    agree()
    lead = send()
    for _ in range(2):
        lead = actions.answer_lead(actors["officer"], now, lead_number=lead.number, accept=True)
    assert (lead.state, lead.answered_at) == (LeadState.ACCEPTED, now)
    assert events("agencies:lead:accepted") == 1
    with pytest.raises(Conflict):
        actions.answer_lead(actors["officer"], now, lead_number=lead.number, accept=False, reason="No.")


def test_a_lead_is_returned_with_a_reason_and_can_then_be_sent_again(agree, send, actors, now):
    agree()
    first = send()
    with pytest.raises(NotValid):
        actions.answer_lead(actors["officer"], now, lead_number=first.number, accept=False, reason=" ")
    actions.answer_lead(actors["officer"], now, lead_number=first.number, accept=False, reason="No address.")
    second = send()
    assert second.number == "L-2026-000002"
    assert second.state == LeadState.SENT


def test_the_sender_does_not_answer_for_the_recipient(agree, send, actors, now):
    agree()
    lead = send()
    for role in ("investigator", "supervisor", "reviewer"):
        with pytest.raises(Forbidden):
            actions.answer_lead(actors[role], now, lead_number=lead.number, accept=True)


# Outcomes


@pytest.fixture
def accepted(agree, send, actors, now):
    agree()
    return actions.answer_lead(actors["officer"], now, lead_number=send().number, accept=True)


def report(actors, now, lead, kind, **more):
    return actions.report_outcome(actors["officer"], now, lead_number=lead.number, kind=kind, **more)


def test_a_seizure_proves_the_listings_counterfeit_and_leaves_the_lead_open(accepted, actors, now):
    outcome = report(actors, now, accepted, "seizure", value_minor=1_200_000, currency="CNY", quantity=800)
    labels = Label.objects.filter(source="outcome", source_id=str(outcome.id))
    assert {(x.listing.listing_id, x.label) for x in labels} == {("L-1", "counterfeit"), ("L-2", "counterfeit")}
    accepted.refresh_from_db()
    assert accepted.state == LeadState.ACCEPTED


def test_a_final_outcome_closes_the_lead(accepted, actors, now):
    report(actors, now, accepted, "not_counterfeit")
    accepted.refresh_from_db()
    assert (accepted.state, accepted.closed_at) == (LeadState.CLOSED, now)
    assert set(Label.objects.values_list("label", flat=True)) == {"genuine"}
    with pytest.raises(Conflict):
        report(actors, now, accepted, "seizure")


def test_an_outcome_can_be_about_some_of_the_listings(accepted, actors, now):
    report(actors, now, accepted, "seizure", listing_ids=["L-2"])
    assert set(Label.objects.values_list("listing__listing_id", flat=True)) == {"L-2"}
    with pytest.raises(NotValid, match="L-9"):
        report(actors, now, accepted, "conviction", listing_ids=["L-9"])
    accepted.refresh_from_db()
    assert accepted.state == LeadState.ACCEPTED


def test_the_same_report_again_is_the_same_outcome(accepted, actors, now):
    assert report(actors, now, accepted, "filed", text="No. 7") == report(actors, now, accepted, "filed", text="No. 7")
    assert events("agencies:outcome:reported") == 1
    assert not Label.objects.exists()


def test_outcomes_come_after_acceptance(agree, send, actors, now):
    agree()
    lead = send()
    with pytest.raises(Conflict):
        report(actors, now, lead, "seizure")


@pytest.mark.parametrize(
    "facts", [{"value_minor": -1, "currency": "CNY"}, {"value_minor": 5}, {"quantity": -3}, {"kind": "party"}]
)
def test_a_report_that_cannot_be_is_refused(accepted, actors, now, facts):
    with pytest.raises(NotValid):
        report(actors, now, accepted, facts.pop("kind", "seizure"), **facts)


def test_figures_count_leads_answers_and_outcomes(accepted, actors, now):
    report(actors, now, accepted, "seizure", value_minor=500, currency="CNY", quantity=2)
    found = queries.figures(now)
    assert found["leads"]["accepted"] == 1
    assert found["answer_seconds"] == 0
    assert found["outcomes"] == [{"kind": "seizure", "currency": "CNY", "n": 1, "value_minor": 500, "quantity": 2}]
    late = queries.figures(now + timedelta(days=60))
    assert late["overdue"] == 0
