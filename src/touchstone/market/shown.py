"""Which stored pictures the listings show, in bulk, for the rooms above."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from touchstone.market.models import ListingImage, ListingStatus

_AT_ONCE = 5_000
_FIELDS = ("listing__listing_id", "listing__seller__seller_id", "position", "sha256")
SHOWN = pa.schema(
    [("listing_id", pa.string()), ("seller_id", pa.string()), ("position", pa.int64()), ("sha256", pa.string())]
)


def pictures_table(listing_ids: Collection[str] | None = None) -> pa.Table:
    """The stored pictures (SHOWN) of these listings, or of all that are on the market; by listing and position."""
    found = ListingImage.objects.order_by("listing__listing_id", "position")
    if listing_ids is None:
        rows = list(found.exclude(listing__status=ListingStatus.REMOVED).values_list(*_FIELDS))
    else:
        chunks = _chunks(sorted(set(listing_ids)))
        rows = [row for ids in chunks for row in found.filter(listing__listing_id__in=ids).values_list(*_FIELDS)]
    return _table(rows)


def listings_with(sha256s: Iterable[str]) -> pa.Table:
    """Where these pictures are shown (SHOWN) on the market, by listing and position."""
    live = ListingImage.objects.exclude(listing__status=ListingStatus.REMOVED)
    rows = [row for some in _chunks(sha256s) for row in live.filter(sha256__in=some).values_list(*_FIELDS)]
    return _table(sorted(rows))


def all_pictures() -> Iterator[list[str]]:
    """The SHA-256 of every stored picture that the market shows, once, in chunks."""
    hashes = ListingImage.objects.exclude(listing__status=ListingStatus.REMOVED).order_by("sha256")
    yield from _chunks(hashes.values_list("sha256", flat=True).distinct().iterator(chunk_size=_AT_ONCE))


def _table(rows: list[tuple[Any, ...]]) -> pa.Table:
    columns: Any = list(zip(*rows, strict=True)) or [()] * len(SHOWN)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, SHOWN, strict=True)], schema=SHOWN)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
