"""What sold goods are worth, from the orders in the lake, by methods that are named.

`orders_paid` adds up what buyers paid for the listings; `orders_kept` leaves out orders that were refunded. Both are
actual prices of sold goods (the first method of the value rules); unsold stock is in neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from touchstone.market import queries as market

METHODS = ("orders_paid", "orders_kept")

_SCHEMA = pa.schema(
    [
        ("group_id", pa.string()),
        ("method", pa.string()),
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),
        ("orders", pa.int64()),
        ("units", pa.int64()),
        ("listings", pa.int64()),
    ]
)
_VALUE = """
WITH sold AS (
    SELECT g.group_id, o.*, o.order_id IN (SELECT order_id FROM after_sales WHERE outcome = 'refunded') AS refunded
    FROM orders o JOIN (SELECT DISTINCT group_id, listing_id FROM groups) g USING (listing_id)
), methods AS (
    SELECT 'orders_paid' AS method, * FROM sold
    UNION ALL SELECT 'orders_kept', * FROM sold WHERE NOT refunded
)
SELECT group_id, method, currency, sum(amount_minor) AS amount_minor, count(*) AS orders,
    sum(coalesce(quantity, 1)) AS units, count(DISTINCT listing_id) AS listings
FROM methods GROUP BY ALL ORDER BY group_id, method DESC, currency
"""
_ORIGINS = """
SELECT seller_id, waybill_origin, count(*) AS parcels FROM orders
WHERE waybill_origin <> '' AND seller_id IN (SELECT unnest($sellers))
GROUP BY ALL ORDER BY seller_id, parcels DESC, waybill_origin
"""


def of_listings(groups: pa.Table) -> dict[str, list[dict[str, Any]]]:
    """Value the listings of each group.

    groups(group_id, listing_id). Returns for each group with orders [{method, currency, amount_minor, orders, units,
    listings}], one row a method and currency.
    """
    by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if len(groups):
        connection = _lake()
        connection.register("groups", groups)
        values: pa.Table = connection.sql(_VALUE).to_arrow_table()
        for row in values.cast(_SCHEMA).to_pylist():
            by_group[row.pop("group_id")].append(row)
    return by_group


def parcels() -> pa.Table | None:
    """(seller_id, quantity, waybill_origin) of every order in the lake; None while it is empty."""
    table: pa.Table = _lake().sql("SELECT seller_id, quantity, waybill_origin FROM orders").to_arrow_table()
    return table if len(table) else None


def parcel_origins(seller_ids: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """seller_id → (place that parcels were handed in at, how many), the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    rows = _lake().execute(_ORIGINS, {"sellers": list(seller_ids)}).fetchall()
    for seller_id, place, parcels in rows:
        found[seller_id].append((place, parcels))
    return dict(found)


def sellers_with_orders(seller_ids: Iterable[str]) -> set[str]:
    """Those of the sellers with an order in the lake."""
    query = "SELECT DISTINCT seller_id FROM orders WHERE seller_id IN (SELECT unnest($sellers))"
    return {seller_id for (seller_id,) in _lake().execute(query, {"sellers": list(seller_ids)}).fetchall()}


def _lake() -> duckdb.DuckDBPyConnection:
    """A connection with the views `orders` and `after_sales`."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("orders", connection.read_parquet(market.orders_path()))
    connection.register("after_sales", connection.read_parquet(market.after_sales_path()))
    return connection
