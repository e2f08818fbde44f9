"""A run over the market knows what other offers of a product cost, and later screenings go by the same figures."""

from __future__ import annotations

import pyarrow as pa
import pytest

from touchstone.screening.prices import keep_prices, with_prices


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def market(count: int) -> pa.Table:
    return pa.table(
        {
            "listing_id": [f"l{i}" for i in range(count)],
            "seller_id": [f"s{i}" for i in range(count)],
            "title": ["Nike Air Max 270 AH8050-002 男鞋"] * count,
            "price": [900.0 + i for i in range(count)],
            "currency": ["CNY"] * count,
        }
    )


def test_the_price_of_other_offers_stands_beside_each_listing():
    listings = market(8)
    keep_prices(listings)
    found = with_prices(listings)
    assert set(found["group_size"].to_pylist()) == {7}
    assert found["group_price_usd"][0].as_py() == pytest.approx(903 / 7.2, rel=0.05)
    assert found["own_size"].null_count == 8


def test_a_listing_alone_is_given_what_the_run_over_the_market_knew():
    listings = market(8)
    keep_prices(listings)
    whole = with_prices(listings).slice(3, 1)
    assert with_prices(listings.slice(3, 1)).to_pylist() == whole.to_pylist()


def test_a_listing_that_came_later_and_a_market_without_a_run_have_none():
    assert with_prices(market(8)) == market(8)
    keep_prices(market(8))
    assert with_prices(market(9))["group_size"].to_pylist()[-1] is None


def test_a_market_that_became_too_small_keeps_no_old_prices(home):
    keep_prices(market(8))
    keep_prices(market(3))
    assert with_prices(market(3)) == market(3)


def test_a_small_change_elsewhere_is_no_new_evidence():
    listings = market(8)
    keep_prices(listings)
    before = with_prices(listings)
    moved = listings.set_column(3, "price", pa.array([*listings["price"].to_pylist()[:-1], 910.0]))
    keep_prices(moved)
    assert with_prices(listings.slice(0, 1)).to_pylist() == before.slice(0, 1).to_pylist()
