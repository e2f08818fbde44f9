"""The arithmetic of the index against published vectors and against the plain way of doing it."""

import numpy as np
import pytest

from touchstone.disclosure.statistics import quantile_of_others, quantiles_by_group, shrunken, wilson

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0, 0.2775), (1, 20, 0.0089, 0.2361), (3, 100, 0.0103, 0.0845), (30, 1000, 0.0211, 0.0425)],
)
def test_the_wilson_interval_has_the_published_ends(k, n, low, high):
    found = wilson(k, n, Z)
    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


def test_the_interval_of_nothing_is_unknown_and_of_everything_ends_at_one():
    assert np.isnan(wilson(0, 0, Z)).all()
    assert wilson(50, 50, Z)[1] == 1


@pytest.mark.parametrize(
    ("k", "n", "rate"), [(0, 10, 0.00952), (1, 20, 0.01364), (3, 100, 0.01667), (30, 1000, 0.02667)]
)
def test_a_rate_is_drawn_to_the_mean_as_published(k, n, rate):
    assert shrunken(k, n, 0.01, 200) == pytest.approx(rate, abs=5e-6)


def test_quantiles_of_groups_are_those_of_numpy():
    rng = np.random.default_rng(1)
    groups = [np.sort(rng.exponential(size=size)) for size in (1, 2, 7, 100)]
    counts = np.array([len(g) for g in groups])
    starts = np.cumsum(counts) - counts
    for q in (0, 0.25, 0.5, 0.9, 1):
        found = quantiles_by_group(np.concatenate(groups), starts, counts, q)
        assert found == pytest.approx([np.quantile(g, q) for g in groups])


def test_an_empty_group_has_no_quantile():
    found = quantiles_by_group(np.array([1.0, 2.0]), np.array([0, 0, 2]), np.array([0, 2, 0]), 0.5)
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == 1.5


@pytest.mark.parametrize("size", [2, 3, 10, 31])
def test_the_quantile_of_the_others_leaves_exactly_one_out(size):
    values = np.random.default_rng(size).integers(0, 9, size).astype(float)
    for q in (0.25, 0.5, 0.75):
        expected = [np.quantile(np.delete(values, i), q) for i in range(size)]
        assert quantile_of_others(values, q) == pytest.approx(expected)
