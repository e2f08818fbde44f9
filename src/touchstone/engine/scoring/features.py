"""From signals to the numbers that a model reads: one column a feature, each with the direction in which it may push.

A listing that the gate would hold back (see gate.py) says nothing: all its features are unknown, so that it has one and
the same score whether it was measured or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
import polars as pl

from touchstone.engine.catalogue import DIRECTIONS, SIGNALS, VALUE_DIRECTIONS
from touchstone.engine.gate import NEUTRAL

# More bits apart than any match.
_NO_MATCH = 32


@dataclass(frozen=True)
class Feature:
    """`direction`: 1 where more of it may only raise the score, -1 where it may only lower it."""

    name: str
    signal: str
    direction: int
    value: pl.Expr


@cache
def features() -> tuple[Feature, ...]:
    """All features, in the order of the catalogue."""
    found = []
    for signal in SIGNALS:
        if signal in DIRECTIONS:
            value = pl.col(signal).cast(pl.Float64)
            filled = value.fill_null(float(_NO_MATCH)) if signal == "bank_distance" else value
            found.append(Feature(signal, signal, DIRECTIONS[signal], filled))
        for value_of, direction in VALUE_DIRECTIONS.get(signal, {}).items():
            name = signal if value_of == "*" else f"{signal}={value_of}"
            column = pl.col(signal).fill_null("")
            is_it = column != "" if value_of == "*" else column == value_of
            found.append(Feature(name, signal, direction, is_it.cast(pl.Float64)))
    return tuple(found)


def matrix(signals: pl.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """The features of these names, one row a listing; nan where a signal is not known. Shape (rows, names), float64."""
    known = {f.name: f for f in features()}
    values = signals.select(known[name].value.alias(name) for name in names).to_numpy()
    found = np.array(values, dtype=np.float64)
    found[signals.select(quiet().alias("quiet"))["quiet"].to_numpy()] = np.nan
    return found


@cache
def quiet() -> pl.Expr:
    """True for a listing that names no brand and says nothing else, as every listing does that the gate holds back."""
    silent = []
    for name, neutral in NEUTRAL.items():
        kind = SIGNALS[name][0]
        if kind == pl.Boolean:
            silent.append(~pl.col(name).fill_null(False))
        elif kind == pl.Int64 and neutral == 0:
            silent.append(pl.col(name).fill_null(0) == 0)
        elif kind == pl.String and neutral in ("", None):
            silent.append(pl.col(name).fill_null("") == "")
    return reduce(lambda a, b: a & b, silent)
