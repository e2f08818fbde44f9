"""Rings: sellers run by the same people, in five shapes, with identifiers shared imperfectly.

Every member shares at least one identifier with another member, mostly not with the same one, so that many pairs hang
together only over two or three hops. Spellings of the shared identifiers vary shop by shop.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from touchstone.demo.market import people, places
from touchstone.demo.market.brands import Brand, one_of
from touchstone.demo.market.shops import Founder, Shop, shop_name

# how often each identifier is the one that ties a shop to another
_TIES = {
    "payout_account": 0.26,
    "device_id": 0.22,
    "phone": 0.18,
    "waybill_account": 0.14,
    "return_door": 0.12,
    "ship_door": 0.08,
}
_WORKSHOPS = ("莆田", "晋江市", "石狮市", "虎门镇", "白云区", "高碑店市", "潮阳区", "温岭市", "鹿城区", "义乌市")


@dataclass
class Ring:
    """A ring and its members; `factory` is where its goods are made, `pictures` the pool of drawings it reuses."""

    ring_id: str
    shape: str
    brands: list[Brand]
    factory: places.Address
    members: list[Shop] = field(default_factory=list)

    @property
    def pictures(self) -> str:
        """The name of the ring's own pool of drawings."""
        return f"ring-{self.ring_id}"


class RingMaker:
    """Builds rings. `scale` shrinks them for small markets (1 at full size)."""

    def __init__(self, founder: Founder, brands: Sequence[Brand], scale: float) -> None:
        self.founder = founder
        self.rnd = founder.rnd
        self.brands = brands
        self.scale = scale
        self.rings: list[Ring] = []

    def build(self, counts: dict[str, int]) -> list[Ring]:
        """Make `counts[shape]` rings of each shape."""
        shapes: dict[str, Callable[[Ring], None]] = {
            "hierarchy": self._hierarchy,
            "one_person": self._one_person,
            "reopening": self._reopening,
            "cross_region": self._cross_region,
            "pair": self._pair,
        }
        for shape, number in counts.items():
            for _ in range(number):
                ring = self._ring(shape)
                shapes[shape](ring)
                self._mend(ring)
                for shop in ring.members:
                    shop.ring, shop.shape, shop.pictures = ring.ring_id, shape, ring.pictures
        return self.rings

    def _mend(self, ring: Ring) -> None:
        """Tie again what lost its last tie when a courier's or a cash-out account was handed round."""
        while len(groups := _connected(ring.members)) > 1:
            self._tie(self.rnd.choice(groups[1]), self.rnd.choice(groups[0]), 1)

    def _ring(self, shape: str) -> Ring:
        rnd = self.rnd
        first = one_of(rnd, self.brands)
        same = [b for b in self.brands if b is not first and set(b.goods) & set(first.goods)]
        where = places.workshop_district(rnd, rnd.choice(_WORKSHOPS))
        ring = Ring(
            f"R{len(self.rings) + 1:03d}",
            shape,
            [first, *rnd.sample(same, min(len(same), rnd.randint(1, 6)))],
            places.address(rnd, where),
        )
        self.rings.append(ring)
        return ring

    def _size(self, low: int, high: int, least: int) -> int:
        return max(least, round(self.rnd.randint(low, high) * self.scale))

    def _shop(
        self,
        ring: Ring,
        role: str,
        *,
        person: int | None = None,
        home: places.District | None = None,
        youngest: int = 15,
        oldest: int = 900,
    ) -> Shop:
        rnd = self.rnd
        goods = rnd.choice(ring.brands[0].goods)
        shop = self.founder.shop(role, person=person, home=home, goods=goods, youngest=youngest, oldest=oldest)
        shop.role = role
        shop.brands = ring.brands
        shop.care = rnd.betavariate(2.2, 1.8)
        shop.quality = rnd.betavariate(4, 2.4)
        shop.fake_share = {
            "front_shop": 0.12 + 0.85 * rnd.betavariate(2.2, 1.6),
            "wholesaler": rnd.uniform(0.3, 0.85),
            "maker": rnd.uniform(0.15, 0.5),
        }.get(role, 0.0)
        ring.members.append(shop)
        return shop

    def _tie(self, shop: Shop, other: Shop, number: int | None = None) -> None:
        """Give `shop` one or two of the identifiers of `other`."""
        names, weights = list(_TIES), list(_TIES.values())
        for _ in range(number or self.rnd.choice((1, 1, 2))):
            name = self.rnd.choices(names, weights)[0]
            setattr(shop, name, getattr(other, name))

    def _borrowed_name(self, shop: Shop) -> None:
        """A licence in the name of somebody who lent it; contact and phone go with the name."""
        shop.contact_name = people.name(self.rnd)
        shop.legal_name, shop.licence_no = self.founder.registration(places.district(self.rnd), shop.contact_name)
        shop.shop_name = shop_name(self.rnd, shop.english)

    def _hierarchy(self, ring: Ring) -> None:
        """A maker, its wholesalers, their front shops; goods leave from the factory, money flows up."""
        rnd = self.rnd
        maker = self._shop(ring, "maker", home=ring.factory.district, youngest=300, oldest=2200)
        maker.ship_door = ring.factory
        for _ in range(self._size(2, 4, 2)):
            wholesaler = self._shop(
                ring, "wholesaler", home=rnd.choice((ring.factory.district, None)), youngest=150, oldest=1600
            )
            wholesaler.ship_door = ring.factory if rnd.random() < 0.4 else places.neighbour(rnd, ring.factory)
            self._tie(wholesaler, maker, 1)
            wholesaler.origins = [(ring.factory.district.origin, 0.8), (wholesaler.home.origin, 0.2)]
            self._front_shops(ring, wholesaler, self._size(3, 7, 2))
        self._helpers(ring, maker, couriers=rnd.choice((0, 1, 1)), cash_outs=rnd.choice((0, 1)))

    def _front_shops(self, ring: Ring, wholesaler: Shop, number: int) -> None:
        rnd = self.rnd
        person, previous = self.founder.person(), wholesaler
        for i in range(number):
            if i and rnd.random() < 0.55:
                person = self.founder.person()
            shop = self._shop(ring, "front_shop", person=person)
            self._tie(shop, previous if rnd.random() < 0.45 else wholesaler)
            if rnd.random() < 0.55:
                shop.waybill_account = wholesaler.waybill_account
            shop.origins = [
                (ring.factory.district.origin, rnd.uniform(0.45, 0.85)),
                (wholesaler.home.origin, 0.15),
                (shop.home.origin, 0.15),
            ]
            previous = shop

    def _one_person(self, ring: Ring) -> None:
        """One person behind some thirty shops in borrowed names, run from a few phones, computers and cards."""
        rnd = self.rnd
        person = self.founder.person()
        first = self._shop(ring, "front_shop", person=person, youngest=400, oldest=1500)
        shops = [first]
        for _ in range(self._size(28, 32, 6) - 1):
            shop = self._shop(ring, "front_shop", person=person, youngest=15, oldest=1100)
            self._borrowed_name(shop)
            self._tie(shop, shops[-1] if rnd.random() < 0.3 else rnd.choice(shops), 2 if rnd.random() < 0.6 else 1)
            if rnd.random() < 0.1:
                shop.legal_name, shop.licence_no = first.legal_name, first.licence_no
            shop.origins = [(first.home.origin, 0.85), (shop.home.origin, 0.15)]
            shops.append(shop)

    def _reopening(self, ring: Ring) -> None:
        """Shops that were closed, and shops in new names that took over cards, computers or pictures within weeks."""
        rnd = self.rnd
        person = self.founder.person()
        for _ in range(self._size(2, 4, 2)):
            old = self._shop(ring, "front_shop", person=person, youngest=260, oldest=1200)
            old.closed_on = self.founder.as_of - timedelta(days=rnd.randint(60, 240))
            if len(ring.members) > 1:
                self._tie(old, ring.members[0], 1)
            new = self._shop(ring, "front_shop", person=person)
            self._borrowed_name(new)
            new.opened_on = old.closed_on + timedelta(days=rnd.randint(4, 45))
            new.closed_on = None
            self._tie(new, old)
            new.origins = old.origins = [(old.home.origin, 0.9), (new.home.origin, 0.1)]

    def _cross_region(self, ring: Ring) -> None:
        """Front shops in several provinces that share couriers and cash-out accounts more than doors."""
        rnd = self.rnd
        homes = rnd.sample([d for d in places.DISTRICTS if d.province != ring.factory.district.province], 5)
        persons = [self.founder.person() for _ in range(rnd.randint(2, 4))]
        lead = self._shop(ring, "wholesaler", person=persons[0], home=ring.factory.district, youngest=200, oldest=1400)
        lead.ship_door = ring.factory
        for i in range(self._size(8, 13, 5)):
            shop = self._shop(ring, "front_shop", person=rnd.choice(persons), home=homes[i % len(homes)])
            self._tie(shop, rnd.choice(ring.members[:-1]), 1)
            shop.origins = [(ring.factory.district.origin, 0.5), (shop.home.origin, 0.5)]
        self._helpers(ring, lead, couriers=2, cash_outs=2)

    def _helpers(self, ring: Ring, lead: Shop, *, couriers: int, cash_outs: int) -> None:
        """Couriers whose waybill account, and cash-out shops whose card, the ring's other shops use."""
        rnd = self.rnd
        users = [s for s in ring.members if s.role in {"front_shop", "wholesaler"}]
        for _ in range(couriers):
            courier = self._shop(ring, "courier", home=ring.factory.district)
            self._tie(courier, lead, 1)
            for shop in users:
                if rnd.random() < 0.55 / couriers:
                    shop.waybill_account = courier.waybill_account
        for _ in range(cash_outs):
            cash_out = self._shop(ring, "cash_out")
            self._tie(cash_out, rnd.choice(users), 1)
            for shop in users:
                if rnd.random() < 0.6 / cash_outs:
                    shop.payout_account = cash_out.payout_account

    def _pair(self, ring: Ring) -> None:
        """Two shops of one person or of a couple, with little more in common than one or two identifiers."""
        first = self._shop(ring, "front_shop")
        second = self._shop(ring, "front_shop", person=first.person if self.rnd.random() < 0.7 else None)
        self._tie(second, first)


def _connected(members: Sequence[Shop]) -> list[list[Shop]]:
    """The members in groups that hang together over equal identifiers, the largest group first."""
    groups: list[list[Shop]] = []
    for shop in members:
        near = [g for g in groups if any(getattr(shop, name) == getattr(other, name) for other in g for name in _TIES)]
        merged = [shop, *(other for g in near for other in g)]
        groups = [*(g for g in groups if g not in near), merged]
    return sorted(groups, key=len, reverse=True)


def mingle(rnd: random.Random, rings: Sequence[Ring], honest: Sequence[Shop]) -> None:
    """Let a few ring shops ship from a shared warehouse or register with an agent, beside honest strangers."""
    hosts = [s for s in honest if s.shares in {"warehouse", "agent"}]
    members = [s for ring in rings for s in ring.members]
    for shop in rnd.sample(members, min(len(hosts), max(1, len(members) // 14))):
        host = rnd.choice(hosts)
        if host.shares == "warehouse":
            shop.ship_door = host.ship_door
        else:
            shop.return_door = host.return_door
        shop.shares = host.shares
