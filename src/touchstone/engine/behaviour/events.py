"""What was known of listings at a moment, counted from events: orders, after-sales, listings made.

Every question has its own moment, and only events before it count, so that the past can be asked as it was. What became
of a complaint counts only from the moment when it was closed. A window of n days is the n times 24 hours before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import duckdb
import pyarrow as pa

from touchstone.engine.behaviour.claims import cued, said
from touchstone.errors import NotValid

_TIME = pa.timestamp("us", "UTC")
ASKED = pa.schema(
    [("listing_id", pa.string()), ("seller_id", pa.string()), ("category", pa.string()), ("as_of", _TIME)]
)
COUNTED = (
    "orders_1d",
    "orders_7d",
    "orders_30d",
    "refunds_7d",
    "refunds_30d",
    "fake_buyers_30d",
    "seller_listings_1d",
    "seller_listings_7d",
    "seller_listings_30d",
)
RATES = ("category_fake_rate", "category_refund_rate")
# A category with fewer orders in the window has no rate of its own.
ENOUGH_ORDERS = 500

Events: TypeAlias = pa.Table | str

_ORDERS = """
    SELECT n, count(*) FILTER (paid_at >= as_of - INTERVAL 1 DAY) AS orders_1d,
           count(*) FILTER (paid_at >= as_of - INTERVAL 7 DAY) AS orders_7d, count(*) AS orders_30d
    FROM asked JOIN orders USING (listing_id)
    WHERE paid_at < as_of AND paid_at >= as_of - INTERVAL 30 DAY GROUP BY n"""
_EVENTS = """
    SELECT a.kind, a.reason, a.text, a.opened_at, a.closed_at, a.outcome,
           coalesce(a.listing_id, o.listing_id) AS listing_id, coalesce(o.buyer_ref, a.order_id) AS buyer
    FROM after_sales a LEFT JOIN (SELECT DISTINCT ON (order_id) order_id, listing_id, buyer_ref FROM orders) o
    USING (order_id)"""
# A complaint that was found wrong or taken back no longer counts, from the moment when that is known.
_CLAIMS = """
    SELECT n, count(*) FILTER (kind = 'refund' AND opened_at >= as_of - INTERVAL 7 DAY) AS refunds_7d,
           count(*) FILTER (kind = 'refund') AS refunds_30d,
           count(DISTINCT buyer) FILTER (
               (reason = 'fake' OR text IN (SELECT text FROM claims))
               AND NOT coalesce(outcome IN ('seller_not_at_fault', 'withdrawn') AND closed_at < as_of, false)
           ) AS fake_buyers_30d
    FROM asked JOIN events USING (listing_id)
    WHERE opened_at < as_of AND opened_at >= as_of - INTERVAL 30 DAY GROUP BY n"""
_LISTINGS = """
    SELECT n, count(*) FILTER (created_at >= as_of - INTERVAL 1 DAY) AS seller_listings_1d,
           count(*) FILTER (created_at >= as_of - INTERVAL 7 DAY) AS seller_listings_7d,
           count(*) AS seller_listings_30d
    FROM asked JOIN listings USING (seller_id)
    WHERE created_at < as_of AND created_at >= as_of - INTERVAL 30 DAY GROUP BY n"""
# Of whole days before the day of asking, so that few different windows are counted.
_RATES = """
    WITH days AS (
        SELECT category, CAST(paid_at AS DATE) AS day, count(*) AS sold, 0 AS fakes, 0 AS refunds
        FROM orders JOIN categories USING (listing_id) GROUP BY ALL
        UNION ALL
        SELECT category, CAST(opened_at AS DATE), 0, count(*) FILTER (reason = 'fake'),
               count(*) FILTER (kind = 'refund')
        FROM events JOIN categories USING (listing_id) GROUP BY ALL
    ), moments AS (SELECT DISTINCT category, CAST(as_of AS DATE) AS until FROM asked WHERE category <> '')
    SELECT category, until, sum(fakes) / sum(sold) AS category_fake_rate, sum(refunds) / sum(sold) AS category_refund_rate
    FROM moments JOIN days USING (category) WHERE day < until AND day >= until - 30
    GROUP BY ALL HAVING sum(sold) >= $enough"""


def counts_at(asked: pa.Table, *, orders: Events, after_sales: Events, listings: pa.Table) -> pa.Table:
    """The columns COUNTED and RATES for each row of `asked` (see ASKED), in its order; as_of is never null.

    orders, after_sales: tables or globs of Parquet with the columns of docs/architecture.md, times in UTC. listings:
    listing_id, seller_id, category, created_at. A count is 0 where nothing happened; a rate is null for a small category.
    """
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        numbered = asked.select(ASKED.names).cast(ASKED).append_column("n", pa.array(range(asked.num_rows), pa.int64()))
        connection.register("asked", numbered)
        connection.register("listings", listings)
        _view(connection, "orders", orders)
        _view(connection, "after_sales", after_sales)
        connection.execute(f"CREATE TEMP TABLE events AS {_EVENTS}")
        connection.register("claims", _claims(connection))
        connection.execute(
            "CREATE TEMP VIEW categories AS SELECT listing_id, category FROM listings WHERE category <> ''"
        )
        return connection.sql(
            f"""WITH o AS ({_ORDERS}), c AS ({_CLAIMS}), l AS ({_LISTINGS}), r AS ({_RATES})
            SELECT {", ".join(f"coalesce({name}, 0)::BIGINT AS {name}" for name in COUNTED)}, {", ".join(RATES)}
            FROM asked LEFT JOIN o USING (n) LEFT JOIN c USING (n) LEFT JOIN l USING (n)
            LEFT JOIN r ON r.category = asked.category AND r.until = CAST(asked.as_of AS DATE) ORDER BY n""",  # noqa: S608
            params={"enough": ENOUGH_ORDERS},
        ).to_arrow_table()


def reviews_at(asked: pa.Table, after_sales: Events, most: int = 20) -> pa.Array:
    """The newest reviews of each row of `asked` that were written before its moment, one a line; null for none."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        numbered = asked.select(ASKED.names).cast(ASKED).append_column("n", pa.array(range(asked.num_rows), pa.int64()))
        connection.register("asked", numbered)
        _view(connection, "after_sales", after_sales)
        found = connection.sql(
            """WITH told AS (
                SELECT n, string_agg(text, chr(10) ORDER BY opened_at DESC, after_sale_id) AS reviews FROM (
                    SELECT n, text, opened_at, after_sale_id FROM asked JOIN after_sales USING (listing_id)
                    WHERE kind = 'review' AND text <> '' AND opened_at < as_of
                    QUALIFY row_number() OVER (PARTITION BY n ORDER BY opened_at DESC, after_sale_id) <= $most)
                GROUP BY n)
            SELECT reviews FROM asked LEFT JOIN told USING (n) ORDER BY n""",
            params={"most": most},
        ).to_arrow_table()["reviews"]
    return found.combine_chunks()


def _view(connection: duckdb.DuckDBPyConnection, name: str, events: Events) -> None:
    if isinstance(events, pa.Table):
        connection.register(name, events)
        return
    try:
        connection.read_parquet(events).create_view(name)
    except duckdb.Error as error:
        raise NotValid(f"the {name} cannot be read: {str(error).splitlines()[0]}", place=events) from None


def _claims(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The different texts that call the goods false."""
    texts = connection.sql(
        """SELECT DISTINCT text FROM events SEMI JOIN asked USING (listing_id)
        WHERE text <> '' AND reason IS DISTINCT FROM 'fake'"""
    ).to_arrow_table()["text"]
    told: Iterable[str] = texts.filter(cued(texts)).to_pylist()
    return pa.table({"text": pa.array([text for text in told if said(text).claim], pa.string())})
