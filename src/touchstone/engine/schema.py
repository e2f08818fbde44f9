"""The columns that the engine reads and writes."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from touchstone.errors import NotValid

Kind = Literal["text", "number", "count"]

LISTING: dict[str, Kind] = {
    "listing_id": "text",
    "title": "text",
    "seller_id": "text",
    "description": "text",
    "brand": "text",
    "category": "text",
    "price": "number",
    "currency": "text",
    "images": "text",
    "pdq": "text",
    "gtin": "text",
    "ship_from": "text",
    "created_at": "text",
    "orders_30d": "count",
    "refunds_30d": "count",
    "fake_claims_30d": "count",
    "reviews": "text",
    "seller_confirmed_fakes": "count",
    "as_of": "text",
    "seller_opened_on": "text",
    "orders_1d": "count",
    "orders_7d": "count",
    "refunds_7d": "count",
    "fake_buyers_30d": "count",
    "seller_listings_1d": "count",
    "seller_listings_7d": "count",
    "seller_listings_30d": "count",
    "category_fake_rate": "number",
    "category_refund_rate": "number",
    "edited_after_pass": "text",
    "previous_title": "text",
    "reopened_from": "text",
    "reopened_shares": "count",
    "group_size": "count",
    "group_price_usd": "number",
    "group_spread": "number",
    "own_size": "count",
    "own_price_usd": "number",
}
REQUIRED = ("listing_id", "title")
TYPES: dict[Kind, pa.DataType] = {
    "text": pa.large_string(),
    "number": pa.float64(),
    "count": pa.int64(),
}

MATCH = pa.struct(
    [
        ("brand", pa.string()),
        ("text", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("technique", pa.string()),
    ]
)
REASON = pa.struct(
    [
        ("signal", pa.string()),
        ("value", pa.string()),
        ("weight", pa.float64()),
        ("text", pa.string()),
        ("text_zh", pa.string()),
    ]
)
OUTPUT = pa.schema(
    [
        ("listing_id", pa.string()),
        ("verdict", pa.string()),
        ("score", pa.float64()),
        ("brands", pa.list_(pa.string())),
        ("matches", pa.list_(MATCH)),
        ("reasons", pa.list_(REASON)),
        ("engine_version", pa.string()),
        ("rules_version", pa.string()),
    ]
)


def typed(table: pa.Table) -> pa.Table:
    """The listing columns of `table` in the engine's types and order, null columns where they are missing.

    Raises NotValid where a required column is missing or a column cannot be read as its type.
    """
    missing = [name for name in REQUIRED if name not in table.column_names]
    if missing:
        raise NotValid(f"the column {missing[0]} is missing")
    return pa.table({name: column(table, name) for name in LISTING})


def column(table: pa.Table, name: str) -> pa.Array:
    """One listing column as one array in the engine's type."""
    wanted = TYPES[LISTING[name]]
    if name not in table.column_names:
        return pa.nulls(table.num_rows, wanted)
    data = table[name]
    try:
        return as_array(_joined_lists(data) if _is_list(data.type) else data, wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise NotValid(f"the column {name} cannot be read as {LISTING[name]}: {reason}") from None


def as_array(data: pa.ChunkedArray | pa.Array, wanted: pa.DataType) -> pa.Array:
    """`data` cast to `wanted` as one contiguous array."""
    if pa.types.is_dictionary(data.type):
        data = data.cast(data.type.value_type)
    cast = data.cast(wanted)
    return cast.combine_chunks() if isinstance(cast, pa.ChunkedArray) else cast


def _is_list(kind: pa.DataType) -> bool:
    return pa.types.is_list(kind) or pa.types.is_large_list(kind)


def _joined_lists(data: pa.ChunkedArray) -> pa.ChunkedArray:
    strings = data.cast(pa.list_(pa.string()))
    return pc.binary_join(strings, ";")
