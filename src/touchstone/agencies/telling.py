"""What the agencies hear when rings are searched for, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.agencies.alerts import send_alert
from touchstone.agencies.models import Agreement, AlertKind, FileField, MessageKind, RecordMatch, SharedRecord
from touchstone.agencies.records import match_records
from touchstone.agencies.wording import in_both
from touchstone.cases.models import RingMember
from touchstone.cases.ring_store import Change
from touchstone.law.calendar import local_day


def on_rings_searched(sender: object, *, actor: Actor, now: datetime, changes: Sequence[Change], **_more: Any) -> None:
    """Match all records against all sellers, then tell each owner of a record which new or changed ring it touches."""
    system = Actor.system("matching")
    match_records(system, now)
    new = {change.ring_id: change for change in changes if change.verb != "lost"}
    for (record, ring_id), shops in _touching(new.keys()).items():
        if _may_hear(record, now):
            _tell(system, now, record, new[ring_id], shops)


def _touching(ring_ids: Any) -> dict[tuple[SharedRecord, str], list[str]]:
    """(record, ring) → the members that the record matches."""
    matches = RecordMatch.objects.select_related("record__agreement", "seller")
    by_seller: dict[int, list[RecordMatch]] = defaultdict(list)
    for match in matches:
        by_seller[match.seller_id].append(match)
    found: dict[tuple[SharedRecord, str], list[str]] = defaultdict(list)
    for seller, ring_id in RingMember.objects.values_list("seller_id", "ring__ring_id"):
        if ring_id in ring_ids:
            for match in by_seller.get(seller, ()):
                found[match.record, ring_id].append(match.seller.seller_id)
    return found


def _may_hear(record: SharedRecord, now: datetime) -> bool:
    agreement = record.agreement
    return MessageKind.ALERT in agreement.kinds and agreement.in_force_on(local_day(now))


def _tell(system: Actor, now: datetime, record: SharedRecord, ring: Change, shops: list[str]) -> None:
    """Size and touch always; which shops only where the agreement admits shops."""
    agreement = record.agreement
    named = sorted(shops) if FileField.SHOPS in agreement.fields else []

    def say() -> str:
        told = _("%(kind)s %(reference)s touches the ring %(ring)s (shops: %(size)s, touched: %(n)s).") % {
            "kind": record.get_kind_display(),
            "reference": record.reference,
            "ring": ring.ring_id,
            "size": ring.size,
            "n": len(shops),
        }
        return f"{told} {', '.join(named[:10])}".strip()

    text, text_zh = in_both(say)
    send_alert(
        system,
        now,
        sender_id=_other(agreement, record.owner_id),
        recipient_id=record.owner_id,
        kind=AlertKind.RING_FOUND,
        subject=("record", str(record.id)),
        about=[("ring", ring.ring_id), *(("seller", s) for s in named)],
        text=text,
        text_zh=text_zh,
    )


def _other(agreement: Agreement, organisation_id: UUID) -> UUID:
    return agreement.b_id if organisation_id == agreement.a_id else agreement.a_id
