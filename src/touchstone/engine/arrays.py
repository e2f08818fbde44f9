"""Sets of integers as sorted arrays. numpy's own `unique` and `isin` hash, which is slow for keys of this shape."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa


def distinct(values: np.ndarray) -> np.ndarray:
    """The different values, sorted."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def among(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which of `values` are in the sorted array `ordered`. Shape of `values`, bool."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return ordered[place] == values


def series(column: pa.Array | pa.ChunkedArray) -> pl.Series:
    """An Arrow column as a Polars one."""
    return pl.Series("", column)


def frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table as a Polars one."""
    return pl.DataFrame(table)
