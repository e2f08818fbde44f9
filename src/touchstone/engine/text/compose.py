"""Letters written in parts made whole before a search: е with a breve, kana with a half-width voiced mark, jamo.

The search compares one code point with one. Where a row has characters that belong to the one before (marks that
compose, jamo, voiced marks), it is searched in its composed form (Unicode's NFC), and the places are moved back to
the text as it was. Most columns have no such row and are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Marks, jamo (full, compatibility and half width) and half-width voiced marks.
_MARKS = "\u0300-\u036f\u0653-\u0655\u3099\u309a\uff9e\uff9f"
_LONE = "\u3131-\u318e\uffa1-\uffdc"
_JOINED, _FOLLOWING = "\u1100-\u115f\ua960-\ua97c", "\u1160-\u11ff\ud7b0-\ud7fb"
_PARTS = _MARKS + _LONE + _JOINED + _FOLLOWING
_HALF_MARKS = {"\uff9e": "\u3099", "\uff9f": "\u309a"}
# Jamo that stand beside each other, a syllable of jamo that join, or a base and its marks.
_CLUSTER = re.compile(f"[{_LONE}]+|[{_JOINED}][{_FOLLOWING}]+|.[{_MARKS}]*", re.DOTALL)
_FIRST, _MIDDLE = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


@dataclass(frozen=True)
class Composed:
    """A column with whole letters. `back[r]`: for each row that changed, where each of its characters, and its end,
    stood in the original."""

    column: pa.Array
    back: dict[int, np.ndarray]

    def places(self, row: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Places in the composed rows, starts or ends, as places in the original ones."""
        if not self.back:
            return place
        out = place.copy()
        for i in np.flatnonzero(np.isin(row, list(self.back))).tolist():
            out[i] = self.back[int(row[i])][place[i]]
        return out


def composed(column: pa.Array) -> Composed:
    """The column in composed form. Takes a large_string column without nulls."""
    touched = np.flatnonzero(pc.match_substring_regex(column, f"[{_PARTS}]").to_numpy(zero_copy_only=False))
    back: dict[int, np.ndarray] = {}
    texts: dict[int, str] = {}
    for row, text in zip(touched.tolist(), column.take(pa.array(touched)).to_pylist(), strict=True):
        whole, places = _whole(text)
        if whole != text:
            back[row], texts[row] = np.array(places, dtype=np.int64), whole
    if not back:
        return Composed(column, {})
    mask = np.zeros(len(column), dtype=bool)
    mask[list(texts)] = True
    fresh = pa.array(list(texts.values()), pa.large_string())
    return Composed(pc.replace_with_mask(column, pa.array(mask), fresh), back)


def _whole(text: str) -> tuple[str, list[int]]:
    """The composed text, and for each of its characters, and its end, the place in the original."""
    out: list[str] = []
    places: list[int] = []
    for match in _CLUSTER.finditer(text):
        piece = match.group()
        for part, offset in _syllables(piece) if _is_jamo(piece[0]) else ((_letter(piece), 0),):
            out.append(part)
            # What stays in several characters keeps their places.
            size = len(piece) if not _is_jamo(piece[0]) and len(part) == len(piece) else 0
            places += [match.start() + offset + (i if size else 0) for i in range(len(part))]
    places.append(len(text))
    return "".join(out), places


def _letter(piece: str) -> str:
    if len(piece) == 1:
        return piece
    marks = "".join(_HALF_MARKS.get(c, c) for c in piece[1:])
    # Only kana are widened here: their half-width forms compose with nothing.
    base = unicodedata.normalize("NFKC", piece[0]) if "\uff66" <= piece[0] <= "\uff9d" else piece[0]
    return unicodedata.normalize("NFC", base + marks)


def _is_jamo(character: str) -> bool:
    return "\u3131" <= character <= "\u318e" or "\uffa1" <= character <= "\uffdc"


def _syllables(run: str) -> list[tuple[str, int]]:
    """A run of jamo that stand beside each other, as syllables with their places: ㄴㅏㅇㅣ is 나이."""
    jamo = [unicodedata.normalize("NFKC", c) if c >= "\uff00" else c for c in run]
    jamo = [_compatible(c) for c in jamo]
    out: list[tuple[str, int]] = []
    i = 0
    while i < len(jamo):
        if jamo[i] in _FIRST and i + 1 < len(jamo) and jamo[i + 1] in _MIDDLE:
            last = i + 2 < len(jamo) and jamo[i + 2] in _LAST and not (i + 3 < len(jamo) and jamo[i + 3] in _MIDDLE)
            tail = _LAST.index(jamo[i + 2]) + 1 if last else 0
            syllable = chr(0xAC00 + (_FIRST.index(jamo[i]) * 21 + _MIDDLE.index(jamo[i + 1])) * 28 + tail)
            out.append((syllable, i))
            i += 3 if last else 2
        else:
            out.append((run[i], i))
            i += 1
    return out


def _compatible(jamo: str) -> str:
    """A conjoining jamo, which NFKC makes of half-width ones, as the one that stands alone."""
    point = ord(jamo)
    if 0x1100 <= point <= 0x1112:
        return _FIRST[point - 0x1100]
    if 0x1161 <= point <= 0x1175:
        return _MIDDLE[point - 0x1161]
    return jamo
