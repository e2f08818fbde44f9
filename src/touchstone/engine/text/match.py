"""Literals in a column of text: hits as numpy arrays, with character offsets into each row's original string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from touchstone.engine.text.characters import Characters, in_blocks, text_column
from touchstone.engine.text.literals import Literals
from touchstone.engine.text.normalise import fold


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


class Matcher:
    """Finds literals in columns of text, in any case and width, as whole words. Literals can be added while in use."""

    def __init__(self, literals: Sequence[str]) -> None:
        self.literals: tuple[str, ...] = ()
        self._compiled = Literals()
        self.add(literals)

    def add(self, literals: Sequence[str]) -> None:
        """More literals, numbered after those before. Raises ValueError for an empty one."""
        folded = [fold(literal) for literal in literals]
        if any(not text.strip() for text in folded):
            raise ValueError("a literal is empty")
        self.literals += tuple(folded)
        self._compiled.add(folded)

    def find(self, column: pa.Array) -> Hits:
        """All hits at word boundaries, overlapping ones included, sorted by row, start, longest first."""
        if not self.literals or column.null_count == len(column):
            return Hits.none()
        parts = in_blocks(text_column(column), self._block)
        hits = np.concatenate(parts) if len(parts) != 1 else parts[0]
        return Hits(*(np.ascontiguousarray(hits[:, k]) for k in range(4)))

    def _block(self, column: pa.Array, first: int) -> np.ndarray:
        characters = Characters.of(column)
        hits = self._compiled.scan(characters.points, characters.starts)
        hits[:, 0] += first
        return hits


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
