"""What the seller index counts: from orders and after-sales to one row a seller and figure. DuckDB, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds

from touchstone.disclosure.statistics import quantiles_by_group, wilson
from touchstone.law.packs import Pack

Source: TypeAlias = pa.Table | ds.Dataset

# What is true of an order; NULL where the order does not count for the figure.
_SHARES = {
    "refund_rate": "refunded",
    "complaint_rate": "complained",
    "dispute_rate": "seller_at_fault",
    "fake_claim_rate": "fake",
    "on_time_shipping": "on_time",
}

# One row an order. An event that had not happened by `as_of` is not known yet. An order that the buyer took back before
# the seller's time to ship was over says nothing about shipping.
_FACTS = """
CREATE TEMP TABLE facts AS
WITH after AS (
    SELECT *, CASE WHEN closed_at < $as_of THEN outcome END AS known_outcome
    FROM after_sales WHERE opened_at < $as_of
), events AS (
    SELECT order_id,
        bool_or(kind = 'refund' AND known_outcome = 'refunded') AS refunded,
        bool_or(kind = 'complaint') AS complained,
        bool_or(known_outcome = 'seller_at_fault') AS seller_at_fault,
        bool_or(reason = 'fake') AS fake,
        min(opened_at) FILTER (kind = 'refund') AS refund_asked_at,
        avg(rating) FILTER (kind = 'review') AS rating,
        min_by(reason, opened_at) FILTER (kind = 'refund' AND known_outcome = 'refunded') AS refund_reason
    FROM after GROUP BY order_id
)
SELECT o.seller_id, o.paid_at, o.amount_minor, o.currency, e.rating, e.refund_reason,
    coalesce(e.refunded, false) AS refunded,
    coalesce(e.complained, false) AS complained,
    coalesce(e.seller_at_fault, false) AS seller_at_fault,
    coalesce(e.fake, false) AS fake,
    CASE WHEN o.shipped_at <= o.paid_at + $within THEN true
         WHEN e.refund_asked_at <= o.paid_at + $within THEN NULL
         ELSE false END AS on_time
FROM orders o LEFT JOIN events e USING (order_id)
WHERE o.paid_at >= $begin AND o.paid_at < $as_of
"""

# A request that is still open counts with the time it has been open so far: else a shop that never answers looks quick.
_DURATIONS = """
CREATE TEMP TABLE durations AS
SELECT o.seller_id, o.paid_at,
    (epoch_us(least(coalesce(a.closed_at, $as_of), $as_of)) - epoch_us(a.opened_at)) / 3.6e9 AS hours
FROM after_sales a JOIN orders o USING (order_id)
WHERE a.kind = 'refund' AND a.opened_at < $as_of AND o.paid_at >= $begin
  AND (a.outcome = 'refunded' OR a.closed_at IS NULL OR a.closed_at >= $as_of)
"""


def load(orders: Source, after_sales: Source, as_of: datetime, pack: Pack) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the tables `facts` (one row an order) and `durations` (one row a refund)."""
    metrics = pack.body["metrics"]
    longest = pack.body["window"]["long_days"] + max(m["lag"] for m in metrics.values() if isinstance(m, dict))
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("orders", orders)
    connection.register("after_sales", after_sales)
    bounds: dict[str, Any] = {"as_of": as_of, "begin": as_of - timedelta(days=longest)}
    within = timedelta(hours=metrics["on_time_shipping"]["within_hours"])
    connection.execute(_FACTS, bounds | {"within": within})
    connection.execute(_DURATIONS, bounds)
    return connection


def figure(connection: duckdb.DuckDBPyConnection, name: str, as_of: datetime, pack: Pack) -> pa.Table:
    """One row a seller that has at least one observation.

    seller_id; window_days; n observations; k their sum, each between 0 and 1 (successes, or the rating on that scale;
    null for durations); value, low, high (share, rating, or hours); tail (a high quantile of the hours, else null).
    """
    rule = pack.body["metrics"][name]
    end = as_of - timedelta(days=rule["lag"])
    kind = rule["kind"]
    if kind == "duration":
        return _duration(connection, end, pack)
    if kind == "mean":
        least, most = rule["least"], rule["most"]
        counted = _counted(connection, f"(rating - {least}) / ({most} - {least})", end, pack)
        return _with_interval(counted, pack, least, most - least)
    return _with_interval(_counted(connection, f"{_SHARES[name]}::INT", end, pack), pack, 0, 1)


def refund_reasons(
    connection: duckdb.DuckDBPyConnection, as_of: datetime, pack: Pack
) -> dict[str, dict[int, dict[str, int]]]:
    """Refunded orders by reason: {seller_id: {window_days: {reason: orders}}}."""
    end = as_of - timedelta(days=pack.body["metrics"]["refund_rate"]["lag"])
    found: dict[str, dict[int, dict[str, int]]] = {}
    for days in (pack.body["window"]["short_days"], pack.body["window"]["long_days"]):
        rows = connection.execute(
            """SELECT seller_id, coalesce(refund_reason, 'other'), count(*) FROM facts
               WHERE refunded AND paid_at >= $start AND paid_at < $end GROUP BY ALL""",
            {"start": end - timedelta(days=days), "end": end},
        ).fetchall()
        for seller_id, reason, count in rows:
            found.setdefault(seller_id, {}).setdefault(days, {})[reason] = count
    return found


def shops(connection: duckdb.DuckDBPyConnection, sellers: pa.Table, as_of: datetime) -> pa.Table:
    """All shops, of sellers and of orders: seller_id, category, opened_on, amount (median order, /100), currency."""
    connection.register("sellers", sellers)
    return connection.sql(
        """
        WITH prices AS (
            SELECT seller_id, mode(currency) AS currency, median(amount_minor) / 100 AS amount
            FROM facts WHERE paid_at < $as_of GROUP BY seller_id
        )
        SELECT seller_id, coalesce(s.category, '') AS category, s.opened_on, p.amount, p.currency
        FROM sellers s FULL JOIN prices p USING (seller_id) ORDER BY seller_id
        """,
        params={"as_of": as_of},
    ).to_arrow_table()


def _counted(connection: duckdb.DuckDBPyConnection, expression: str, end: datetime, pack: Pack) -> pa.Table:
    """seller_id, window_days, n, k: in the short window where it holds enough observations, else in the long one."""
    window = pack.body["window"]
    return connection.sql(
        f"""
        WITH seen AS (
            SELECT seller_id, paid_at >= $short AS recent, {expression} AS x
            FROM facts WHERE paid_at >= $long AND paid_at < $end
        ), counted AS (
            SELECT seller_id, count(x) AS n_long, sum(x) AS k_long,
                count(x) FILTER (recent) AS n_short, sum(x) FILTER (recent) AS k_short
            FROM seen GROUP BY seller_id HAVING count(x) > 0
        )
        SELECT seller_id,
            CASE WHEN n_short >= $enough THEN $short_days ELSE $long_days END::INT AS window_days,
            CASE WHEN n_short >= $enough THEN n_short ELSE n_long END::BIGINT AS n,
            CASE WHEN n_short >= $enough THEN k_short ELSE k_long END::DOUBLE AS k
        FROM counted ORDER BY seller_id
        """,  # noqa: S608 (expression: one of ours, with numbers of the pack)
        params=_window_bounds(end, window),
    ).to_arrow_table()


def _with_interval(counted: pa.Table, pack: Pack, offset: float, scale: float) -> pa.Table:
    k, n = counted["k"].to_numpy(), counted["n"].to_numpy()
    low, high = wilson(k, n, pack.body["interval"]["z"])
    for name, values in {"value": k / n, "low": low, "high": high}.items():
        counted = counted.append_column(name, pa.array(offset + scale * values))
    return counted.append_column("tail", pa.nulls(counted.num_rows, pa.float64()))


def _duration(connection: duckdb.DuckDBPyConnection, end: datetime, pack: Pack) -> pa.Table:
    """Hours: median with its interval (the order statistics at Wilson's ends for one half) and tail, winsorised."""
    rule = pack.body["durations"]
    rows = connection.execute(
        """
        WITH seen AS (
            SELECT seller_id, hours, paid_at >= $short AS recent,
                count(*) FILTER (recent) OVER (PARTITION BY seller_id) >= $enough AS short_window,
                quantile_cont(hours, $cap) OVER () AS cap
            FROM durations WHERE paid_at >= $long AND paid_at < $end
        )
        SELECT seller_id, CASE WHEN short_window THEN $short_days ELSE $long_days END::INT AS window_days,
            least(hours, cap) AS hours
        FROM seen WHERE recent OR NOT short_window ORDER BY seller_id, hours
        """,
        _window_bounds(end, pack.body["window"]) | {"cap": rule["winsorise_at"]},
    ).fetchnumpy()
    hours = np.asarray(rows["hours"], float)
    names, starts, counts = np.unique(rows["seller_id"].astype(str), return_index=True, return_counts=True)
    low, high = wilson(counts / 2, counts, pack.body["interval"]["z"])
    return pa.table(
        {
            "seller_id": pa.array(names, pa.string()),
            "window_days": pa.array(np.asarray(rows["window_days"])[starts], pa.int32()),
            "n": pa.array(counts, pa.int64()),
            "k": pa.nulls(len(names), pa.float64()),
            "value": quantiles_by_group(hours, starts, counts, 0.5),
            "low": quantiles_by_group(hours, starts, counts, low),
            "high": quantiles_by_group(hours, starts, counts, high),
            "tail": quantiles_by_group(hours, starts, counts, rule["tail"]),
        }
    )


def _window_bounds(end: datetime, window: dict[str, Any]) -> dict[str, Any]:
    return {
        "end": end,
        "short": end - timedelta(days=window["short_days"]),
        "long": end - timedelta(days=window["long_days"]),
        "enough": window["enough"],
        "short_days": window["short_days"],
        "long_days": window["long_days"],
    }
