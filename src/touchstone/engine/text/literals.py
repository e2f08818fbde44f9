"""Literals in text: a trie over folded characters in one hash table, walked from every place where one may begin.

Names stand as whole words, so in "running shoes" there are two such places; in a script without spaces, every character
is one. Which symbols lead on from a node is known from 64 bits, so most walks end without a look into the table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from touchstone.engine.text import kernel
from touchstone.engine.text.normalise import codes, skeleton_table, word_classes

# Below this many letters a digit beside a Latin name is part of another word ("on90"), above it is not ("nike270").
JOINS_DIGITS = 4

_jit = numba.njit(cache=True, nogil=True)


class Literals:
    """Folded texts, numbered in the order in which they came. More can be added while in use.

    `literal[node]`: the first that ends at a node of the trie, -1 for none; `again[n]`: the next with the same text as n.
    """

    def __init__(self) -> None:
        self.count = 0
        self.table = np.full(1 << 12, kernel.EMPTY, dtype=np.int64)
        self.used = 1
        self.literal = np.full(1 << 11, -1, dtype=np.int32)
        self.masks = np.zeros(1 << 11, dtype=np.uint64)
        self.root = np.zeros(0x110000, dtype=np.int32)
        self.long = np.empty(0, dtype=bool)
        self.again = np.empty(0, dtype=np.int32)

    def add(self, texts: Sequence[str]) -> None:
        """Add texts. Raises MemoryError beyond two million different beginnings of texts."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        points = codes("".join(texts)).astype(np.int64)
        self.table = kernel.with_room(self.table, self.used, len(points))
        ends = np.empty(len(texts), dtype=np.int64)
        self.used = kernel.insert(self.table, self.used, points, offsets, ends)
        if self.used < 0:
            raise MemoryError("too many literals")
        self.literal = kernel.grown(self.literal, self.used, -1)
        self.again = np.concatenate((self.again, np.full(len(texts), -1, dtype=np.int32)))
        end_at(ends, self.literal, self.again, self.count)
        self.count += len(texts)
        self.long = np.concatenate((self.long, lengths >= JOINS_DIGITS))
        self.masks = kernel.grown(self.masks, len(self.literal), 0)
        kernel.lead_on(self.table, points, offsets, self.masks, self.root)

    def scan(self, points: np.ndarray, starts: np.ndarray) -> np.ndarray:
        """Hits in joined rows (see `Characters`): row, start, end, literal; by row, start, the longest first."""
        out = np.empty((len(points) // 8 + 64, 4), dtype=np.int64)
        folded, classes = np.empty(len(points), np.uint32), np.empty(len(points), np.uint8)
        fold_all(points, skeleton_table(), word_classes(), folded, classes)
        while True:
            n = scan(
                folded, classes, starts, self.table, self.root, self.masks, self.literal, self.again, self.long, out
            )
            if n <= len(out):
                return out[:n]
            out = np.empty((n, 4), dtype=np.int64)


@_jit
def fold_all(points, skeleton, classes, folded, kinds):
    """The skeleton of each character and its class (see `normalise.word_classes`)."""
    for i in range(len(points)):
        folded[i] = skeleton[points[i]]
        kinds[i] = classes[folded[i]]


@_jit
def scan(folded, kinds, starts, table, root, masks, literal, again, long, out):
    """See `Literals.scan`. Returns how many hits there are; more than len(out) means: call again with more room."""
    found = 0
    for row in range(len(starts) - 1):
        low, high = starts[row], starts[row + 1]
        for first in range(low, high):
            node = np.int64(root[folded[first]])
            if node == 0:
                continue
            before = kinds[first - 1] if first > low else 0
            own = kinds[first]
            if before != 0 and before == own:
                continue
            free = before == 0 or own == 0
            begin = found
            end = first + 1
            while True:
                number = literal[node]
                if number >= 0 and (free or long[number]):
                    after = kinds[end] if end < high else 0
                    last = kinds[end - 1]
                    if after == 0 or last == 0 or (after != last and long[number]):
                        if found < len(out):
                            out[found, 0], out[found, 1] = row, first - low
                            out[found, 2], out[found, 3] = end - low, number
                        found += 1
                if end == high or not masks[node] & kernel.bit_of(folded[end]):
                    break
                node = kernel.child(table, node, folded[end])
                if node == 0:
                    break
                end += 1
            if found > begin:
                found = _longest_first(begin, found, again, out)
    return found


@_jit
def _longest_first(begin, found, again, out):
    """Turn the hits from one place round, and put those with the same text beside each. Returns how many hits now."""
    i, j = begin, found - 1
    while i < j and j < len(out):
        for k in range(4):
            out[i, k], out[j, k] = out[j, k], out[i, k]
        i += 1
        j -= 1
    place = begin
    while place < min(found, len(out)):
        number = again[out[place, 3]]
        place += 1
        if number >= 0:
            found += 1
            for other in range(min(found, len(out)) - 1, place, -1):
                out[other] = out[other - 1]
            if place < len(out):
                out[place, :3] = out[place - 1, :3]
                out[place, 3] = number
    return found


@_jit
def end_at(ends, literal, again, first):
    """Number new texts, which end at the given nodes, from `first` on."""
    for i in range(len(ends)):
        number = literal[ends[i]]
        if number < 0:
            literal[ends[i]] = first + i
            continue
        while again[number] >= 0:
            number = again[number]
        again[number] = first + i
