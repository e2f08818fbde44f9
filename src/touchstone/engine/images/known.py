"""Signals from a bank: which image of a listing is known, and from where."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.images.bank import Bank, unpack

_NONE = 257


def known_images(pdq: pa.ChunkedArray, bank: Bank | None) -> pl.DataFrame:
    """bank_label, bank_brand and bank_distance of the nearest copy, genuine_label and genuine_distance of the nearest
    shot of a rights holder, null for none; one row a listing. pdq: hashes in hex, separated by `;`."""
    fake = np.full((2, len(pdq)), (-1,), np.int64)
    genuine = np.full((2, len(pdq)), (-1,), np.int64)
    if bank is not None and pdq.null_count < len(pdq):
        row, words = hashes_of(pdq)
        looks = bank.look(words)
        fake = _nearest(row, looks.fake, looks.fake_distance, len(pdq))
        genuine = _nearest(row, looks.genuine, looks.genuine_distance, len(pdq))
    return pl.DataFrame(
        {
            "bank_label": _cells(bank, "name", fake[0]),
            "bank_brand": _cells(bank, "brand", fake[0]),
            "bank_distance": _distances(fake),
            "genuine_label": _cells(bank, "name", genuine[0]),
            "genuine_distance": _distances(genuine),
        }
    )


def hashes_of(pdq: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The well-formed hashes of a column of hex texts separated by `;`: (row of each, words (n, 4))."""
    array = pdq.combine_chunks() if isinstance(pdq, pa.ChunkedArray) else pdq
    lists = pc.split_pattern(array, ";")
    row = pc.list_parent_indices(lists).to_numpy()
    texts = pc.list_flatten(lists).to_pylist()
    words, good = unpack(texts)
    return row[good].astype(np.int64), words[good]


def _nearest(row: np.ndarray, entry: np.ndarray, distance: np.ndarray, rows: int) -> np.ndarray:
    """(2, rows): of each row the entry with the least distance, of those the smallest number; -1 for none."""
    there = np.flatnonzero(entry >= 0)
    order = there[np.lexsort((entry[there], distance[there], row[there]))]
    which, first = np.unique(row[order], return_index=True)
    out = np.full((2, rows), -1, np.int64)
    out[0, which], out[1, which] = entry[order][first], distance[order][first]
    return out


def _cells(bank: Bank | None, column: str, entry: np.ndarray) -> pl.Series:
    """The cells of the entries, null for none and for empty ones."""
    if bank is None or not (entry >= 0).any():
        return pl.repeat(None, len(entry), dtype=pl.String, eager=True)
    cells = bank.rows[column].take(pa.array(entry, mask=entry < 0))
    return pl.Series(pc.if_else(pc.equal(cells, ""), None, cells).to_pylist(), dtype=pl.String)


def _distances(nearest: np.ndarray) -> pl.Series:
    entry, distance = nearest
    return pl.select(pl.when(pl.Series(entry >= 0)).then(pl.Series(distance, dtype=pl.Int64))).to_series()
