"""Orders of one year: which listing, when (by season), how many, shipped from where. All drawn in bulk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from touchstone.demo.market.listings import Listing
from touchstone.demo.market.shops import Shop

DAYS = 365
DAY = 86_400
_NEW_YEAR = {2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)}
# (month, day) -> factor of a usual day's orders
_FEASTS = {
    (11, 1): 3.0,
    (11, 10): 2.0,
    (11, 11): 7.0,
    (11, 12): 1.4,
    (6, 1): 2.2,
    (6, 17): 2.0,
    (6, 18): 5.0,
    (12, 12): 2.5,
    (3, 8): 1.6,
    (9, 9): 1.6,
}
# share of a day's orders by hour, China time
_HOURS = np.array([2, 1, 0.6, 0.4, 0.3, 0.4, 1, 2, 3, 4.5, 5.5, 5.5, 5, 5, 5, 5, 5, 4.8, 5, 6, 7.5, 8.5, 8, 5])


@dataclass(frozen=True)
class Orders:
    """One entry an order, in the order of payment. Times are seconds since 1970 (UTC); -1 stands for "not yet"."""

    listing: np.ndarray
    buyer: np.ndarray
    quantity: np.ndarray
    amount: np.ndarray
    paid: np.ndarray
    shipped: np.ndarray
    delivered: np.ndarray
    waybill: list[str | None]
    origin: list[str | None]
    missing: np.ndarray  # never sent, or lost on the way (not just still travelling)


def end_of(as_of: date) -> int:
    """Seconds since 1970 of the midnight (UTC) that ends `as_of`; nothing in the market happens later."""
    return ((as_of - date(1970, 1, 1)).days + 1) * DAY


def season(as_of: date) -> np.ndarray:
    """Relative number of orders on each of the 365 days that end with `as_of`."""
    days = [as_of - timedelta(days=DAYS - 1 - i) for i in range(DAYS)]
    return np.array([_day_weight(day) * (0.85 + 0.3 * i / DAYS) for i, day in enumerate(days)])


def _day_weight(day: date) -> float:
    weight = 1.0 + 0.12 * math.cos((day.timetuple().tm_yday - 330) / 365 * 2 * math.pi)
    weight *= 1.12 if day.weekday() >= 5 else 1.0
    weight *= _FEASTS.get((day.month, day.day), 1.0)
    if (day.month == 11 and day.day < 11) or (day.month == 6 and day.day < 18):
        weight *= 1.35
    if day.year in _NEW_YEAR and -3 <= (day - date(day.year, *_NEW_YEAR[day.year])).days <= 7:
        weight *= 0.35
    return weight


def draw(
    rng: np.random.Generator, listings: Sequence[Listing], shops: Sequence[Shop], as_of: date, total: int
) -> Orders:
    """`total` orders over the listings; a listing sells from its creation until its shop closes."""
    end = end_of(as_of)
    start = end - DAYS * DAY
    created = np.array([int(item.created_at.timestamp()) for item in listings])
    closing = np.array([end if s.closed_on is None else min(end, end_of(s.closed_on) - DAY) for s in shops])
    place = {id(shop): i for i, shop in enumerate(shops)}
    owner = np.array([place[id(item.shop)] for item in listings])
    opens = np.clip(created, start, end)
    closes = np.clip(closing[owner], start, end)
    clock = np.concatenate(([0.0], np.cumsum(season(as_of))))
    edges = start + np.arange(DAYS + 1) * DAY
    first, last = np.interp(opens, edges, clock), np.interp(closes, edges, clock)
    weight = np.maximum(last - first, 0.0) * _popularity(rng, listings, len(shops), owner)
    listing = np.repeat(np.arange(len(listings)), rng.multinomial(total, weight / weight.sum()))
    moment = first[listing] + rng.random(total) * (last - first)[listing]
    day = np.clip(np.searchsorted(clock, moment, side="right") - 1, 0, DAYS - 1)
    paid = _paid(rng, start + day * DAY, opens[listing], closes[listing])
    order = np.argsort(paid, kind="stable")
    return _complete(rng, listings, shops, owner, listing[order], paid[order], day[order], end)


def _popularity(rng: np.random.Generator, listings: Sequence[Listing], shops: int, owner: np.ndarray) -> np.ndarray:
    price = np.array([item.price * (7.1 if item.currency == "USD" else 1.0) for item in listings])
    factor = np.array([{"fake": 1.15, "service": 0.4, "second_hand": 0.35}.get(item.use, 1.0) for item in listings])
    return (
        rng.lognormal(0, 1.15, len(listings))
        * rng.lognormal(0, 0.6, shops)[owner]
        * (np.clip(price, 5, 50_000) / 100) ** -0.28
        * factor
    )


def _paid(rng: np.random.Generator, midnight: np.ndarray, opens: np.ndarray, closes: np.ndarray) -> np.ndarray:
    """A time of payment in the day from `midnight` (UTC) on, after the listing opened and before the shop closed."""
    hour = rng.choice(24, len(midnight), p=_HOURS / _HOURS.sum())
    seconds = ((hour - 8) % 24) * 3600 + rng.integers(0, 3600, len(midnight))
    paid = midnight + seconds
    outside = (paid <= opens) | (paid >= closes)
    low, high = np.maximum(opens, midnight) + 1, np.minimum(closes, midnight + DAY)
    inside = low + (rng.random(len(paid)) * np.maximum(high - low, 1)).astype(np.int64)
    return np.where(outside, inside, paid)


def _complete(
    rng: np.random.Generator,
    listings: Sequence[Listing],
    shops: Sequence[Shop],
    owner: np.ndarray,
    listing: np.ndarray,
    paid: np.ndarray,
    day: np.ndarray,
    end: int,
) -> Orders:
    total = len(listing)
    shop = owner[listing]
    quantity = _quantities(rng, shops, shop)
    price = np.array([item.price for item in listings])[listing]
    sale = np.where(rng.random(total) < 0.3, rng.uniform(0.8, 1.0, total), 1.0)
    amount = np.maximum(np.round(price * quantity * sale, 2), 0.01)
    quality = np.array([s.quality for s in shops])[shop]
    shipped = paid + (rng.gamma(1.6, 14.0, total) * (1.6 - quality) * 3600).astype(np.int64) + 600
    never = rng.random(total) < 0.008 + 0.03 * (1 - quality)
    shipped = np.where(never | (shipped >= end), -1, shipped)
    delivered = shipped + (DAY * (0.8 + rng.gamma(3.0, 0.75, total))).astype(np.int64)
    lost = rng.random(total) < 0.006
    delivered = np.where((shipped < 0) | lost | (delivered >= end), -1, delivered)
    buyers = max(50, int(total / 2.6))
    buyer = (buyers * rng.random(total) ** 1.5).astype(np.int64)
    waybill, origin = _waybills(rng, shops, shop, shipped)
    return Orders(listing, buyer, quantity, amount, paid, shipped, delivered, waybill, origin, never | lost)


def _quantities(rng: np.random.Generator, shops: Sequence[Shop], shop: np.ndarray) -> np.ndarray:
    bulk = np.array([s.role in {"maker", "wholesaler"} for s in shops])[shop]
    return np.where(bulk, rng.geometric(0.16, len(shop)), np.minimum(rng.geometric(0.88, len(shop)), 12))


def _waybills(
    rng: np.random.Generator, shops: Sequence[Shop], shop: np.ndarray, shipped: np.ndarray
) -> tuple[list[str | None], list[str | None]]:
    """Waybill numbers with the carrier of the shop's account, and the place each parcel was taken in."""
    carriers = ["".join(c for c in s.waybill_account if c.isalpha()) for s in shops]
    choices = [s.origins or [(s.ship_door.district.origin, 0.93), (s.home.origin, 0.07)] for s in shops]
    shares = np.zeros((len(shops), max(map(len, choices))))
    for i, origins in enumerate(choices):
        weights = np.array([weight for _, weight in origins])
        shares[i, : len(origins)] = weights / weights.sum()
    pick = (rng.random(len(shop))[:, None] > np.cumsum(shares, axis=1)[shop]).sum(axis=1)
    serial = rng.integers(10**11, 10**12, len(shop)).tolist()
    sent = (shipped >= 0).tolist()
    owners = shop.tolist()
    waybill = [f"{carriers[s]}{n}" if ok else None for s, n, ok in zip(owners, serial, sent, strict=True)]
    origin = [
        choices[s][min(k, len(choices[s]) - 1)][0] if ok else None
        for s, k, ok in zip(owners, pick.tolist(), sent, strict=True)
    ]
    return waybill, origin
