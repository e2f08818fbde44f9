"""Random streams: one seed, many independent named streams.

A stream depends on the seed and its name alone, so that a draw added to one part of the market moves no other.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence

import numpy as np


def numbers(seed: int, name: str) -> np.random.Generator:
    """A numpy generator for bulk draws, the same in every process for the same seed and name."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def words(seed: int, name: str) -> random.Random:
    """A generator for choosing words one at a time (faster than numpy for single draws)."""
    return random.Random(f"{seed}:{name}")


def weighted(rnd: random.Random, table: dict[str, float]) -> str:
    """One key of `table`, with probability proportional to its value."""
    return rnd.choices(list(table), weights=list(table.values()))[0]


def sometimes(rnd: random.Random, share: float, options: Sequence[str], otherwise: str = "") -> str:
    """One of `options` with probability `share`, else `otherwise`."""
    return rnd.choice(options) if rnd.random() < share else otherwise
