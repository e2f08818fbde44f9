"""Shops that are no ring: ordinary ones, honest look-alikes, honest sharing, and counterfeiters on their own."""

from __future__ import annotations

import random
from collections.abc import Sequence

from touchstone.demo.market import places
from touchstone.demo.market.brands import Brand, one_of
from touchstone.demo.market.shops import Founder, Shop

# share of the shops outside rings
TRADES = {
    "authorised": 0.06,
    "parallel_import": 0.045,
    "second_hand": 0.045,
    "accessory": 0.05,
    "fan": 0.02,
    "generic_word": 0.035,
    "counterfeit": 0.05,
    "plain": 0.695,
}


def shops(founder: Founder, number: int, brands: Sequence[Brand]) -> list[Shop]:
    """`number` shops outside rings: each trade at its share (two of each at least), honest sharing planted."""
    counts = {trade: max(2, round(number * share)) for trade, share in TRADES.items()}
    counts["plain"] += number - sum(counts.values())
    made = [_shop(founder, trade, brands) for trade, count in counts.items() for _ in range(count)]
    founder.rnd.shuffle(made)
    _owners(founder, made)
    _warehouses(founder.rnd, made)
    _agents(founder.rnd, made)
    _families(founder.rnd, made)
    _recycled_phones(founder.rnd, made)
    return made


def _shop(founder: Founder, trade: str, brands: Sequence[Brand]) -> Shop:
    rnd = founder.rnd
    if trade == "plain":
        shop = founder.shop(trade)
        shop.brands = _of_goods(rnd, brands, shop, 4)
        return shop
    brand = one_of(rnd, brands)
    shop = founder.shop(trade, goods=rnd.choice(brand.goods))
    near = _of_goods(rnd, brands, shop, {"authorised": 2, "counterfeit": 5}.get(trade, 6))
    shop.brands = [brand] if trade == "authorised" and rnd.random() < 0.6 else [brand, *near]
    if trade == "authorised":
        shop.quality = rnd.betavariate(8, 2)
        _named_after(rnd, shop, brand)
    elif trade == "parallel_import":
        shop.quality = rnd.betavariate(5, 2.4)
    elif trade == "counterfeit":
        shop.fake_share = 0.08 + 0.85 * rnd.betavariate(1.4, 1.5)
        shop.quality = rnd.betavariate(4, 2.6)
        if rnd.random() < 0.12:
            _named_after(rnd, shop, brand)
    return shop


def _of_goods(rnd: random.Random, brands: Sequence[Brand], shop: Shop, most: int) -> list[Brand]:
    same = [b for b in brands if shop.goods in b.goods]
    return rnd.sample(same, min(len(same), most))


def _named_after(rnd: random.Random, shop: Shop, brand: Brand) -> None:
    if shop.english:
        shop.shop_name = f"{brand.name} {rnd.choice(('Official Store', 'Authorized Store', 'Outlet', 'Store'))}"
    else:
        shop.shop_name = (
            f"{brand.chinese or brand.name}{rnd.choice(('官方旗舰店', '专卖店', '授权专营店', '京城专营店', '折扣店'))}"
        )


def _owners(founder: Founder, made: list[Shop]) -> None:
    """One honest person in thirty runs two or three shops; a few companies run eight to twelve."""
    rnd = founder.rnd
    free = [s for s in made if s.trade in {"plain", "authorised", "accessory"}]
    rnd.shuffle(free)
    sizes = [rnd.choice((2, 2, 2, 3)) for _ in range(round(len(made) * 0.025))]
    sizes += [rnd.randint(8, 12) for _ in range(round(len(made) / 1500))]
    at = 0
    for size in sizes:
        group, at = free[at : at + size], at + size
        for shop in group[1:]:
            _same_owner(rnd, group[0], shop)


def _same_owner(rnd: random.Random, first: Shop, shop: Shop) -> None:
    shop.person, shop.shares = first.person, "owner"
    first.shares = "owner"
    shop.legal_name, shop.licence_no, shop.contact_name = first.legal_name, first.licence_no, first.contact_name
    shop.payout_account = first.payout_account
    if rnd.random() < 0.8:
        shop.phone = first.phone
    if rnd.random() < 0.7:
        shop.device_id = first.device_id
    if rnd.random() < 0.7:
        shop.return_door, shop.ship_door, shop.home = first.return_door, first.ship_door, first.home
    if rnd.random() < 0.5:
        shop.waybill_account = first.waybill_account


def _warehouses(rnd: random.Random, made: list[Shop]) -> None:
    """Strangers who ship from one warehouse, often on its courier account, and sometimes take returns there."""
    for _ in range(max(1, round(len(made) / 320))):
        where = places.district(rnd)
        door = places.address(rnd, where)
        account = rnd.choice(made).waybill_account
        for shop in _strangers(rnd, made, rnd.randint(5, 25)):
            shop.shares = "warehouse"
            shop.ship_door = door if rnd.random() < 0.6 else places.neighbour(rnd, door)
            if rnd.random() < 0.6:
                shop.waybill_account = account
            if rnd.random() < 0.35:
                shop.return_door = door


def _agents(rnd: random.Random, made: list[Shop]) -> None:
    """An agent who registers many licences at one door and leaves its own phone with some of them."""
    for _ in range(max(1, round(len(made) / 900))):
        door = places.address(rnd, places.district(rnd))
        group = _strangers(rnd, made, rnd.randint(12, 38))
        phone = group[0].phone if group else ""
        for shop in group:
            shop.shares = "agent"
            shop.return_door = door if rnd.random() < 0.7 else places.neighbour(rnd, door)
            if rnd.random() < 0.3:
                shop.phone = phone


def _families(rnd: random.Random, made: list[Shop]) -> None:
    """Two people of one household with a shop each: one phone, or one door, or one computer."""
    for _ in range(max(1, round(len(made) * 0.006))):
        pair = _strangers(rnd, made, 2)
        if len(pair) < 2:
            return
        first, second = pair
        first.shares = second.shares = "family"
        second.return_door = first.return_door
        if rnd.random() < 0.6:
            second.phone = first.phone
        if rnd.random() < 0.4:
            second.device_id = first.device_id


def _recycled_phones(rnd: random.Random, made: list[Shop]) -> None:
    """A number given up by one shop's owner and sold on to another."""
    for _ in range(max(1, round(len(made) * 0.002))):
        old, new = rnd.sample(made, 2)
        new.phone = old.phone


def _strangers(rnd: random.Random, made: list[Shop], number: int) -> list[Shop]:
    free = [s for s in made if not s.shares]
    return rnd.sample(free, min(len(free), number, max(2, len(made) // 8)))
