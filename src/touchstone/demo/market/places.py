"""Places: real districts of China with their six-digit codes, invented streets, door numbers and their spellings."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

# province, city, district, GB/T 2260 code, weight of honest sellers
_DISTRICTS = """
广东 广州 白云区 440111 9|广东 广州 荔湾区 440103 4|广东 广州 天河区 440106 5|广东 深圳 龙岗区 440307 6
广东 深圳 宝安区 440306 6|广东 深圳 福田区 440304 4|广东 东莞 虎门镇 441900 5|广东 东莞 厚街镇 441900 3
广东 汕头 潮阳区 440513 3|广东 揭阳 榕城区 445202 2|广东 佛山 南海区 440605 4|广东 中山 小榄镇 442000 2
浙江 杭州 余杭区 330110 8|浙江 杭州 萧山区 330109 4|浙江 杭州 上城区 330102 4|浙江 金华 义乌市 330782 9
浙江 温州 鹿城区 330302 3|浙江 温州 瑞安市 330381 3|浙江 宁波 鄞州区 330212 4|浙江 台州 温岭市 331081 2
福建 莆田 荔城区 350304 3|福建 莆田 城厢区 350302 2|福建 泉州 晋江市 350582 4|福建 泉州 石狮市 350581 2
福建 厦门 思明区 350203 2|福建 福州 仓山区 350104 2|江苏 苏州 吴中区 320506 3|江苏 苏州 常熟市 320581 3
江苏 南通 通州区 320612 3|江苏 徐州 云龙区 320303 2|江苏 南京 江宁区 320115 2|上海 上海 浦东新区 310115 4
上海 上海 松江区 310117 2|上海 上海 青浦区 310118 2|北京 北京 朝阳区 110105 3|北京 北京 海淀区 110108 2
河北 保定 高碑店市 130684 2|河北 石家庄 长安区 130102 2|河北 辛集 清河街道 130181 1|山东 青岛 城阳区 370214 2
山东 临沂 兰山区 371302 3|山东 菏泽 曹县 371721 3|河南 郑州 金水区 410105 3|河南 许昌 魏都区 411002 2
湖北 武汉 江汉区 420103 2|湖北 荆州 沙市区 421002 1|湖南 长沙 雨花区 430111 2|江西 南昌 青山湖区 360111 2
安徽 合肥 蜀山区 340104 2|四川 成都 武侯区 510107 3|四川 成都 双流区 510116 1|重庆 重庆 渝北区 500112 2
陕西 西安 雁塔区 610113 1|辽宁 沈阳 铁西区 210106 1|广西 南宁 西乡塘区 450107 1|云南 昆明 官渡区 530111 1
"""
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
        return f"{self.province}{_province_end(self.province)}{self.city}市{self.name}"


@dataclass(frozen=True)
class Address:
    """One door. Two spellings of the same Address are the same place."""

    district: District
    street: str
    number: int
    estate: str
    building: int
    room: str


def _parse() -> tuple[list[District], list[float]]:
    rows = [row.split() for line in _DISTRICTS.split("\n") for row in line.split("|") if row.strip()]
    return [District(*row[:4]) for row in rows], [float(row[4]) for row in rows]


DISTRICTS, _WEIGHTS = _parse()


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


def _province_end(province: str) -> str:
    if province in {"北京", "上海", "重庆"}:
        return "市"
    return "壮族自治区" if province == "广西" else "省"


def _full(door: Address) -> str:
    where = door.district
    head = f"{where.city}市" if where.province == where.city else f"{where.province}省{where.city}市"
    if where.province == "广西":
        head = f"广西壮族自治区{where.city}市"
    return f"{head}{where.name}{door.street}{door.number}号{door.estate}{door.building}栋{door.room}室"


def _loose(rnd: random.Random, door: Address) -> str:
    where = door.district
    head = rnd.choice((f"{where.province}{where.city}", f"{where.province}省 {where.city}市 ", f"{where.city}市", where.city))
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
