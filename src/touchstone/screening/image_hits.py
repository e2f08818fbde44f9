"""Which listings show the images of the bank, noted; and entries that match too much, set aside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import Count

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.reuse import Limits, matches
from touchstone.market import lookups
from touchstone.market import queries as market
from touchstone.screening import pictures
from touchstone.screening.image_bank import as_rows, bank
from touchstone.screening.image_models import ImageEntry, ImageHit, ImageState

_AT_ONCE = 5_000
CONTROL = Actor.system("flood control")


def limits() -> Limits:
    """When an entry floods; see docs/configuration.md."""
    return Limits(settings.FLOOD_LISTINGS, settings.FLOOD_SHARE, settings.FLOOD_SELLERS)


def note_hits(now: datetime, rows: pa.Table) -> None:
    """Note which of these listings show an image of the live bank, and set aside entries that match too much.

    rows: columns listing_id, seller_id and pdq of listings that the market knows, and those of `pictures.with_pictures`.
    """
    hashes = pictures.all_hashes(rows)
    if hashes.null_count < len(hashes):
        shown = rows.select(["listing_id", "seller_id"]).append_column("pdq", hashes)
        note(now, matches(bank(), shown))


def match_market(now: datetime, entries: Collection[ImageEntry]) -> None:
    """Look for these entries in every listing that the market has, and note what there is."""
    table = pa.concat_tables([market.hashes_table(), pictures.hashes_shown()])
    if table.num_rows and entries:
        alone = Bank()
        alone.add(as_rows(entries))
        note(now, matches(alone, table))


@transaction.atomic
def note(now: datetime, hits: pa.Table) -> list[ImageEntry]:
    """Keep hits (`reuse.HITS`) that are new, and set aside what floods; the entries that were set aside."""
    if not hits.num_rows:
        return []
    keys = market.listing_keys(set(hits["listing_id"].to_pylist()))
    new = [
        ImageHit(entry_id=UUID(hit["entry"]), listing_id=keys[hit["listing_id"]], distance=hit["distance"], at=now)
        for hit in hits.to_pylist()
        if hit["listing_id"] in keys
    ]
    ImageHit.objects.bulk_create(new, batch_size=_AT_ONCE, ignore_conflicts=True)
    touched = sorted({hit.entry_id for hit in new})
    counted = ImageHit.objects.filter(entry__in=touched).values("entry").order_by("entry")
    counts = counted.annotate(n=Count("id"), sellers=Count("listing__seller", distinct=True))
    found = {row["entry"]: (row["n"], row["sellers"]) for row in counts}
    entries = list(ImageEntry.objects.select_for_update().filter(id__in=touched))
    for entry in entries:
        entry.listings, entry.sellers = found[entry.id]
    ImageEntry.objects.bulk_update(entries, ["listings", "sellers"], batch_size=500)
    limit, total = limits(), lookups.listing_count()
    return _set_aside(now, [entry for entry in entries if _floods(entry, limit, total)])


def _floods(entry: ImageEntry, limit: Limits, total: int) -> bool:
    if entry.state != ImageState.CONFIRMED:
        return False
    allowed = limit.of(total) if entry.ceiling is None else entry.ceiling
    return entry.listings > allowed and entry.sellers > limit.sellers


def _set_aside(now: datetime, entries: list[ImageEntry]) -> list[ImageEntry]:
    for entry in entries:
        entry.state, entry.settled_at, entry.settled_by_name = ImageState.SET_ASIDE, now, CONTROL.name
    ImageEntry.objects.bulk_update(entries, ["state", "settled_at", "settled_by_name"], batch_size=500)
    ledger.record_many(
        CONTROL,
        now,
        f"screening:image:{ImageState.SET_ASIDE}",
        entries=[
            (("image", entry.id), [], {"listings": entry.listings, "sellers": entry.sellers}) for entry in entries
        ],
    )
    return entries
