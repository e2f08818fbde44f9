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
from touchstone.market import lookups, revisions
from touchstone.market import queries as market
from touchstone.screening.models import Label, LabelKind, Verdict, VerdictKind

_AT_ONCE = 5_000
_TIME = pa.timestamp("us", "UTC")


def with_behaviour(listings: pa.Table, now: datetime) -> pa.Table:
    """`listings` (the market's listing columns) with the behaviour columns of docs/formats.md."""
    listings = with_shop(listings)
    for name, values in _edited(listings, now).items():
        listings = listings.append_column(name, pa.array(values, pa.string()))
    until = known_until(now)
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


def known_until(now: datetime) -> datetime | None:
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


def _edited(listings: pa.Table, now: datetime) -> dict[str, list[Any]]:
    """The latest title that was approved until `now` and is another than today's, and whether such images are."""
    ids = listings["listing_id"].to_pylist()
    kept = _kept(ids, now)
    titles, images = (_approved_with_other(field, ids, kept, now) for field in ("title", "images"))
    return {
        "previous_title": [titles.get(i) for i in ids],
        "edited_after_pass": ["images" if i in images else None for i in ids],
    }


Approved = dict[str, tuple[datetime, str]]


def _approved_with_other(
    field: str, listing_ids: list[str], kept: dict[str, Approved], now: datetime
) -> dict[str, str]:
    """External listing id to the latest value of `field` that passed or was kept and differs from the listing's."""
    found = _passed_with_other(field, listing_ids, now)
    for listing_id, (at, value) in kept[field].items():
        if listing_id not in found or found[listing_id][0] < at:
            found[listing_id] = at, value
    return {listing_id: value for listing_id, (_at, value) in found.items()}


def _passed_with_other(field: str, listing_ids: list[str], now: datetime) -> Approved:
    passed = Verdict.objects.filter(verdict=VerdictKind.PASS, at__lte=now).exclude(**{field: ""})
    other = passed.exclude(**{field: F(f"listing__{field}")}).order_by("at", "id")
    return {
        listing_id: (at, value)
        for ids in _chunks(listing_ids)
        for listing_id, at, value in other.filter(listing__listing_id__in=ids).values_list(
            "listing__listing_id", "at", field
        )
    }


def _kept(listing_ids: list[str], now: datetime) -> dict[str, Approved]:
    """Title and images that the listings had when a reviewer last found them genuine, where they are others today."""
    found: dict[str, Approved] = {"title": {}, "images": {}}
    for ids in _chunks(listing_ids):
        labels = Label.objects.filter(label=LabelKind.GENUINE, at__lte=now, listing__listing_id__in=ids)
        moments = dict(labels.order_by("at", "id").values_list("listing__listing_id", "at"))
        today = {listing.listing_id: listing for listing in lookups.listings(moments)} if moments else {}
        for listing_id, content in revisions.contents_at(moments).items():
            for field, values in found.items():
                if content[field] and content[field] != getattr(today[listing_id], field):
                    values[listing_id] = moments[listing_id], content[field]
    return found


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
