"""The chance that two listings sell one product: a small model over `compare.FEATURES`, and what no model may overrule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import lightgbm
import numpy as np
import pyarrow as pa

from touchstone.engine.data import load, text
from touchstone.engine.grouping.compare import NAMES, features, image_bits
from touchstone.engine.grouping.goods import Goods, read
from touchstone.engine.schema import typed
from touchstone.errors import NotValid

FORBIDDEN = float("-inf")
# Log-odds for the same GTIN; for the same image, falling to none at RADIUS bits. Set by judgement: no training pair has one.
SAME_GTIN = 12.0
SAME_IMAGE = 4.0
RADIUS = 31
# For two titles with model codes and no code, or part of one, in common. Of such pairs in the training parts one in a
# hundred is one product; the trees believe titles that are else the same.
CODES_APART = -3.0
# Two sizes are one when they differ by less, as 3.4 oz and 100 ml do.
_SIZE_APART = 0.06


@dataclass(frozen=True)
class Model:
    """Trees by LightGBM. `border`: log-odds from which two listings are one product."""

    trees: lightgbm.Booster
    border: float

    @classmethod
    @cache
    def default(cls) -> Model:
        """The model that comes with the product."""
        about = load("grouping/data/model.yaml")
        if tuple(about["features"]) != NAMES:
            raise NotValid("the model of same goods was trained on other features", remedy="Train it again.")
        trees = lightgbm.Booster(model_str=text("grouping/data/model.txt"))
        return cls(trees, log_odds(float(about["threshold"])))

    def odds(self, goods: Goods, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Log-odds that left[i] and right[i] are one product, FORBIDDEN where they cannot be. Shape (pairs,), float64."""
        if not len(left):
            return np.empty(0)
        measured = features(goods, left, right)
        odds = np.asarray(self.trees.predict(measured, raw_score=True), dtype=np.float64)
        odds += np.where(codes_apart(measured), CODES_APART, 0)
        bits = image_bits(goods, left, right)
        odds += np.where(bits >= 0, SAME_IMAGE * np.maximum(0, 1 - bits / RADIUS), 0)
        odds = np.where(forbidden(goods, left, right), FORBIDDEN, odds)
        same = (goods.gtin[left] > 0) & (goods.gtin[left] == goods.gtin[right])
        return np.where(same, SAME_GTIN, odds)


def codes_apart(measured: np.ndarray) -> np.ndarray:
    """Which pairs, by their features, have rare model codes on both sides and none in common. Shape (pairs,), bool."""
    conflict, *common = (
        measured[:, NAMES.index(n)] for n in ("code_conflict", "code_shared", "part_shared", "told_code")
    )
    return (conflict > 0.5) & (np.max(common, axis=0) == 0)


def forbidden(goods: Goods, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which pairs cannot be one product: other GTINs, other numbers of pieces, other sizes. Shape (pairs,), bool."""
    gtin, pack = goods.gtin, goods.pack
    apart = (gtin[left] > 0) & (gtin[right] > 0) & (gtin[left] != gtin[right])
    apart |= (pack[left] > 0) & (pack[right] > 0) & (pack[left] != pack[right])
    with np.errstate(invalid="ignore"):
        sizes = np.abs(np.log(goods.size[left] / goods.size[right])) > _SIZE_APART
    return apart | sizes.any(axis=1)


def log_odds(chance: float) -> float:
    """The log-odds of a probability."""
    return float(np.log(chance / (1 - chance)))


def same_product(left: Mapping[str, Any], right: Mapping[str, Any]) -> float:
    """The probability, 0 to 1, that two listings (columns of docs/formats.md; only `title` is required) are one product.

    Words are weighed as among a few thousand titles; `group` weighs them by the list it is given.
    """
    names = sorted({*left, *right} - {"listing_id"})
    rows = {name: [left.get(name), right.get(name)] for name in names}
    goods = read(typed(pa.table({"listing_id": ["left", "right"], **rows})))
    odds = Model.default().odds(goods, np.array([0]), np.array([1]))[0]
    return float(1 / (1 + np.exp(-odds))) if np.isfinite(odds) else 0.0
