"""Columns of text as code points, block by block: the one way in for every compiled loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numba
import numpy as np
import pyarrow as pa

T = TypeVar("T")
# Rows are read in blocks of about so many bytes, so that memory stays flat and a block stays in the processor's cache.
BLOCK = 1 << 17
# The compiled loops run without the interpreter's lock, so blocks can be read side by side.
WORKERS = min(4, os.cpu_count() or 1)
_REPLACEMENT = 0xFFFD

_jit = numba.njit(cache=True, nogil=True)


@dataclass(frozen=True)
class Characters:
    """Rows of text, joined: row r is `points[starts[r]:starts[r + 1]]`. `points` uint32, `starts` int64."""

    points: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, column: pa.Array) -> Characters:
        """The characters of a column without nulls, large_string, as `text_column` makes it."""
        offsets = _offsets(column)
        data = np.frombuffer(column.buffers()[2] or b"", dtype=np.uint8)
        points = np.empty(int(offsets[-1] - offsets[0]), dtype=np.uint32)
        starts = np.empty(len(offsets), dtype=np.int64)
        return cls(points[: decode(data, offsets, points, starts)], starts)


def text_column(column: pa.Array) -> pa.Array:
    """A column of strings as large_string, "" for nulls."""
    wide = column if column.type == pa.large_string() else column.cast(pa.large_string())
    return wide.fill_null("") if wide.null_count else wide


def in_blocks(column: pa.Array, read: Callable[[pa.Array, int], T]) -> list[T]:
    """`read(rows, number of the first)` for each block of a column, in order; blocks are read side by side."""
    offsets = _offsets(column)
    cuts = [0]
    while cuts[-1] < len(column):
        fits = int(np.searchsorted(offsets, offsets[cuts[-1]] + BLOCK, side="right")) - 1
        cuts.append(max(fits, cuts[-1] + 1))

    def block(place: int) -> T:
        return read(column.slice(cuts[place], cuts[place + 1] - cuts[place]), cuts[place])

    places = range(len(cuts) - 1)
    if len(places) < 2 or WORKERS < 2:
        return [block(place) for place in places]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(block, places))


def _offsets(column: pa.Array) -> np.ndarray:
    """Where each row of a large_string begins in its bytes, one more than rows."""
    buffer = column.buffers()[1]
    if buffer is None or not len(column):
        return np.zeros(1, dtype=np.int64)
    return np.frombuffer(buffer, dtype=np.int64)[column.offset : column.offset + len(column) + 1]


@_jit
def decode(data, offsets, points, starts):
    """UTF-8 to code points and the rows' first places; returns how many points. Broken bytes become U+FFFD."""
    n = 0
    for row in range(len(offsets) - 1):
        starts[row] = n
        i, end = offsets[row], offsets[row + 1]
        while i < end:
            lead = np.uint32(data[i])
            if lead < 0x80:
                points[n] = lead
                n += 1
                i += 1
                continue
            more = 1 if lead >> 5 == 6 else 2 if lead >> 4 == 14 else 3 if lead >> 3 == 30 else 0
            if more == 0 or i + more >= end:
                points[n] = _REPLACEMENT
                n += 1
                i += 1
                continue
            point = lead & np.uint32(0x3F >> more)
            for k in range(1, more + 1):
                point = (point << np.uint32(6)) | np.uint32(data[i + k] & 0x3F)
            points[n] = point if point < 0x110000 else _REPLACEMENT
            n += 1
            i += more + 1
    starts[len(offsets) - 1] = n
    return n
