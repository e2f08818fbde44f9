"""Terms that change while a screener is in use, beside many others; the figures about them are told."""

import pyarrow as pa
import pytest

from touchstone.bench import matching
from touchstone.engine.screen import Screener


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(matching.brands(3000))


def test_aliases_and_safe_phrases_are_live_with_the_next_listing(screener):
    figures = list(matching.changes(screener, 3000))
    assert len(figures) == 4
    assert all(figure["value"] > 0 for figure in figures)


def test_what_came_and_went_leaves_no_trace(screener):
    listings = pa.table({"listing_id": ["1", "2"], "title": ["new Vexxaquil bag", screener.rights.brands[7]]})
    before, version = screener.screen(listings), screener.versions
    screener.set_lists([(screener.rights.brands[3], "Vexxaquil")], [("", "vexxa")])
    assert screener.screen(listings)["brands"][0].as_py() == [screener.rights.brands[3]]
    assert screener.versions != version
    screener.set_lists([], [])
    assert screener.screen(listings).equals(before)
    assert screener.versions == version


def test_exact_matching_is_measured_beside_raw_hyperscan():
    titles = pa.array(["a Babaco shoe", "耐克 running", None] * 40, pa.large_string())
    figure = matching.exact(["Babaco", "耐克"], titles, "2 names")
    assert figure["rows"] == 120
    assert figure["value"] > 0
