"""Shared records: what one side seized, inspected or listed, matched against the sellers of the marketplace.

Addresses, phones, waybill accounts and licences become the same keyed digests as those of sellers; the plain values are
not kept, and what a free text holds of them is blacked out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts import queries as accounts
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import OrganisationKind
from touchstone.accounts.policy import permit
from touchstone.agencies.agreements import admitted, person_of
from touchstone.agencies.alerts import send_alert
from touchstone.agencies.models import (
    AlertKind,
    FileField,
    MessageKind,
    RecordKey,
    RecordKind,
    RecordMatch,
    SharedRecord,
)
from touchstone.agencies.ring_alerts import tell_owners
from touchstone.agencies.wording import in_both
from touchstone.cases import queries as cases
from touchstone.errors import NotValid
from touchstone.law.calendar import local_day
from touchstone.market import lookups as market
from touchstone.market.identifiers import identify

BATCH = 500
MAX_TEXT = 10_000
# A place or account that more sellers have is a warehouse or an agent: it points at nobody.
TOO_COMMON = 50

# What a record may be matched by, and the kinds of sellers' identifiers that it is compared with.
KEY_KINDS: dict[str, tuple[str, ...]] = {
    "address": ("ship_from_address", "return_address"),
    "phone": ("phone",),
    "waybill_account": ("waybill_account",),
    "licence": ("licence",),
    "payout_account": ("payout_account",),
}
FACTS = ("place", "region", "goods", "brand", "quantity", "value_minor", "currency", "result", "agency", "text")

_IN_TEXT = (
    ("licence", re.compile(r"(?<![0-9A-Za-z])([0-9A-HJ-NPQRTUWXY]{18})(?![0-9A-Za-z])")),
    ("waybill_account", re.compile(r"(?i:面单账号|月结账号|waybill account)\s*[:：]?\s*([0-9A-Za-z-]{4,40})")),
    ("phone", re.compile(r"(?<![\d+])((?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2})(?!\d)")),
)


@dataclass(frozen=True)
class Draft:
    """A record before it is stored. identifiers: (kind of KEY_KINDS, plain value)."""

    reference: str
    facts: dict[str, Any]
    identifiers: tuple[tuple[str, str], ...] = ()
    sellers: tuple[str, ...] = ()
    happened_on: date | None = None


def share_record(
    actor: Actor,
    now: datetime,
    *,
    other_id: UUID,
    kind: str,
    reference: str,
    facts: dict[str, Any] | None = None,
    identifiers: Iterable[tuple[str, str]] = (),
    sellers: Iterable[str] = (),
    happened_on: date | None = None,
) -> SharedRecord:
    """Enter a record for the other organisation to match, and match it at once.

    facts: entries of FACTS. identifiers: (kind, plain value), kinds of KEY_KINDS. sellers: shops that it names by their
    id. A match tells the other side in the same transaction, and the owner which
    rings are touched. The same reference again returns the record as it stands.
    Raises Forbidden (role, or no agreement admits records), NotValid.
    """
    draft = Draft(reference, dict(facts or {}), tuple(identifiers), tuple(sellers), happened_on)
    share_records(actor, now, other_id=other_id, kind=kind, drafts=[draft])
    return SharedRecord.objects.get(owner=actor.organisation_id, reference=reference.strip())


@transaction.atomic
def share_records(
    actor: Actor, now: datetime, *, other_id: UUID, kind: str, drafts: Collection[Draft]
) -> list[SharedRecord]:
    """The same for many. Returns the records that are new. One event each."""
    permit(actor, "record.share")
    if kind not in RecordKind.values:
        raise NotValid(_("Unknown: %(values)s.") % {"values": kind}, place="kind")
    owner = actor.organisation_id
    if owner is None:
        raise NotValid(_("A record belongs to an organisation, and you have none."))
    agreement = admitted(now, kind=MessageKind.RECORD, sender=owner, recipient=other_id)
    checked = {draft.reference: draft for draft in map(_checked, drafts)}
    known = set(SharedRecord.objects.filter(owner_id=owner).values_list("reference", flat=True))
    made = {
        reference: SharedRecord(
            agreement=agreement,
            owner_id=owner,
            kind=kind,
            reference=reference,
            happened_on=draft.happened_on,
            facts=draft.facts,
            by_id=person_of(actor),
            at=now,
        )
        for reference, draft in checked.items()
        if reference not in known
    }
    SharedRecord.objects.bulk_create(made.values(), batch_size=BATCH)
    keys = [key for reference, record in made.items() for key in _keys(record, checked[reference])]
    RecordKey.objects.bulk_create(keys, batch_size=BATCH)
    ledger.record_many(
        actor,
        now,
        "agencies:record:shared",
        entries=[
            (
                ("record", record.id),
                [("agreement", agreement.id), ("organisation", other_id)],
                {"kind": kind, "keys": sum(key.record is record for key in keys)},
            )
            for record in made.values()
        ],
    )
    match_records(actor, now, records=list(made.values()))
    tell_owners(Actor.system("matching"), now, records=list(made.values()))
    return list(made.values())


@transaction.atomic
def match_records(actor: Actor, now: datetime, *, records: Collection[SharedRecord] | None = None) -> int:
    """Match these records (all, where none are given) against all sellers; how many matches are new.

    A new match tells the other side of the record's agreement. Runs with every search for rings, so that new sellers
    meet old records.
    """
    if records is None:
        records = SharedRecord.objects.all()
    by_id = {record.id: record for record in records}
    found = _touched(list(by_id))
    known = set(RecordMatch.objects.values_list("record_id", "seller_id"))
    new = [
        RecordMatch(record_id=record_id, seller_id=seller, kinds=sorted(kinds), found_at=now)
        for (record_id, seller), kinds in found.items()
        if (record_id, seller) not in known
    ]
    RecordMatch.objects.bulk_create(new, batch_size=BATCH)
    grouped: dict[UUID, list[RecordMatch]] = defaultdict(list)
    for match in new:
        grouped[match.record_id].append(match)
    for record_id, matches in grouped.items():
        _tell(now, by_id[record_id], matches)
    return len(new)


def _touched(record_ids: list[UUID]) -> dict[tuple[UUID, int], set[str]]:
    """(record, seller's primary key) → the kinds of keys that they share."""
    keys: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for start in range(0, len(record_ids), BATCH):
        rows = RecordKey.objects.filter(record_id__in=record_ids[start : start + BATCH])
        for record_id, kind, digest in rows.values_list("record_id", "kind", "digest"):
            keys[kind, digest].add(record_id)
    sharing: dict[tuple[str, str], set[int]] = defaultdict(set)
    for kind, digest, seller in _sellers_with(keys):
        sharing[kind, digest].add(seller)
    found: dict[tuple[UUID, int], set[str]] = defaultdict(set)
    for (kind, digest), sellers in sharing.items():
        if len(sellers) <= TOO_COMMON:
            for record_id in keys[kind, digest]:
                for seller in sellers:
                    found[record_id, seller].add(kind)
    return found


def _sellers_with(keys: Collection[tuple[str, str]]) -> Iterable[tuple[str, str, int]]:
    """(kind of key, digest, seller's primary key) of all sellers that have one of the keys."""
    for kind in KEY_KINDS:
        digests = [digest for of, digest in keys if of == kind]
        for digest, seller in market.sellers_with(KEY_KINDS[kind], digests):
            yield kind, digest, seller
    named = [digest for of, digest in keys if of == "seller"]
    for seller_id, seller in market.seller_keys(named).items():
        yield "seller", seller_id, seller


def _tell(now: datetime, record: SharedRecord, matches: list[RecordMatch]) -> None:
    other = record.agreement.b_id if record.owner_id == record.agreement.a_id else record.agreement.a_id
    if MessageKind.ALERT not in record.agreement.kinds or not record.agreement.in_force_on(local_day(now)):
        return
    found = sorted(market.seller_ids([m.seller_id for m in matches]).values())
    named = found if _hears_names(record, other) else []
    rings = sorted({ring.ring_id for s in named if (ring := cases.ring_of(s))})

    def say() -> str:
        told = _("%(kind)s %(reference)s touches online shops (%(n)s).") % {
            "kind": record.get_kind_display(),
            "reference": record.reference,
            "n": len(found),
        }
        return f"{told} {', '.join(named[:10])}{' …' if len(named) > 10 else ''}".strip()

    text, text_zh = in_both(say)
    send_alert(
        Actor.system("matching"),
        now,
        sender_id=record.owner_id,
        recipient_id=other,
        kind=AlertKind.RECORD_MATCH,
        subject=("record", str(record.id)),
        about=[*(("ring", r) for r in rings), *(("seller", s) for s in named)],
        text=text,
        text_zh=text_zh,
    )


def _hears_names(record: SharedRecord, recipient_id: UUID) -> bool:
    """A marketplace hears which of its shops are touched; an agency where the agreement admits shops."""
    recipient = accounts.organisation(recipient_id)
    return recipient.kind == OrganisationKind.MARKETPLACE or FileField.SHOPS in record.agreement.fields


def _checked(draft: Draft) -> Draft:
    """The draft with its text blacked out and what was found there added to the identifiers."""
    reference = draft.reference.strip()
    if not reference or len(reference) > 100:
        raise NotValid(_("Give the record a reference of at most 100 characters."), place="reference")
    if unknown := sorted({kind for kind, _value in draft.identifiers} - KEY_KINDS.keys()):
        raise NotValid(_("Unknown: %(values)s.") % {"values": ", ".join(unknown)}, place="identifiers")
    facts = {k: v for k, v in draft.facts.items() if k in FACTS and v not in (None, "")}
    identifiers = list(draft.identifiers)
    for name, value in facts.items():
        if isinstance(value, str) and name != "currency":
            found, facts[name] = blacked_out(value[:MAX_TEXT])
            identifiers += found
    return Draft(reference, facts, tuple(identifiers), draft.sellers, draft.happened_on)


def blacked_out(text: str) -> tuple[list[tuple[str, str]], str]:
    """The licences, waybill accounts and phones in a text as (kind, value), and the text without them."""
    text = unicodedata.normalize("NFKC", text)
    found: list[tuple[str, str]] = []
    for kind, pattern in _IN_TEXT:
        for match in reversed(list(pattern.finditer(text))):
            found.append((kind, match[1]))
            text = text[: match.start(1)] + "▮▮▮" + match[1][-2:] + text[match.end(1) :]
    return found, text


def _keys(record: SharedRecord, draft: Draft) -> list[RecordKey]:
    named = {("seller", s.strip()) for s in draft.sellers if s.strip()}
    for kind, value in draft.identifiers:
        if value and (digest := identify(KEY_KINDS[kind][0], value)):
            named.add((kind, digest[0]))
    return [RecordKey(record=record, kind=kind, digest=digest) for kind, digest in sorted(named)]
