"""What listings said before they were changed: kept when an import changes them, read for any moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.market.models import Listing, ListingRevision

# What buyers see. A change of anything else leaves no revision.
FIELDS = ("title", "description", "brand", "category", "price_minor", "currency", "images", "pdq")
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Change:
    """One field of a listing that was changed. Values as they are stored; the price is (minor units, currency)."""

    at: datetime
    field: str
    before: Any
    after: Any


def keep(coming: Mapping[str, Mapping[str, Any]], now: datetime) -> int:
    """Keep what the listings say and are about to say no longer; how many that are.

    coming: the values of FIELDS that a listing (external id) gets. Called before they are written.
    """
    kept = []
    for ids in _chunks(coming):
        for row in Listing.objects.filter(listing_id__in=ids).values("pk", "listing_id", *FIELDS):
            old = {name: row[name] for name in FIELDS}
            if old != {name: coming[row["listing_id"]][name] for name in FIELDS}:
                kept.append(ListingRevision(listing_id=row["pk"], content_hash=_hash(old), replaced_at=now, **old))
    ListingRevision.objects.bulk_create(kept, batch_size=_AT_ONCE)
    return len(kept)


def contents_at(moments: Mapping[str, datetime]) -> dict[str, dict[str, Any]]:
    """What each listing (external id) said at its moment, as a mapping of FIELDS; without those that there are not."""
    found: dict[str, dict[str, Any]] = {}
    for ids in _chunks(moments):
        for row in Listing.objects.filter(listing_id__in=ids).values("listing_id", *FIELDS):
            found[row.pop("listing_id")] = row
        replaced = ListingRevision.objects.filter(listing__listing_id__in=ids).order_by("-replaced_at", "-id")
        for row in replaced.values("listing__listing_id", "replaced_at", *FIELDS):
            listing_id, until = row.pop("listing__listing_id"), row.pop("replaced_at")
            if until > moments[listing_id]:
                found[listing_id] = row
    return found


def changes(actor: Actor, listing: Listing, most: int = 50) -> list[Change]:
    """What was changed in the listing, field by field, the newest first. Raises Forbidden."""
    permit(actor, "listing.view", listing)
    after = {name: getattr(listing, name) for name in FIELDS}
    told: list[Change] = []
    for revision in listing.revisions.order_by("-replaced_at", "-id")[:most]:
        before = {name: getattr(revision, name) for name in FIELDS}
        told += _differences(revision.replaced_at, before, after)
        after = before
    return told


def _differences(at: datetime, before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Pictures and their hashes are one thing to a reader, and so are amount and currency."""
    differing = [name for name in FIELDS if before[name] != after[name]]
    told = [Change(at, n, before[n], after[n]) for n in ("title", "description", "brand", "category") if n in differing]
    if "price_minor" in differing or "currency" in differing:
        old, new = ((content["price_minor"], content["currency"]) for content in (before, after))
        told.append(Change(at, "price", old, new))
    if "images" in differing or "pdq" in differing:
        told.append(Change(at, "images", before["images"], after["images"]))
    return told


def _hash(content: Mapping[str, Any]) -> str:
    whole = "\x1f".join("" if content[name] is None else str(content[name]) for name in FIELDS)
    return hashlib.sha256(whole.encode()).hexdigest()


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
