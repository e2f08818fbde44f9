"""The trade's words for copies: how many of each strength, and which, per row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.text.evidence import Reading
from touchstone.engine.text.lexicon import STRENGTHS, Lexicon
from touchstone.engine.text.match import Hits, outermost

# A negation speaks for a word that starts at most this many characters after it ("not a replica").
NEGATION_REACH = 3


@dataclass(frozen=True)
class Vocabulary:
    """Words for copies by row. `counts[strength]` has shape (rows,); `words` lists them, strongest first."""

    counts: dict[str, np.ndarray]
    words: pl.Series


def vocabulary(lexicon: Lexicon, reading: Reading, rows: int) -> Vocabulary:
    """Count the words for copies that nobody negates and that mean copies in the setting of their row."""
    hits = reading.hits
    tags = [f"replica:{strength}" for strength in STRENGTHS]
    relevant = lexicon.tagged(*tags, "innocent:replica")
    told = outermost(hits.take(relevant[hits.literal]))
    told = told.take(lexicon.tagged(*tags)[told.literal])
    told = told.take(~_negated(hits.take(lexicon.tagged("negation")[hits.literal]), told))
    told = told.take(~_explained(lexicon, reading, told, rows))
    counts = {s: np.zeros(rows, dtype=np.int32) for s in STRENGTHS}
    rank = np.zeros(len(told), dtype=np.int64)
    for place, strength in enumerate(STRENGTHS):
        mask = lexicon.tagged(f"replica:{strength}")[told.literal]
        np.add.at(counts[strength], told.row[mask], 1)
        rank[mask] = place
    return Vocabulary(counts, _listed(reading, told, rank, rows))


def _negated(negations: Hits, told: Hits) -> np.ndarray:
    if not len(negations) or not len(told):
        return np.zeros(len(told), dtype=bool)
    stride = int(max(negations.end.max(), told.end.max())) + NEGATION_REACH + 2
    ends = np.sort(negations.row * stride + negations.end)
    place = told.row * stride + told.start
    last = np.searchsorted(ends, place, side="right") - 1
    return (last >= 0) & (place - ends[np.maximum(last, 0)] <= NEGATION_REACH)


def _explained(lexicon: Lexicon, reading: Reading, told: Hits, rows: int) -> np.ndarray:
    """Words that mean something else in what their row is about: A货 is a grade of jade, 1:1 a scale of models."""
    out = np.zeros(len(told), dtype=bool)
    for setting in lexicon.settings:
        about = reading.words.rows(rows, lexicon.tagged(f"setting:{setting}"))
        out |= lexicon.tagged(f"unless:{setting}")[told.literal] & about[told.row]
    return out


def _listed(reading: Reading, told: Hits, rank: np.ndarray, rows: int) -> pl.Series:
    """The distinct words of each row as the seller wrote them, joined; empty where there is none."""
    texts = reading.column.take(pa.array(told.row)).to_pylist()
    words = [text[a:b] for text, a, b in zip(texts, told.start.tolist(), told.end.tolist(), strict=True)]
    frame = pl.DataFrame(
        {"row": told.row, "rank": rank, "start": told.start, "literal": told.literal, "word": words},
        schema={"row": pl.Int64, "rank": pl.Int64, "start": pl.Int64, "literal": pl.Int64, "word": pl.String},
    )
    joined = (
        frame.sort("row", "rank", "start")
        .unique(["row", "literal"], keep="first", maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(pl.col("word").head(5).str.join(", "))
    )
    base = pl.DataFrame({"row": np.arange(rows, dtype=np.int64)})
    return base.join(joined, on="row", how="left", maintain_order="left")["word"].fill_null("")
