"""Reasons as the output carries them: for each row a list of {signal, value, weight, text, text_zh}."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.schema import REASON

_FIELDS = ("signal", "value", "weight", "text", "text_zh")


def gather(frames: list[pl.DataFrame], rows: int) -> pa.Array:
    """Put the reasons of all entries together by row, heaviest first. Shape (rows,), list of struct."""
    if not frames:
        return lists(np.zeros(rows, dtype=np.int64), pa.array([], REASON))
    every = pl.concat(frames).sort("row", pl.col("weight").abs(), "order", descending=[False, True, False])
    counts = np.bincount(every["row"].to_numpy(), minlength=rows)
    table = every.select(_FIELDS).to_arrow()
    fields = [table[f.name].cast(f.type).combine_chunks() for f in REASON]
    return lists(counts, pa.StructArray.from_arrays(fields, fields=list(REASON)))


def lists(counts: np.ndarray, values: pa.Array) -> pa.Array:
    """A list array: row i has the next `counts[i]` of `values`."""
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)
