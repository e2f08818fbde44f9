"""Hashes to search in, and the search by comparing everything with everything that the real one is checked against."""

from __future__ import annotations

import numpy as np


def some(count: int, seed: int) -> np.ndarray:
    """`count` hashes drawn evenly, (count, 4) uint64."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def flipped(words: np.ndarray, bits: list[int]) -> np.ndarray:
    """One hash (4,) with these bits (0 to 255) changed."""
    out = words.copy()
    for bit in bits:
        out[bit >> 6] ^= np.uint64(1 << (bit & 63))
    return out


def near(words: np.ndarray, most: int, seed: int) -> np.ndarray:
    """A copy of each hash with 0 to `most` bits changed."""
    draw = np.random.default_rng(seed)
    return np.array([flipped(w, draw.choice(256, draw.integers(0, most + 1), replace=False).tolist()) for w in words])


def brute(queries: np.ndarray, words: np.ndarray, ids: np.ndarray, radius: int) -> list[tuple[int, int, int]]:
    """(query, id, distance) of every pair within the radius, sorted by query, distance, id."""
    bits = np.bitwise_count(queries[:, None, :] ^ words[None, :, :]).sum(axis=2, dtype=np.int64)
    query, row = np.nonzero(bits <= radius)
    return sorted(
        zip(query.tolist(), ids[row].tolist(), bits[query, row].tolist(), strict=True),
        key=lambda hit: (hit[0], hit[2], hit[1]),
    )
