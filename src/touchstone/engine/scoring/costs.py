"""From what mistakes cost to the scores from which a listing is reviewed or blocked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from touchstone.engine.data import digest
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.errors import NotValid

_LEAST, _MOST = 1e-4, 0.9999


@dataclass(frozen=True)
class Costs:
    """In one currency: a fake that passes, a genuine listing that is blocked, a minute of a reviewer.

    `minutes`: how long a review takes. A review is taken to find the truth.
    """

    missed: float
    wrong: float
    minute: float
    minutes: float = 2.0

    @classmethod
    def parse(cls, text: str) -> Costs:
        """`missed=500,wrong=200,minute=1[,minutes=2]`. Raises NotValid."""
        remedy = "Write for example missed=500,wrong=200,minute=1."
        try:
            pairs = dict(part.split("=", 1) for part in text.split(",") if part.strip())
            values = {name.strip(): float(value) for name, value in pairs.items()}
            costs = cls(**values)
        except (ValueError, TypeError):
            raise NotValid(f"the costs {text!r} cannot be read", remedy=remedy) from None
        if not all(0 < value < 1e12 for value in (costs.missed, costs.wrong, costs.minute, costs.minutes)):
            raise NotValid("every cost is a number above zero", remedy=remedy)
        return costs

    @property
    def review(self) -> float:
        """What one review costs."""
        return self.minute * self.minutes


@dataclass(frozen=True)
class Thresholds:
    """Scores from which a listing is reviewed, and blocked; equal where a review never pays."""

    review: float
    block: float


def thresholds(costs: Costs) -> Thresholds:
    """The thresholds of least expected cost for a calibrated score p.

    Passing costs p times a missed fake, blocking (1 - p) times a wrong block, a review what it costs. So a review pays
    from review / missed and a block from 1 - review / wrong; where the second is not above the first, passing and
    blocking meet at wrong / (wrong + missed).
    """
    review, block = costs.review / costs.missed, 1 - costs.review / costs.wrong
    if review >= block:
        review = block = costs.wrong / (costs.wrong + costs.missed)
    return Thresholds(float(np.clip(review, _LEAST, _MOST)), float(np.clip(block, _LEAST, _MOST)))


def expected(score: np.ndarray, costs: Costs, at: Thresholds) -> dict[str, float]:
    """Shares of each verdict and the expected cost a listing, for calibrated scores. By the score alone, without rules."""
    block, review = score >= at.block, (score >= at.review) & (score < at.block)
    passed = ~block & ~review
    total = (
        (score[passed] * costs.missed).sum() + ((1 - score[block]) * costs.wrong).sum() + review.sum() * costs.review
    )
    rows = max(len(score), 1)
    return {
        "pass": float(passed.sum() / rows),
        "review": float(review.sum() / rows),
        "block": float(block.sum() / rows),
        "cost": float(total / rows),
    }


def with_costs(rules: Ruleset, costs: Costs) -> Ruleset:
    """The rules with the thresholds of these costs; the version says so."""
    at = thresholds(costs)
    version = f"{rules.version}+costs-{digest(repr((at.review, at.block)))}"
    return replace(rules, review_from=at.review, block_from=at.block, version=version)
