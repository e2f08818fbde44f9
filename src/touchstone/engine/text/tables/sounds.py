"""How characters, digits and emoji are read: syllables without tones, and with the confusions of dialects folded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from pypinyin.pinyin_dict import pinyin_dict

from touchstone.engine.text.tables.folding import folding
from touchstone.engine.text.tables.pictures import readings as readings_of_signs

# Readings beyond the second are rare, and the more readings the more accidents.
READINGS = 2
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
# How digits are read aloud, 幺 for the one of a telephone number.
_DIGITS = dict(zip("0123456789", ("零", "一幺", "二两", "三", "四", "五", "六", "七", "八", "九"), strict=True))
_HU = {"hu": "fu", "hui": "fei", "hua": "fa", "huan": "fan", "huang": "fan", "hun": "fen"}


@dataclass(frozen=True)
class Sounds:
    """Characters, digits and emoji to syllables, as numbers from 1.

    `offsets`, `folded`, `plain`: the readings of character c are `folded[offsets[c]:offsets[c + 1]]` (dialects folded)
    and, entry for entry, `plain` (as the dictionary has them). `spelling`: a trie over a to z, shape (nodes, 26);
    `spelt[node]` is the folded syllable that ends there, or 0. `syllables`: text of plain syllables.
    """

    offsets: np.ndarray
    folded: np.ndarray
    plain: np.ndarray
    spelling: np.ndarray
    spelt: np.ndarray
    syllables: tuple[str, ...]

    def of(self, character: str) -> list[str]:
        """The syllables of one character, the most common first."""
        point = ord(character)
        return [self.syllables[i] for i in self.plain[self.offsets[point] : self.offsets[point + 1]]]


def bare(syllable: str) -> str:
    """`nài` to `nai`, `lǜ` to `lv`."""
    plain = "".join(
        c for c in unicodedata.normalize("NFD", syllable) if unicodedata.category(c) != "Mn" or c == "\u0308"
    )
    return unicodedata.normalize("NFC", plain).replace("ü", "v").replace("ê", "e")


def dialect(syllable: str) -> str:
    """The syllable as a speaker hears it who tells neither n from l, zh from z, an from ang nor hu from fu."""
    text = _HU.get(syllable, syllable)
    for long, short in _INITIALS:
        if text.startswith(long):
            text = short + text[len(long) :]
            break
    if text.endswith(("ang", "eng", "ing")):
        text = text[:-1]
    return text


@cache
def sounds() -> Sounds:
    """The tables, from pypinyin's dictionary."""
    gentle = folding().gentle
    readings: dict[int, list[str]] = {}
    cleaned: dict[str, str] = {}
    for point, text in pinyin_dict.items():
        if point >= 0x30000:
            continue
        found = [cleaned.get(t) or cleaned.setdefault(t, bare(t)) for t in text.split(",")]
        readings[point] = [s for s in dict.fromkeys(found) if s.isascii() and s.isalpha() and set(s) & set("aeiouv")][
            :READINGS
        ]
    for point in list(readings):
        simple = int(gentle[point])
        if simple != point and simple in readings:
            readings[point] = readings[simple]
    for sign, characters in {**readings_of_signs().characters, **_DIGITS}.items():
        spoken = [readings[ord(c)][0] for c in characters if readings.get(ord(c))]
        readings[ord(sign)] = list(dict.fromkeys(spoken))
    names = sorted({s for group in readings.values() for s in group})
    number = {s: i for i, s in enumerate(names, start=1)}
    folds = {s: dialect(s) for s in names}
    fold_number = {s: i for i, s in enumerate(sorted(set(folds.values())), start=1)}
    counts = np.zeros(0x30001, dtype=np.int32)
    for point, group in readings.items():
        counts[point + 1] = len(group)
    ordered = [s for point in sorted(readings) for s in readings[point]]
    spelling, spelt = _spelling({**{s: fold_number[f] for s, f in folds.items()}, **fold_number})
    return Sounds(
        offsets=np.cumsum(counts, dtype=np.int32),
        folded=np.array([fold_number[folds[s]] for s in ordered], dtype=np.int32),
        plain=np.array([number[s] for s in ordered], dtype=np.int32),
        spelling=spelling,
        spelt=spelt,
        syllables=("", *names),
    )


def _spelling(numbers: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    nodes = [[0] * 26]
    ends = [0]
    for syllable, value in numbers.items():
        node = 0
        for letter in syllable:
            index = ord(letter) - 97
            if not nodes[node][index]:
                nodes[node][index] = len(nodes)
                nodes.append([0] * 26)
                ends.append(0)
            node = nodes[node][index]
        ends[node] = value
    return np.array(nodes, dtype=np.int32), np.array(ends, dtype=np.int32)


def initials(text: Iterable[str]) -> list[str]:
    """The first letter of each character's most common reading; a letter stands for itself; "" for what has none."""
    table = sounds()
    out = []
    for character in text:
        if character.isascii():
            out.append(character.lower() if character.isalnum() else "")
        else:
            read = table.of(character) if ord(character) < 0x30000 else []
            out.append(read[0][0] if read else "")
    return out
