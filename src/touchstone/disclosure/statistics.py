"""The arithmetic of the seller index, over NumPy arrays. Nothing here knows what is counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def wilson(k: ArrayLike, n: ArrayLike, z: float) -> tuple[Floats, Floats]:
    """Lower and upper end of the Wilson interval of k successes in n trials; NaN where n is 0.

    k may be fractional: the sum of values between 0 and 1, for which the interval is then a wide one.
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = k / n
        scale = 1 + z * z / n
        centre = (p + z * z / (2 * n)) / scale
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def shrunken(k: ArrayLike, n: ArrayLike, mean: ArrayLike, prior: float) -> Floats:
    """The rate k/n drawn towards the mean with the weight of `prior` observations."""
    k, n, mean = np.asarray(k, float), np.asarray(n, float), np.asarray(mean, float)
    return (k + prior * mean) / (n + prior)


def quantiles_by_group(values: Floats, starts: NDArray[Any], counts: NDArray[Any], q: ArrayLike) -> Floats:
    """The q-quantile of each group, linear between ranks.

    values: all groups one after the other, each sorted. starts, counts: where each group begins and how long it is.
    q: one number, or one for each group. A group without values gives NaN.
    """
    if not len(values):
        return np.full(len(starts), np.nan)
    counts = np.asarray(counts)
    rank = np.asarray(q, float) * np.maximum(counts - 1, 0)
    below = np.floor(rank).astype(int)
    above = np.minimum(below + 1, np.maximum(counts - 1, 0))
    last = len(values) - 1
    low, high = values[np.minimum(starts + below, last)], values[np.minimum(starts + above, last)]
    return np.where(counts > 0, low + (high - low) * (rank - below), np.nan)


def quantile_of_others(values: Floats, q: float) -> Floats:
    """For each value of a group, the q-quantile of all the others. NaN for a group of one."""
    others = len(values) - 1
    if others < 1:
        return np.full(len(values), np.nan)
    order = np.argsort(values, kind="stable")
    position = np.empty(len(values), int)
    position[order] = np.arange(len(values))
    ranked = values[order]
    rank = q * (others - 1)
    below = int(np.floor(rank))
    above = min(below + 1, others - 1)
    # Without the value at `position`, everything from there on moves one place down.
    low = ranked[below + (position <= below)]
    high = ranked[above + (position <= above)]
    return low + (high - low) * (rank - below)
