"""Leads: a case handed to another organisation under an agreement, its answer, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import AgencyType, Organisation
from touchstone.accounts.policy import permit
from touchstone.agencies import packages
from touchstone.agencies.agreements import admitted, person_of
from touchstone.agencies.models import (
    Agreement,
    Lead,
    LeadState,
    LeadType,
    MessageKind,
    Outcome,
    OutcomeKind,
    Purpose,
    Tlp,
)
from touchstone.cases import actions as case_actions
from touchstone.cases import numbers
from touchstone.cases import queries as cases
from touchstone.cases.models import Case, CaseState, ItemKind
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.law import calendar
from touchstone.market import lookups as market
from touchstone.screening import actions as screening
from touchstone.screening.models import LabelKind, LabelSource

MAX_TEXT = 5_000
OPEN = (LeadState.WAITING, LeadState.SENT, LeadState.ACCEPTED)
# From this marking on, a second person must approve.
FOUR_EYES_ABOVE = Tlp.AMBER
FINAL = frozenset(
    {OutcomeKind.ADMINISTRATIVE_PENALTY, OutcomeKind.CONVICTION, OutcomeKind.NOT_COUNTERFEIT, OutcomeKind.NO_ACTION}
)
PROVES = {
    OutcomeKind.SEIZURE: LabelKind.COUNTERFEIT,
    OutcomeKind.ADMINISTRATIVE_PENALTY: LabelKind.COUNTERFEIT,
    OutcomeKind.CONVICTION: LabelKind.COUNTERFEIT,
    OutcomeKind.NOT_COUNTERFEIT: LabelKind.GENUINE,
}


@transaction.atomic
def send_lead(
    actor: Actor,
    now: datetime,
    *,
    case_number: str,
    recipient_id: UUID,
    purpose: str,
    tlp: str,
    requested_action: str,
) -> Lead:
    """Send the case to the recipient under an agreement in force that admits purpose and marking.

    The package is narrowed to the agreement's fields and frozen. Above TLP:AMBER it waits for the approval of another
    person. Sent again while that lead is open, it is that lead. Raises Forbidden (role, or what the agreement does not
    admit), NotFound, Conflict (the case is closed, or is with the recipient on other terms), NotValid.
    """
    case = _lock_case(actor, case_number)
    standing = Lead.objects.filter(case=case, recipient_id=recipient_id, state__in=OPEN).first()
    if standing:
        return _on_same_terms(standing, purpose, tlp)
    if case.state == CaseState.CLOSED:
        raise Conflict(_("The case %(number)s is closed.") % {"number": case.number})
    requested_action = _text(requested_action, "requested_action")
    _check_choice(purpose, Purpose.values, "purpose")
    _check_choice(tlp, Tlp.values, "tlp")
    recipient = _recipient(recipient_id)
    agreement = admitted(
        now, kind=MessageKind.LEAD, sender=case.organisation_id, recipient=recipient.id, purpose=purpose, tlp=tlp
    )
    lead = _draft(actor, now, case, recipient, agreement, purpose, tlp, requested_action)
    if needs_approval(tlp):
        lead.state = LeadState.WAITING
        lead.save(force_insert=True)
        _record(actor, now, "agencies:lead:drafted", lead)
    else:
        _send(lead, now)
        lead.save(force_insert=True)
        _record(actor, now, "agencies:lead:sent", lead)
        case_actions.mark_lead_sent(actor, now, case_number=case.number, lead_number=lead.number)
    return lead


@transaction.atomic
def approve_lead(actor: Actor, now: datetime, *, lead_number: str) -> Lead:
    """A second person approves a lead above TLP:AMBER; it goes out at once. Approving twice changes nothing.

    Raises Forbidden (role, or the sender's own lead, or the agreement has ended meanwhile), NotFound, Conflict.
    """
    lead = _lock(lead_number)
    permit(actor, "lead.approve", lead)
    if actor.organisation_id != lead.sender_id:
        raise Forbidden(_("Only the sender's side approves a lead."))
    if lead.approved_by_id and lead.state != LeadState.WAITING:
        return lead
    if lead.state != LeadState.WAITING:
        raise Conflict(_("This lead does not wait for approval."))
    approver = person_of(actor)
    if approver is None or approver == lead.sent_by_id:
        raise Forbidden(_("Another person must approve this lead."))
    if not lead.agreement.in_force_on(calendar.local_day(now)):
        raise Forbidden(_("The agreement of this lead is no longer in force."))
    lead.approved_by_id, lead.approved_at = approver, now
    _send(lead, now)
    lead.save()
    _record(actor, now, "agencies:lead:sent", lead)
    case_actions.mark_lead_sent(Actor.system("leads"), now, case_number=lead.case.number, lead_number=lead.number)
    return lead


@transaction.atomic
def answer_lead(actor: Actor, now: datetime, *, lead_number: str, accept: bool, reason: str = "") -> Lead:
    """The recipient accepts the lead, or returns it with a reason. The same answer again changes nothing.

    Raises Forbidden, NotFound, Conflict (answered otherwise, or not sent), NotValid (returned without a reason).
    """
    lead = _lock_received(actor, lead_number, "lead.answer")
    state = LeadState.ACCEPTED if accept else LeadState.RETURNED
    if lead.state == state:
        return lead
    if lead.state != LeadState.SENT:
        raise Conflict(_("This lead has been answered: %(state)s.") % {"state": lead.get_state_display()})
    lead.reason = reason.strip()[:MAX_TEXT] if accept else _text(reason, "reason")
    lead.state, lead.answered_at, lead.answered_by_id = state, now, person_of(actor)
    lead.save()
    _record(actor, now, f"agencies:lead:{state}", lead, reason=lead.reason)
    return lead


@transaction.atomic
def report_outcome(
    actor: Actor,
    now: datetime,
    *,
    lead_number: str,
    kind: str,
    value_minor: int | None = None,
    currency: str = "",
    quantity: int | None = None,
    text: str = "",
    listing_ids: Collection[str] | None = None,
) -> Outcome:
    """Report what became of an accepted lead; a final kind closes it.

    value_minor, currency: the value of the goods or the fine; quantity: pieces. listing_ids: the case's listings that
    the outcome proves something about, all of them unless given; they get the label that the kind proves. The same
    report again returns the first. Raises Forbidden, NotFound, Conflict (not accepted yet, or closed), NotValid.
    """
    lead = _lock_received(actor, lead_number, "outcome.report")
    facts = _outcome_facts(kind, value_minor, currency, quantity, text)
    known = lead.outcomes.filter(**facts).first()
    if known:
        return known
    if lead.state != LeadState.ACCEPTED:
        raise Conflict(
            _("Outcomes are reported on accepted leads; this one is %(state)s.") % {"state": lead.get_state_display()}
        )
    outcome = Outcome.objects.create(lead=lead, reported_by_id=person_of(actor), at=now, **facts)
    if kind in FINAL:
        lead.state, lead.closed_at = LeadState.CLOSED, now
        lead.save(update_fields=["state", "closed_at"])
    ledger.record(
        actor,
        now,
        "agencies:outcome:reported",
        subject=("outcome", outcome.id),
        refs=_refs(lead),
        payload={
            "kind": kind,
            "value_minor": value_minor,
            "currency": currency,
            "quantity": quantity,
            "final": kind in FINAL,
        },
    )
    _feed_back(actor, now, lead, outcome, listing_ids)
    return outcome


def needs_approval(tlp: str) -> bool:
    return Tlp.values.index(tlp) > Tlp.values.index(FOUR_EYES_ABOVE)


def lead_type_for(recipient: Organisation) -> str:
    return LeadType.REPORT_TO_POLICE if recipient.agency_type == AgencyType.POLICE else LeadType.REFERRAL_TO_ADMIN


def due(agreement: Agreement, now: datetime) -> datetime:
    """24:00 of the last day for an answer, in the agreement's working or calendar days."""
    count = calendar.after_working_days if agreement.working_days else calendar.after_days
    return count(calendar.local_day(now), agreement.answer_days).ends_at()


def _on_same_terms(standing: Lead, purpose: str, tlp: str) -> Lead:
    if (standing.purpose, standing.tlp) == (purpose, tlp):
        return standing
    raise Conflict(
        _("This case is with the recipient already: %(lead)s.") % {"lead": standing.number},
        remedy=_("Wait for the answer to that lead before you send another."),
    )


def _draft(
    actor: Actor,
    now: datetime,
    case: Case,
    recipient: Organisation,
    agreement: Agreement,
    purpose: str,
    tlp: str,
    requested_action: str,
) -> Lead:
    lead = Lead(
        number=numbers.take("L", now),
        case=case,
        agreement=agreement,
        sender_id=case.organisation_id,
        recipient=recipient,
        lead_type=lead_type_for(recipient),
        tlp=tlp,
        purpose=purpose,
        requested_action=requested_action,
        sent_by_id=person_of(actor),
        asked_at=now,
    )
    terms = {
        "purpose": purpose,
        "tlp": tlp,
        "lead_type": lead.lead_type,
        "requested_action": requested_action,
        "sender": case.organisation.name,
        "recipient": recipient.name,
    }
    package, lead.withheld = packages.build(
        number=lead.number,
        file=cases.file_of(case),
        agreement=agreement,
        terms=terms,
        today=calendar.local_day(now),
    )
    lead.package_json, lead.package_sha256 = packages.freeze(package)
    return lead


def _send(lead: Lead, now: datetime) -> None:
    lead.state, lead.sent_at, lead.due_at = LeadState.SENT, now, due(lead.agreement, now)


def _feed_back(actor: Actor, now: datetime, lead: Lead, outcome: Outcome, listing_ids: Collection[str] | None) -> None:
    """Label the listings, so that the next screening learns."""
    label = PROVES.get(OutcomeKind(outcome.kind))
    held = cases.item_ids(lead.case, ItemKind.LISTING)
    if unknown := sorted(set(listing_ids or ()) - set(held)):
        raise NotValid(
            _("These listings are not in the case: %(ids)s.") % {"ids": ", ".join(unknown[:10])}, place="listing_ids"
        )
    if label is None:
        return
    for listing in market.listings(held if listing_ids is None else listing_ids):
        screening.record_label(
            actor, now, listing=listing, label=label, source=LabelSource.OUTCOME, source_id=str(outcome.id)
        )


def _outcome_facts(
    kind: str, value_minor: int | None, currency: str, quantity: int | None, text: str
) -> dict[str, Any]:
    _check_choice(kind, OutcomeKind.values, "kind")
    for place, number in (("value_minor", value_minor), ("quantity", quantity)):
        if number is not None and number < 0:
            raise NotValid(_("This must not be negative."), place=place)
    if value_minor is not None and not currency:
        raise NotValid(_("Name the currency of the value."), place="currency")
    return {
        "kind": kind,
        "value_minor": value_minor,
        "currency": currency if value_minor is not None else "",
        "quantity": quantity,
        "text": text.strip()[: 2 * MAX_TEXT],
    }


def _lock(number: str) -> Lead:
    lead = Lead.objects.select_for_update().filter(number=number).first()
    if lead is None:
        raise NotFound(_("There is no lead %(number)s.") % {"number": number})
    return lead


def _lock_received(actor: Actor, number: str, verb: str) -> Lead:
    lead = _lock(number)
    permit(actor, verb, lead)
    if actor.organisation_id != lead.recipient_id:
        raise Forbidden(_("Only the recipient of a lead does this."))
    if lead.state == LeadState.WAITING:
        raise NotFound(_("There is no lead %(number)s.") % {"number": number})
    return lead


def _lock_case(actor: Actor, number: str) -> Case:
    numbers.lock("leads")  # two sends of one case take turns, and the second finds the first's lead
    case = cases.case(actor, number)
    permit(actor, "lead.send", case)
    return case


def _recipient(recipient_id: UUID) -> Organisation:
    found = Organisation.objects.filter(pk=recipient_id).first()
    if found is None:
        raise NotFound(_("There is no such marketplace or agency."))
    return found


def _record(actor: Actor, now: datetime, type: str, lead: Lead, **more: str) -> None:
    ledger.record(
        actor,
        now,
        type,
        subject=("lead", lead.number),
        refs=_refs(lead),
        payload={
            "state": lead.state,
            "package_sha256": lead.package_sha256,
            "tlp": lead.tlp,
            "purpose": lead.purpose,
            "withheld": [w["field"] for w in lead.withheld if w["why"] == packages.NOT_ADMITTED],
            **more,
        },
    )


def _refs(lead: Lead) -> list[tuple[str, Any]]:
    return [
        ("lead", lead.number),
        ("case", lead.case.number),
        ("agreement", lead.agreement_id),
        ("organisation", lead.sender_id),
        ("organisation", lead.recipient_id),
    ]


def _check_choice(value: str, allowed: Collection[str], place: str) -> None:
    if value not in allowed:
        raise NotValid(
            _("Unknown: %(values)s.") % {"values": value},
            remedy=_("Choose from: %(values)s.") % {"values": ", ".join(allowed)},
            place=place,
        )


def _text(text: str, place: str) -> str:
    text = text.strip()
    if not text:
        raise NotValid(_("This must not be empty."), place=place)
    if len(text) > MAX_TEXT:
        raise NotValid(_("This must not be longer than %(n)s characters.") % {"n": MAX_TEXT}, place=place)
    return text
