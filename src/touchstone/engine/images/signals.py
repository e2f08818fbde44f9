"""Signals from a listing's images: files that are refused, hashes that a bank knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.images.bank import Bank
from touchstone.engine.images.known import known_images
from touchstone.engine.images.read import Refused, read

# Of each listing at most this many images are opened.
MAX_IMAGES = 20


@dataclass(frozen=True)
class ImageSignals:
    """`root`: the folder of relative image paths; without it no file is opened (paths may come from strangers)."""

    root: Path | None = None
    bank: Bank | None = None


def image_signals(listings: pa.Table, images: ImageSignals) -> pl.DataFrame:
    """images_refused and image_note, from the files that exist. Files that are not there say nothing."""
    rows = listings.num_rows
    refused = np.zeros(rows, dtype=np.int64)
    notes: dict[int, str] = {}
    if images.root is not None:
        for row, path in _paths(listings["images"], images.root):
            note = _refusal(path)
            if note:
                refused[row] += 1
                notes.setdefault(row, f"{path.name}: {note}")
    told = [notes.get(row) for row in range(rows)] if notes else [None] * rows
    return pl.DataFrame({"images_refused": refused, "image_note": pl.Series(told, dtype=pl.String)})


def _paths(column: pa.ChunkedArray, root: Path) -> list[tuple[int, Path]]:
    array = column.combine_chunks()
    there = pc.indices_nonzero(pc.fill_null(pc.not_equal(array, ""), False)).to_numpy()
    pairs = []
    for row in there:
        texts = [t.strip() for t in array[int(row)].as_py().split(";")][:MAX_IMAGES]
        pairs += [(int(row), root / t) for t in texts if t and "://" not in t and "\0" not in t]
    return pairs


def _refusal(path: Path) -> str:
    try:
        read(path)
    except Refused as refusal:
        return "" if refusal.code == "missing" else str(refusal)
    return ""


def bank_signals(listings: pa.Table, images: ImageSignals) -> pl.DataFrame:
    """What the bank says of the hashes of the listings, see `known_images`."""
    return known_images(listings["pdq"], images.bank)
