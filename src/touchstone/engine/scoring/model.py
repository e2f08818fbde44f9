"""A learnt score: trees that follow the signals' directions, made a probability, with reasons like the scorecard's.

The file is JSON: the trees as LightGBM's own text, the calibration, and what a person should know of the model. Nothing
in it is run, and everything is checked before use.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
import polars as pl

from touchstone.engine.scoring import trees
from touchstone.engine.scoring.features import features, matrix
from touchstone.engine.scoring.telling import reasons
from touchstone.errors import NotValid

FORMAT = "touchstone-model/1"
MAX_BYTES = 50_000_000
# Scores keep away from certainty.
LEAST, MOST = 0.0001, 0.9999


@dataclass(frozen=True)
class Model:
    """`names`: features in the order of the trees. `steps`: the calibration as (margin, probability) pairs, rising.

    `about`: what the card says: the data, the evaluation, the listings that it learnt from. `digest` names the file.
    """

    text: str
    names: tuple[str, ...]
    steps: tuple[tuple[float, float], ...]
    about: dict[str, Any] = field(repr=False)
    digest: str = ""

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Model:
        """Read a model file. Raises NotValid with the file and the reason."""
        try:
            with open(path, "rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise NotValid(f"the model cannot be read ({error.strerror})", place=str(path)) from None
        try:
            return cls.parse(raw)
        except NotValid as error:
            raise NotValid(error.message, remedy=error.remedy, place=str(path)) from None

    @classmethod
    def parse(cls, raw: bytes) -> Model:
        """A model from the bytes of its file. Raises NotValid."""
        if len(raw) > MAX_BYTES:
            raise NotValid(f"the model is larger than {MAX_BYTES:,} bytes")
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise NotValid("the model is not JSON", remedy="Make one with touchstone train.") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise NotValid(f"the file is no model of the form {FORMAT}", remedy="Make one with touchstone train.")
        names, steps = _names(data.get("features")), _steps(data.get("calibration"))
        text, about = data.get("trees"), data.get("about")
        if not isinstance(text, str) or not isinstance(about, dict):
            raise NotValid("the model lacks its trees or what it says about itself")
        trees.check(text, len(names))
        return cls(text, names, steps, about, hashlib.sha256(raw).hexdigest())

    def to_bytes(self) -> bytes:
        """The file. The same model gives the same bytes."""
        known = {f.name: f.direction for f in features()}
        data = {
            "format": FORMAT,
            "features": [{"name": name, "direction": known[name]} for name in self.names],
            "calibration": self.steps,
            "about": self.about,
            "trees": self.text,
        }
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)

    @cached_property
    def _booster(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    @cached_property
    def base_score(self) -> float:
        """The score of a listing that says nothing."""
        return float(self._calibrated(self._margins(np.full((1, len(self.names)), np.nan)))[0])

    def score(self, signals: pl.DataFrame) -> np.ndarray:
        """Probability of a copy of each row of signals, 6 decimals."""
        return self._calibrated(self._margins(matrix(signals, self.names)))

    def apply(self, signals: pl.DataFrame) -> tuple[np.ndarray, list[pl.DataFrame]]:
        """Score of each row and the reasons, as `Scorecard.apply` gives them. A weight is a share of the log-odds."""
        values = matrix(signals, self.names)
        if not len(values):
            return np.empty(0), []
        speaks = ~np.isnan(values).all(axis=1)
        parts = np.zeros((len(values), len(self.names) + 1))
        parts[speaks] = self._booster.predict(values[speaks], pred_contrib=True, num_threads=1) if speaks.any() else 0
        score = np.full(len(values), self.base_score)
        score[speaks] = self._calibrated(self._margins(values[speaks]))
        return score, reasons(signals, values, parts[:, :-1], self.names)

    def _margins(self, values: np.ndarray) -> np.ndarray:
        if not len(values):
            return np.empty(0)
        found: np.ndarray = self._booster.predict(values, raw_score=True, num_threads=1)
        return found

    def _calibrated(self, margins: np.ndarray) -> np.ndarray:
        return calibrated(margins, self.steps)


def calibrated(margins: np.ndarray, steps: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Margins as probabilities: straight lines between the steps, level beyond them."""
    at = np.array(steps)
    return np.round(np.clip(np.interp(margins, at[:, 0], at[:, 1]), LEAST, MOST), 6)


def _names(given: Any) -> tuple[str, ...]:
    """Names of features that are known with the same direction."""
    known = {f.name: f.direction for f in features()}
    if not isinstance(given, list) or not given:
        raise NotValid("the model names no features")
    names = []
    for item in given:
        name = item.get("name") if isinstance(item, dict) else None
        if name not in known or name in names:
            raise NotValid(f"the model needs a signal that there is not: {name!r}", remedy="Train it again.")
        if item.get("direction") != known[name]:
            raise NotValid(f"the direction of {name} has changed since the model was made", remedy="Train it again.")
        names.append(name)
    return tuple(names)


def _steps(given: Any) -> tuple[tuple[float, float], ...]:
    try:
        steps = tuple((float(x), float(y)) for x, y in given)
    except (TypeError, ValueError):
        raise NotValid("the calibration of the model is damaged") from None
    rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(steps))
    if not steps or not rising or not all(np.isfinite(x) and 0 <= y <= 1 for x, y in steps):
        raise NotValid("the calibration of the model does not rise from 0 to 1")
    return steps
