"""The sequences under which a Chinese name is looked for: its initials, initials and characters mixed, its syllables.

Compiled loops over all names at once. Names are joined: name t is `points[offsets[t]:offsets[t + 1]]`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numba
import numpy as np

from touchstone.engine.text.tables.folding import POINTS
from touchstone.engine.text.tables.sounds import sounds

INITIALS, MIXED = 1, 2
# Syllables have numbers from 1; the symbol of a letter in the trie of sounds is this more.
SHIFT = 1 << 12
_MIXED_UP_TO = 4
_SPELLINGS = 4

_jit = numba.njit(cache=True, nogil=True)


class Sequences(NamedTuple):
    """Joined sequences of symbols, and whose each is in which form."""

    symbols: np.ndarray
    offsets: np.ndarray
    terms: np.ndarray
    forms: np.ndarray


@cache
def initial_letters() -> np.ndarray:
    """The first letter of each character's most common reading; a letter or digit stands for itself; 0 for none."""
    table = sounds()
    out = np.zeros(POINTS, dtype=np.uint32)
    first = np.array([ord(s[0]) if s else 0 for s in table.syllables], dtype=np.uint32)
    read = np.flatnonzero(np.diff(table.offsets) > 0)
    out[read] = first[table.plain[table.offsets[read]]]
    out[:128] = [ord(chr(c).lower()) if chr(c).isalnum() else 0 for c in range(128)]
    return out


def with_initials(points: np.ndarray, offsets: np.ndarray, terms: np.ndarray) -> Sequences:
    """The initials of Chinese names, and, where they are short, characters and initials mixed. Symbols are code points."""
    size = np.diff(offsets)
    ways = np.where(size <= _MIXED_UP_TO, 1 << np.minimum(size, _MIXED_UP_TO), 1)
    count = int(ways.sum())
    out = Sequences(
        np.empty(int((ways * size).sum()), np.int64), np.zeros(count + 1, np.int64), np.empty(count, np.int32),
        np.empty(count, np.uint8),
    )  # fmt: skip
    return _cut(out, _with_initials(points, offsets, terms, initial_letters(), *out))


def as_spoken(points: np.ndarray, symbols: np.ndarray, offsets: np.ndarray, terms: np.ndarray) -> Sequences:
    """The first few ways to read Chinese names aloud, as syllables. What has no reading is its symbol + SHIFT."""
    table = sounds()
    count = _SPELLINGS * len(terms)
    out = Sequences(
        np.empty(_SPELLINGS * len(points), np.int64), np.zeros(count + 1, np.int64), np.empty(count, np.int32),
        np.zeros(count, np.uint8),
    )  # fmt: skip
    return _cut(out, _as_spoken(points, symbols, offsets, terms, table.offsets, table.folded, *out))


def _cut(out: Sequences, n: int) -> Sequences:
    return Sequences(out.symbols[: out.offsets[n]], out.offsets[: n + 1], out.terms[:n], out.forms[:n])


@_jit
def _with_initials(points, offsets, terms, letters, out, out_offsets, out_terms, out_forms):
    n = 0
    place = 0
    for t in range(len(terms)):
        begin, size = offsets[t], offsets[t + 1] - offsets[t]
        # Characters that are their own initial: keeping them or not is the same way.
        same = 0
        spoken = True
        for i in range(size):
            letter = letters[points[begin + i]]
            spoken = spoken and letter != 0
            if size <= _MIXED_UP_TO and letter == points[begin + i]:
                same |= 1 << i
        if not spoken:
            continue
        masks = 1 << size if size <= _MIXED_UP_TO else 1
        for mask in range(masks):
            if mask > 0 and (mask == masks - 1 or mask == same or mask & same != same):
                continue
            for i in range(size):
                point = points[begin + i]
                out[place] = point if (mask >> i) & 1 else letters[point]
                place += 1
            out_terms[n] = terms[t]
            out_forms[n] = MIXED if mask else INITIALS
            n += 1
            out_offsets[n] = place
    return n


@_jit
def _as_spoken(points, symbols, offsets, terms, reading_offsets, folded, out, out_offsets, out_terms, out_forms):
    n = 0
    place = 0
    options = np.empty((64, _SPELLINGS), dtype=np.int64)
    counts = np.empty(64, dtype=np.int64)
    for t in range(len(terms)):
        begin, size = offsets[t], offsets[t + 1] - offsets[t]
        if size > 64:
            continue
        total = 1
        for i in range(size):
            point = np.int64(points[begin + i])
            counts[i] = 0
            if point < len(reading_offsets) - 1:
                for r in range(reading_offsets[point], reading_offsets[point + 1]):
                    fresh = counts[i] < _SPELLINGS
                    for k in range(counts[i]):
                        fresh = fresh and options[i, k] != folded[r]
                    if fresh:
                        options[i, counts[i]] = folded[r]
                        counts[i] += 1
            if counts[i] == 0:
                options[i, 0] = SHIFT + symbols[begin + i]
                counts[i] = 1
            total = min(total * counts[i], _SPELLINGS)
        for number in range(total):
            rest = number
            for i in range(size - 1, -1, -1):
                out[place + i] = options[i, rest % counts[i]]
                rest //= counts[i]
            place += size
            out_terms[n] = terms[t]
            n += 1
            out_offsets[n] = place
    return n
