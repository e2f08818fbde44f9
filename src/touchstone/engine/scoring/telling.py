"""From contributions to reasons in words.

Features that say one thing are told as one. The sentence is the scorecard's where one fits the listing and points the
same way, and else the plain one of features.yaml. What is not known, or not there, is no reason.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.data import load
from touchstone.engine.scoring.features import features
from touchstone.engine.scoring.scorecard import Entry, Scorecard

# Contributions below this, in log-odds, and those after the heaviest few are not told.
LEAST_TOLD, MOST_TOLD = 0.1, 8
# Features whose sentences stand in the scorecard under another signal.
_TOLD_AS = {
    "replica_strong": "replica_words",
    "replica_medium": "replica_words",
    "replica_weak": "replica_words",
    "fake_claims_30d": "fake_claim_rate",
    "fake_excess": "fake_claim_rate",
    "refund_excess": "refund_rate",
    "seller_listings_7d": "listing_burst",
    "reopened_shares": "reopened_from",
    "bank_label": "bank_distance",
    "title_alike": "edited_title",
}
# Numbers whose zero says something.
_ZERO_SPEAKS = {"price_ratio", "shop_age_days", "title_alike", "bank_distance"}


def reasons(signals: pl.DataFrame, values: np.ndarray, parts: np.ndarray, names: tuple[str, ...]) -> list[pl.DataFrame]:
    """Frames as `scorecard.told` makes them. values, parts: shape (rows, names): features and their contributions."""
    groups = _groups(names)
    weight = np.stack([parts[:, at].sum(axis=1) for at in groups.values()], axis=1)
    there = np.stack([_there(values[:, at], [names[i] for i in at]).any(axis=1) for at in groups.values()], axis=1)
    weight = np.where(there & (np.abs(weight) >= LEAST_TOLD), np.round(weight, 4), 0.0)
    if weight.shape[1] > MOST_TOLD:
        least = -np.partition(-np.abs(weight), MOST_TOLD - 1, axis=1)[:, MOST_TOLD - 1 : MOST_TOLD]
        weight[np.abs(weight) < least] = 0.0
    frames = []
    for number, (told_as, at) in enumerate(groups.items()):
        rows = np.flatnonzero(weight[:, number])
        if len(rows):
            first = at[int(np.argmax(np.abs(parts[rows][:, at]).sum(axis=0)))]
            frames.append(_told(signals[rows], rows, number, told_as, names[first], weight[rows, number]))
    return frames


def _groups(names: tuple[str, ...]) -> dict[str, list[int]]:
    """Positions of the features that are told as one, by the signal of their reason."""
    signal_of = {f.name: f.signal for f in features()}
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(_TOLD_AS.get(name, signal_of[name]), []).append(place)
    return found


def _there(values: np.ndarray, names: list[str]) -> np.ndarray:
    """Which values are something to tell. Shape of `values`."""
    speaks = np.array([name in _ZERO_SPEAKS for name in names])
    absent = np.array([32.0 if name == "bank_distance" else np.nan for name in names])
    return np.isfinite(values) & ((values != 0) | speaks) & (values != absent)


def _told(
    signals: pl.DataFrame, rows: np.ndarray, order: int, told_as: str, feature: str, weight: np.ndarray
) -> pl.DataFrame:
    signal = feature.partition("=")[0]
    shown = pl.col(signal).round(3) if SIGNALS[signal][0] == pl.Float64 else pl.col(signal)
    value = shown.cast(pl.String).fill_null("?")
    plain = load("scoring/data/features.yaml").get(
        signal, {"en": f"{signal}: {{value}}.", "zh": f"{signal}：{{value}}。"}
    )
    columns = {"value": value, "text": _filled(plain["en"], value), "text_zh": _filled(plain["zh"], value)}
    frame = signals.with_columns(pl.Series("__weight", weight))
    for entry in reversed(_entries(told_as)):
        fits = entry.applies & ((pl.col("__weight") > 0) == (entry.weight > 0))
        columns = {n: pl.when(fits).then(getattr(entry, n)).otherwise(e) for n, e in columns.items()}
    return frame.select(
        pl.Series("row", rows, dtype=pl.Int64),
        pl.lit(order, dtype=pl.Int64).alias("order"),
        pl.lit(told_as).alias("signal"),
        columns["value"].alias("value"),
        pl.col("__weight").alias("weight"),
        columns["text"].alias("text"),
        columns["text_zh"].alias("text_zh"),
    )


@cache
def _entries(signal: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in Scorecard.default().entries if entry.signal == signal)


def _filled(template: str, value: pl.Expr) -> pl.Expr:
    return pl.format(template.replace("{value}", "{}"), value)
