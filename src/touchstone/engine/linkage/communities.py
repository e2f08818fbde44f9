"""Parts of a component that is too large or too loose to be one group of people: Leiden communities.

A component of moderate size is left whole: the shops of one person often hang together by single threads, and to cut
there would lose them. A very large one is mostly several groups that one common link has joined.
"""

from __future__ import annotations

import graspologic_native
import numpy as np

# Components of fewer sellers are left whole; larger ones are cut where that gives parts as distinct as this modularity.
LARGE, DISTINCT = 120, 0.45
_SEED = 20260101


def split(label: np.ndarray, core: np.ndarray, a: np.ndarray, b: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Community number of each seller. Deterministic, whatever the order of the links.

    label: the component of each seller; core: the number of the group that it must not be cut from (one account); links
    a < b with their weights.
    """
    size = np.bincount(label) if len(label) else np.zeros(0, dtype=np.int64)
    found = label.astype(np.int64).copy()
    following = len(size)
    for component in np.flatnonzero(size >= LARGE):
        rows = np.flatnonzero((label[a] == component) & (core[a] != core[b]))
        one, other = np.minimum(core[a], core[b])[rows], np.maximum(core[a], core[b])[rows]
        edges = _edges(one, other, weight[rows])
        if not edges:
            continue
        modularity, parts = _leiden(edges)
        if modularity < DISTINCT or len(set(parts.values())) < 2:
            continue
        inside = np.flatnonzero(label == component)
        found[inside] = following + np.array([parts[str(c)] for c in core[inside]])
        following += max(parts.values()) + 1
    return found


def _edges(a: np.ndarray, b: np.ndarray, weight: np.ndarray) -> list[tuple[str, str, float]]:
    """One edge for each pair of groups, with the sum of weights, sorted."""
    pairs, which = np.unique(np.stack((a, b)), axis=1, return_inverse=True)
    total = np.bincount(which.ravel(), weights=weight, minlength=pairs.shape[1])
    return [(str(x), str(y), float(w)) for x, y, w in zip(*pairs.tolist(), total.tolist(), strict=True)]


def _leiden(edges: list[tuple[str, str, float]]) -> tuple[float, dict[str, int]]:
    modularity, parts = graspologic_native.leiden(
        edges=edges,
        starting_communities=None,
        resolution=1.0,
        randomness=0.001,
        iterations=2,
        use_modularity=True,
        seed=_SEED,
        trials=1,
    )
    return float(modularity), dict(parts)
