"""What the rooms know of a listing beyond its file: counts from the lake, the shop's age and past, edits since a pass.

The counts end at the newest event of the lake, or now where that is earlier: without new events a listing's row stays
the same, and so does its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import F

from touchstone.engine.behaviour.events import RATES, counts_at
from touchstone.engine.behaviour.reopening import reopenings
from touchstone.market import queries as market
from touchstone.screening.models import Verdict, VerdictKind

_AT_ONCE = 5_000
_TIME = pa.timestamp("us", "UTC")


def with_behaviour(listings: pa.Table, now: datetime) -> pa.Table:
    """`listings` (the market's listing columns) with the behaviour columns of docs/formats.md."""
    listings = with_shop(listings)
    for name, values in _edited(listings).items():
        listings = listings.append_column(name, pa.array(values, pa.string()))
    until = _known_until(now)
    return listings if until is None else _with_counts(listings, until)


def with_shop(listings: pa.Table) -> pa.Table:
    """`listings` with seller_opened_on, reopened_from and reopened_shares, which were known when the shop opened."""
    sellers = market.sellers_table()
    opened = dict(zip(sellers["seller_id"].to_pylist(), sellers["opened_on"].to_pylist(), strict=True))
    found = {row["seller_id"]: row for row in reopenings(sellers, market.identifier_pairs()).to_pylist()}
    rows = [found.get(seller, {}) for seller in listings["seller_id"].to_pylist()]
    days = [str(opened[s]) if opened.get(s) else None for s in listings["seller_id"].to_pylist()]
    listings = listings.append_column("seller_opened_on", pa.array(days, pa.string()))
    for name, kind in (("reopened_from", pa.string()), ("reopened_shares", pa.int64())):
        listings = listings.append_column(name, pa.array([row.get(name) for row in rows], kind))
    return listings


def _with_counts(listings: pa.Table, until: datetime) -> pa.Table:
    """Counts that end at `until`. Those of thirty days that the file gave stand; the lake fills what it left out.

    Without a claim in the lake the number of claimants is not known, and what the file says counts.
    """
    asked = listings.select(["listing_id", "seller_id", "category"])
    asked = asked.append_column("as_of", pa.array([until] * listings.num_rows, _TIME))
    times = market.listing_times()
    counted = counts_at(asked, orders=market.orders_path(), after_sales=market.after_sales_path(), listings=times)
    claims = counted["fake_buyers_30d"]
    place = counted.column_names.index("fake_buyers_30d")
    counted = counted.set_column(place, "fake_buyers_30d", pc.if_else(pc.greater(claims, 0), claims, None))
    for name in counted.column_names:
        if name in listings.column_names:
            place = listings.column_names.index(name)
            filled = pc.coalesce(listings[name], counted[name])
            listings = listings.set_column(place, name, filled)
        else:
            values = counted[name].cast(pa.float64()) if name in RATES else counted[name]
            listings = listings.append_column(name, values)
    return listings


def _known_until(now: datetime) -> datetime | None:
    """Just after the newest event of the lake, `now` at most; None while the lake is empty."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(
            """SELECT epoch_us(max(happened)) FROM (
                SELECT max(paid_at) AS happened FROM read_parquet($orders)
                UNION ALL SELECT max(opened_at) FROM read_parquet($after_sales))""",
            {"orders": market.orders_path(), "after_sales": market.after_sales_path()},
        ).fetchone()
    if found is None or found[0] is None:
        return None
    return min(now, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=found[0] + 1))


def _edited(listings: pa.Table) -> dict[str, list[Any]]:
    """The latest title that passed and is another than today's, and whether such images are."""
    ids = listings["listing_id"].to_pylist()
    titles = _passed_with_other("title", ids)
    images = _passed_with_other("images", ids)
    return {
        "previous_title": [titles.get(i) for i in ids],
        "edited_after_pass": ["images" if i in images else None for i in ids],
    }


def _passed_with_other(field: str, listing_ids: list[str]) -> dict[str, str]:
    """External listing id to the latest value of `field` that passed and differs from the listing's."""
    passed = Verdict.objects.filter(verdict=VerdictKind.PASS).exclude(**{field: ""})
    other = passed.exclude(**{field: F(f"listing__{field}")}).order_by("at", "id")
    return {
        listing_id: value
        for ids in _chunks(listing_ids)
        for listing_id, value in other.filter(listing__listing_id__in=ids).values_list("listing__listing_id", field)
    }


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
