"""Thresholds from what mistakes cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.engine.rules.ruleset import Ruleset
from touchstone.engine.scoring.costs import Costs, expected, thresholds, with_costs
from touchstone.errors import NotValid

MONEY = st.floats(0.1, 10_000)


@given(MONEY, MONEY, MONEY, st.floats(0, 1))
def test_no_other_verdict_is_cheaper_than_that_of_the_thresholds(missed, wrong, minute, score):
    costs = Costs(missed, wrong, minute)
    at = thresholds(costs)
    prices = {"pass": score * missed, "review": costs.review, "block": (1 - score) * wrong}
    chosen = "block" if score >= at.block else "review" if score >= at.review else "pass"
    assert prices[chosen] <= min(prices.values()) + 1e-3 * max(missed, wrong)


def test_dear_reviews_leave_no_review():
    at = thresholds(Costs(missed=10, wrong=10, minute=100))
    assert at.review == at.block == 0.5


def test_the_expected_cost_is_that_of_the_verdicts():
    costs = Costs(missed=100, wrong=50, minute=1, minutes=2)
    told = expected(np.array([0.001, 0.5, 0.99]), costs, thresholds(costs))
    assert (told["pass"], told["review"], told["block"]) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert told["cost"] == pytest.approx((0.1 + 2 + 0.5) / 3)


def test_costs_are_read():
    assert Costs.parse("missed=500, wrong=200,minute=1") == Costs(500, 200, 1)


@pytest.mark.parametrize(
    "text",
    ["", "missed=1", "missed=a,wrong=1,minute=1", "missed=0,wrong=1,minute=1", "much=1", "missed=nan,wrong=1,minute=1"],
)
def test_costs_that_are_none_are_refused(text):
    with pytest.raises(NotValid):
        Costs.parse(text)


def test_rules_with_other_thresholds_have_another_version():
    plain = Ruleset.default()
    priced = with_costs(plain, Costs(500, 200, 1))
    assert priced.version != plain.version
    assert (priced.review_from, priced.block_from) == pytest.approx((0.004, 0.99))
