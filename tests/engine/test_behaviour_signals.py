"""Rates, bursts, ages, edits after approval, reopening and origin."""

import pytest
from engine_tables import listings_table


def told(row: dict) -> dict[str, str]:
    return {r["signal"]: r["value"] for r in row["reasons"]}


def signals(screener, title: str = "Nike shoes", **columns) -> dict:
    return screener.signals(listings_table(title, **columns)).to_dicts()[0]


def test_few_orders_say_less_than_many_at_the_same_rate(screener):
    few = signals(screener, orders_30d=2, fake_claims_30d=1)
    many = signals(screener, orders_30d=200, fake_claims_30d=100)
    assert few["fake_claim_rate"] == many["fake_claim_rate"] == 0.5
    assert few["fake_rate"] < 0.05 < 0.3 < many["fake_rate"]


def test_a_rate_is_compared_with_its_category(screener):
    usual = signals(screener, orders_30d=500, fake_claims_30d=5)
    doubted = signals(screener, orders_30d=500, fake_claims_30d=5, category_fake_rate=0.02)
    assert usual["fake_excess"] > 2 > 1 > doubted["fake_excess"]


def test_a_buyer_who_complains_thrice_counts_once(judge):
    many = judge("Nike shoes", orders_30d=60, fake_claims_30d=4)
    one = judge("Nike shoes", orders_30d=60, fake_claims_30d=4, fake_buyers_30d=1)
    assert many["score"] > one["score"]


def test_more_claims_never_lower_the_score(judge):
    scores = [judge("Nike shoes", orders_30d=100, fake_claims_30d=n)["score"] for n in range(40)]
    assert scores == sorted(scores)


def test_a_sudden_week_of_orders_is_told(judge):
    sudden = judge("Nike shoes", orders_30d=110, orders_7d=100)
    steady = judge("Nike shoes", orders_30d=400, orders_7d=100)
    assert "order_burst" in told(sudden)
    assert "order_burst" not in told(steady)


def test_a_first_sale_is_no_burst(judge):
    assert "order_burst" not in told(judge("Nike shoes", orders_30d=2, orders_7d=2))


def test_the_age_of_a_shop_ends_when_the_listing_is_made(screener):
    row = signals(screener, seller_opened_on="2026-01-01", created_at="2026-01-20T08:00:00Z", as_of="2026-03-01")
    assert (row["shop_age_days"], row["listing_age_days"]) == (19, 40)


@pytest.mark.parametrize("created", ["yesterday", "", "2026-02-31", "20260131"])
def test_a_day_that_is_none_is_not_known(screener, created):
    assert signals(screener, created_at=created, as_of="2026-03-01")["listing_age_days"] is None


def test_no_age_comes_from_the_future(screener):
    row = signals(screener, seller_opened_on="2026-05-01", created_at="2026-04-01", as_of="2026-03-01")
    assert row["shop_age_days"] is None
    assert row["listing_age_days"] is None


def test_a_brand_written_in_after_the_pass_is_reviewed(judge):
    row = judge("Nike Air Max 男鞋", previous_title="手工编织杯垫 四件套")
    assert row["verdict"] == "review"
    assert "brand_added" in told(row)


def test_a_small_correction_of_a_title_is_no_swap(judge):
    row = judge("Nike running shoes 43", previous_title="Nike running shoes 42")
    assert row["verdict"] == "pass"
    assert not {"brand_added", "edited_title"} & set(told(row))


def test_swapped_images_are_told(judge):
    assert "edited_images" in told(judge("Nike shoes", edited_after_pass="images"))


def test_a_shop_that_continues_a_closed_one_is_reviewed(judge):
    assert judge("Nike shoes", reopened_from="s-1", reopened_shares=2)["verdict"] == "review"
    assert judge("Nike shoes", reopened_from="s-1", reopened_shares=1)["verdict"] == "pass"
    assert judge("陶瓷杯", reopened_from="s-1", reopened_shares=3)["verdict"] == "pass"


@pytest.mark.parametrize(
    ("title", "ship_from", "conflict"),
    [
        ("Gucci 女包 海外直邮", "福建 莆田", "direct_mail"),
        ("Gucci bag ships from Italy", "Guangzhou, China", "direct_mail"),
        ("古驰 香港直邮", "浙江省 杭州市", "direct_mail"),
        ("Gucci bag made in Italy", "上海", "made_in"),
        ("古驰 意大利进口", "广东 深圳", "made_in"),
        ("古驰 海外直邮 保税仓发货", "浙江 宁波", ""),
        ("古驰 香港直邮", "中国香港", ""),
        ("古驰 香港直邮", None, ""),
        ("Gucci bag made in China", "上海", ""),
        ("古驰 女包", "上海", ""),
    ],
)
def test_a_claim_of_origin_is_held_against_where_parcels_leave(screener, title, ship_from, conflict):
    row = signals(screener, title, ship_from=[ship_from])
    assert row["origin_conflict"] == conflict


def test_a_hotspot_speaks_only_together_with_a_brand(judge):
    assert "origin_hotspot" in told(judge("Nike shoes", ship_from="福建 莆田"))
    plain = judge("手工皮鞋", ship_from="福建 莆田")
    assert (plain["verdict"], told(plain)) == ("pass", {})
    assert judge("Nike shoes", ship_from="福建 莆田")["verdict"] == "pass"
