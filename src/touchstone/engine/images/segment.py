"""A part of the index that does not change but for what is withdrawn: equal hashes once, and tables to find them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from touchstone.engine.images import hamming

T = TypeVar("T")
# Queries that one task of a thread works on.
_AT_ONCE = 64
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Segment:
    """Hashes in tables. Row r stands for the entries first[r]:first[r + 1], all with the hash words[r].

    words: (rows, 4) uint64. ids: (entries,) int64, ascending inside a row. alive: (entries,) bool. live: (rows,) int32,
    how many entries of the row are alive. offsets, rows, excerpts: see `hamming.probe`.
    """

    words: np.ndarray
    first: np.ndarray
    ids: np.ndarray
    alive: np.ndarray
    live: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    excerpts: np.ndarray

    @classmethod
    def of(cls, words: np.ndarray, ids: np.ndarray) -> Segment:
        """Build from words (n, 4) uint64 and ids (n,) int64; an id may come more than once."""
        number, count = numbered(words)
        order = np.lexsort((ids, number)) if count < len(words) else np.argsort(number, kind="stable")
        first = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(number, minlength=count), out=first[1:])
        once = words if count == len(words) else np.ascontiguousarray(words[order[first[:-1]]])
        offsets = np.zeros((hamming.CHUNKS, hamming.BUCKETS + 1), np.uint32)
        rows = np.empty((hamming.CHUNKS, count), np.uint32)
        excerpts = np.empty((hamming.CHUNKS, count), np.uint32)
        in_parallel([partial(hamming.fill, once, k, offsets[k], rows[k], excerpts[k]) for k in range(hamming.CHUNKS)])
        live = np.diff(first).astype(np.int32)
        return cls(once, first, ids[order], np.ones(len(ids), bool), live, offsets, rows, excerpts)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def alive_count(self) -> int:
        """Entries that are not withdrawn."""
        return int(self.live.sum())

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(a.nbytes for a in vars(self).values())

    def remove(self, ids: np.ndarray) -> int:
        """Withdraw the entries with these ids (sorted, each once); how many there were."""
        places = hamming.places_of(self.ids, ids)
        places = places[self.alive[places]]
        self.alive[places] = False
        np.subtract.at(self.live, np.searchsorted(self.first, places, side="right") - 1, 1)
        return len(places)

    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        """(words, ids) of the entries that are alive."""
        rows = np.repeat(np.arange(len(self.words)), np.diff(self.first))
        return self.words[rows[self.alive]], self.ids[self.alive]

    def search(self, queries: np.ndarray, radius: int, cap: int, best_only: bool) -> np.ndarray:
        """Hits (3, hits) int64 of query, row, distance, unordered."""

        def part(low: int) -> np.ndarray:
            high = min(low + _AT_ONCE, len(queries))
            tables = (self.words, self.live, self.offsets, self.rows, self.excerpts)
            found: np.ndarray = hamming.probe(*tables, queries, low, high, radius, cap, best_only)
            return found

        return np.concatenate(in_parallel([partial(part, low) for low in range(0, max(1, len(queries)), _AT_ONCE)]), 1)

    def named(self, hits: np.ndarray, best_only: bool) -> np.ndarray:
        """The same hits with ids in the place of rows: of each row every entry that is alive, or the first of them."""
        if best_only:
            rows, which = np.unique(hits[1], return_inverse=True)
            hits[1] = self.ids[hamming.first_alive(self.first, self.alive, rows)][which]
            return hits
        begin = self.first[hits[1]]
        count = self.first[hits[1] + 1] - begin
        source = np.repeat(np.arange(hits.shape[1]), count)
        places = begin[source] + np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
        out = hits[:, source]
        out[1] = self.ids[places]
        return out[:, self.alive[places]]


def in_parallel(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The results of the tasks, in order. Compiled loops hold no lock, so threads use every core."""
    if len(tasks) < 2 or THREADS == 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(min(THREADS, len(tasks))) as pool:
        return list(pool.map(lambda task: task(), tasks))


def numbered(words: np.ndarray) -> tuple[np.ndarray, int]:
    """For each hash the number of its value, in order of first appearance, and how many values there are."""
    number = np.empty(len(words), np.int32)
    table = np.full(1 << max(4, (2 * len(words)).bit_length()), -1, np.int32)
    return number, int(hamming.distinct(words, table, number))
