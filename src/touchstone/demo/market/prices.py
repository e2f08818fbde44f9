"""Prices in CNY, by what is sold: as ratios to the brand's reference price, or around the usual price of the goods."""

from __future__ import annotations

import math
import random

from touchstone.demo.market.brands import Brand
from touchstone.demo.market.goods import Goods

USD = 7.1  # CNY of one US dollar, for sellers who price in dollars

# median ratio to the reference price and sigma of its logarithm
_RATIOS = {
    "genuine": (0.93, 0.38),
    "authorised": (0.97, 0.34),
    "parallel_import": (0.76, 0.34),
    "second_hand": (0.42, 0.55),
}
# fakes: share, median ratio, sigma. A quarter is priced like the real thing
_FAKES = ((0.46, 0.16, 0.5), (0.29, 0.42, 0.35), (0.25, 0.84, 0.28))


# small things of dear houses: the most that the usual price of a kind of goods is, in CNY, whatever the reference price
_SMALL_GOODS = {"cosmetics": 420.0, "perfume": 900.0, "eyewear": 2400.0, "stationery": 1800.0}


def usual(brand: Brand, goods: Goods) -> float:
    """What real goods of this kind cost. The register gives one reference price a brand; a lipstick is no handbag."""
    return min(brand.price, _SMALL_GOODS.get(goods.key, brand.price))


def genuine(rnd: random.Random, brand: Brand, goods: Goods, use: str) -> float:
    """The price of real goods of `brand`; one in nine is on a sale."""
    median, sigma = _RATIOS[use]
    price = usual(brand, goods) * median * math.exp(rnd.gauss(0, sigma))
    if rnd.random() < 0.11:
        price *= rnd.uniform(0.4, 0.75)
    return price


def fake(rnd: random.Random, brand: Brand, goods: Goods, wholesale: bool) -> float:
    """The price of a fake. The dearer the goods, the lower the ratio: nobody pays half of 100,000 for a copy."""
    _, median, sigma = rnd.choices(_FAKES, [share for share, _, _ in _FAKES])[0]
    ratio = median * math.exp(rnd.gauss(0, sigma))
    real = usual(brand, goods)
    if real > 2000:
        ratio *= (2000 / real) ** 0.55
    return max(9.0, real * ratio * (0.6 if wholesale else 1.0))


def plain(rnd: random.Random, goods: Goods) -> float:
    """The price of goods without a famous brand."""
    return goods.price * math.exp(rnd.gauss(0, goods.spread))


def small(rnd: random.Random) -> float:
    """The price of an accessory or a fan's article."""
    return 24 * math.exp(rnd.gauss(0, 0.7))


def label(rnd: random.Random, price: float, dollars: bool) -> float:
    """The price as written: rounded as sellers round, in the listing's currency; one in 300 is a slip."""
    if rnd.random() < 1 / 300:
        return rnd.choice((0.01, 1.0, 9.9, 9999.0, 99999.0, round(price * 10, 2)))
    if dollars:
        return max(0.99, math.floor(price / USD) + rnd.choice((0.99, 0.5, 0.0, 0.95)))
    if price < 30:
        return max(0.5, round(price, 1))
    if price < 300:
        return float(max(1, round(price) - rnd.choice((0, 0, 1, 2)))) + rnd.choice((0.0, 0.0, 0.9, 0.8))
    step = 10 if price < 3000 else 100
    return float(round(price / step) * step - rnd.choice((0, 0, 1, 2, 12)))
