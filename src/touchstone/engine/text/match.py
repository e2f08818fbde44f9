"""Literals in a column of text: one scan of one block, hits as numpy arrays.

The column is joined into one block of skeleton text; a hit that crosses two rows is dropped. The scan sees UTF-8
bytes, the caller sees character offsets into each row's original string.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.text.normalise import codes, fold, skeleton_table, text_of, word_classes

Scan = Callable[[bytes], tuple[np.ndarray, np.ndarray]]
# Below this many letters a digit beside a Latin name is part of another word ("on90"), above it is not ("nike270").
_JOINS_DIGITS = 4
# A hit is one integer: the number of the literal above this bit, the offset of its end below.
_PACK = 40


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
    """A column of text as one run of code points, a line break after each row. Row i is `starts[i]:ends[i]`."""

    def __init__(self, column: pa.Array) -> None:
        texts = series(column).cast(pl.String).fill_null("")
        lengths = texts.str.len_chars().to_numpy().astype(np.int64)
        self.ends = np.cumsum(lengths + 1) - 1
        self.starts = self.ends - lengths
        joined = texts.str.join("\n").item() if len(texts) else ""
        self.points = skeleton_table()[codes(joined)]
        self.skeleton = text_of(self.points).encode()

    def to_characters(self, offsets: np.ndarray) -> np.ndarray:
        """Byte offsets into the skeleton as character offsets into the block."""
        if len(self.skeleton) == len(self.points):
            return offsets
        width = np.ones(len(self.points), dtype=np.int64)
        for step in (0x80, 0x800, 0x10000):
            width += self.points >= step
        return np.searchsorted(np.concatenate(([0], np.cumsum(width))), offsets)


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
        self.backend, self._scan = _scanner(folded, backend)

    def find(self, column: pa.Array) -> Hits:
        """All hits at word boundaries, overlapping ones included, sorted by row, start, longest first."""
        if column.null_count == len(column):
            return Hits.none()
        block = Block(column)
        literal, end = self._scan(block.skeleton)
        if not len(literal):
            return Hits.none()
        start = block.to_characters(end - self._bytes[literal])
        end = block.to_characters(end)
        row = np.searchsorted(block.starts, start, side="right") - 1
        keep = end <= block.ends[row]
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
        after[end == block.ends[row]] = 0
        joins = self._long[literal]
        return _parted(before, self._first[literal], joins) & _parted(after, self._last[literal], joins)


class Joined:
    """Two matchers as one: the literals of the second are numbered after those of the first."""

    def __init__(self, first: Matcher, second: Matcher) -> None:
        self.literals = (*first.literals, *second.literals)
        self._first, self._second = first, second

    def find(self, column: pa.Array) -> Hits:
        """As `Matcher.find`."""
        one, two = self._first.find(column), self._second.find(column)
        if not len(two):
            return one
        literal = np.concatenate((one.literal, two.literal + len(self._first.literals)))
        both = Hits(*(np.concatenate((getattr(one, n), getattr(two, n))) for n in ("row", "start", "end")), literal)
        return both.take(np.lexsort((both.literal, -both.end, both.start, both.row)))


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


def _scanner(patterns: list[str], backend: str) -> tuple[str, Scan]:
    if not patterns:
        return "none", lambda _: (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    if backend in ("auto", "hyperscan"):
        try:
            return "hyperscan", _hyperscan(patterns)
        except ImportError:
            if backend == "hyperscan":
                raise
    return "ahocorasick", _ahocorasick(patterns)


def _hyperscan(patterns: list[str]) -> Scan:
    """One database. Short Latin words are asked for as whole words, or they would hit inside a third of all words."""
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(patterns)
    expressions = [_expression(text) for text in patterns]
    database.compile(expressions=expressions, ids=list(range(count)), elements=count, flags=[0] * count)

    def scan(text: bytes) -> tuple[np.ndarray, np.ndarray]:
        found: list[int] = []
        add = found.append

        def on_match(literal: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add(literal << _PACK | end)

        if text:
            database.scan(text, match_event_handler=on_match)
        packed = np.array(found, dtype=np.int64)
        return packed >> _PACK, packed & ((1 << _PACK) - 1)

    return scan


def _expression(text: str) -> bytes:
    """The text as an expression that matches it and nothing else."""
    body = "".join(c if c.isascii() and c.isalnum() else "".join(f"\\x{b:02x}" for b in c.encode()) for c in text)
    if len(text) >= _JOINS_DIGITS:
        return body.encode()
    first, last = (r"\b" if c.isascii() and c.isalnum() else "" for c in (text[0], text[-1]))
    return f"{first}{body}{last}".encode()


def _ahocorasick(patterns: list[str]) -> Scan:
    import ahocorasick_rs

    automaton = ahocorasick_rs.BytesAhoCorasick([text.encode() for text in patterns])

    def scan(text: bytes) -> tuple[np.ndarray, np.ndarray]:
        found = automaton.find_matches_as_indexes(text, overlapping=True)
        triples = np.array(found, dtype=np.int64).reshape(-1, 3)
        return triples[:, 0], triples[:, 2]

    return scan
