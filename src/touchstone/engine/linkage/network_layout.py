"""Where the nodes stand: columns by role from maker to cash-out, rows by community, hubs beside their sellers.

The same graph always gets the same picture, so that two people who speak of "the knot on the upper left" see the same.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

ASPECT = 1.15  # width by height that the picture aims at
_GAP = 2.5  # between two columns, in widths of a place
_BAND = 1.5  # between two communities


def layers(
    columns: list[int], community: np.ndarray, source: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(x, y) of every node. columns: 0 and up for sellers, -1 for hubs, which are put left of their sellers' column.

    A place is 1 by 1 and no two nodes have the same. y points up: the largest community (0) stands on top.
    """
    lane = _lanes(columns, source, target)
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    anchor = _anchors(len(columns), source, target)
    for node in sorted(range(len(columns)), key=lambda i: (anchor[i], i)):
        cells[int(community[node]), lane[node]].append(node)
    widths = _widths(lane, community)
    x, y = np.zeros(len(columns)), np.zeros(len(columns))
    left, edge = {}, 0.0
    for at in sorted(widths):
        left[at] = edge
        edge += widths[at] - 1 + _GAP
    top = 0.0
    for band in sorted({b for b, _lane in cells}):
        height = max(-(-len(cells[band, at]) // widths[at]) for at in widths if (band, at) in cells)
        for at in widths:
            _fill(cells.get((band, at), []), left[at], top, widths[at], height, x, y)
        top += height - 1 + _BAND
    return np.round(x, 3), np.round(-y, 3)


def _lanes(columns: list[int], source: np.ndarray, target: np.ndarray) -> list[int]:
    """Sellers stand in odd lanes (2 column + 1), hubs in the even lane left of where most of their sellers are."""
    votes: dict[int, list[int]] = defaultdict(list)
    for a, b in zip(source.tolist(), target.tolist(), strict=True):
        if columns[b] < 0 <= columns[a]:
            votes[b].append(columns[a])
    return [2 * c + 1 if c >= 0 else 2 * _most(votes[i]) for i, c in enumerate(columns)]


def _most(votes: list[int]) -> int:
    return max(sorted(set(votes)), key=votes.count) if votes else 0


def _anchors(n: int, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The strongest hub or partner of each node (edges come strongest first): those with one anchor stand together."""
    anchor = np.full(n, n, dtype=np.int64)
    for a, b in zip(source.tolist(), target.tolist(), strict=True):
        anchor[a] = min(anchor[a], b)
        anchor[b] = min(anchor[b], b)
    return anchor


def _widths(lane: list[int], community: np.ndarray) -> dict[int, int]:
    """How many nodes stand side by side in each lane, so that the whole is about ASPECT times as wide as high."""
    lanes, place, counts = np.unique(np.array(lane, dtype=np.int64), return_inverse=True, return_counts=True)
    cells = np.zeros((int(community.max(initial=-1)) + 1, len(lanes)), dtype=np.int64)
    np.add.at(cells, (community, place), 1)
    rows = float(max(counts, default=1))
    while True:
        wide = np.ceil(counts / rows).astype(np.int64)
        high = np.ceil(cells / wide).max(axis=1).sum() + (_BAND - 1) * (len(cells) - 1) if len(lanes) else 0
        if wide.sum() + (_GAP - 1) * (len(lanes) - 1) >= ASPECT * high or rows <= 1:
            return dict(zip(lanes.tolist(), wide.tolist(), strict=True))
        rows /= 1.1


def _fill(nodes: list[int], left: float, top: float, width: int, height: int, x: np.ndarray, y: np.ndarray) -> None:
    """Put the nodes of one cell row by row, in the middle of its band."""
    rows = -(-len(nodes) // width)
    for i, node in enumerate(nodes):
        row, column = divmod(i, width)
        in_row = min(width, len(nodes) - row * width)
        x[node] = left + column + (width - in_row) / 2
        y[node] = top + (height - rows) / 2 + row
