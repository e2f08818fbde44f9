"""Leads, alerts and records as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import may
from touchstone.agencies.models import Agreement, Alert, FileField, MessageKind, Purpose, RecordMatch, SharedRecord
from touchstone.cases import queries as cases
from touchstone.market import lookups

KEY_KINDS: dict[str, str | Promise] = {
    "address": _("Address"),
    "phone": _("Phone"),
    "waybill_account": _("Waybill account"),
    "licence": _("Licence"),
    "payout_account": _("Payout account"),
    "seller": _("Named outright"),
}
FACTS: dict[str, str | Promise] = {
    "agency": _("Taken by"),
    "place": _("Place"),
    "region": _("Region"),
    "goods": _("Goods"),
    "brand": _("Brand"),
    "quantity": _("Pieces"),
    "result": _("Result"),
    "text": _("Description"),
}
# Where an object of the ledger has its page, and the verb that opens it.
_PAGES = {
    "record": ("agencies:record", "record.view"),
    "ring": ("cases:ring", "ring.view"),
    "seller": ("market:seller", "seller.view"),
    "listing": ("market:listing", "listing.view"),
    "case": ("cases:case", "case.view"),
    "lead": ("agencies:lead", "lead.view"),
}
MOST_LINKS = 12


def alert(actor: Actor, found: Alert) -> dict[str, Any]:
    """An alert with links to what it is about, as far as the actor may open them."""
    refs = [(found.subject_kind, found.subject_id), *map(tuple, found.about)]
    return {
        "alert": found,
        "received": found.recipient_id == actor.organisation_id,
        "links": [link for kind, id in refs[:MOST_LINKS] if (link := _link(actor, kind, id))],
        "seconds": (found.sent_at - found.fact_at).total_seconds(),
    }


def _link(actor: Actor, kind: str, id: str) -> dict[str, str] | None:
    """None where the actor may not open it or its id makes no address."""
    name, verb = _PAGES.get(kind, ("", ""))
    if not name or not may(actor, verb):
        return None
    try:
        return {"id": "" if kind == "record" else id, "url": reverse(name, args=[id])}
    except NoReverseMatch:
        return None


def terms(agreement: Agreement) -> dict[str, Any]:
    """The agreement as tables: every field, purpose and kind, and whether it is admitted."""
    return {
        "fields": [(label, value in agreement.fields) for value, label in FileField.choices],
        "purposes": [(label, value in agreement.purposes) for value, label in Purpose.choices],
        "kinds": [(label, value in agreement.kinds) for value, label in MessageKind.choices],
    }


def by_record(matches: Iterable[RecordMatch]) -> list[dict[str, Any]]:
    """One entry a record: {record, sellers, kinds}."""
    found: dict[Any, dict[str, Any]] = {}
    for match in matches:
        entry = found.setdefault(match.record_id, {"record": match.record, "sellers": [], "kinds": []})
        entry["sellers"].append(match.seller.seller_id)
        entry["kinds"] = sorted({*entry["kinds"], *match.kinds})
    return list(found.values())


def facts(record: SharedRecord) -> list[tuple[str | Promise, Any]]:
    return [(label, record.facts[key]) for key, label in FACTS.items() if record.facts.get(key) not in (None, "")]


def touched(actor: Actor, record: SharedRecord) -> dict[str, Any]:
    """What the record touches online, as far as the agreement lets the actor see.

    The marketplace sees shops, rings and its cases. The owner sees how many, and which ones where the agreement admits shops.
    """
    matches = list(record.matches.select_related("seller"))
    staff = may(actor, "seller.view")
    named = staff or FileField.SHOPS in record.agreement.fields
    rings = [cases.ring_of(m.seller.seller_id) for m in matches]
    return {
        "shops": [
            {
                "seller": match.seller if named else None,
                "kinds": match.kinds,
                "found_at": match.found_at,
                "ring": ring,
            }
            for match, ring in zip(matches, rings, strict=True)
        ],
        "rings": list({ring.ring_id: ring for ring in rings if ring}.values()),
        "cases": cases.cases_about([m.seller.seller_id for m in matches], str(record.id))
        if may(actor, "case.view")
        else [],
        "named": named,
        "staff": staff,
    }


def common_keys(record: SharedRecord, too_common: int, kinds_of: Mapping[str, Sequence[str]]) -> list[tuple[Any, int]]:
    """(kind, shops) for the keys that too many shops have to point at any."""
    found = []
    for key in record.keys.exclude(kind="seller"):
        n = len({seller for _digest, seller in lookups.sellers_with(kinds_of[key.kind], [key.digest])})
        if n > too_common:
            found.append((KEY_KINDS[key.kind], n))
    return found
