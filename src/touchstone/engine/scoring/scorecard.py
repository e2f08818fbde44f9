"""The scorecard: weights that add up to a score, each with the sentence that explains it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
import polars as pl

from touchstone.engine.data import load
from touchstone.engine.rules.expressions import condition

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Entry:
    """One line of the scorecard. `applies` already excludes rows in which an earlier entry of the group applies."""

    signal: str
    weight: float
    condition: str
    applies: pl.Expr
    value: pl.Expr
    text: pl.Expr
    text_zh: pl.Expr


@dataclass(frozen=True)
class Scorecard:
    """Log-odds: a base and the entries that add to it."""

    base: float
    entries: tuple[Entry, ...]

    @classmethod
    @cache
    def default(cls) -> Scorecard:
        """The scorecard that comes with the product."""
        data = load("scoring/data/scorecard.yaml")
        taken: dict[str, list[pl.Expr]] = {}
        entries = []
        for item in data["entries"]:
            holds = condition(item["when"]).fill_null(False)
            earlier = taken.setdefault(item["group"], [])
            applies = reduce(lambda a, b: a & ~b, earlier, holds)
            earlier.append(holds)
            texts = (sentence(item[key]) for key in ("value", "text", "text_zh"))
            entries.append(Entry(item["signal"], float(item["weight"]), item["when"], applies, *texts))
        return cls(float(data["base"]), tuple(entries))

    @property
    def base_score(self) -> float:
        """The score of a listing to which no entry applies."""
        return float(_score(np.array([self.base]))[0])

    def apply(self, signals: pl.DataFrame) -> tuple[np.ndarray, list[pl.DataFrame]]:
        """Score of each row, 0 to 1, and the reasons: one frame an entry that applies anywhere (see `reasons`)."""
        total = np.full(signals.height, self.base)
        reasons = []
        masks = signals.select(e.applies.alias(str(i)) for i, e in enumerate(self.entries))
        for number, entry in enumerate(self.entries):
            rows = np.flatnonzero(masks.to_series(number).to_numpy())
            if len(rows):
                total[rows] += entry.weight
                reasons.append(told(signals, rows, number, entry))
        return _score(total), reasons


def _score(log_odds: np.ndarray) -> np.ndarray:
    return np.round(1.0 / (1.0 + np.exp(-log_odds)), 6)


def told(signals: pl.DataFrame, rows: np.ndarray, order: int, entry: Entry) -> pl.DataFrame:
    """The reason that `entry` gives in `rows`: columns row, order, signal, value, weight, text, text_zh."""
    return signals[rows].select(
        pl.Series("row", rows, dtype=pl.Int64),
        pl.lit(order, dtype=pl.Int64).alias("order"),
        pl.lit(entry.signal).alias("signal"),
        entry.value.alias("value"),
        pl.lit(entry.weight, dtype=pl.Float64).alias("weight"),
        entry.text.alias("text"),
        entry.text_zh.alias("text_zh"),
    )


def sentence(template: str) -> pl.Expr:
    """A template such as "The title names {brand}." over the signal columns."""
    names = _PLACE.findall(template)
    shown = [_shown(name) for name in names]
    return pl.format(_PLACE.sub("{}", template), *shown) if names else pl.lit(template)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name)
    if name.endswith(("_ratio", "_rate", "_alike", "_excess", "_burst")):
        value = value.round(3)
    return value.cast(pl.String).fill_null("?")
