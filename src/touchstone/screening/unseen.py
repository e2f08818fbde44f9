"""Characters that nobody sees, made visible: what a title hides is part of what it says."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# What the common ones are called for short; others show their code point.
_SHORT = {
    "\t": "TAB",
    "\n": "LF",
    "\r": "CR",
    "\u00a0": "NBSP",
    "\u00ad": "SHY",
    "\u034f": "CGJ",
    "\u061c": "ALM",
    "\u115f": "HCF",
    "\u1160": "HJF",
    "\u180e": "MVS",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\u2800": "BLANK",
    "\u3164": "HF",
    "\ufeff": "BOM",
    "\uffa0": "HHF",
}
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True)
class Glyph:
    """One character as it is shown: `text`, or for one that is not seen its short name in `label` and what it is."""

    text: str
    label: str = ""
    name: str = ""


def glyph(character: str) -> Glyph:
    """The character as it can be seen."""
    category = unicodedata.category(character)
    if category in ("Mn", "Me") and character != "\u034f" and not _is_selector(character):
        return Glyph(f"\u25cc{character}")
    if character == " " or not (category[0] in "CZM" or character in _BLANK) or category == "Mc":
        return Glyph(character)
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").title() or ("Control" if category == "Cc" else "")
    return Glyph("", _label(character, code), f"{code} {name}".strip())


def _label(character: str, code: str) -> str:
    point = ord(character)
    if 0xE0020 <= point < 0xE007F:
        return f"TAG {chr(point - 0xE0000)}"
    return _SHORT.get(character, code[2:])


def _is_selector(character: str) -> bool:
    """One of the characters that choose the look of the one before."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
