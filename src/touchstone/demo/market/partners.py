"""What partner agencies know: seizures and inspections.

Some touch the online side through an address, a phone, a waybill account or a licence number of a ring, spelt as
officers spell them. Others touch nothing, and a few touch honest strangers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from touchstone.demo.market import people, places
from touchstone.demo.market.brands import Brand
from touchstone.demo.market.rings import Ring
from touchstone.demo.market.shops import Shop

_AGENCIES = {
    "customs": ("{city}海关", "{city}机场海关", "{city}邮局海关"),
    "market_regulation": ("{city}市市场监督管理局", "{city}市{district}市场监督管理局"),
    "police": ("{city}市公安局食药环侦支队", "{city}市公安局{district}分局"),
}
_GOODS = {
    "shoes": "运动鞋",
    "bags": "手提包",
    "watches": "手表",
    "apparel": "服装",
    "sportswear": "运动服",
    "cosmetics": "化妆品",
    "perfume": "香水",
    "jewellery": "首饰",
    "eyewear": "眼镜",
    "audio": "耳机",
    "appliances": "小家电",
}
_NOTES = (
    "现场查获成品及半成品，另有商标标识若干。",
    "仓库无经营标志，快递每日上门揽收。",
    "当事人称货物为他人寄存。",
    "快递面单打印机两台，电脑一台已封存。",
    "包裹申报品名为日用品。",
    "已委托权利人鉴定，结论为假冒注册商标商品。",
    "货主信息待查。",
)


@dataclass(frozen=True)
class Seizure:
    """Goods seized by an agency. `ring` is the truth behind it, empty where there is no ring online."""

    agency: str
    agency_type: str
    occurred_on: date
    place: str
    region: str
    goods: str
    brand: str
    quantity: int
    value: float
    waybill_origin: str
    address: str
    phone: str
    notes: str
    ring: str


@dataclass(frozen=True)
class Inspection:
    """A sample tested by an agency, of an online shop (`shop`) or of a producer known by name only."""

    agency: str
    agency_type: str
    occurred_on: date
    shop: Shop | None
    producer: str
    brand: str
    result: str
    sample: str
    notes: str
    ring: str


class Desk:
    """Writes the partners' records from one stream."""

    def __init__(self, rnd: random.Random, as_of: date, brands: Sequence[Brand]) -> None:
        self.rnd = rnd
        self.as_of = as_of
        self.brands = brands

    def seizures(self, rings: Sequence[Ring], shops: Sequence[Shop], number: int) -> list[Seizure]:
        """`number` seizures or more: one or two for each ring (half of the pairs: none), others that touch no ring."""
        rnd = self.rnd
        made = [self._of_ring(ring) for ring in rings if ring.shape != "pair" or rnd.random() < 0.5]
        made += [self._of_ring(ring) for ring in rings if ring.shape in {"hierarchy", "cross_region"}]
        lone = [s for s in shops if s.trade == "counterfeit"]
        made += [self._at(rnd.choice(lone), "") for _ in range(max(1, number // 8))]
        shared = [s for s in shops if s.shares == "warehouse" and not s.ring]
        made += [self._at(rnd.choice(shared), "") for _ in range(1 if shared else 0)]
        while len(made) < number:
            made.append(self._elsewhere())
        return sorted(made, key=lambda seizure: (seizure.occurred_on, seizure.place, seizure.phone))

    def _of_ring(self, ring: Ring) -> Seizure:
        rnd = self.rnd
        member = rnd.choice([s for s in ring.members if s.role in {"maker", "wholesaler", "courier"}] or ring.members)
        return self._at(member, ring.ring_id, ring.factory if rnd.random() < 0.5 else None)

    def _at(self, shop: Shop, ring: str, factory: places.Address | None = None) -> Seizure:
        """A seizure that names one to three of the shop's identifiers."""
        rnd = self.rnd
        door = factory or shop.ship_door
        known = [name for name in ("address", "phone", "waybill", "licence") if rnd.random() < 0.5] or [
            "address",
            "waybill",
        ]
        if known == ["licence"] and not shop.licence_no:
            known = ["phone"]
        note = rnd.choice(_NOTES)
        if "waybill" in known:
            note += f"面单账号 {shop.waybill_account}。"
        if "licence" in known and shop.licence_no:
            note += f"现场营业执照 {shop.licence_no}。"
        brand = rnd.choice(shop.brands or list(self.brands))
        address = places.spell(rnd, door, 0.5) if "address" in known else ""
        phone = people.spell_phone(rnd, shop.phone, 0.5) if "phone" in known else ""
        return self._seizure(door.district, brand, address, phone, note, ring)

    def _elsewhere(self) -> Seizure:
        rnd = self.rnd
        where = places.district(rnd)
        address = places.spell(rnd, places.address(rnd, where), 0.5) if rnd.random() < 0.7 else ""
        phone = people.phone(rnd) if rnd.random() < 0.5 else ""
        return self._seizure(where, rnd.choice(self.brands), address, phone, rnd.choice(_NOTES), "")

    def _seizure(self, where: places.District, brand: Brand, address: str, phone: str, note: str, ring: str) -> Seizure:
        rnd = self.rnd
        kind = rnd.choice(list(_AGENCIES))
        quantity = int(10 ** rnd.uniform(1.3, 4.2))
        goods = _GOODS.get(brand.goods[0].key, brand.goods[0].label)
        value = round(quantity * brand.price * rnd.uniform(0.08, 0.9), 2)
        return Seizure(
            self._agency(kind, where),
            kind,
            self._day(),
            f"{where.city}市{where.name}",
            where.province,
            goods,
            brand.name,
            quantity,
            value,
            where.origin if rnd.random() < 0.6 else "",
            address,
            phone,
            note,
            ring,
        )

    def inspections(self, rings: Sequence[Ring], shops: Sequence[Shop], number: int) -> list[Inspection]:
        """Samples of ring shops, lone counterfeiters and honest shops, and of producers that are only a name."""
        rnd = self.rnd
        made = [self._sample(rnd.choice(ring.members), ring.ring_id) for ring in rings if rnd.random() < 0.7]
        lone = [s for s in shops if s.trade == "counterfeit"]
        made += [self._sample(rnd.choice(lone), "") for _ in range(max(1, number // 6))]
        honest = [s for s in shops if not s.ring and not s.is_counterfeiter]
        while len(made) < number:
            made.append(self._sample(rnd.choice(honest), ""))
        return sorted(made, key=lambda inspection: (inspection.occurred_on, inspection.sample))

    def _sample(self, shop: Shop, ring: str) -> Inspection:
        rnd = self.rnd
        kind = rnd.choice(("market_regulation", "market_regulation", "customs"))
        brand = rnd.choice(shop.brands).name if shop.brands else ""
        bad = rnd.random() < (0.75 if shop.is_counterfeiter else 0.04)
        result = (
            "counterfeit" if bad and brand else "substandard" if rnd.random() < 0.12 else "genuine" if brand else "pass"
        )
        named = rnd.random() < 0.7
        note = (
            f"被抽样单位执照号 {shop.licence_no}。"
            if shop.licence_no and rnd.random() < 0.6
            else f"联系电话 {people.spell_phone(rnd, shop.phone, 0.6)}。"
        )
        return Inspection(
            self._agency(kind, shop.home),
            kind,
            self._day(),
            shop if named else None,
            "" if named else shop.legal_name,
            brand,
            result,
            f"{rnd.choice(shop.goods.nouns_zh)} {rnd.randint(1, 12)}件",
            note,
            ring,
        )

    def _agency(self, kind: str, where: places.District) -> str:
        return self.rnd.choice(_AGENCIES[kind]).format(city=where.city, district=where.name)

    def _day(self) -> date:
        return self.as_of - timedelta(days=self.rnd.randint(1, 360))
