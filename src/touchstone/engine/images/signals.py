"""Signals from a listing's images: files that are refused, hashes that a bank knows, marks of rights holders."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.known import known_images
from touchstone.engine.images.look import Looked, label
from touchstone.engine.images.pdq import GOOD_QUALITY


@dataclass(frozen=True)
class ImageSignals:
    """`looked`: the pictures that were opened. `texts`: the text read in each row's pictures, null for none. `answers`:
    what an outside model says of them, see `looking.Asker`."""

    looked: Looked = field(default_factory=Looked.none)
    bank: Bank | None = None
    texts: pa.Array | None = None
    answers: pl.Series | None = None


def image_signals(images: ImageSignals, rows: int) -> pl.DataFrame:
    """Signals of the files themselves. Files that are not there say nothing."""
    refused, moving = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    notes: list[str | None] = [None] * rows
    for row, name, view in zip(images.looked.row.tolist(), images.looked.name, images.looked.view, strict=True):
        moving[row] += view.frames > 1
        if view.refused[0] not in ("", "missing"):
            refused[row] += 1
            notes[row] = notes[row] or f"{label(name)}: {view.refused[1]}"
    answers = pl.Series([None] * rows, dtype=pl.Float64) if images.answers is None else images.answers
    told = {"images_refused": refused, "image_note": pl.Series(notes, dtype=pl.String), "images_moving": moving}
    return pl.DataFrame({**told, "vision_copy": answers}).hstack(_logos(images.looked, rows))


def _logos(looked: Looked, rows: int) -> pl.DataFrame:
    """Of each row the mark that most features speak for."""
    brand: list[str | None] = [None] * rows
    inliers = np.zeros(rows, np.int64)
    place: list[str | None] = [None] * rows
    for row, name, view in zip(looked.row.tolist(), looked.name, looked.view, strict=True):
        for mark in view.logos:
            if mark.inliers > inliers[row]:
                left, top, right, bottom = (round(100 * share) for share in mark.place)
                brand[row], inliers[row] = mark.brand, mark.inliers
                place[row] = f"{label(name)}, x {left}-{right} %, y {top}-{bottom} %"
    columns = {"logo_brand": pl.Series(brand, dtype=pl.String), "logo_inliers": inliers}
    return pl.DataFrame({**columns, "logo_place": pl.Series(place, dtype=pl.String)})


def bank_signals(listings: pa.Table, images: ImageSignals) -> pl.DataFrame:
    """What the bank says of the hashes of the listings, see `known_images`: those given and those of the files."""
    return known_images(_with_hashes(listings["pdq"], images.looked), images.bank)


def _with_hashes(pdq: pa.ChunkedArray, looked: Looked) -> pa.ChunkedArray:
    """The column with the hashes of the pictures added. Those of all but blank pictures are chance and left out."""
    telling = [view.quality >= GOOD_QUALITY and not view.refused[0] for view in looked.view]
    if not any(telling):
        return pdq
    given = series(pdq).to_list()
    for row, view, tells in zip(looked.row.tolist(), looked.view, telling, strict=True):
        if tells:
            own = view.words.astype(">u8").tobytes().hex()
            given[row] = f"{given[row]};{own}" if given[row] else own
    return pa.chunked_array([pa.array(given, pa.large_string())])
