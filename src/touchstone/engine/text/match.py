"""Literals in a column of text: one scan of one block, hits as numpy arrays.

The column is joined into one block of skeleton text without separators; a hit that crosses two rows is dropped. The
scan sees UTF-8 bytes, the caller sees character offsets into each row's original string.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.text.normalise import codes, fold, skeleton_table, text_of, word_classes

Scan = Callable[[bytes], tuple[np.ndarray, np.ndarray]]
# Below this many letters a digit beside a Latin name is part of another word ("on90"), above it is not ("nike270").
_JOINS_DIGITS = 4


@dataclass(frozen=True)
class Hits:
    """Hits in the order of the text. All arrays have one entry a hit; `start` and `end` count characters in the row."""

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    literal: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    def take(self, index: np.ndarray) -> Hits:
        """The hits at `index` (a mask or positions)."""
        return Hits(self.row[index], self.start[index], self.end[index], self.literal[index])

    @classmethod
    def none(cls) -> Hits:
        """No hits."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, empty, empty)


class Block:
    """A column of text as one run of code points. `starts` has one entry more than there are rows."""

    def __init__(self, column: pa.Array) -> None:
        column = column.cast(pa.large_string()).fill_null("")
        ends = np.cumsum(pc.utf8_length(column).to_numpy(zero_copy_only=False), dtype=np.int64)
        self.starts = np.concatenate(([0], ends))
        self.points = skeleton_table()[codes(_joined(column))]
        self.skeleton = text_of(self.points).encode()

    def to_characters(self, offsets: np.ndarray) -> np.ndarray:
        """Byte offsets into the skeleton as character offsets into the block."""
        if len(self.skeleton) == len(self.points):
            return offsets
        width = np.ones(len(self.points), dtype=np.int64)
        for step in (0x80, 0x800, 0x10000):
            width += self.points >= step
        return np.searchsorted(np.concatenate(([0], np.cumsum(width))), offsets)


def _joined(column: pa.Array) -> str:
    """All strings of a large_string array without nulls, one after the other, taken from its buffer."""
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int64)
    offsets = offsets[column.offset : column.offset + len(column) + 1]
    if len(column) == 0 or column.buffers()[2] is None:
        return ""
    return bytes(memoryview(column.buffers()[2])[offsets[0] : offsets[-1]]).decode()


class Matcher:
    """Finds literals in columns of text, in any case and width. Build once, use from one thread at a time."""

    def __init__(self, literals: Sequence[str], *, backend: str = "auto") -> None:
        """`backend` is `hyperscan`, `ahocorasick` or `auto` (the first where it is installed)."""
        folded = [fold(literal) for literal in literals]
        if any(not text.strip() for text in folded):
            raise ValueError("a literal is empty")
        self.literals = tuple(folded)
        self._bytes = np.array([len(text.encode()) for text in folded], dtype=np.int64)
        self._first = np.array([word_classes()[ord(t[0])] for t in folded], dtype=np.uint8)
        self._last = np.array([word_classes()[ord(t[-1])] for t in folded], dtype=np.uint8)
        self._long = np.array([len(text) >= _JOINS_DIGITS for text in folded], dtype=bool)
        self.backend, self._scan = _scanner([text.encode() for text in folded], backend)

    def find(self, column: pa.Array) -> Hits:
        """All hits at word boundaries, overlapping ones included, sorted by row, start, longest first."""
        block = Block(column)
        literal, end = self._scan(block.skeleton)
        if not len(literal):
            return Hits.none()
        start = block.to_characters(end - self._bytes[literal])
        end = block.to_characters(end)
        row = np.searchsorted(block.starts, start, side="right") - 1
        keep = end <= block.starts[row + 1]
        keep[keep] = self._at_boundary(block, row[keep], start[keep], end[keep], literal[keep])
        row, start, end, literal = row[keep], start[keep], end[keep], literal[keep]
        order = np.lexsort((literal, -end, start))
        base = block.starts[row]
        return Hits(row, start - base, end - base, literal).take(order)

    def _at_boundary(
        self, block: Block, row: np.ndarray, start: np.ndarray, end: np.ndarray, literal: np.ndarray
    ) -> np.ndarray:
        classes = word_classes()
        last = len(block.points) - 1
        before = classes[block.points[np.maximum(start - 1, 0)]]
        before[start == block.starts[row]] = 0
        after = classes[block.points[np.minimum(end, last)]]
        after[end == block.starts[row + 1]] = 0
        joins = self._long[literal]
        return _parted(before, self._first[literal], joins) & _parted(after, self._last[literal], joins)


def _parted(neighbour: np.ndarray, edge: np.ndarray, joins: np.ndarray) -> np.ndarray:
    """True where the character beside the hit does not belong to the same word as the hit's edge."""
    free = (neighbour == 0) | (edge == 0)
    return free | ((neighbour != edge) & joins)


def outermost(hits: Hits) -> Hits:
    """The hits that lie in no longer hit of the same row; hits over the same span all stay."""
    if not len(hits):
        return hits
    # Rows are laid on one line, far enough apart, so that one running maximum serves them all.
    stride = int(hits.end.max()) + 1
    start, end = hits.row * stride + hits.start, hits.row * stride + hits.end
    reach = np.maximum.accumulate(end)
    before = np.concatenate(([-1], reach[:-1]))
    same_as_last = np.concatenate(([False], (start[1:] == start[:-1]) & (end[1:] == end[:-1])))
    fresh = end > before
    # A hit over the same span as the one before shares its fate.
    first_of_span = np.maximum.accumulate(np.where(same_as_last, 0, np.arange(len(hits))))
    return hits.take(fresh[first_of_span])


def _scanner(patterns: list[bytes], backend: str) -> tuple[str, Scan]:
    if not patterns:
        return "none", lambda _: (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    if backend in ("auto", "hyperscan"):
        try:
            return "hyperscan", _hyperscan(patterns)
        except ImportError:
            if backend == "hyperscan":
                raise
    return "ahocorasick", _ahocorasick(patterns)


def _hyperscan(patterns: list[bytes]) -> Scan:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(patterns)
    database.compile(expressions=patterns, ids=list(range(count)), elements=count, flags=[0] * count, literal=True)

    def scan(text: bytes) -> tuple[np.ndarray, np.ndarray]:
        found: list[tuple[int, int]] = []
        add = found.append

        def on_match(literal: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add((literal, end))

        if text:
            database.scan(text, match_event_handler=on_match)
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    return scan


def _ahocorasick(patterns: list[bytes]) -> Scan:
    import ahocorasick_rs

    automaton = ahocorasick_rs.BytesAhoCorasick(patterns)

    def scan(text: bytes) -> tuple[np.ndarray, np.ndarray]:
        found = automaton.find_matches_as_indexes(text, overlapping=True)
        triples = np.array(found, dtype=np.int64).reshape(-1, 3)
        return triples[:, 0], triples[:, 2]

    return scan
