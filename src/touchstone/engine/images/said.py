"""What the text in pictures says: the brands it names and the words for copies, read as a title is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.text.evidence import Found, Words, read, settle
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.replica import vocabulary
from touchstone.engine.text.sighted import sight, with_disguised

# So much of a text is shown in a reason.
SHOWN = 200


@dataclass(frozen=True)
class Said:
    """`found`: the names in the texts, places counted in the text of the row. `frame`: signals, one row a listing."""

    found: Found
    frame: pl.DataFrame


def said(
    lexicon: Lexicon, texts: pa.Array | None, words: Words, claimed: np.ndarray, ranged: np.ndarray, rows: int
) -> Said:
    """Read the texts of the pictures of each row (null for none). `words`, `claimed`, `ranged`: of the listing, see
    `settle`; they help to tell names from everyday words."""
    if texts is None or texts.null_count == len(texts):
        return Said(_nothing(), _silent(rows))
    reading = read(lexicon, texts)
    found = with_disguised(lexicon, reading, sight(lexicon, texts))
    found = settle(lexicon, found, words.also(reading.words), claimed, ranged)
    told = vocabulary(lexicon, reading, rows)
    shown = series(texts).str.replace_all(r"\s+", " ").str.head(SHOWN)
    frame = pl.DataFrame(
        {
            "image_text": shown.set(shown == "", None),
            "image_brand": _first(lexicon, found, rows),
            "image_replica_strong": told.counts["strong"],
            "image_replica_medium": told.counts["medium"],
            "image_words": told.words,
        }
    )
    return Said(found, frame)


def _nothing() -> Found:
    whole, flags = np.empty(0, np.int64), np.empty(0, bool)
    return Found(whole, whole, whole, whole, flags, flags, whole, flags)


def _silent(rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "image_text": pl.Series([None] * rows, dtype=pl.String),
            "image_brand": pl.Series([""] * rows, dtype=pl.String),
            "image_replica_strong": np.zeros(rows, np.int64),
            "image_replica_medium": np.zeros(rows, np.int64),
            "image_words": pl.Series([""] * rows, dtype=pl.String),
        }
    )


def _first(lexicon: Lexicon, found: Found, rows: int) -> pl.Series:
    """The first brand that each row's pictures name, empty for none."""
    strong = np.flatnonzero(found.strong)[::-1]
    names = [""] * rows
    for at in strong.tolist():
        names[int(found.row[at])] = lexicon.rights.brands[int(lexicon.brand_of[found.name[at]])]
    return pl.Series(names, dtype=pl.String)
