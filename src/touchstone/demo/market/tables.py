"""From shops, listings, orders and after-sales to Arrow tables."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from touchstone.demo.market import after_sales as claims
from touchstone.demo.market import people, places, schema
from touchstone.demo.market.brands import COLUMNS, Brand
from touchstone.demo.market.listings import Listing
from touchstone.demo.market.orders import DAY, Orders
from touchstone.demo.market.partners import Inspection, Seizure
from touchstone.demo.market.shops import Shop

WINDOW = 30 * DAY  # of orders_30d, refunds_30d, fake_claims_30d
_NEWEST_REVIEWS = 6
# use of the brand's name on a listing -> what the listing is to the brand
_USED_AS = {"fake": "counterfeit", "accessory": "compatible", "fan": "subject", "generic_word": "word"}
_HONEST_TRADES = frozenset({"authorised", "parallel_import", "second_hand", "accessory", "fan", "generic_word"})


def rows(items: Iterable[Any], columns: pa.Schema, **how: Callable[[Any], Any]) -> pa.Table:
    """A table of `columns`, each cell by the function of its name in `how`, else the item's attribute of that name."""
    items = list(items)
    arrays = [
        pa.array([how[f.name](i) if f.name in how else getattr(i, f.name) for i in items], f.type) for f in columns
    ]
    return pa.Table.from_arrays(arrays, schema=columns)


def sellers(rnd: random.Random, shops: Sequence[Shop]) -> pa.Table:
    """The sellers' table; each shop spells its phone, card and addresses in its own way."""
    return rows(
        shops,
        schema.SELLERS,
        phone=lambda s: people.spell_phone(rnd, s.phone, s.care),
        payout_account=lambda s: people.spell_account(rnd, s.payout_account, s.care),
        return_address=lambda s: places.spell(rnd, s.return_door, s.care),
        ship_from_address=lambda s: places.spell(rnd, s.ship_door, s.care),
        category=lambda s: s.goods.label,
        region=lambda s: s.home.province,
        currency=lambda s: "CNY",
    )


def listings(
    items: Sequence[Listing], ids: Sequence[str], orders: Orders, after: claims.AfterSales, end: int
) -> pa.Table:
    """The listings' table, with the figures of the thirty days before `end` counted from the orders and after-sales."""
    on = orders.listing[after.order]
    recent = after.opened >= end - WINDOW
    fake = np.array([reason == "fake" for reason in after.reason])
    counted = {
        "orders_30d": orders.listing[orders.paid >= end - WINDOW],
        "refunds_30d": on[recent & (after.kind == claims.REFUND)],
        "fake_claims_30d": on[recent & fake],
    }
    columns: dict[str, Any] = {name: np.bincount(hits, minlength=len(items)) for name, hits in counted.items()}
    columns |= {
        name: [getattr(item, name) for item in items]
        for name in ("title", "description", "price", "currency", "images", "gtin", "created_at")
    }
    columns["listing_id"] = ids
    columns["seller_id"] = [item.shop.seller_id for item in items]
    columns["brand"] = [item.named for item in items]
    columns["category"] = [item.goods.label for item in items]
    columns["ship_from"] = [item.shop.ship_door.district.origin for item in items]
    columns["reviews"] = _reviews(len(items), on, after)
    return _table(columns, schema.LISTINGS)


def _reviews(number: int, on: np.ndarray, after: claims.AfterSales) -> list[str]:
    """The newest reviews of each listing, newest first, one a line."""
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for i in np.flatnonzero(after.kind == claims.REVIEW)[::-1].tolist():
        said = texts[int(on[i])]
        if after.text[i] and len(said) < _NEWEST_REVIEWS:
            said.append(after.text[i])
    return ["\n".join(texts.get(i, ())) for i in range(number)]


def orders(items: Sequence[Listing], listing_ids: Sequence[str], drawn: Orders, ids: Sequence[str]) -> pa.Table:
    """The orders' table."""
    on = drawn.listing.tolist()
    return _table(
        {
            "order_id": ids,
            "listing_id": _take(listing_ids, drawn.listing),
            "seller_id": _take([item.shop.seller_id for item in items], drawn.listing),
            "buyer_ref": [f"b{n:07d}" for n in drawn.buyer.tolist()],
            "quantity": drawn.quantity,
            "amount": drawn.amount,
            "currency": [items[i].currency for i in on],
            "paid_at": _times(drawn.paid),
            "shipped_at": _times(drawn.shipped),
            "delivered_at": _times(drawn.delivered),
            "waybill_no": drawn.waybill,
            "waybill_origin": drawn.origin,
        },
        schema.ORDERS,
    )


def after_sales(order_table: pa.Table, after: claims.AfterSales, ids: Sequence[str]) -> pa.Table:
    """The after-sales' table; order, seller and listing are those of the order."""
    of_order = {name: order_table[name].take(pa.array(after.order)) for name in ("order_id", "seller_id", "listing_id")}
    kinds = pa.array(claims.KINDS).take(pa.array(after.kind))
    return _table(
        of_order
        | {
            "after_sale_id": ids,
            "kind": kinds,
            "reason": after.reason,
            "text": after.text,
            "rating": after.rating,
            "opened_at": _times(after.opened),
            "closed_at": _times(after.closed),
            "outcome": after.outcome,
        },
        schema.AFTER_SALES,
    )


def rights(rnd: random.Random, brands: Sequence[Brand], shops: Sequence[Shop]) -> pa.Table:
    """The rights file: the brands' lines with their authorised shops. The register lags: one in twelve is missing."""
    authorised: defaultdict[str, list[str]] = defaultdict(list)
    for shop in shops:
        if shop.trade == "authorised":
            for brand in shop.brands:
                if rnd.random() > 1 / 12:
                    authorised[brand.name].append(shop.seller_id)
    cells = {name: [brand.row.get(name, "") for brand in brands] for name in COLUMNS}
    cells["authorised_sellers"] = [";".join(authorised[brand.name]) for brand in brands]
    columns = pa.schema([(name, pa.float64() if name == "reference_price" else pa.string()) for name in COLUMNS])
    return _table(cells | {"reference_price": [brand.price for brand in brands]}, columns)


def seizures(items: Sequence[Seizure]) -> pa.Table:
    """The seizures' table."""
    numbers = iter(range(1, len(items) + 1))
    return rows(items, schema.SEIZURES, seizure_id=lambda s: f"Z{next(numbers):05d}", currency=lambda s: "CNY")


def inspections(items: Sequence[Inspection]) -> pa.Table:
    """The inspections' table."""
    numbers = iter(range(1, len(items) + 1))
    return rows(
        items,
        schema.INSPECTIONS,
        inspection_id=lambda i: f"J{next(numbers):05d}",
        seller_id=lambda i: i.shop.seller_id if i.shop else "",
    )


def truth_listings(items: Sequence[Listing], ids: Sequence[str]) -> pa.Table:
    """What each listing is."""
    numbers = iter(ids)
    return rows(items, schema.TRUTH_LISTINGS, listing_id=lambda i: next(numbers))


def truth_sellers(shops: Sequence[Shop]) -> pa.Table:
    """Who is behind each seller."""
    return rows(
        shops,
        schema.TRUTH_SELLERS,
        entity_id=lambda s: f"P{s.person:05d}",
        ring_id=lambda s: s.ring,
        ring_shape=lambda s: s.shape,
        honest_kind=lambda s: s.trade if s.trade in _HONEST_TRADES else "none",
        sells_fakes=lambda s: s.is_counterfeiter,
    )


def truth_brands(items: Sequence[Listing], ids: Sequence[str]) -> pa.Table:
    """Which brand each listing names or means, as which word, and what the listing is to the brand."""
    named = [(listing_id, item) for listing_id, item in zip(ids, items, strict=True) if item.brand]
    return rows(
        named,
        schema.TRUTH_BRANDS,
        listing_id=lambda n: n[0],
        brand=lambda n: n[1].brand.name,
        text=lambda n: n[1].text,
        technique=lambda n: n[1].technique,
        used_as=lambda n: _USED_AS.get(n[1].use, "genuine"),
    )


def truth_partners(seized: Sequence[Seizure], inspected: Sequence[Inspection]) -> pa.Table:
    """The ring behind each partner's record; empty where there is none online."""
    found = [(f"Z{i:05d}", s.ring) for i, s in enumerate(seized, 1)] + [
        (f"J{i:05d}", s.ring) for i, s in enumerate(inspected, 1)
    ]
    return rows(found, schema.TRUTH_PARTNERS, record_id=lambda f: f[0], ring_id=lambda f: f[1])


def _table(columns: dict[str, Any], shape: pa.Schema) -> pa.Table:
    return pa.Table.from_arrays([_array(columns[field.name], field.type) for field in shape], schema=shape)


def _array(values: Any, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind)
    return pa.array(values, kind)


def _take(values: Sequence[str], at: np.ndarray) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(at))


def _times(seconds: np.ndarray) -> pa.Array:
    """Seconds since 1970 as times; negative ones are null."""
    return pa.array(seconds * 1000, pa.int64(), mask=seconds < 0).cast(pa.timestamp("ms", tz="UTC"))
