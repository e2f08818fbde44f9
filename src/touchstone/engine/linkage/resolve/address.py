"""An address taken apart, over whole columns: its door and its building, each in one spelling.

Chinese: 省/市 given or not, 号楼/栋/幢/座/#, 楼 before the room, Chinese numerals, remarks in brackets, and a wrong
character that sounds the same. Latin: No./Bldg/Room/Rd and their long forms, in any order. `Linqiao East Rd 786` and
林桥东路786号 are one street.
"""

from __future__ import annotations

import re

import polars as pl
from pypinyin import Style, lazy_pinyin

_TRADITIONAL = dict(zip("號樓棟層單縣區鎮廣東蘇陝雲貴龍遼寧門灣園華興業財",
                        "号楼栋层单县区镇广东苏陕云贵龙辽宁门湾园华兴业财", strict=True))  # fmt: skip
_NUMERALS = "零一二三四五六七八九"
_DIGITS = {ord(c): str(i) for i, c in enumerate(_NUMERALS)} | {ord("〇"): "0"}
# A numeral counts things before these words, and at the end behind them; elsewhere it is part of a name (文三路, 七星街).
_COUNTED = re.compile(
    rf"[〇{_NUMERALS}十百]+(?=号(?![路街巷])|[栋幢座楼层室房弄院#]|单元)|(?<=[号栋幢座楼层元室])[〇{_NUMERALS}十]+$"
)
_SPOKEN = re.compile(rf"(?:([{_NUMERALS}])?(百))?零?(?:([{_NUMERALS}])?(十))?([{_NUMERALS}])?")
# A figure before these is the name of a street.
_NAMED = re.compile(r"\d+(?=号?[东西南北中大马]?[路街道巷环])")
_NUMERAL = rf"[〇{_NUMERALS}十]|\d号?[东西南北中大马]?[路街道巷环]"
_REMARK = r"[（(\[【<][^（()\[\]【】<>）]*[)）\]】>]"
_ADMIN = "区县镇市旗乡"
# Words of a Latin address; the sound of a Chinese street is spelt from them, too.
_WORDS = {
    "road": "lu", "rd": "lu", "street": "jie", "st": "jie", "avenue": "dadao", "ave": "dadao", "lane": "xiang",
    "alley": "xiang", "boulevard": "dadao", "blvd": "dadao", "east": "dong", "west": "xi", "south": "nan",
    "north": "bei", "middle": "zhong", "central": "zhong",
}  # fmt: skip
_LABELS = {
    "room": r"(?:room|rm|unit|suite|ste|apt|apartment)",
    "building": r"(?:building|bldg|block|blk|tower)",
    "floor": r"(?:floor|flr|fl|level)",
    "number": r"(?:no|number|num|nr)",
}
_STREET = (
    r"([a-z]+(?: (?:east|west|south|north|middle|central))? "
    r"(?:road|rd|street|st|avenue|ave|lane|alley|boulevard|blvd))\b"
)
# Shorter texts are no address, shorter names no street.
_LEAST, _SHORTEST_STREET = 6, 3
# Characters that names of places read in another way than most words do.
_IN_PLACES = {"都": "du", "重": "chong", "朝": "chao", "厦": "xia", "长": "chang", "六": "lu"}
PARTS = ("door", "door_by_place", "building", "building_by_place")


def parts(column: pl.Series) -> pl.DataFrame:
    """The parts of each address (columns PARTS), null where it does not give them.

    door: district, street, number, building and room; door_by_place: without the street, so that a slip in its name does
    not matter. building, building_by_place: without the room. Of an address that cannot be taken apart `door` is the
    whole of it, in one spelling.
    """
    values = column.cast(pl.String)
    distinct = values.unique().drop_nulls()
    found = _taken_apart(distinct).with_columns(distinct.alias("_value"))
    return values.to_frame("_value").join(found, on="_value", how="left", maintain_order="left").select(PARTS)


def _taken_apart(values: pl.Series) -> pl.DataFrame:
    text = _folded(values)
    frame = text.to_frame("t").with_columns(
        latin=pl.col("t").str.contains(r"[a-z]{2}") & ~pl.col("t").str.contains(r"\p{Han}"),
    )
    chinese, latin = _chinese(frame["t"]), _latin(frame["t"])
    names = ("street", "place", "number", "building", "room")
    merged = frame.with_columns(
        pl.when("latin").then(latin[name]).otherwise(chinese[name]).alias(name) for name in names
    )
    return merged.select(*_keys())


def _folded(values: pl.Series) -> pl.Series:
    text = values.str.normalize("NFKC").str.to_lowercase().str.replace_all(_REMARK, " ")
    text = text.str.replace_many(_TRADITIONAL)
    odd = text.str.contains(_NUMERAL)
    told = [_numbers(value) if is_odd else value for value, is_odd in zip(text, odd, strict=True)]
    text = pl.Series(text.name, told, dtype=pl.String)
    return text.str.replace_all(r"[‐‑–—―－]", "-").str.strip_chars()


def _numbers(text: str) -> str:
    """Figures where things are counted, characters where a street is named: 文3路十二号 → 文三路12号."""
    named = _NAMED.sub(lambda m: "".join(_NUMERALS[int(d)] for d in m.group()), text)
    return _COUNTED.sub(lambda m: _figure(m.group()), named)


def _figure(numeral: str) -> str:
    """三十二 → 32, 十 → 10, 一百零五 → 105, 二〇一 → 201."""
    said = _SPOKEN.fullmatch(numeral)
    if said is None or not {"十", "百"} & set(numeral):
        return numeral.translate(_DIGITS)
    hundreds, hundred, tens, ten, ones = said.groups()
    value = int((hundreds or "一").translate(_DIGITS)) * 100 if hundred else 0
    value += int((tens or "一").translate(_DIGITS)) * 10 if ten else 0
    return str(value + int((ones or "零").translate(_DIGITS)))


def _chinese(text: pl.Series) -> pl.DataFrame:
    plain = text.str.replace_all(r"[\s,.;:、。，·'\"/\\_()|]", "").str.replace_all(r"(?:收|转)$", "")
    plain = plain.str.replace_all(r"号楼|[栋幢座#]", "栋").str.replace_all(r"(\d)(?:楼|层)-?(\d)", "${1}楼${2}")
    plain = plain.str.replace_all(r"(\d+)弄(\d+)号?", "${1}弄${2}栋")  # a lane has houses of its own
    street, rest = (plain.str.extract(r"^(\D*?)(\d+)号?(.*)$", group) for group in (1, 3))
    number = plain.str.extract(r"^\D*?(\d+)")
    head = pl.DataFrame({"head": street, "rest": rest, "number": number})
    return head.select(
        street=_sound(head.select(pl.col("head").str.replace(rf"^.*[{_ADMIN}]", ""))["head"]),
        place=_sound(head.select(pl.col("head").str.extract(rf"(..)[{_ADMIN}][^{_ADMIN}]*$"))["head"]),
        number="number",
        building=pl.col("rest").str.extract(r"(\d+)-?栋"),
        room=pl.coalesce(
            pl.col("rest").str.extract(r"(\d{2,5})(?:室|房|号)?$"), pl.col("rest").str.extract(r"(\d+)(?:楼|层|室|房)")
        ),
    )


def _latin(text: pl.Series) -> pl.DataFrame:
    plain = text.str.replace_all(r"[^\w\s#-]", " ").str.replace_all(r"[\s_]+", " ")
    labelled = {name: _labelled(plain, label) for name, label in _LABELS.items()}
    bare = plain.str.replace_all(rf"\b(?:{'|'.join(_LABELS.values())}) ?#?-?\d+[a-z]?\b", " ")
    bare = bare.str.replace_all(r" +", " ").str.strip_chars()
    street = bare.str.extract(_STREET).str.split(" ").to_frame("w")
    spelt = pl.element().replace(list(_WORDS), list(_WORDS.values()))
    frame = pl.DataFrame({"plain": bare, **labelled})
    return frame.select(
        street=street.select(pl.col("w").list.eval(spelt).list.join(""))["w"],
        place=pl.col("plain").str.extract(r"([a-z]+) (?:district|county|town)\b"),
        number=pl.coalesce("number", pl.col("plain").str.extract(rf"(\d+) {_STREET}"), pl.lit(None, pl.String)),
        building="building",
        room=pl.coalesce("room", "floor"),
    )


def _labelled(plain: pl.Series, label: str) -> pl.Series:
    """The number after a label (`Bldg 9`), or before it (`9th floor`)."""
    after = plain.str.extract(rf"\b{label} ?#?-?(\d+)[a-z]?\b")
    before = plain.str.extract(rf"\b(\d+)(?:st|nd|rd|th)? {label}\b")
    return after.to_frame("a").select(pl.coalesce("a", pl.lit(before)))["a"]


def _sound(street: pl.Series) -> pl.Series:
    """The syllables of the street without tones: a wrong character is mostly one that sounds the same."""
    characters = street.str.split("").explode().unique().drop_nulls()
    sounds = {c: _IN_PLACES.get(c) or lazy_pinyin(c, style=Style.NORMAL)[0] for c in characters.to_list() if c}
    return street.str.replace_many(list(sounds), list(sounds.values())) if sounds else street


def _keys() -> list[pl.Expr]:
    """A part needs enough of its pieces; a number alone is no place."""
    whole = pl.col("t").str.replace_all(r"[^\w]", "")
    long = whole.str.len_chars() >= _LEAST
    street = pl.when(pl.col("street").str.len_chars() >= _SHORTEST_STREET).then("street")
    building, room = pl.col("building").fill_null("-"), pl.col("room").fill_null("-")
    inside = pl.col("building").is_not_null() | pl.col("room").is_not_null()
    by_street = pl.concat_str([pl.lit("s"), pl.col("place").fill_null("-"), street, "number"], separator="/")
    by_place = pl.concat_str([pl.lit("p"), "place", "number"], separator="/")
    door = pl.concat_str([by_street, building, room], separator="/")
    return [
        pl.coalesce(door, pl.when(long).then(pl.lit("w/") + whole)).alias("door"),
        pl.when(pl.col("building").is_not_null() & pl.col("room").is_not_null())
        .then(pl.concat_str([by_place, building, room], separator="/"))
        .alias("door_by_place"),
        pl.when(inside).then(pl.concat_str([by_street, building], separator="/")).alias("building"),
        pl.when(pl.col("building").is_not_null())
        .then(pl.concat_str([by_place, building], separator="/"))
        .alias("building_by_place"),
    ]
