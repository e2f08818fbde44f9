"""Text as a reader sees it, before a search: letters written in parts made whole, turned text turned back.

The search compares one code point with one. Where a row has characters that belong to the one before (marks that
compose, jamo, voiced marks), it is searched in its composed form (Unicode's NFC); where controls turn its direction
(see `turned`), in the order in which it is drawn. Places are moved back to the text as it was. Most columns have no
such row and are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.text.turned import CONTROLS, drawn

# Marks, jamo (full, compatibility and half width) and half-width voiced marks. The fillers among the jamo are no letters.
_MARKS = "\u0300-\u036f\u0653-\u0655\u3099\u309a\uff9e\uff9f"
_LONE = "\u3131-\u3163\u3165-\u318e\uffa1-\uffdc"
_JOINED, _FOLLOWING = "\u1100-\u115e\ua960-\ua97c", "\u1161-\u11ff\ud7b0-\ud7fb"
_PARTS = _MARKS + _LONE + _JOINED + _FOLLOWING
_HALF_MARKS = {"\uff9e": "\u3099", "\uff9f": "\u309a"}
# Jamo that stand beside each other, a syllable of jamo that join, or a base and its marks.
_CLUSTER = re.compile(f"[{_LONE}]+|[{_JOINED}][{_FOLLOWING}]+|.[{_MARKS}]*", re.DOTALL)
# Jamo with the same sign between each two of them: somebody spells a name.
_SPELT = re.compile(rf"[{_LONE}](?:([^\w\n]{{1,2}}|[_\u3164])[{_LONE}])(?:\1[{_LONE}])+")
_FIRST, _MIDDLE = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


@dataclass(frozen=True)
class Composed:
    """A column with whole letters. `back[r]`: for each row that changed, where each of its characters began and where it
    ended in the original, two arrays. `moved`: the rows whose characters stand in another order."""

    column: pa.Array
    back: dict[int, tuple[np.ndarray, np.ndarray]]
    moved: frozenset[int] = frozenset()

    def places(self, row: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Spans of the composed rows as spans of the original ones: the least that holds all their characters."""
        if not self.back:
            return start, end
        start, end = start.copy(), end.copy()
        for i in np.flatnonzero(np.isin(row, list(self.back))).tolist():
            first, last = self.back[int(row[i])]
            inside = slice(int(start[i]), int(end[i]))
            start[i], end[i] = first[inside].min(), last[inside].max()
        return start, end

    def in_disorder(self, row: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Spans of the composed rows whose characters stood in another order. Shape (spans,), bool."""
        out = np.zeros(len(row), dtype=bool)
        for i in np.flatnonzero(np.isin(row, list(self.moved))).tolist():
            first = self.back[int(row[i])][0][int(start[i]) : int(end[i])]
            out[i] = bool((np.diff(first) < 0).any())
        return out


def composed(column: pa.Array, *, turn: bool = True) -> Composed:
    """The column in composed form, with `turn` as it is drawn. Takes a large_string column without nulls."""
    touched = np.flatnonzero(pc.match_substring_regex(column, f"[{_PARTS}{CONTROLS}]").to_numpy(zero_copy_only=False))
    back: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    texts: dict[int, str] = {}
    moved: set[int] = set()
    for row, text in zip(touched.tolist(), column.take(pa.array(touched)).to_pylist(), strict=True):
        whole, first, last = as_seen(text) if turn else _whole(text, list(range(len(text))))
        if whole != text:
            back[row], texts[row] = (np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)), whole
            if (np.diff(back[row][0]) < 0).any():
                moved.add(row)
    if not back:
        return Composed(column, {})
    mask = np.zeros(len(column), dtype=bool)
    mask[list(texts)] = True
    fresh = pa.array(list(texts.values()), pa.large_string())
    return Composed(pc.replace_with_mask(column, pa.array(mask), fresh), back, frozenset(moved))


def as_seen(text: str) -> tuple[str, list[int], list[int]]:
    """The text as it is drawn, in whole letters, and where each of its characters began and ended in the original."""
    order = drawn(text)
    if order is None:
        return _whole(text, list(range(len(text))))
    return _whole("".join(text[i] for i in order), order)


def _whole(text: str, order: list[int]) -> tuple[str, list[int], list[int]]:
    """The composed text. `order`: where each character of `text` stood in the original."""
    out: list[str] = []
    first: list[int] = []
    last: list[int] = []

    def add(part: str, begin: int, end: int) -> None:
        # What stays in several characters keeps their places.
        spread = len(part) == end - begin
        for i, character in enumerate(part):
            span = order[begin + i : begin + i + 1] if spread else order[begin:end]
            out.append(character)
            first.append(min(span))
            last.append(max(span) + 1)

    place = 0
    for spelt in _SPELT.finditer(text):
        _add_clusters(text, place, spelt.start(), add)
        jamo = [i for i in range(spelt.start(), spelt.end()) if _is_jamo(text[i])]
        for part, offset, size in _syllables("".join(text[i] for i in jamo)):
            begin = jamo[offset]
            end = jamo[offset + size] if offset + size < len(jamo) else spelt.end()
            if size > 1:
                add(part, begin, jamo[offset + size - 1] + 1)
                add(text[jamo[offset + size - 1] + 1 : end], jamo[offset + size - 1] + 1, end)
            else:
                add(text[begin:end], begin, end)
        place = spelt.end()
    _add_clusters(text, place, len(text), add)
    return "".join(out), first, last


def _add_clusters(text: str, begin: int, end: int, add: Callable[[str, int, int], None]) -> None:
    for match in _CLUSTER.finditer(text, begin, end):
        piece = match.group()
        if _is_jamo(piece[0]):
            for part, offset, size in _syllables(piece):
                add(part, match.start() + offset, match.start() + offset + size)
        else:
            add(_letter(piece), match.start(), match.end())


def _letter(piece: str) -> str:
    if len(piece) == 1:
        return piece
    marks = "".join(_HALF_MARKS.get(c, c) for c in piece[1:])
    # Only kana are widened here: their half-width forms compose with nothing.
    base = unicodedata.normalize("NFKC", piece[0]) if "\uff66" <= piece[0] <= "\uff9d" else piece[0]
    return unicodedata.normalize("NFC", base + marks)


def _is_jamo(character: str) -> bool:
    return ("\u3131" <= character <= "\u318e" and character != "\u3164") or "\uffa1" <= character <= "\uffdc"


def _syllables(run: str) -> list[tuple[str, int, int]]:
    """A run of jamo that stand beside each other, as syllables with their places and sizes: ㄴㅏㅇㅣ is 나이."""
    jamo = [unicodedata.normalize("NFKC", c) if c >= "\uff00" else c for c in run]
    jamo = [_compatible(c) for c in jamo]
    out: list[tuple[str, int, int]] = []
    i = 0
    while i < len(jamo):
        if jamo[i] in _FIRST and i + 1 < len(jamo) and jamo[i + 1] in _MIDDLE:
            last = i + 2 < len(jamo) and jamo[i + 2] in _LAST and not (i + 3 < len(jamo) and jamo[i + 3] in _MIDDLE)
            tail = _LAST.index(jamo[i + 2]) + 1 if last else 0
            syllable = chr(0xAC00 + (_FIRST.index(jamo[i]) * 21 + _MIDDLE.index(jamo[i + 1])) * 28 + tail)
            out.append((syllable, i, 3 if last else 2))
            i += 3 if last else 2
        else:
            out.append((run[i], i, 1))
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
