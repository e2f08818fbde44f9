"""From pairs with a score to groups, without chains: two groups join only when their listings agree on the whole."""

from __future__ import annotations

import numba
import numpy as np

# What a pair that nobody compared is taken to say, in log-odds: the two share too little to be compared.
UNSEEN = -2.0
# Of a group so many listings speak for it, the first that joined.
SPEAKERS = 24

_jit = numba.njit(cache=True, nogil=True)


def clusters(count: int, left: np.ndarray, right: np.ndarray, odds: np.ndarray, border: float) -> np.ndarray:
    """The group of each of `count` listings, as the number of its first listing. Shape (count,), int64.

    `left < right`, each pair once; `odds`: log-odds that the two are one product, -inf for two that must not be in one
    group. The best pairs are taken first. A pair at or above `border` joins its groups if the mean over all pairs
    between them is at least `border`, and none must not be.
    """
    if not len(left):
        return np.arange(count)
    order = np.lexsort((right, left))
    left, right, odds = left[order], right[order], odds[order].astype(np.float64)
    offsets = np.searchsorted(left, np.arange(count + 1))
    good = np.flatnonzero(odds >= border)
    good = good[np.lexsort((right[good], left[good], -odds[good]))]
    return _joined(count, offsets, left, right, odds, good, border)


@_jit
def _root(parent, i):
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@_jit
def _between(offsets, right, odds, a, b):
    """The log-odds of a pair; UNSEEN if it was not compared."""
    if a > b:
        a, b = b, a
    low, high = offsets[a], offsets[a + 1]
    while low < high:
        middle = (low + high) // 2
        if right[middle] < b:
            low = middle + 1
        elif right[middle] > b:
            high = middle
        else:
            return odds[middle]
    return UNSEEN


@_jit
def _joined(count, offsets, left, right, odds, good, border):
    parent = np.arange(count)
    after = np.full(count, -1, dtype=np.int64)
    last = np.arange(count)
    for edge in good:
        a, b = _root(parent, left[edge]), _root(parent, right[edge])
        if a == b:
            continue
        if a > b:
            a, b = b, a
        total, seen, i, members = 0.0, 0, a, 0
        while i >= 0 and members < SPEAKERS:
            j, others = b, 0
            while j >= 0 and others < SPEAKERS:
                total += _between(offsets, right, odds, i, j)
                seen += 1
                j = after[j]
                others += 1
            i = after[i]
            members += 1
        if total < border * seen:
            continue
        parent[b] = a
        after[last[a]] = b
        last[a] = last[b]
    return np.array([_root(parent, i) for i in range(count)])
