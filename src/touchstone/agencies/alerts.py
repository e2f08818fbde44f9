"""Alerts: a fact is told in the transaction that learns it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.agencies.agreements import admitted, in_force, person_of
from touchstone.agencies.models import Alert, AlertKind, MessageKind
from touchstone.errors import NotFound, NotValid

Ref = tuple[str, str]
MAX_TEXT = 2000


class _Between:
    """For policy: an alert that is about to be sent."""

    def __init__(self, *organisations: UUID) -> None:
        self.organisations = set(organisations)

    def party_ids(self) -> set[UUID]:
        return self.organisations


@transaction.atomic
def send_alert(
    actor: Actor,
    now: datetime,
    *,
    recipient_id: UUID,
    kind: str,
    subject: Ref,
    text: str,
    text_zh: str = "",
    about: Sequence[Ref] = (),
    sender_id: UUID | None = None,
    fact_at: datetime | None = None,
) -> Alert:
    """Tell another organisation a fact now; it is visible there when the transaction ends.

    subject, about: (kind, id) as in the ledger. sender_id: the actor's organisation unless the system tells for one.
    fact_at: when it was learnt, now unless told later. The same fact to the same recipient is told once. Raises
    Forbidden (role, or no agreement in force admits alerts), NotValid.
    """
    sender = sender_id or actor.organisation_id
    if sender is None:
        raise NotValid(_("An alert comes from an organisation."), place="sender_id")
    permit(actor, "alert.send", _Between(sender))
    if kind not in AlertKind.values:
        raise NotValid(_("Unknown: %(values)s.") % {"values": kind}, place="kind")
    if not text.strip() or len(text) > MAX_TEXT:
        raise NotValid(_("Write between 1 and %(n)s characters.") % {"n": MAX_TEXT}, place="text")
    agreement = admitted(now, kind=MessageKind.ALERT, sender=sender, recipient=recipient_id)
    fact = hashlib.sha256(rfc8785.dumps([kind, list(subject), text.strip()])).hexdigest()
    alert, made = Alert.objects.get_or_create(
        recipient_id=recipient_id,
        fact=fact,
        defaults={
            "agreement": agreement,
            "sender_id": sender,
            "kind": kind,
            "subject_kind": subject[0],
            "subject_id": subject[1],
            "about": [list(ref) for ref in about],
            "text": text.strip(),
            "text_zh": text_zh.strip(),
            "fact_at": fact_at or now,
            "sent_at": now,
        },
    )
    if made:
        ledger.record(
            actor,
            now,
            "agencies:alert:sent",
            subject=("alert", alert.id),
            refs=[subject, *about, ("organisation", sender), ("organisation", recipient_id)],
            payload={"kind": kind, "agreement": str(agreement.id), "fact": fact},
        )
    return alert


def tell_partners(actor: Actor, now: datetime, *, sender_id: UUID, **facts: object) -> list[Alert]:
    """Send the alert to every organisation that has an agreement in force with the sender which admits alerts."""
    found = in_force(now, kind=MessageKind.ALERT, one=sender_id)
    partners = dict.fromkeys(a.b_id if a.a_id == sender_id else a.a_id for a in found)
    return [
        send_alert(actor, now, sender_id=sender_id, recipient_id=partner, **facts)  # type: ignore[arg-type]
        for partner in partners
    ]


@transaction.atomic
def see_alert(actor: Actor, now: datetime, *, alert_id: UUID) -> Alert:
    """The recipient has seen the alert; the first time counts. Raises Forbidden, NotFound."""
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise NotFound(_("There is no such alert."))
    permit(actor, "alert.view", alert)
    if alert.seen_at or actor.organisation_id != alert.recipient_id:
        return alert
    alert.seen_at, alert.seen_by_id = now, person_of(actor)
    alert.save(update_fields=["seen_at", "seen_by"])
    ledger.record(actor, now, "agencies:alert:seen", subject=("alert", alert.id), payload={})
    return alert
