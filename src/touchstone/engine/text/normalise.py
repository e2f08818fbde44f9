"""Fold text to a skeleton, character by character.

Every table maps one code point to one code point, so an offset into the skeleton is an offset into the original. A
`Layer` is one kind of folding; the skeleton is all layers applied in order. A later layer (traditional to simplified,
look-alikes, pinyin initials) is one more entry in `LAYERS`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

# Fold tables stop here: nothing above the first two planes has width, case or marks that fold to one character.
_LIMIT = 0x20000
_ALL = 0x110000

_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(c) for c in range(0x2000, 0x200B)
)
_APOSTROPHES = "‘’‛ʼ′`´＇"
_DASHES = "‐‑‒–—−﹣－"
_SEPARATORS = "-_·•‧・"
# Read as one letter by people, but without a canonical decomposition.
_STROKES = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t"}


@dataclass(frozen=True)
class Layer:
    """One kind of folding. `name` is the technique that a match earns when this layer was needed."""

    name: str
    table: np.ndarray


def _identity() -> np.ndarray:
    return np.arange(_ALL, dtype=np.uint32)


def _fill(table: np.ndarray, fold: dict[int, str]) -> np.ndarray:
    for code, text in fold.items():
        if len(text) == 1:
            table[code] = ord(text)
    return table


def _folding_codes() -> range:
    return range(0x80, _LIMIT)


@cache
def width_table() -> np.ndarray:
    """Full and half width forms, kinds of space, apostrophe and dash to the plain one. Shape (0x110000,), uint32."""
    fold = {
        code: unicodedata.normalize("NFKC", chr(code))
        for code in _folding_codes()
        if unicodedata.decomposition(chr(code)).startswith(("<wide>", "<narrow>"))
    }
    table = _fill(_identity(), fold)
    for plain, group in ((" ", _SPACES), ("'", _APOSTROPHES), ("-", _DASHES)):
        for character in group:
            table[ord(character)] = ord(plain)
    return table


@cache
def case_table() -> np.ndarray:
    """Upper and title case to lower case, where that is one character. Shape (0x110000,), uint32."""
    codes = [c for c in range(_LIMIT) if not 0xD800 <= c <= 0xDFFF]
    return _fill(_identity(), {c: chr(c).lower() for c in codes if chr(c).lower() != chr(c)})


@cache
def marks_table() -> np.ndarray:
    """Letters with a mark (é, ø) to the bare letter (e, o). Shape (0x110000,), uint32."""
    fold: dict[int, str] = {ord(k): v for k, v in _STROKES.items()}
    for code in range(0x80, 0x2000):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and parts[0].isalpha() and all(map(unicodedata.combining, parts[1:])):
            # Lower case, for İ, which has no lower case of one character.
            fold[code] = parts[0].lower()
    return _fill(_identity(), fold)


@cache
def separator_table() -> np.ndarray:
    """Signs that stand between the words of a name ("Off-White", "air_max") to a space. Shape (0x110000,), uint32."""
    return _fill(_identity(), {ord(character): " " for character in _SEPARATORS})


@cache
def layers() -> tuple[Layer, ...]:
    """The layers, from the most innocent to the least. Each is applied to what the ones before it leave."""
    return (
        Layer("width", width_table()),
        Layer("case", case_table()),
        Layer("separator", separator_table()),
        Layer("homoglyph", marks_table()),
    )


@cache
def skeleton_table() -> np.ndarray:
    """All layers in one table. Shape (0x110000,), uint32."""
    table = _identity()
    for layer in layers():
        table = layer.table[table]
    return table


@cache
def word_classes() -> np.ndarray:
    """0: parts words (spaces, signs, and every script written without spaces), 1: letter, 2: digit. uint8."""
    table = np.zeros(_ALL, dtype=np.uint8)
    for code in range(0x2E80):
        character = chr(code)
        table[code] = 2 if character.isdigit() else int(character.isalpha())
    return table


def codes(text: str) -> np.ndarray:
    """The code points of `text`, uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def text_of(points: np.ndarray) -> str:
    """The text of code points; the inverse of `codes`."""
    return points.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """The skeleton of one string, as long as the string."""
    return text_of(skeleton_table()[codes(text)])
