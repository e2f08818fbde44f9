"""What a price says, against the reference, other offers and the seller's own goods; and what it is the price of."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from engine_tables import RIGHTS, listings_table, rights_table

from touchstone.engine.pricing.context import PriceContext
from touchstone.engine.pricing.distribution import distributions
from touchstone.engine.pricing.kinds import priced
from touchstone.engine.schema import typed
from touchstone.engine.screen import Screener
from touchstone.errors import BadInputFile, NotValid


def reasons(row: dict) -> set[str]:
    return {reason["signal"] for reason in row["reasons"]}


def texts(row: dict, key: str = "text") -> str:
    return " ".join(reason[key] for reason in row["reasons"])


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Gucci 包 定金", "deposit"),
        ("补差价专用", "deposit"),
        ("shipping fee", "deposit"),
        ("香水 小样", "sample"),
        ("Dior EDP 5ml", "sample"),
        ("Dior EDP 50ml", ""),
        ("Gucci 空盒", "part"),
        ("LV empty box", "part"),
        ("Gucci 包 带空盒", ""),
        ("劳力士 表带", "part"),
        ("Gucci 定制 金色 包", ""),
    ],
)
def test_the_title_says_what_the_price_is_for(title, kind):
    assert priced(pa.array([title]), np.array([100.0]), np.array([100.0])).kind[0] == kind


@pytest.mark.parametrize(
    ("price", "kind"), [(0.1, "placeholder"), (99999, "placeholder"), (9999, ""), (1e20, ""), (-1e60, ""), (np.nan, "")]
)
def test_a_price_that_stands_for_none_is_seen(price, kind):
    assert priced(pa.array(["Gucci bag"]), np.array([price]), np.array([price])).kind[0] == kind


def test_samples_parts_and_deposits_are_not_compared_with_whole_goods(judge):
    for title in ("Gucci perfume 3ml 小样", "Gucci 空盒", "Gucci 包 定金链接 补差价"):
        row = judge(title, price=20.0, currency="CNY")
        assert row["verdict"] == "pass", title
        assert "price_ratio" not in reasons(row)


def test_a_placeholder_beside_a_brand_goes_to_a_reviewer(judge):
    assert judge("Gucci 女包", price=1.0, currency="CNY")["verdict"] == "review"
    assert judge("连衣裙", price=1.0, currency="CNY")["verdict"] == "pass"


def test_the_price_of_a_pack_is_compared_by_the_piece(screener):
    titles = ("Nike running shoes", "Nike running shoes pack of 6")
    one, six = screener.signals(listings_table(*titles, price=600.0, currency="CNY")).to_dicts()
    assert one["price_ratio"] == pytest.approx(6 * six["price_ratio"])
    assert six["pack_count"] == 6


@pytest.mark.parametrize(("currency", "said"), [("XYZ", "XYZ"), (None, "-"), ("RMB", None)])
def test_a_price_without_a_known_currency_is_said_not_compared(screener, currency, said):
    listing = listings_table("Gucci bag", price=1.5, currency=pa.array([currency], pa.string()).to_pylist())
    row = screener.signals(listing).to_dicts()[0]
    assert row["currency_unknown"] == said
    assert (row["price_ratio"] is None) == (said is not None)
    if said:
        assert "not compared" in texts(screener.screen(listing).to_pylist()[0])
        assert "未作比较" in texts(screener.screen(listing).to_pylist()[0], "text_zh")


def test_a_model_that_costs_more_than_the_brands_usual_goods_is_measured_by_its_own_price(screener):
    rights = rights_table().append_column(
        "models", pa.array(["Birkin;铂金包" if r[0] == "Hermès" else "" for r in RIGHTS])
    )
    prices = pa.array(["Birkin=80000" if r[0] == "Hermès" else "" for r in RIGHTS])
    cheap = rights.set_column(
        3, "reference_price", pa.array(["3000" if r[0] == "Hermès" else str(r[3]) for r in RIGHTS])
    )
    told = Screener(cheap.append_column("model_prices", prices))
    titles = ("Hermès Birkin 女包", "Hermès Birkin keychain")
    bag, key = told.signals(listings_table(*titles, price=1600.0, currency="CNY")).to_dicts()
    assert bag["price_ratio"] == pytest.approx(0.02)
    assert key["price_ratio"] > 1


@pytest.mark.parametrize("wrong", ["Birkin", "Birkin=", "Birkin=cheap", "Birkin=-5"])
def test_a_wrong_model_price_is_an_error_that_shows_it(wrong):
    table = rights_table().append_column("model_prices", pa.array([wrong] + [""] * (len(RIGHTS) - 1)))
    with pytest.raises(NotValid, match="model_prices"):
        Screener(table)


# Other offers of the same product.


def offers(
    prices: list[float | None], titles: str | list[str] = "Nike Air Max 270", **columns
) -> tuple[pa.Table, pa.Table]:
    titles = [titles] * len(prices) if isinstance(titles, str) else titles
    listings = typed(
        listings_table(*titles, price=pa.array(prices, pa.float64()).to_pylist(), currency="CNY", **columns)
    )
    return listings, pa.table({"listing_id": listings["listing_id"], "group_id": ["g"] * len(prices)})


def test_the_median_of_others_never_counts_the_listing_itself():
    prices = [100.0, 200, 300, 400, 500, 10]
    found = pl.DataFrame(distributions(*offers(prices), rates=None))
    for i, middle in enumerate(found["group_price_usd"]):
        others = [p for j, p in enumerate(prices) if j != i]
        assert np.log(middle * 7.2) == pytest.approx(np.median(np.log(others)))
    assert found["group_size"].to_list() == [5] * 6


def test_one_absurd_price_does_not_move_the_group():
    usual, with_fake = ([100.0] * 8, [100.0] * 7 + [1.01])
    assert (
        distributions(*offers(usual))["group_price_usd"][0] == distributions(*offers(with_fake))["group_price_usd"][0]
    )


def test_too_few_offers_tell_nothing():
    assert distributions(*offers([100.0] * 4))["group_price_usd"].null_count == 4


def test_second_hand_is_compared_with_second_hand_and_parts_with_nothing():
    titles = ["Nike Air Max"] * 5 + ["二手 Nike Air Max"] * 5 + ["Nike Air Max 空盒"]
    found = distributions(*offers([600.0] * 5 + [200.0] * 5 + [5.0], titles))["group_price_usd"].to_pylist()
    assert found[:5] == pytest.approx([600 / 7.2] * 5)
    assert found[5:10] == pytest.approx([200 / 7.2] * 5)
    assert found[10] is None


def test_packs_are_compared_by_the_piece():
    titles = ["Nike socks"] * 5 + ["Nike socks pack of 5"]
    found = distributions(*offers([20.0] * 5 + [100.0], titles))["group_price_usd"].to_pylist()
    assert found == pytest.approx([20 / 7.2] * 6)


def test_the_sellers_other_goods_give_its_own_price():
    listings, groups = offers([10.0, 20, 30, 40, 50, 60], seller_id=["a"] * 5 + ["b"])
    found = pl.DataFrame(distributions(listings, groups))
    assert found["own_size"].to_list() == [4] * 5 + [None]
    assert found["own_price_usd"][4] * 7.2 == pytest.approx(np.sqrt(20 * 30))


def test_the_order_of_rows_changes_no_figure():
    listings, groups = offers([float(p) for p in range(10, 21)], seller_id="a")
    order = np.random.default_rng(1).permutation(listings.num_rows)
    forward = pl.DataFrame(distributions(listings, groups))
    mixed = pl.DataFrame(distributions(listings.take(pa.array(order)), groups))
    assert forward[order].equals(mixed)


def test_far_below_other_offers_is_a_reason_with_both_sentences(judge):
    context = {"group_size": 9, "group_price_usd": 80.0, "group_spread": 0.1}
    row = judge("Nike Air Max shoes", price=100.0, currency="CNY", **context)
    assert "price_to_group" in reasons(row)
    assert "17 % of that of 9 other offers" in texts(row)
    assert "9个同款商品的17%" in texts(row, "text_zh")
    assert "price_to_group" not in reasons(judge("Nike Air Max shoes", price=500.0, currency="CNY", **context))


def test_a_wide_group_says_less(judge):
    wide = {"group_size": 9, "group_price_usd": 80.0, "group_spread": 1.0}
    assert "price_to_group" not in reasons(judge("Nike Air Max shoes", price=150.0, currency="CNY", **wide))


def test_a_luxury_brand_at_the_price_of_the_shops_other_goods_is_a_reason(judge):
    row = judge("Gucci bag", price=400.0, currency="CNY", own_size=20, own_price_usd=50.0)
    assert "price_to_own" in reasons(row)
    assert "price_to_own" not in reasons(judge("Gucci bag", price=400.0, currency="CNY"))


def test_a_file_of_prices_fills_what_the_listings_leave_open(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text(
        "listing_id,group_id,group_size,group_price_usd,group_spread,own_size,own_price_usd\nl0,g,7,10.5,0.1,,\n",
        "utf-8",
    )
    found = PriceContext(str(path)).beside(typed(listings_table("a", "b"))).to_pylist()
    assert (found[0]["group_size"], found[0]["group_price_usd"], found[0]["own_size"]) == (7, 10.5, None)
    assert found[1]["group_size"] is None


@pytest.mark.parametrize(
    "content",
    [
        "listing_id,group_id\na,g\n",
        "listing_id,group_size,group_price_usd,group_spread,own_size,own_price_usd\na,x,1,1,1,1\n",
    ],
)
def test_a_wrong_file_of_prices_is_an_error(tmp_path, content):
    path = tmp_path / "groups.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(BadInputFile):
        PriceContext(str(path))
