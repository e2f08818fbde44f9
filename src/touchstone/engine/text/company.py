"""Who hides one name hides more: the places of a row are judged together.

One place where a disguise explains the text better than honest words do says little when thousands of names were
compared with every window of a long text: one of them comes near by accident. Two such places say much. So a row is
held against the number of names and characters compared, and in a row that stands up to that, each further name is
cheaper. With few names a place counts alone.

In the unit of the prices (-ln of a probability), with m the margin of a place (what it adds less what it costs): the
row weighs the sum of ln(1 + exp(m + CHEAPER)) over places that do not overlap, less CHEAPER, less
ACCIDENT * ln(names * characters / QUIET) where that is positive. A name is believed when its row weighs more than
nothing and its own m + CHEAPER is positive.
"""

from __future__ import annotations

import numpy as np

from touchstone.engine.text import kernel

CHEAPER, ACCIDENT, QUIET = 8.0, 3.0, 3000.0
# exp() of more than this is the same to the sum.
_ENOUGH = 40.0


def margins(
    row: np.ndarray, start: np.ndarray, end: np.ndarray, margin: np.ndarray, lengths: np.ndarray, names: int
) -> np.ndarray:
    """The margins of hidden names in the company of their row. Shape (places,), float32.

    `row`, `start`, `end`, `margin`: one entry a place and reading. `lengths`: characters of every row. `names`: how
    many names were looked for.
    """
    alone = margin + CHEAPER
    order = np.lexsort((start, -alone, row))
    apart = order[kernel.without_overlaps(row[order], np.zeros(len(order), np.int64), start[order], end[order], False)]
    weight = np.zeros(len(lengths))
    np.add.at(weight, row[apart], np.log1p(np.exp(np.minimum(alone[apart], _ENOUGH))))
    weight -= CHEAPER + ACCIDENT * np.log(np.maximum(names * lengths / QUIET, 1.0))
    out = np.minimum(alone, weight[row])
    # A place that needs its company must not be in the way of a better one, unless one lies in the other.
    out[(margin <= 0) & ~_beside(row, start, end, apart)] = -CHEAPER
    return out.astype(np.float32)


def _beside(row: np.ndarray, start: np.ndarray, end: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Places that are one of `apart`, lie in one or have one inside; not those that overlap one in part."""
    order = apart[np.lexsort((start[apart], row[apart]))]
    stride = int(end.max()) + 2
    at, until = row[order] * stride + start[order], row[order] * stride + end[order]
    first, last = row * stride + start, row * stride + end
    # Of those that overlap a place, the first and the last.
    low = np.searchsorted(until, first, side="right")
    high = np.searchsorted(at, last, side="left") - 1
    low, high = np.minimum(low, len(order) - 1), np.maximum(high, 0)
    within = (at[low] <= first) & (until[low] >= last)
    around = (at[low] >= first) & (until[high] <= last)
    return within | around
