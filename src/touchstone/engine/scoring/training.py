"""Learn a score from signals and what the listings proved to be.

The oldest labels are learnt from, later ones make the score a probability, the latest ones judge it: a model is measured
on a time that it has not seen. LightGBM may follow each signal in its natural direction only, whatever the data say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from touchstone.engine.scoring import trees
from touchstone.engine.scoring.card import PARTS
from touchstone.engine.scoring.evaluation import edges_of, measured, shares_of
from touchstone.engine.scoring.features import features, matrix
from touchstone.engine.scoring.model import LEAST, MOST, Model
from touchstone.engine.scoring.scorecard import Scorecard
from touchstone.errors import NotValid

# Shares of the labels by time: to learn, to calibrate; the rest judges.
LEARN, CALIBRATE = 0.6, 0.2
# Fewer than so many of either kind in a part is too few.
FEWEST = 30
ROUNDS, PATIENCE = 300, 30
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 6,
    "learning_rate": 0.1,
    "min_data_in_leaf": 10,
    "lambda_l2": 5.0,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "monotone_constraints_method": "intermediate",
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Labelled:
    """Signals with the truth beside them. `truth`: 1 for a copy. `day`: when that was known, as days since 1970, or -1
    for all where times are not known. `weight`: how many listings of the market a label stands for."""

    signals: pl.DataFrame
    truth: np.ndarray
    day: np.ndarray
    weight: np.ndarray

    def take(self, rows: np.ndarray) -> Labelled:
        """Those rows."""
        return Labelled(self.signals[rows], self.truth[rows], self.day[rows], self.weight[rows])


def train(labelled: Labelled, *, review: float, block: float, about: dict[str, Any] | None = None) -> Model:
    """A model, and in its `about` how it does on the latest labels beside the scorecard, at these thresholds.

    Raises NotValid where there are too few labels of either kind.
    """
    learn, calibrate, judge = parts(labelled)
    names = tuple(f.name for f in features())
    booster = _learn(learn, names)
    steps = _calibration(_margins(booster, calibrate, names), calibrate)
    text = trees.plain(booster.model_to_string())
    draft = Model(text, names, steps, {})
    judged = draft.score(judge.signals)
    learnt_values = matrix(learn.signals, names)
    edges = [edges_of(column) for column in learnt_values.T]
    details = {
        **(about or {}),
        "parameters": {k: v for k, v in PARAMETERS.items() if k not in ("verbosity", "num_threads")},
        "thresholds": {"review": review, "block": block},
        "labels": {name: _described(part) for name, part in zip(PARTS, (learn, calibrate, judge), strict=True)},
        "evaluation": {
            "model": measured(judged, judge.truth, judge.weight, review, block),
            "scorecard": measured(
                Scorecard.default().apply(judge.signals)[0], judge.truth, judge.weight, review, block
            ),
        },
        "importance": _importance(booster, names),
        "reference": {
            name: {"edges": cut, "shares": shares_of(column, cut, learn.weight)}
            for name, cut, column in zip(names, edges, learnt_values.T, strict=True)
        },
    }
    return Model.parse(Model(text, names, steps, details).to_bytes())


def parts(labelled: Labelled) -> tuple[Labelled, Labelled, Labelled]:
    """The labels in the order of time, cut in three; labels of one day stay together. Raises NotValid for too few."""
    order = np.argsort(labelled.day, kind="stable")
    rows = len(order)
    cuts = [_whole_day(labelled.day[order], int(rows * share)) for share in (LEARN, LEARN + CALIBRATE)]
    found = tuple(labelled.take(x) for x in np.split(order, cuts))
    for name, part in zip(PARTS, found, strict=True):
        copies = int(part.truth.sum())
        if min(copies, len(part.truth) - copies) < FEWEST:
            raise NotValid(
                f"there are too few labels to {name}: {copies} copies and {len(part.truth) - copies} genuine",
                remedy=f"At least {FEWEST} of each kind are needed in each of the three parts.",
            )
    return found  # type: ignore[return-value]


def _whole_day(days: np.ndarray, place: int) -> int:
    if not len(days) or days[0] == days[-1]:
        return place
    return int(np.searchsorted(days, days[min(place, len(days) - 1)], side="left"))


def _learn(part: Labelled, names: tuple[str, ...]) -> Any:
    """Rounds are stopped early on the last sixth of the part, by time."""
    import lightgbm

    known = {f.name: f.direction for f in features()}
    values = matrix(part.signals, names)
    last = len(values) * 5 // 6
    columns = [f"f{i}" for i in range(len(names))]
    sets = [
        lightgbm.Dataset(
            values[rows], part.truth[rows], weight=part.weight[rows], feature_name=columns, free_raw_data=False
        )
        for rows in (slice(None, last), slice(last, None))
    ]
    parameters = {**PARAMETERS, "monotone_constraints": [known[name] for name in names]}
    stop: list[Callable[..., Any]] = [lightgbm.early_stopping(PATIENCE, verbose=False)]
    tried = lightgbm.train(parameters, sets[0], ROUNDS, valid_sets=[sets[1].set_reference(sets[0])], callbacks=stop)
    whole = lightgbm.Dataset(values, part.truth, weight=part.weight, feature_name=columns)
    return lightgbm.train(parameters, whole, max(tried.best_iteration, 20))


def _margins(booster: Any, part: Labelled, names: tuple[str, ...]) -> np.ndarray:
    found: np.ndarray = booster.predict(matrix(part.signals, names), raw_score=True, num_threads=1)
    return found


def _calibration(margins: np.ndarray, part: Labelled) -> tuple[tuple[float, float], ...]:
    """Isotonic steps (margin, probability). The ends keep a distance from 0 and 1 that so many labels allow."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(margins, part.truth, sample_weight=part.weight)
    edge = 1.0 / (len(margins) + 2)
    known = np.clip(fitted.y_thresholds_, max(edge, LEAST), min(1 - edge, MOST))
    steps: list[tuple[float, float]] = []
    for x, y in zip(fitted.X_thresholds_.tolist(), known.tolist(), strict=True):
        if not steps or x > steps[-1][0]:
            steps.append((float(x), float(y)))
    return tuple(steps)


def _described(part: Labelled) -> dict[str, Any]:
    days = part.day[part.day >= 0]
    span = [str(np.datetime64(int(d), "D")) for d in (days.min(), days.max())] if len(days) else None
    return {
        "rows": len(part.truth),
        "copies": int(part.truth.sum()),
        "weight": round(float(part.weight.sum()), 2),
        "days": span,
    }


def _importance(booster: Any, names: tuple[str, ...]) -> list[list[Any]]:
    """[feature, share of the gain] of each feature that was used, greatest first."""
    gain = booster.feature_importance("gain")
    total = float(gain.sum()) or 1.0
    ranked = sorted(zip(names, gain.tolist(), strict=True), key=lambda pair: -pair[1])
    return [[name, round(value / total, 4)] for name, value in ranked if value > 0]
