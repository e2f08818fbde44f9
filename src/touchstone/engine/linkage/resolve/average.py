"""Clusters by the average likeness of their members: a chain of near pairs does not join two strangers."""

from __future__ import annotations

import heapq

import numpy as np

# One strong or one absent field must not outvote a whole cluster.
_MOST, _LEAST = 15.0, -20.0


def clusters(a: np.ndarray, b: np.ndarray, weight: np.ndarray, records: int, cut: float) -> np.ndarray:
    """Cluster number of each record. Joins the two clusters of highest average weight until none is above `cut`.

    `a`, `b`, `weight`: pairs with their log2 odds. Pairs of one connected part should all be there; one that is not
    counts as 0 in the sum. The order of pairs does not matter.
    """
    order = np.lexsort((b, a))
    weights = np.clip(weight[order], _LEAST, _MOST).tolist()
    near: list[dict[int, float]] = [{} for _ in range(records)]
    heap: list[tuple[float, int, int, int, int]] = []
    for i, j, w in zip(a[order].tolist(), b[order].tolist(), weights, strict=True):
        near[i][j] = near[j][i] = w
        if w > cut:
            heap.append((-w, min(i, j), max(i, j), 0, 0))
    heapq.heapify(heap)
    size, root, turn = [1] * records, list(range(records)), [0] * records
    while heap:
        _, i, j, at_i, at_j = heapq.heappop(heap)
        if turn[i] != at_i or turn[j] != at_j:
            continue
        if len(near[i]) < len(near[j]):
            i, j = j, i
        _merge(near, i, j)
        size[i] += size[j]
        root[j] = i
        turn[i] += 1
        turn[j] = -1
        for k, total in near[i].items():
            average = total / (size[i] * size[k])
            if average > cut:
                heapq.heappush(heap, (-average, i, k, turn[i], turn[k]))
    return np.unique(_roots(root), return_inverse=True)[1]


def _merge(near: list[dict[int, float]], i: int, j: int) -> None:
    """Cluster j becomes part of i: sums of weights to others are added."""
    del near[i][j], near[j][i]
    for k, total in near[j].items():
        near[i][k] = near[i].get(k, 0.0) + total
        near[k].pop(j)
        near[k][i] = near[i][k]
    near[j] = {}


def _roots(root: list[int]) -> np.ndarray:
    parent = np.array(root, dtype=np.int64)
    while True:
        further = parent[parent]
        if np.array_equal(further, parent):
            return parent
        parent = further
