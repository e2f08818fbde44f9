"""Telling the owner of a shared record which ring it touches, whichever of the two was there first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.agencies.alerts import send_alert
from touchstone.agencies.models import Agreement, AlertKind, FileField, MessageKind, RecordMatch, SharedRecord
from touchstone.agencies.wording import in_both
from touchstone.cases.models import RingMember
from touchstone.law.calendar import local_day


def tell_owners(
    system: Actor,
    now: datetime,
    *,
    ring_ids: Collection[str] | None = None,
    records: Collection[SharedRecord] | None = None,
) -> None:
    """Tell each record's owner of every ring with a shop that the record touches: these rings or these records alone.

    The agreement must be in force and admit alerts. Size and touch always go; which shops only where it admits shops.
    """
    sizes: dict[str, int] = defaultdict(int)
    touching: dict[tuple[SharedRecord, str], list[str]] = defaultdict(list)
    by_seller = _matches(records)
    for seller, ring_id in RingMember.objects.values_list("seller_id", "ring__ring_id"):
        sizes[ring_id] += 1
        if ring_ids is None or ring_id in ring_ids:
            for match in by_seller.get(seller, ()):
                touching[match.record, ring_id].append(match.seller.seller_id)
    for (record, ring_id), shops in touching.items():
        if _may_hear(record, now):
            _tell(system, now, record, ring_id, sizes[ring_id], shops)


def _matches(records: Collection[SharedRecord] | None) -> dict[int, list[RecordMatch]]:
    rows = RecordMatch.objects.select_related("record__agreement", "seller")
    found: dict[int, list[RecordMatch]] = defaultdict(list)
    wanted: set[UUID] | None = None if records is None else {record.id for record in records}
    for match in rows:
        if wanted is None or match.record_id in wanted:
            found[match.seller_id].append(match)
    return found


def _may_hear(record: SharedRecord, now: datetime) -> bool:
    agreement = record.agreement
    return MessageKind.ALERT in agreement.kinds and agreement.in_force_on(local_day(now))


def _tell(system: Actor, now: datetime, record: SharedRecord, ring_id: str, size: int, shops: list[str]) -> None:
    agreement = record.agreement
    named = sorted(shops) if FileField.SHOPS in agreement.fields else []

    def say() -> str:
        told = _("%(kind)s %(reference)s touches the ring %(ring)s (shops: %(size)s, touched: %(n)s).") % {
            "kind": record.get_kind_display(),
            "reference": record.reference,
            "ring": ring_id,
            "size": size,
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
        about=[("ring", ring_id), *(("seller", s) for s in named)],
        text=text,
        text_zh=text_zh,
    )


def _other(agreement: Agreement, organisation_id: UUID) -> UUID:
    return agreement.b_id if organisation_id == agreement.a_id else agreement.a_id
