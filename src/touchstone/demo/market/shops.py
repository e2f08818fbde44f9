"""A shop before it becomes a row: who runs it, what it trades in and which identifiers it shows."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from touchstone.demo.market import licences, people, places
from touchstone.demo.market.brands import Brand
from touchstone.demo.market.goods import GOODS, Goods

_GOODS_WEIGHTS = [goods.weight for goods in GOODS]
_NAME_FIRST = "优品尚佳美悦潮尊享乐购汇臻颜初见木棉小鹿大象北极星拾光云端花间森野禾木知秋南巷旧时慢煮青柠暖阳"
_NAME_LAST = (
    "旗舰店",
    "专营店",
    "专卖店",
    "的小店",
    "优选",
    "百货",
    "工厂店",
    "生活馆",
    "海外购",
    "潮品",
    "商行",
    "批发",
    "屋",
    "家",
    "严选",
    "企业店",
)
_NAMES_EN = (
    "Sunny",
    "Lucky",
    "Urban",
    "Prime",
    "Golden",
    "Ocean",
    "Happy",
    "Star",
    "Easy",
    "Nova",
    "Royal",
    "Blue",
    "Dragon",
    "Global",
    "Fresh",
)
_NAMES_EN_LAST = (
    "Store",
    "Shop",
    "Mall",
    "Trading",
    "Outlet",
    "Official Store",
    "Boutique",
    "Direct",
    "Factory",
    "Online",
)
_FIRM = ("商贸", "贸易", "电子商务", "服饰", "科技", "供应链管理", "网络科技", "鞋业", "皮具", "日用品")
_STALL = ("百货店", "服装店", "鞋店", "网店", "商行", "日用品经营部", "电子商务商行", "箱包店", "食品店", "数码店")


@dataclass
class Shop:
    """A seller in the making. Addresses stay doors until the table is written, so that spellings can differ."""

    person: int
    trade: str
    goods: Goods
    home: places.District
    english: bool
    shop_name: str
    legal_name: str
    licence_no: str
    contact_name: str
    phone: str
    payout_account: str
    device_id: str
    return_door: places.Address
    ship_door: places.Address
    waybill_account: str
    opened_on: date
    closed_on: date | None
    deposit: int
    care: float
    quality: float
    fake_share: float = 0.0
    ring: str = ""
    shape: str = ""
    role: str = ""
    shares: str = ""
    brands: list[Brand] = field(default_factory=list)
    pictures: str = ""
    origins: list[tuple[str, float]] = field(default_factory=list)
    seller_id: str = ""

    @property
    def is_counterfeiter(self) -> bool:
        """Whether the shop itself chooses to sell fakes (a ring's shop that sells them, or a lone counterfeiter)."""
        return self.fake_share > 0


class Founder:
    """Opens shops: fresh people, fresh identifiers, dates before `as_of`."""

    def __init__(self, rnd: random.Random, as_of: date) -> None:
        self.rnd = rnd
        self.as_of = as_of
        self.people = 0

    def person(self) -> int:
        """A new real person."""
        self.people += 1
        return self.people

    def shop(
        self,
        trade: str,
        *,
        person: int | None = None,
        home: places.District | None = None,
        goods: Goods | None = None,
        youngest: int = 10,
        oldest: int = 2400,
    ) -> Shop:
        """A shop of its own, that shares nothing yet; age in days drawn between `youngest` and `oldest`."""
        rnd = self.rnd
        home = home or places.district(rnd)
        goods = goods or rnd.choices(GOODS, weights=_GOODS_WEIGHTS)[0]
        door = places.address(rnd, home)
        contact = people.name(rnd)
        legal, number = self.registration(home, contact)
        english = rnd.random() < 0.16
        age = youngest + int((oldest - youngest) * rnd.betavariate(1.1, 2.2))
        opened = self.as_of - timedelta(days=age)
        return Shop(
            person=person or self.person(),
            trade=trade,
            goods=goods,
            home=home,
            english=english,
            shop_name=shop_name(rnd, english),
            legal_name=legal,
            licence_no=number,
            contact_name=contact,
            phone=people.phone(rnd),
            payout_account=people.payout(rnd),
            device_id=people.device(rnd),
            return_door=door,
            ship_door=door if rnd.random() < 0.7 else places.address(rnd, home),
            waybill_account=people.waybill_account(rnd),
            opened_on=opened,
            closed_on=self._closing(opened) if rnd.random() < 0.06 else None,
            deposit=rnd.choice((0, 1000, 1000, 2000, 5000, 10000, 30000, 50000)),
            care=min(1.0, rnd.betavariate(4, 1.2)),
            quality=rnd.betavariate(6, 2),
        )

    def registration(self, home: places.District, contact: str) -> tuple[str, str]:
        """A legal name and a licence number registered at `home`; one in eight is a person without a licence."""
        rnd = self.rnd
        draw = rnd.random()
        if draw < 0.12:
            return contact, ""
        mark = "".join(rnd.sample(_NAME_FIRST, 2))
        if draw < 0.55:
            return f"{home.city}市{home.name}{mark}{rnd.choice(_STALL)}", licences.licence(
                rnd, licences.SOLE_TRADER, home.code
            )
        return f"{home.city}{mark}{rnd.choice(_FIRM)}有限公司", licences.licence(rnd, licences.ENTERPRISE, home.code)

    def _closing(self, opened: date) -> date | None:
        days = (self.as_of - opened).days
        return opened + timedelta(days=self.rnd.randint(days // 2, days)) if days > 60 else None


def shop_name(rnd: random.Random, english: bool) -> str:
    """A shop's name as buyers see it."""
    if english:
        number = str(rnd.randint(1, 999)) if rnd.random() < 0.3 else ""
        return f"{rnd.choice(_NAMES_EN)} {rnd.choice(_NAMES_EN)} {rnd.choice(_NAMES_EN_LAST)}{number}"
    number = str(rnd.randint(2, 99)) if rnd.random() < 0.12 else ""
    return "".join(rnd.sample(_NAME_FIRST, rnd.choice((2, 2, 3)))) + rnd.choice(_NAME_LAST) + number
