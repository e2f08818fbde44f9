"""A small rights table and listings that the engine's tests share."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

RIGHTS = [
    # brand, aliases, classes, reference_price, currency, authorised_sellers
    ("Nike", "耐克;Air Max", "18;25;28", 600, "CNY", "s-official;s-outlet"),
    ("Gucci", "古驰", "3;9;14;18;25", 8000, "CNY", ""),
    ("Hermès", "爱马仕", "14;18;25", 60000, "CNY", ""),
    ("Puma", "彪马", "18;25", 400, "CNY", ""),
    ("Apple", "苹果", "9", 6000, "CNY", ""),
    ("小米", "Xiaomi", "9;11", 2500, "CNY", ""),
    ("On", "On Running;昂跑", "25", 1200, "CNY", ""),
    ("Coach", "蔻驰", "14;18;25", 3000, "CNY", ""),
    ("Polo", "Polo Ralph Lauren", "18;25", 900, "CNY", ""),
    ("Off-White", "", "18;25", 1500, "CNY", ""),
    ("Rolex", "劳力士", "14", 10000, "USD", ""),
]


def rights_table(rows: list[tuple[Any, ...]] | None = None) -> pa.Table:
    """Rights of RIGHTS, or of other rows of the same six columns."""
    names = ("brand", "aliases", "classes", "reference_price", "currency", "authorised_sellers")
    columns = list(zip(*(rows or RIGHTS), strict=True))
    return pa.table({name: [str(v) for v in column] for name, column in zip(names, columns, strict=True)})


def listings_table(*titles: str, **columns: Any) -> pa.Table:
    """Listings with these titles; a column is one value for all or a list."""
    count = len(titles)
    data: dict[str, Any] = {"listing_id": [f"l{i}" for i in range(count)], "title": list(titles)}
    for name, value in columns.items():
        data[name] = value if isinstance(value, list) else [value] * count
    return pa.table(data)
