"""What the market knows, for rows that programs send: counted beforehand, found with one query by primary key.

A run over the market counts all of it anyway; it is kept here, and counted again by the worker after an import. So a
program that asks about one listing is answered with the behaviour and the prices that a run would go by, without a scan.

Keys: `l:` a listing, `s:` a seller, `c:` a category, `t:` a title and `g:` a GTIN (what the product costs elsewhere).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import pyarrow as pa

from touchstone.engine.behaviour.events import COUNTED, RATES
from touchstone.engine.pricing.distribution import COLUMNS as PRICES
from touchstone.engine.schema import LISTING, TYPES
from touchstone.engine.text.normalise import fold
from touchstone.screening.figure_models import KnownFigures

OF_SELLER = ("seller_opened_on", "reopened_from", "reopened_shares",
              "seller_listings_1d", "seller_listings_7d", "seller_listings_30d")  # fmt: skip
GROUP = ("group_size", "group_price_usd", "group_spread")
OWN = ("own_size", "own_price_usd")
OF_LISTING = (*(name for name in COUNTED if name not in OF_SELLER), "fake_claims_30d", "reviews", "previous_title",
               "edited_after_pass", *PRICES)  # fmt: skip
COLUMNS = tuple(dict.fromkeys((*OF_LISTING, *OF_SELLER, *RATES)))
# Without a claim in the lake the number of claimants is not known, see screening/behaviour.py.
ZERO = tuple(name for name in COUNTED if name != "fake_buyers_30d")

Facts = dict[str, Any]


def with_known(rows: pa.Table, now: datetime) -> pa.Table:
    """`rows` with COLUMNS: what the caller gave, else what was counted until `now` at most; one query.

    rows: listing columns. A seller that the market does not know gets nothing.
    """
    given = rows.to_pylist()
    wanted = [_keys(row) for row in given]
    found = _found({key for keys in wanted for key in keys.values()}, now)
    filled = [_filled(row, keys, found) for row, keys in zip(given, wanted, strict=True)]
    for name in COLUMNS:
        kind = TYPES[LISTING[name]]
        column = pa.array([row[name] for row in filled], kind)
        if name in rows.column_names:
            rows = rows.set_column(rows.column_names.index(name), name, column)
        elif column.null_count < len(column):
            rows = rows.append_column(name, column)
    return rows


def of_listing(listing_id: str) -> str:
    """The key of a listing, by its external id."""
    return f"l:{listing_id}"


def of_seller(seller_id: str) -> str:
    """The key of a seller, by its external id."""
    return f"s:{seller_id}"


def of_category(category: str) -> str:
    """The key of a category."""
    return f"c:{_short(category)}"


def of_title(title: str) -> str:
    """The key of what is called so, however it is written."""
    return f"t:{_short(fold(title).strip())}"


def of_gtin(gtin: str) -> str:
    """The key of what has this number."""
    return f"g:{gtin}"


def _keys(row: Facts) -> dict[str, str]:
    keys = {"l": of_listing(row.get("listing_id") or ""), "t": of_title(row.get("title") or "")}
    if row.get("seller_id"):
        keys["s"] = of_seller(row["seller_id"])
    if row.get("category"):
        keys["c"] = of_category(row["category"])
    if row.get("gtin"):
        keys["g"] = of_gtin(row["gtin"])
    return keys


def _short(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _found(keys: set[str], now: datetime) -> dict[str, Facts]:
    rows = KnownFigures.objects.filter(key__in=keys, as_of__lte=now)
    return dict(rows.values_list("key", "facts"))


def _filled(row: Facts, keys: dict[str, str], found: dict[str, Facts]) -> Facts:
    listing, seller, category, title, gtin = (found.get(keys.get(kind, ""), {}) for kind in "lsctg")
    # A listing that the market has is no offer to come: its own figures leave itself out.
    product = {} if listing else {**title, **gtin}
    known: Facts = {**category, **product, **seller, **listing}
    if seller.get("counted"):
        known = {**dict.fromkeys(ZERO, 0), **known}
    return {name: row[name] if row.get(name) is not None else known.get(name) for name in COLUMNS}
