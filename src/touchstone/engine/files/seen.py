"""Which ids came before, in memory that does not grow with the number of rows.

Ids are kept as 64-bit hashes: two different ids of 100 million collide with a chance of 3 in 10,000, in which case the
later row is called a duplicate. Recent hashes are in memory; full sets of them lie sorted in a temporary folder and are
merged, slice by slice, into larger ones.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from touchstone.engine.arrays import among

# Hashes in memory before they are written: 8 MB.
RECENT = 1 << 20
# Runs of one size before they are merged into one.
FAN = 8
_SLICES = 64


def hashes(ids: pl.Series) -> np.ndarray:
    """What stands for each id. Shape (ids,), uint64; the same in every process."""
    return ids.hash(seed=0).to_numpy()


class Seen:
    """A set of ids. Use as a context manager; the temporary folder goes with it."""

    def __init__(self, recent: int = RECENT, *, known: np.ndarray | None = None) -> None:
        """`known`: hashes (see `hashes`) of ids that came before."""
        self._limit = recent
        self._recent = np.empty(0, dtype=np.uint64) if known is None else np.unique(known)
        self._runs: list[tuple[int, np.ndarray]] = []
        self._folder: Path | None = None
        self._written = 0

    def __enter__(self) -> Seen:
        return self

    def __exit__(self, *_: object) -> None:
        self._runs.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, ids: pl.Series) -> np.ndarray:
        """Add ids, none null; answer which of them were there before, or stand earlier in `ids`. Shape (ids,), bool."""
        if not len(ids):
            return np.zeros(0, dtype=bool)
        keys = hashes(ids)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
        fresh = first & ~self._contains(ordered)
        repeated = np.ones(len(keys), dtype=bool)
        repeated[order[fresh]] = False
        self._recent = np.sort(np.concatenate((self._recent, ordered[fresh])))
        if len(self._recent) >= self._limit:
            self._spill()
        return repeated

    def _contains(self, sorted_hashes: np.ndarray) -> np.ndarray:
        found = among(sorted_hashes, self._recent)
        for _, run in self._runs:
            found |= among(sorted_hashes, run)
        return found

    def _spill(self) -> None:
        self._runs.append((0, self._write([self._recent])))
        self._recent = np.empty(0, dtype=np.uint64)
        level = 0
        while sum(size == level for size, _ in self._runs) >= FAN:
            parts = [run for size, run in self._runs if size == level]
            self._runs = [r for r in self._runs if r[0] != level] + [(level + 1, self._write(parts))]
            level += 1

    def _write(self, parts: list[np.ndarray]) -> np.ndarray:
        """Merge sorted runs into one file, a slice of the range of values at a time."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="touchstone-seen-"))
        self._written += 1
        path = self._folder / f"{self._written}.run"
        edges = [i << 58 for i in range(1, _SLICES)]
        cuts = [np.searchsorted(p, np.array(edges, dtype=np.uint64)).tolist() for p in parts]
        bounds = [[0, *cut, len(p)] for cut, p in zip(cuts, parts, strict=True)]
        with path.open("wb") as file:
            for i in range(_SLICES):
                pieces = [p[b[i] : b[i + 1]] for p, b in zip(parts, bounds, strict=True)]
                np.sort(np.concatenate(pieces)).tofile(file)
        return np.memmap(path, dtype=np.uint64, mode="r")
