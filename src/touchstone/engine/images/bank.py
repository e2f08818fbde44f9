"""A bank of PDQ hashes of images that are known from copies, and the exact search in it.

A brute-force search over packed words: right, and quick enough for banks of some ten thousand hashes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from touchstone.errors import NotValid

BITS = 256
# The threshold that PDQ's authors recommend: two hashes this close come from one image.
RADIUS = 31
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Bank:
    """`words` has shape (hashes, 4), uint64; `labels` names each hash."""

    words: np.ndarray
    labels: tuple[str, ...]

    @classmethod
    def of(cls, tables: list[pa.Table]) -> Bank:
        """Build from tables with a column pdq (64 hex digits) and, if there is one, label or brand.

        Raises NotValid where the column is missing or a hash is malformed.
        """
        hashes: list[str] = []
        labels: list[str] = []
        for table in tables:
            if "pdq" not in table.column_names:
                raise NotValid("the bank has no column pdq")
            name = next((c for c in ("label", "brand", "id") if c in table.column_names), None)
            values = [str(v or "") for v in table["pdq"].to_pylist()]
            hashes += values
            labels += [str(v or "") for v in table[name].to_pylist()] if name else values
        words, good = unpack(hashes)
        if not good.all():
            row = int(np.flatnonzero(~good)[0])
            raise NotValid(f"the hash {hashes[row][:70]!r} is not 64 hexadecimal digits", place=f"bank row {row + 1}")
        return cls(words, tuple(labels))

    def nearest(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each query (n, 4): the index of the nearest hash within RADIUS or -1, and its distance."""
        index = np.full(len(queries), -1, dtype=np.int64)
        distance = np.full(len(queries), BITS + 1, dtype=np.int64)
        if not len(self.words):
            return index, distance
        step = max(1, _CHUNK // len(self.words))
        for low in range(0, len(queries), step):
            part = queries[low : low + step]
            bits = np.bitwise_count(part[:, None, :] ^ self.words[None, :, :]).sum(axis=2, dtype=np.int64)
            best = bits.argmin(axis=1)
            distance[low : low + step] = bits[np.arange(len(part)), best]
            index[low : low + step] = best
        index[distance > RADIUS] = -1
        return index, distance


def unpack(hashes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hex texts as words (n, 4) uint64, and which of them are well formed."""
    words = np.zeros((len(hashes), 4), dtype=np.uint64)
    good = np.zeros(len(hashes), dtype=bool)
    for row, text in enumerate(hashes):
        plain = text.strip()
        if len(plain) == 64 and plain.isascii():
            try:
                words[row] = np.frombuffer(bytes.fromhex(plain), dtype=">u8")
                good[row] = True
            except ValueError:
                continue
    return words, good
