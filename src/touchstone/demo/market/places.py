"""Places: real districts of China with their six-digit codes, invented streets, door numbers and their spellings."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, replace
from importlib.resources import files

_STREET_FIRST = "长德兴业荣华安平永和金源福泰锦绣东升新民康乐望江临湖清泉松竹凤凰龙腾瑞祥文昌学海石桥银杏枫林云溪"
_STREET_LAST = ("路", "大道", "街", "中路", "东路", "西路", "北街", "南街", "巷")
_ESTATES = ("工业园", "电商产业园", "物流园", "商贸城", "创业园", "仓储中心", "科技园", "小区", "花园", "新村")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_SLIPS = {"路": "璐", "工": "公", "德": "得", "园": "圆", "兴": "新", "华": "花", "锦": "绵", "平": "坪"}


@dataclass(frozen=True)
class District:
    """A district (or town) with the province, city and code it is registered under."""

    province: str
    city: str
    name: str
    code: str

    @property
    def origin(self) -> str:
        """How a courier names the place a parcel was taken in."""
        return f"{self.full_city}{self.name}"

    @property
    def full_city(self) -> str:
        """Province and city as an address gives them in full; a municipality stands once."""
        if self.province == self.city:
            return f"{self.city}市"
        return f"{self.province}{'壮族自治区' if self.province == '广西' else '省'}{self.city}市"

    @property
    def short_city(self) -> str:
        """Province and city without their endings."""
        return self.city if self.province == self.city else f"{self.province}{self.city}"


@dataclass(frozen=True)
class Address:
    """One door. Two spellings of the same Address are the same place."""

    district: District
    street: str
    number: int
    estate: str
    building: int
    room: str


def _read() -> tuple[list[District], list[float]]:
    """The districts, and the weight of each as a home of honest sellers."""
    text = (files("touchstone.demo.market") / "words" / "districts.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    places = [District(r["province"], r["city"], r["name"], r["code"]) for r in rows]
    return places, [float(r["weight"]) for r in rows]


DISTRICTS, _WEIGHTS = _read()


def district(rnd: random.Random) -> District:
    """A district where sellers are at home."""
    return rnd.choices(DISTRICTS, weights=_WEIGHTS)[0]


def workshop_district(rnd: random.Random, name: str) -> District:
    """The district, or one district of the city, of that name."""
    return rnd.choice([d for d in DISTRICTS if name in (d.name, d.city)])


def address(rnd: random.Random, where: District) -> Address:
    """A new door in the district `where`."""
    street = "".join(rnd.sample(_STREET_FIRST, 2)) + rnd.choice(_STREET_LAST)
    estate = ""
    if rnd.random() < 0.55:
        estate = "".join(rnd.sample(_STREET_FIRST, 2)) + rnd.choice(_ESTATES)
    room = f"{rnd.randint(1, 18)}0{rnd.randint(1, 8)}"
    return Address(where, street, rnd.randint(1, 899), estate, rnd.randint(1, 26), room)


def neighbour(rnd: random.Random, door: Address) -> Address:
    """Another room of the same building (one warehouse, two doors)."""
    return replace(door, room=f"{rnd.randint(1, 18)}0{rnd.randint(1, 8)}")


def spell(rnd: random.Random, door: Address, care: float = 1.0) -> str:
    """One way to write the address. With `care` 1 it is the full form; below, people shorten, vary and slip."""
    if rnd.random() < care:
        return _full(door)
    text = _loose(rnd, door)
    if rnd.random() < 0.08:
        text = _slip(rnd, text)
    return text


def _full(door: Address) -> str:
    where = door.district
    return f"{where.full_city}{where.name}{door.street}{door.number}号{door.estate}{door.building}栋{door.room}室"


def _loose(rnd: random.Random, door: Address) -> str:
    where = door.district
    spaced = where.full_city.replace("省", "省 ").replace("市", "市 ")
    head = rnd.choice((where.short_city, spaced, f"{where.city}市", where.city))
    number = str(door.number)
    number = rnd.choice((number, number, number.translate(_DIGITS), number.translate(_WIDE)))
    block = rnd.choice((f"{door.building}栋", f"{door.building}幢", f"{door.building}#", f"-{door.building}号楼"))
    room = rnd.choice((f"{door.room}室", door.room, f"{door.room[:-2]}楼{door.room}", f"-{door.room}"))
    joint = rnd.choice(("", "", " ", "，"))
    estate = door.estate if rnd.random() < 0.8 else ""
    tail = rnd.choice(("", "", "", "（电商部）", "（快递放门口）", " 收"))
    return f"{head}{where.name}{joint}{door.street}{number}号{joint}{estate}{block}{room}{tail}"


def _slip(rnd: random.Random, text: str) -> str:
    places = [i for i, c in enumerate(text) if c in _SLIPS]
    if not places:
        return text
    at = rnd.choice(places)
    return text[:at] + _SLIPS[text[at]] + text[at + 1 :]
