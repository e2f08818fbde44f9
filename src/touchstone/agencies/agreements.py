"""Agreements: proposed by one side, signed by both, obeyed by everything that is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation, OrganisationKind
from touchstone.accounts.policy import permit
from touchstone.agencies.models import Agreement, AgreementState, FileField, MessageKind, Purpose, Tlp
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.law.calendar import local_day

MAX_DAYS = 3650
_PARTNERS = (OrganisationKind.MARKETPLACE, OrganisationKind.AGENCY)


@transaction.atomic
def propose(
    actor: Actor,
    now: datetime,
    *,
    other_id: UUID,
    fields: Iterable[str],
    purposes: Iterable[str],
    tlp_max: str,
    kinds: Iterable[str],
    answer_days: int,
    retention_days: int,
    valid_from: date,
    valid_until: date,
    working_days: bool = True,
) -> Agreement:
    """Propose an agreement between the actor's organisation (side a) and another (side b).

    fields: parts of a case file that may go; purposes, kinds: what for and what; answer_days: when an answer is due,
    in working or calendar days. Raises Forbidden, NotFound, NotValid (names the field).
    """
    permit(actor, "agreement.propose")
    own, other = _partner(actor.organisation_id), _partner(other_id)
    if own == other:
        raise NotValid(_("An agreement is between two organisations."), place="other_id")
    if valid_until < valid_from:
        raise NotValid(_("It must end on or after the day it begins."), place="valid_until")
    agreement = Agreement.objects.create(
        a=own,
        b=other,
        fields=_known(fields, FileField.values, "fields"),
        purposes=_known(purposes, Purpose.values, "purposes"),
        tlp_max=_known([tlp_max], Tlp.values, "tlp_max")[0],
        kinds=_known(kinds, MessageKind.values, "kinds"),
        answer_days=_days(answer_days, "answer_days"),
        working_days=working_days,
        retention_days=_days(retention_days, "retention_days"),
        valid_from=valid_from,
        valid_until=valid_until,
        proposed_by_id=person_of(actor),
        proposed_at=now,
    )
    ledger.record(
        actor,
        now,
        "agencies:agreement:proposed",
        subject=("agreement", agreement.id),
        refs=_sides(agreement),
        payload=_terms(agreement),
    )
    return agreement


@transaction.atomic
def sign(actor: Actor, now: datetime, *, agreement_id: UUID) -> Agreement:
    """Sign for the actor's side; with the second signature the agreement is in force.

    Signing twice changes nothing. Raises Forbidden, NotFound, Conflict (ended; or the same person has signed for the
    other side).
    """
    agreement = _lock(agreement_id)
    permit(actor, "agreement.sign", agreement)
    side = _side(actor, agreement)
    if getattr(agreement, f"signed_by_{side}_id"):
        return agreement
    if agreement.state != AgreementState.PROPOSED:
        raise Conflict(_("This agreement has ended."))
    person = person_of(actor)
    if person is None:
        raise Forbidden(_("A person must sign, not a program."))
    if person in {str(agreement.signed_by_a_id), str(agreement.signed_by_b_id)}:
        raise Conflict(_("Two different people must sign."))
    setattr(agreement, f"signed_by_{side}_id", person)
    setattr(agreement, f"signed_at_{side}", now)
    if agreement.signed_by_a_id and agreement.signed_by_b_id:
        agreement.state = AgreementState.IN_FORCE
    agreement.save()
    ledger.record(
        actor,
        now,
        "agencies:agreement:signed",
        subject=("agreement", agreement.id),
        refs=_sides(agreement),
        payload={"side": side, "state": agreement.state},
    )
    return agreement


@transaction.atomic
def end(actor: Actor, now: datetime, *, agreement_id: UUID, because: str) -> Agreement:
    """End the agreement at once; nothing is sent under it any more. Ending twice changes nothing.

    Raises Forbidden, NotFound, NotValid (no reason).
    """
    agreement = _lock(agreement_id)
    permit(actor, "agreement.end", agreement)
    if agreement.state == AgreementState.ENDED:
        return agreement
    if not because.strip():
        raise NotValid(_("Say why the agreement ends."), place="because")
    agreement.state, agreement.ended_because = AgreementState.ENDED, because.strip()
    agreement.ended_by_id, agreement.ended_at = person_of(actor), now
    agreement.save()
    ledger.record(
        actor,
        now,
        "agencies:agreement:ended",
        subject=("agreement", agreement.id),
        refs=_sides(agreement),
        payload={"because": agreement.ended_because},
    )
    return agreement


def in_force(now: datetime, *, kind: str, one: UUID, other: UUID | None = None) -> list[Agreement]:
    """The agreements in force that admit messages of the kind, of one organisation, with another or with anyone."""
    day = local_day(now)
    rows: QuerySet[Agreement] = Agreement.objects.filter(
        Q(a=one) | Q(b=one), state=AgreementState.IN_FORCE, valid_from__lte=day, valid_until__gte=day
    ).select_related("a", "b")
    if other:
        rows = rows.filter(Q(a=other) | Q(b=other))
    return [agreement for agreement in rows if kind in agreement.kinds]


def admitted(now: datetime, *, kind: str, sender: UUID, recipient: UUID, purpose: str = "", tlp: str = "") -> Agreement:
    """The agreement under which the message may go. Raises Forbidden, which says what stands in the way."""
    found = in_force(now, kind=kind, one=sender, other=recipient) if sender != recipient else []
    if not found:
        raise Forbidden(
            _("No agreement with this organisation that admits this is in force."),
            remedy=_("Propose one, or have the proposed one signed by both sides."),
        )
    fitting = [a for a in found if not purpose or purpose in a.purposes]
    if not fitting:
        label = Purpose(purpose).label
        raise Forbidden(_("The agreement does not admit the purpose “%(purpose)s”.") % {"purpose": label})
    for agreement in fitting:
        if not tlp or Tlp.values.index(tlp) <= Tlp.values.index(agreement.tlp_max):
            return agreement
    raise Forbidden(
        _("The agreement admits at most %(most)s.") % {"most": Tlp(max_tlp(fitting)).label},
        remedy=_("Choose a lower marking or change the agreement."),
    )


def max_tlp(agreements: Iterable[Agreement]) -> str:
    return max((a.tlp_max for a in agreements), key=Tlp.values.index)


def person_of(actor: Actor) -> UUID | None:
    return UUID(actor.id) if actor.kind == "person" else None


def _partner(organisation_id: UUID | None) -> Organisation:
    found = Organisation.objects.filter(pk=organisation_id or UUID(int=0), kind__in=_PARTNERS).first()
    if found is None:
        raise NotFound(_("There is no such marketplace or agency."))
    return found


def _lock(agreement_id: UUID) -> Agreement:
    agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound(_("There is no such agreement."))
    return agreement


def _side(actor: Actor, agreement: Agreement) -> str:
    return "a" if actor.organisation_id == agreement.a_id else "b"


def _known(values: Iterable[str], allowed: list[str], place: str) -> list[str]:
    given = set(values)
    if not given or (unknown := sorted(given - set(allowed))):
        raise NotValid(
            _("Choose at least one.") if not given else _("Unknown: %(values)s.") % {"values": ", ".join(unknown)},
            remedy=_("Choose from: %(values)s.") % {"values": ", ".join(allowed)},
            place=place,
        )
    return [value for value in allowed if value in given]


def _days(days: int, place: str) -> int:
    if not 1 <= days <= MAX_DAYS:
        raise NotValid(_("Give a number of days from 1 to %(most)s.") % {"most": MAX_DAYS}, place=place)
    return days


def _sides(agreement: Agreement) -> list[tuple[str, UUID]]:
    return [("organisation", agreement.a_id), ("organisation", agreement.b_id)]


def _terms(agreement: Agreement) -> dict[str, object]:
    return {
        "fields": agreement.fields,
        "purposes": agreement.purposes,
        "tlp_max": agreement.tlp_max,
        "kinds": agreement.kinds,
        "answer_days": agreement.answer_days,
        "working_days": agreement.working_days,
        "retention_days": agreement.retention_days,
        "valid_from": agreement.valid_from.isoformat(),
        "valid_until": agreement.valid_until.isoformat(),
    }
