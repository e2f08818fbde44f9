"""Train the model of same goods: `python -m touchstone.bench.group_model FOLDER` writes engine/grouping/data/model.*.

Only the training parts of matching/er are used for the trees, only the validation parts for the threshold. Every set
weighs the same, so that none of them is the measure of all.
"""

from __future__ import annotations

import sys
from pathlib import Path

import lightgbm
import numpy as np
import yaml

from touchstone.bench.group_pairs import PairSet, sets
from touchstone.engine.grouping import compare
from touchstone.engine.grouping.goods import read
from touchstone.engine.grouping.model import Model, log_odds

ROUNDS = 200
# Added to the threshold of labelled pairs: a whole catalogue has far more pairs of different goods than such a set.
CAUTION = 0.05
SETTINGS = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.06,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "monotone_constraints": list(compare.FEATURES.values()),
    "monotone_constraints_method": "advanced",
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
Measured = dict[str, tuple[np.ndarray, np.ndarray]]
_TARGET = Path(compare.__file__).parent / "data"


def measured(pair_set: PairSet) -> Measured:
    """(features, labels) of each part of a set."""
    goods = read(pair_set.listings)
    return {part: (compare.features(goods, left, right), y) for part, (left, right, y) in pair_set.parts.items()}


def fit(parts: list[tuple[np.ndarray, np.ndarray]]) -> lightgbm.Booster:
    """Trees over the (features, labels) of some sets, each with the same weight in all."""
    every = sum(len(y) for _, y in parts)
    weight = np.concatenate([np.full(len(y), every / (len(parts) * len(y))) for _, y in parts])
    data = lightgbm.Dataset(
        np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts]), weight=weight,
        feature_name=list(compare.NAMES),
    )  # fmt: skip
    return lightgbm.train(SETTINGS, data, ROUNDS)


def f1(said: np.ndarray, true: np.ndarray) -> float:
    """F1 of yes-or-no answers."""
    both = int((said & (true == 1)).sum())
    return 2 * both / max(1, int(said.sum()) + int((true == 1).sum()))


def threshold(chances: list[np.ndarray], labels: list[np.ndarray]) -> float:
    """The probability with the best F1, on average over the sets."""
    steps = np.linspace(0.05, 0.95, 91)
    scores = [np.mean([f1(p >= t, y) for p, y in zip(chances, labels, strict=True)]) for t in steps]
    return round(float(steps[int(np.argmax(scores))]), 2)


def left_out(every: dict[str, Measured]) -> dict[str, lightgbm.Booster]:
    """For each set the trees that were trained on the others."""
    return {name: fit([m["train"] for other, m in every.items() if other != name]) for name in every}


def main(folder: Path) -> None:
    """Train, and write the model with where it comes from. The threshold is set on catalogues that the trees do not know."""
    every = {s.name: measured(s) for s in sets(folder)}
    trees = fit([m["train"] for m in every.values()])
    strange = left_out(every)
    border = threshold(
        [np.asarray(strange[name].predict(m["valid"][0])) for name, m in every.items()],
        [m["valid"][1] for m in every.values()],
    )
    (_TARGET / "model.txt").write_text(trees.model_to_string(), "utf-8")
    about = {
        "trained_on": {name: {"part": "train", "pairs": len(m["train"][1])} for name, m in every.items()},
        "threshold": round(border + CAUTION, 2),
        "threshold_from": f"validation parts, each by trees that were trained on the other sets, and {CAUTION} more",
        "settings": SETTINGS,
        "rounds": ROUNDS,
        "features": list(compare.NAMES),
    }
    heading = "# The model of same goods (model.txt): written by `python -m touchstone.bench.group_model`.\n"
    text = yaml.safe_dump(about, sort_keys=False, default_flow_style=None, width=118)
    (_TARGET / "model.yaml").write_text(heading + text, "utf-8")


def with_trees(trees: lightgbm.Booster, chance: float) -> Model:
    """A model from trees and a threshold."""
    return Model(trees, log_odds(chance))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
