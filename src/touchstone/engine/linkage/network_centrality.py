"""How much hangs on each node: neighbours, shortest paths through it, and what is left without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

# Up to so many nodes every shortest path is counted; above, those from a sample of SAMPLE nodes.
EXACT_UP_TO = 3_000
SAMPLE = 200
_BATCH = 128


@dataclass(frozen=True)
class Measures:
    """One entry a node. degree: neighbours. betweenness: share (0 to 1) of the shortest paths between other nodes that
    lead through it. parts: into how many parts with sellers the node's own part falls without it. cut_off: sellers that
    are then no longer in the largest of these. exact: betweenness is counted, not estimated."""

    degree: np.ndarray
    betweenness: np.ndarray
    parts: np.ndarray
    cut_off: np.ndarray
    exact: bool


def measure(n: int, sellers: int, source: np.ndarray, target: np.ndarray) -> Measures:
    """The measures of a graph of n nodes, of which the first `sellers` are sellers. source, target: its edges."""
    graph = _adjacency(n, source, target)
    degree = np.diff(graph.indptr).astype(np.int64)
    exact = n <= EXACT_UP_TO
    starts = np.arange(n) if exact else np.sort(np.random.default_rng(n).choice(n, SAMPLE, replace=False))
    parts, cut_off = removal(graph, np.arange(n) < sellers)
    return Measures(degree, betweenness(graph, starts), parts, cut_off, exact)


def _adjacency(n: int, source: np.ndarray, target: np.ndarray) -> csr_array:
    ends = (np.concatenate([source, target]), np.concatenate([target, source]))
    graph = csr_array((np.ones(len(ends[0])), ends), shape=(n, n))
    graph.sum_duplicates()
    graph.data[:] = 1.0
    return graph


def betweenness(graph: csr_array, starts: np.ndarray) -> np.ndarray:
    """Brandes' algorithm for many starts at once: levels of the search are products with the adjacency matrix.

    graph: symmetric, n by n, ones. starts: the nodes whose shortest paths are counted. Shares of all pairs of other
    nodes, estimated where `starts` are not all nodes.
    """
    n = graph.shape[0]
    total = np.zeros(n)
    for begin in range(0, len(starts), _BATCH):
        total += _from(graph, starts[begin : begin + _BATCH])
    pairs = len(starts) * max(n - 1, 1) * max(n - 2, 1) / max(n, 1)
    return np.round(total / max(pairs, 1.0), 6) if n > 2 else np.zeros(n)


def _from(graph: csr_array, starts: np.ndarray) -> np.ndarray:
    n, k = graph.shape[0], len(starts)
    columns = np.arange(k)
    paths, depth = np.zeros((n, k)), np.full((n, k), -1, dtype=np.int32)
    paths[starts, columns], depth[starts, columns] = 1.0, 0
    front, level = paths.copy(), 0
    while True:
        reached = graph @ front
        fresh = (depth < 0) & (reached > 0)
        if not fresh.any():
            break
        level += 1
        depth[fresh] = level
        front = np.where(fresh, reached, 0.0)
        paths += front
    carried = np.zeros((n, k))
    for back in range(level, 0, -1):
        at = depth == back
        share = np.where(at, (1 + carried) / np.where(at, paths, 1.0), 0.0)
        carried += np.where(depth == back - 1, paths * (graph @ share), 0.0)
    carried[starts, columns] = 0.0
    summed: np.ndarray = carried.sum(axis=1)
    return summed


def removal(graph: csr_array, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(parts, cut_off) of each node: what its connected part falls into without it, by one depth-first search.

    counts: which nodes count (sellers); parts without one are no parts.
    """
    n, start, ends = graph.shape[0], graph.indptr, graph.indices
    order, low = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    below = counts.astype(np.int64)
    split: list[list[int]] = [[] for _ in range(n)]  # sellers in each subtree that only this node holds
    parent, root, next_edge = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64), start[:-1].copy()
    clock = 0
    for top in range(n):
        if order[top] >= 0:
            continue
        order[top] = low[top] = clock
        clock += 1
        stack = [top]
        while stack:
            node = stack[-1]
            root[node] = top
            if next_edge[node] < start[node + 1]:
                other = int(ends[next_edge[node]])
                next_edge[node] += 1
                if order[other] < 0:
                    parent[other], order[other], low[other] = node, clock, clock
                    clock += 1
                    stack.append(other)
                elif other != parent[node]:
                    low[node] = min(low[node], order[other])
                continue
            stack.pop()
            if stack:
                above = stack[-1]
                low[above] = min(low[above], low[node])
                below[above] += below[node]
                if low[node] >= order[above]:
                    split[above].append(int(below[node]))
    parts, cut_off = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for node in range(n):
        rest = int(below[root[node]]) - int(counts[node]) - sum(split[node])
        left = [size for size in (*split[node], rest) if size > 0]
        parts[node], cut_off[node] = len(left), sum(left) - max(left, default=0)
    return parts, cut_off
