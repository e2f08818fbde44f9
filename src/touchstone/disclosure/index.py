"""The seller index: how a shop is run and how it treats people after the sale. Pure: tables in, table out, no clock."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from touchstone.disclosure import counting, peers
from touchstone.disclosure.statistics import Floats, shrunken
from touchstone.law.packs import Pack

COLUMNS = pa.schema(
    [
        ("seller_id", pa.string()),
        ("metric", pa.string()),
        ("state", pa.string()),
        ("n", pa.int64()),
        ("numerator", pa.int64()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("tail", pa.float64()),
        ("shrunken", pa.float64()),
        ("label", pa.string()),
        ("better", pa.string()),
        ("window_start", pa.date32()),
        ("window_end", pa.date32()),
        ("lag_days", pa.int32()),
        ("peer_level", pa.string()),
        ("peer_group", pa.string()),
        ("peer_shops", pa.int64()),
        ("peer_mean", pa.float64()),
        ("peer_q1", pa.float64()),
        ("peer_median", pa.float64()),
        ("peer_q3", pa.float64()),
        ("reasons", pa.string()),
        ("definition_version", pa.string()),
    ]
)
ORDER_COLUMNS = pa.schema(
    [
        ("order_id", pa.string()),
        ("listing_id", pa.string()),
        ("seller_id", pa.string()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("paid_at", pa.timestamp("us", "UTC")),
        ("shipped_at", pa.timestamp("us", "UTC")),
    ]
)
AFTER_SALE_COLUMNS = pa.schema(
    [
        ("order_id", pa.string()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("rating", pa.float64()),
        ("opened_at", pa.timestamp("us", "UTC")),
        ("closed_at", pa.timestamp("us", "UTC")),
        ("outcome", pa.string()),
    ]
)
SELLER_COLUMNS = pa.schema([("seller_id", pa.string()), ("category", pa.string()), ("opened_on", pa.date32())])


def compute(
    orders: counting.Source,
    after_sales: counting.Source,
    sellers: pa.Table,
    *,
    as_of: datetime,
    pack: Pack,
) -> pa.Table:
    """Every figure of every shop, `COLUMNS`, sorted by seller and in the order of the pack.

    orders, after_sales, sellers: at least ORDER_COLUMNS, AFTER_SALE_COLUMNS, SELLER_COLUMNS. as_of: aware, the midnight
    that begins a day of the people who read the index; what happened from then on is not known. pack: of kind
    `disclosure`. A window holds its first and its last day.

    state: `enough`, or `not_enough` (fewer matured observations than the pack asks for: no value is given).
    value, low, high, tail: shares 0 to 1, hours, or rating. numerator: orders, for shares. label: `higher`, `lower` or
    `similar` beside the peers, "" where it has no peers. shrunken: for ranking; not a figure to show.
    """
    connection = counting.load(orders, after_sales, as_of, pack)
    shops = counting.shops(connection, sellers, as_of)
    grouping = peers.keys(shops, as_of, pack)
    reasons = counting.refund_reasons(connection, as_of, pack)
    names = [name for name, rule in pack.body["metrics"].items() if isinstance(rule, dict)]
    tables = []
    for name in names:
        counted = counting.figure(connection, name, as_of, pack)
        tables.append(_figure_table(name, counted, shops, grouping, reasons, as_of, pack))
    order = {name: i for i, name in enumerate(names)}
    found = pa.concat_tables(tables)
    position = np.array([order[name] for name in found["metric"].to_pylist()], int)
    return (
        found.append_column("position", pa.array(position))
        .sort_by([("seller_id", "ascending"), ("position", "ascending")])
        .drop_columns("position")
    )


def _figure_table(
    name: str,
    counted: pa.Table,
    shops: pa.Table,
    grouping: dict[str, Any],
    reasons: dict[str, dict[int, dict[str, int]]],
    as_of: datetime,
    pack: Pack,
) -> pa.Table:
    rule, window = pack.body["metrics"][name], pack.body["window"]
    seller_ids = shops["seller_id"].to_pylist()
    row_of = {seller_id: row for row, seller_id in enumerate(seller_ids)}
    at = np.array([row_of[s] for s in counted["seller_id"].to_pylist()], int)
    n = _placed(counted["n"], at, len(seller_ids), 0)
    days = _placed(counted["window_days"], at, len(seller_ids), window["long_days"]).astype(int)
    enough = n >= pack.body["publication"]["least"]
    value, low, high, tail, k = (
        np.where(enough, _placed(counted[c], at, len(seller_ids), np.nan), np.nan)
        for c in ("value", "low", "high", "tail", "k")
    )
    beside = peers.compare(grouping, value, k, np.where(enough, n, np.nan), pack)
    offset, scale = (rule["least"], rule["most"] - rule["least"]) if rule["kind"] == "mean" else (0, 1)
    mean = beside.mean if rule["kind"] == "duration" else offset + scale * beside.mean
    drawn = offset + scale * shrunken(k, n, beside.mean, pack.body["shrinkage"]["prior"])
    end = as_of - timedelta(days=rule["lag"])
    return pa.table(
        {
            "seller_id": seller_ids,
            "metric": [name] * len(seller_ids),
            "state": np.where(enough, "enough", "not_enough"),
            "n": n.astype(int),
            "numerator": _nullable(k if rule["kind"] == "share" else np.full(len(k), np.nan), pa.int64()),
            "value": _nullable(value),
            "low": _nullable(low),
            "high": _nullable(high),
            "tail": _nullable(tail),
            "shrunken": _nullable(drawn),
            "label": _label(low, high, mean),
            "better": [rule["better"]] * len(seller_ids),
            "window_start": [(end - timedelta(days=int(d))).date() for d in days],
            "window_end": [(end - timedelta(microseconds=1)).date()] * len(seller_ids),
            "lag_days": [rule["lag"]] * len(seller_ids),
            "peer_level": beside.level,
            "peer_group": beside.group,
            "peer_shops": beside.shops,
            "peer_mean": _nullable(mean),
            "peer_q1": _nullable(beside.q1),
            "peer_median": _nullable(beside.median),
            "peer_q3": _nullable(beside.q3),
            "reasons": _reasons(name, seller_ids, days, enough, reasons, pack),
            "definition_version": [pack.version] * len(seller_ids),
        },
        schema=COLUMNS,
    )


def _label(low: Floats, high: Floats, mean: Floats) -> list[str]:
    """`higher` only if even the lower end of the interval lies above the peers' mean; `lower` the other way round."""
    comparable = ~np.isnan(low) & ~np.isnan(mean)
    words = np.select([~comparable, low > mean, high < mean], ["", "higher", "lower"], "similar")
    return [str(word) for word in words]


def _reasons(
    name: str,
    seller_ids: list[str],
    days: Any,
    enough: Any,
    reasons: dict[str, dict[int, dict[str, int]]],
    pack: Pack,
) -> list[str]:
    """JSON {reason: orders} for the refund rate, else ""."""
    if name != "refund_rate":
        return [""] * len(seller_ids)
    cell = pack.body["publication"]["cell"]
    return [
        json.dumps(_published(reasons.get(seller_id, {}).get(int(d), {}), cell), sort_keys=True) if known else ""
        for seller_id, d, known in zip(seller_ids, days, enough, strict=True)
    ]


def _published(counts: dict[str, int], cell: int) -> dict[str, int]:
    """Counts below `cell` could point at a buyer: they go into `other`, and that only if it is large enough itself."""
    shown = {reason: count for reason, count in counts.items() if count >= cell and reason != "other"}
    rest = sum(counts.values()) - sum(shown.values())
    return shown | ({"other": rest} if rest >= cell else {})


def _placed(column: pa.ChunkedArray, at: Any, size: int, fill: float) -> Floats:
    whole = np.full(size, fill, float)
    whole[at] = column.to_numpy()
    return whole


def _nullable(values: Floats, kind: pa.DataType | None = None) -> pa.Array:
    """NaN becomes null."""
    array = pa.array(values, pa.float64(), from_pandas=True)
    return array if kind is None else array.cast(kind)
