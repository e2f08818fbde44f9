"""Whether the listings of today are still like those that a model learnt from, signal by signal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from touchstone.engine.scoring.evaluation import DRIFTED, SHIFTED, shares_of, stability
from touchstone.engine.scoring.features import matrix
from touchstone.engine.scoring.model import Model


@dataclass(frozen=True)
class Moved:
    """`index`: the population stability index. `state`: stable, shifted (from 0.1) or drifted (from 0.25)."""

    feature: str
    index: float
    state: str
    known_before: float
    known_now: float


def drift(model: Model, signals: pl.DataFrame) -> list[Moved]:
    """How far each feature moved since the model was made, the farthest first. signals: a frame of the listings now."""
    values = matrix(signals, model.names)
    found = [_moved(name, values[:, i], model.about["reference"][name]) for i, name in enumerate(model.names)]
    return sorted(found, key=lambda moved: (-moved.index, moved.feature))


def _moved(name: str, values: np.ndarray, before: dict[str, list[float]]) -> Moved:
    now = shares_of(values, before["edges"])
    index = round(stability(before["shares"], now), 4)
    state = "drifted" if index >= DRIFTED else "shifted" if index >= SHIFTED else "stable"
    return Moved(name, index, state, round(1 - before["shares"][-1], 4), round(1 - now[-1], 4))
