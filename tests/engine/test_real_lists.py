"""Honest offers pass and copies do not, on real lists with the famous brands that come with the product."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from touchstone.bench.screen import rights_table
from touchstone.engine.files.read import read_table
from touchstone.engine.schema import LISTING
from touchstone.engine.screen import Screener
from touchstone.engine.validate import split

DATA = Path(__file__).parents[3] / "shared/data/listings"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real listings is not here"),
]


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(rights_table())


def verdicts(screener: Screener, name: str) -> pl.DataFrame:
    table = read_table(str(DATA / name), required=("listing_id", "title"), known=tuple(LISTING))
    return pl.DataFrame(screener.screen(split(table).good))


def test_nearly_all_honest_offers_pass(screener):
    frame = verdicts(screener, "offers/offers.csv")
    assert (frame["verdict"] == "pass").mean() > 0.99


def test_most_replica_listings_that_name_a_brand_do_not_pass(screener):
    frame = verdicts(screener, "replica/listings.csv").filter(pl.col("brands").list.len() > 0)
    assert (frame["verdict"] != "pass").mean() > 0.6
