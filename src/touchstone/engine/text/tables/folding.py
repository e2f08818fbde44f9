"""Code point tables: what a character folds to, layer by layer, and what kind of character it is.

Layers are cumulative and go from the most innocent to the least. Two characters differ by the technique of the first
layer under which they are equal.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import opencc
from confusable_homoglyphs import confusables

from touchstone.engine.data import load
from touchstone.engine.text.normalise import case_table, marks_table, width_table
from touchstone.engine.text.tables.pictures import readings

POINTS = 0x110000
# Above this nothing folds, save tags, variation selectors and compatibility ideographs, which are noise or listed.
_BUSY = 0x20000
_COMPATIBILITY = range(0x2F800, 0x2FA20)

_HAN = (
    (0x2E80, 0x2FE0), (0x31C0, 0x31F0), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000),
)  # fmt: skip

# Letters of Hangul that show nothing.
HANGUL_FILLERS = (0x115F, 0x1160, 0x3164, 0xFFA0)

LAYERS = ("exact", "width", "case", "traditional", "homoglyph")

NOISE, LETTER, DIGIT, HAN, OTHER, SIGN, EMOJI = range(7)


@dataclass(frozen=True)
class Folding:
    """`layers[k][c]`: c after layers 0..k, uint32. `symbol[c]`: the class that is matched, 0 for what is no letter.

    `kind[c]`: NOISE, LETTER, DIGIT, HAN, OTHER (letters of scripts without a table), SIGN (read as a letter in leet)
    or EMOJI (has a reading), uint8. `telling`: signs that are hardly anything but letters inside a word, uint32.
    """

    layers: np.ndarray
    symbol: np.ndarray
    kind: np.ndarray
    telling: np.ndarray

    @property
    def gentle(self) -> np.ndarray:
        """All layers: case, width, variant and look-alike characters folded, digits still digits."""
        return self.layers[-1]


@cache
def folding() -> Folding:
    """The tables, about 40 MB, built in about a second."""
    width, case = _variants()[width_table()], case_table()
    traditional = _traditional_table()
    homoglyph = _homoglyph_table()
    layers = np.empty((len(LAYERS), POINTS), dtype=np.uint32)
    layers[0] = np.arange(POINTS, dtype=np.uint32)
    layers[1] = width[layers[0]]
    layers[2] = case[layers[1]]
    layers[3] = traditional[layers[2]]
    # Look-alikes are read from the character as it stands: a Greek capital nu is an N, a small one a v.
    layers[4] = traditional[case[homoglyph[layers[1]]]]
    for _ in range(3):
        layers[4] = layers[4][layers[4]]
    gentle = layers[4]
    kind = _kinds(gentle)
    symbol = _symbols(gentle, kind)
    telling = np.array([ord(sign) for sign in load("text/data/leet.yaml")["telling"]], dtype=np.uint32)
    return Folding(layers, symbol, kind, telling)


def _identity() -> np.ndarray:
    return np.arange(POINTS, dtype=np.uint32)


def _variants() -> np.ndarray:
    """Forms of a letter that readers of its script take for the same: kana of the other kind or size, Arabic letters of
    Persian keyboards or without their hamza."""
    table = _identity()
    for point in range(0x3041, 0x3097):
        table[point] = point + 0x60
    for small, large in load("text/data/lookalikes.yaml")["variants"].items():
        for character in str(small):
            table[ord(character)] = ord(str(large))
    return table[table]


def _traditional_table() -> np.ndarray:
    """Traditional and variant ideographs to the simplified one."""
    table = _identity()
    blocks = [range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00)]
    points = [c for block in blocks for c in block if unicodedata.category(chr(c)) == "Lo"]
    simple = dict(zip(points, _converted("t2s", points), strict=True))
    table[points] = [simple[point] for point in points]
    # Japanese forms, by way of the traditional ones. Only for characters that are not simplified Chinese themselves.
    for point, old in zip(points, _converted("jp2t", points), strict=True):
        new = simple.get(old, old)
        if table[point] == point and new != point and simple.get(new, new) == new:
            table[point] = new
    return table


def _converted(configuration: str, points: list[int]) -> list[int]:
    """Each character as OpenCC converts it; unchanged where that is not one character."""
    lines = opencc.OpenCC(configuration).convert("\n".join(map(chr, points))).split("\n")
    return [ord(text) if len(text) == 1 else point for point, text in zip(points, lines, strict=True)]


def _homoglyph_table() -> np.ndarray:
    """Characters drawn like a letter, digit or ideograph to that one: Unicode's confusables and what they lack."""
    table = _identity()
    for point in [*range(0x80, _BUSY), *_COMPATIBILITY]:
        if 0xD800 <= point <= 0xDFFF:
            continue
        folded = unicodedata.normalize("NFKC", chr(point)).lower()
        if len(folded) == 1:
            table[point] = ord(folded)
    table = marks_table()[table]
    signs = set(map(str, load("text/data/leet.yaml")["signs"]))
    for character, others in confusables.confusables_data.items():
        if character in signs:
            continue
        if len(character) == 1 and not character.isascii() and table[ord(character)] == ord(character):
            plain = [o["c"] for o in others if len(o["c"]) == 1 and o["c"].isascii() and o["c"].isalnum()]
            if plain:
                table[ord(character)] = ord(min(plain, key=lambda c: (not c.isalpha(), c)).lower())
    lists = load("text/data/lookalikes.yaml")
    for plain, group in lists["letters"].items():
        for character in str(group):
            table[ord(character)] = ord(str(plain))
    for start, first in lists["alphabets"]:
        for offset in range(26):
            table[int(start) + offset] = ord(first) + offset
    for start, first in lists["digits"]:
        for offset in range(10):
            table[int(start) + offset] = ord(first) + offset
    for radical, ideograph in lists["radicals"].items():
        for character in radical:
            table[ord(character)] = ord(ideograph)
    return table[table]


def _kinds(gentle: np.ndarray) -> np.ndarray:
    """The kind of every code point, from what it folds to."""
    own = np.zeros(POINTS, dtype=np.uint8)
    for point in range(_BUSY):
        character = chr(point)
        category = unicodedata.category(character)
        if "a" <= character <= "z":
            own[point] = LETTER
        elif category == "Nd":
            own[point] = DIGIT
        elif category[0] == "L" or category == "Mc" or category in ("Nl", "No"):
            own[point] = OTHER
    for start, end in _HAN:
        own[start:end] = HAN
    own[ord("〇")] = own[ord("々")] = HAN
    own[ord("ـ")] = NOISE  # the bar that draws Arabic letters apart
    for filler in HANGUL_FILLERS:
        own[filler] = NOISE
    for sign in readings().characters:
        if own[ord(sign)] == NOISE:
            own[ord(sign)] = EMOJI
    for sign in load("text/data/leet.yaml")["signs"]:
        own[ord(str(sign))] = SIGN
    return own[gentle]


def _symbols(gentle: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Characters that leet writes for one another share a symbol; the others are their own."""
    table = _identity()
    for group in load("text/data/leet.yaml")["classes"]:
        for character in str(group):
            table[ord(character)] = ord(str(group)[0])
    symbol = table[gentle]
    symbol[(kind == NOISE) | (kind == SIGN)] = 0
    return symbol
