"""Tables for spreadsheets: CSV that a spreadsheet opens as it stands and in which no cell is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from touchstone.market.models import Listing
from touchstone.market.money import minor_units

# A cell that begins so, in half or full width, is run as a formula; an apostrophe before it makes it text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # full width is meant
_BLANKS = ("\t", "\r", "\n")
_COLUMNS = (
    "listing_id",
    "title",
    "brand",
    "category",
    "price",
    "currency",
    "status",
    "orders_30d",
    "refunds_30d",
    "fake_claims_30d",
    "created_at",
)


class _Echo:
    def write(self, text: str) -> str:
        return text


def listings_csv(listings: Iterable[Listing]) -> Iterator[str]:
    """Lines of CSV, the first with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for listing in listings:
        yield writer.writerow([safe(value) for value in _row(listing)])


def safe(value: Any) -> Any:
    """The value as a cell that is never a formula; numbers stay numbers."""
    if isinstance(value, str) and (value.startswith(_BLANKS) or value.lstrip().startswith(_FORMULA)):
        return "'" + value
    return "" if value is None else value


def _row(listing: Listing) -> list[Any]:
    price = listing.price_minor
    units = minor_units(listing.currency)
    return [
        listing.listing_id,
        listing.title,
        listing.brand,
        listing.category,
        None if price is None else price / units,
        listing.currency,
        listing.status,
        listing.orders_30d,
        listing.refunds_30d,
        listing.fake_claims_30d,
        None if listing.created_at is None else listing.created_at.isoformat(),
    ]
