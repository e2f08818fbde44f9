"""How the seller index counts."""

from datetime import date

import numpy as np
import pytest

METRICS = [
    "refund_rate",
    "refund_time",
    "complaint_rate",
    "dispute_rate",
    "fake_claim_rate",
    "on_time_shipping",
    "rating",
]


def test_every_shop_has_every_figure_in_the_order_of_the_pack(market):
    market.shop("A")
    market.shop("B")
    market.order("B")
    market.order("C-not-in-sellers")
    found = market.index()
    assert list(found) == [(s, m) for s in ("A", "B", "C-not-in-sellers") for m in METRICS]


def test_nineteen_orders_are_not_enough_and_twenty_are(market):
    market.shop("A")
    for _ in range(19):
        market.order("A")
    row = market.index()["A", "refund_rate"]
    assert (row["state"], row["n"], row["value"], row["numerator"], row["low"]) == ("not_enough", 19, None, None, None)
    market.order("A")
    row = market.index()["A", "refund_rate"]
    assert (row["state"], row["n"], row["value"], row["numerator"]) == ("enough", 20, 0, 0)
    assert row["high"] == pytest.approx(0.1611, abs=1e-4)


def test_an_order_is_counted_only_after_its_lag(market):
    market.shop("A")
    for days in (14.9, 15.1, 29.9, 30.1):
        market.order("A", days_ago=days)
    found = market.index()
    assert found["A", "refund_rate"]["n"] == 3
    assert found["A", "dispute_rate"]["n"] == 1
    assert found["A", "on_time_shipping"]["n"] == 4
    assert found["A", "refund_rate"]["window_end"] == date(2026, 10, 16)
    assert found["A", "refund_rate"]["lag_days"] == 15


def test_a_busy_shop_is_counted_over_ninety_days_and_a_quiet_one_over_a_year(market):
    for seller_id, recent in (("BUSY", 400), ("QUIET", 399)):
        market.shop(seller_id)
        for _ in range(recent):
            market.order(seller_id, days_ago=60)
        for _ in range(50):
            market.order(seller_id, days_ago=200)
    found = market.index()
    assert found["BUSY", "refund_rate"]["n"] == 400
    assert found["QUIET", "refund_rate"]["n"] == 449
    assert found["BUSY", "refund_rate"]["window_start"] == date(2026, 7, 19)
    assert found["QUIET", "refund_rate"]["window_start"] == date(2025, 10, 17)


def test_shares_count_each_order_once(market):
    market.shop("A")
    numbers = [market.order("A") for _ in range(100)]
    market.after_sale(numbers[0], "refund", outcome="refunded")
    market.after_sale(numbers[0], "refund", outcome="refunded")
    market.after_sale(numbers[1], "refund", outcome="rejected")
    market.after_sale(numbers[2], "refund", outcome="withdrawn")
    market.after_sale(numbers[3], "refund", hours=None)
    market.after_sale(numbers[4], "complaint", reason="fake", outcome="seller_at_fault")
    market.after_sale(numbers[5], "complaint", outcome="seller_not_at_fault")
    market.after_sale(numbers[6], "refund", reason="fake", outcome="refunded")
    found = market.index()
    shares = {m: found["A", m]["numerator"] for m in METRICS if found["A", m]["numerator"] is not None}
    assert shares == {
        "refund_rate": 2,
        "complaint_rate": 2,
        "dispute_rate": 1,
        "fake_claim_rate": 2,
        "on_time_shipping": 100,
    }


def test_what_happened_after_the_day_is_not_known(market):
    market.shop("A")
    numbers = [market.order("A", days_ago=31) for _ in range(20)]
    market.after_sale(numbers[0], "complaint", delay_days=40)
    market.after_sale(numbers[1], "complaint", hours=24 * 40, outcome="seller_at_fault")
    found = market.index()
    assert found["A", "complaint_rate"]["numerator"] == 1
    assert found["A", "dispute_rate"]["numerator"] == 0


def test_an_order_not_shipped_is_late_unless_the_buyer_took_it_back_first(market):
    market.shop("A")
    for _ in range(17):
        market.order("A", ship_hours=48)
    market.order("A", ship_hours=48.1)
    market.order("A", ship_hours=None)
    taken_back = market.order("A", ship_hours=None)
    market.after_sale(taken_back, "refund", outcome="refunded", delay_days=1)
    late_anyway = market.order("A", ship_hours=None)
    market.after_sale(late_anyway, "refund", outcome="refunded", delay_days=3)
    row = market.index()["A", "on_time_shipping"]
    assert (row["numerator"], row["n"]) == (17, 20)


def test_refund_time_is_a_median_with_a_tail_and_counts_open_requests_so_far(market):
    market.shop("A")
    for hours in range(1, 40):
        market.after_sale(market.order("A"), "refund", outcome="refunded", hours=hours)
    market.after_sale(market.order("A"), "refund", hours=None)
    market.after_sale(market.order("A"), "refund", outcome="rejected", hours=1)
    row = market.index()["A", "refund_time"]
    hours = np.array([*range(1, 40), 58 * 24.0])
    capped = np.minimum(hours, np.quantile(hours, 0.99))
    assert row["n"] == 40
    assert row["value"] == pytest.approx(np.quantile(capped, 0.5))
    assert row["tail"] == pytest.approx(np.quantile(capped, 0.9))
    assert row["low"] < row["value"] < row["high"]
    assert row["numerator"] is None


def test_rating_is_a_mean_between_one_and_five_with_an_interval_inside(market):
    market.shop("A")
    for stars in [5] * 18 + [1] * 2:
        market.after_sale(market.order("A"), "review", rating=stars)
    row = market.index()["A", "rating"]
    assert row["value"] == pytest.approx(4.6)
    assert 1 <= row["low"] < 4.6 < row["high"] <= 5


def peers(market, count, *, refunded=1, of=100, category="bags"):
    """Shops with that many refunds in that many orders."""
    for i in range(count):
        seller_id = market.shop(f"P-{category}-{i}", category)
        for j in range(of):
            number = market.order(seller_id)
            if j < refunded + i % 3:
                market.after_sale(number, "refund", outcome="refunded")


def test_a_shop_is_compared_with_thirty_others_or_with_nobody(market):
    peers(market, 29)
    market.shop("A")
    for _ in range(20):
        market.order("A")
    row = market.index()["A", "refund_rate"]
    assert (row["peer_shops"], row["peer_median"], row["label"], row["shrunken"]) == (0, None, "", None)
    peers(market, 1, category="bags")  # the thirtieth
    market.shops[-1]["seller_id"] = "P-30"
    for order in market.orders[-100:]:
        order["seller_id"] = "P-30"
    row = market.index()["A", "refund_rate"]
    assert row["peer_shops"] == 30
    assert row["peer_median"] == pytest.approx(0.02)
    assert (row["peer_q1"], row["peer_q3"]) == (pytest.approx(0.01), pytest.approx(0.03))


def test_higher_is_said_only_when_the_whole_interval_lies_above_the_peers(market):
    peers(market, 40)
    for seller_id, refunds in (("HIGH", 10), ("PERHAPS", 4), ("NONE", 0)):
        market.shop(seller_id)
        for j in range(100):
            number = market.order(seller_id)
            if j < refunds:
                market.after_sale(number, "refund", outcome="refunded")
    found = market.index()
    assert found["HIGH", "refund_rate"]["label"] == "higher"
    assert found["PERHAPS", "refund_rate"]["label"] == "similar"
    assert found["NONE", "refund_rate"]["label"] == "similar"


def test_the_rate_for_ranking_is_drawn_to_the_mean_of_the_others(market):
    peers(market, 31, refunded=1)
    market.shop("A")
    for j in range(20):
        number = market.order("A")
        if j == 0:
            market.after_sale(number, "refund", outcome="refunded")
    row = market.index()["A", "refund_rate"]
    mean = sum(1 + i % 3 for i in range(31)) / 3100
    assert row["peer_mean"] == pytest.approx(mean)
    assert row["shrunken"] == pytest.approx((1 + 200 * mean) / 220)


def test_the_narrowest_group_with_enough_shops_is_used(market):
    peers(market, 40)
    market.shop("OLD")
    market.shop("NEW", opened_on=date(2026, 6, 1))
    market.shop("DEAR")
    market.shop("SHOES", category="shoes")
    for seller_id, amount in (("OLD", 100), ("NEW", 100), ("DEAR", 3000), ("SHOES", 100)):
        for _ in range(20):
            market.order(seller_id, amount=amount)
    found = market.index()
    level = {s: found[s, "refund_rate"]["peer_level"] for s in ("OLD", "NEW", "DEAR", "SHOES")}
    assert level == {
        "OLD": "category+price_band+age_band",
        "NEW": "category+price_band",
        "DEAR": "category",
        "SHOES": "",
    }
    assert found["OLD", "refund_rate"]["peer_group"] == "bags · 50-200 CNY · 1095-"


def test_reasons_with_few_orders_are_put_together(market):
    market.shop("A")
    for reason, count in (("quality", 6), ("no_reason", 3), ("fake", 2), (None, 1)):
        for _ in range(count):
            market.after_sale(market.order("A"), "refund", reason=reason, outcome="refunded")
    for _ in range(20):
        market.order("A")
    assert market.index()["A", "refund_rate"]["reasons"] == '{"other": 6, "quality": 6}'


def test_a_market_without_orders_has_an_index_of_not_enough(market):
    market.shop("A")
    found = market.index()
    assert {row["state"] for row in found.values()} == {"not_enough"}
    assert {row["n"] for row in found.values()} == {0}
