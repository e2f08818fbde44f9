"""What the screener says about listings."""

import pyarrow as pa
import pytest
from engine_tables import listings_table, rights_table
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.rules.ruleset import Ruleset
from touchstone.engine.schema import OUTPUT
from touchstone.engine.screen import Screener
from touchstone.engine.text.extent import TITLE_LIMIT, WRITTEN_LIMIT
from touchstone.errors import NotValid


def signals(row: dict) -> dict[str, str]:
    return {r["signal"]: r["value"] for r in row["reasons"]}


def test_the_output_has_exactly_the_columns_of_the_contract(screener):
    table = screener.screen(listings_table("Nike shoes", extra="x"))
    assert table.schema.equals(OUTPUT)


def test_a_famous_brand_by_an_unknown_seller_alone_passes(judge):
    row = judge("Nike running shoes")
    assert row["verdict"] == "pass"
    assert signals(row) == {"brand_in_title": "Nike"}


def test_a_seller_outside_the_authorised_list_without_price_still_passes(judge):
    row = judge("Nike running shoes", seller_id="s-77")
    assert (row["verdict"], signals(row)["seller_status"]) == ("pass", "unauthorised")


def test_an_authorised_seller_passes_even_at_a_low_price(judge):
    row = judge("Nike shoes (12 colours)", seller_id="s-outlet", price=99.0, currency="CNY")
    assert (row["verdict"], signals(row)["seller_status"]) == ("pass", "authorised")


@pytest.mark.parametrize(
    "title",
    [
        "耐克高仿运动鞋",
        "耐克 纯原 莆田",
        "Gucci bag mirror quality",
        "Nike dunk premium quality batch",
        "LV级 古驰 A货 女包",
        "Gucci 精仿 包包",
    ],
)
def test_a_brand_with_words_of_the_trade_is_blocked(judge, title):
    assert judge(title)["verdict"] == "block"


@pytest.mark.parametrize("title", ["Hermès Birkin replica", "耐克 复刻 跑鞋", "尾单 古驰 女包", "高仿 女包 厂家"])
def test_words_that_are_common_for_copies_are_reviewed(judge, title):
    assert judge(title)["verdict"] == "review"


@pytest.mark.parametrize(
    "title",
    [
        "拒绝高仿 耐克专柜正品",
        "非复刻 耐克跑鞋",
        "not a replica: Gucci bag",
        "耐克 假一赔十",
        "AAA batteries 24 pack",
        "Gucci 正品 防伪 可查",
    ],
)
def test_denials_and_guarantees_are_not_held_against_a_listing(judge, title):
    assert judge(title)["verdict"] == "pass"


@pytest.mark.parametrize(
    ("title", "signal"),
    [
        ("shoe laces for Nike Air Max", "brand_nominative"),
        ("适用于苹果iPhone 15 手机壳", "brand_nominative"),
        ("Apple iPhone case silicone", "accessory"),
        ("劳力士 手表维修", "repair"),
        ("二手 古驰 女包 95新", "secondhand"),
        ("pre-owned Gucci handbag", "secondhand"),
        ("better than Gucci leather bag", "brand_nominative"),
    ],
)
def test_honest_exceptions_pass_at_a_low_price(judge, title, signal):
    row = judge(title, price=60.0, currency="CNY")
    assert row["verdict"] == "pass"
    assert signal in signals(row)


def test_words_for_people_do_not_make_a_name_nominative(judge):
    assert "brand_nominative" not in signals(judge("sneakers for men Nike"))


def test_a_price_far_below_the_reference_is_reviewed(judge):
    row = judge("Gucci jacket", price=300.0, currency="CNY")
    assert (row["verdict"], signals(row)["price_ratio"]) == ("review", "0.038")


def test_a_price_in_another_currency_is_compared_through_the_rates():
    screener = Screener(rights_table(), rates={"USD": 1, "CNY": 10})
    listings = listings_table("Rolex watch", "Rolex watch", price=[2000.0, 2000.0], currency=["CNY", "USD"])
    ratios = screener.signals(listings)["price_ratio"].to_list()
    assert ratios == [0.02, 0.2]


def test_a_currency_without_a_rate_is_not_compared(judge):
    row = judge("Gucci jacket", price=300.0, currency="XTS")
    assert "price_ratio" not in signals(row)
    assert "price_ratio" not in signals(judge("Gucci jacket", price=300.0))


def test_a_price_of_zero_is_a_placeholder(judge):
    assert judge("Gucci jacket", price=0.0, currency="CNY")["verdict"] == "pass"


def test_cheap_kinds_of_goods_are_compared_with_a_share_of_the_reference(screener):
    listings = listings_table("Nike jacket", "Nike socks", price=60.0, currency="CNY")
    low, fair = screener.signals(listings)["price_ratio"].to_list()
    assert low == pytest.approx(0.1)
    assert fair == pytest.approx(0.1 / 0.12)


def test_one_reference_does_not_speak_for_a_brand_that_sells_everything(judge):
    assert judge("Apple iPod shuffle 1gb", price=49.0, currency="USD")["verdict"] == "pass"


def test_many_styles_of_a_brand_at_a_low_price_are_reviewed(judge):
    row = judge("Nike dunk (38 styles)", price=330.0, currency="CNY")
    assert (row["verdict"], signals(row)["variety"]) == ("review", "38")


def test_many_styles_of_a_luxury_brand_at_a_twentieth_are_blocked(judge):
    assert judge("Gucci tracksuit (12 colours)", price=380.0, currency="CNY")["verdict"] == "block"


@pytest.mark.parametrize(
    ("title", "count"),
    [("2024款 耐克", 0), ("耐克 16色可选", 16), ("nike (5+ colors)", 5), ("Nike 24 colour marker set", 0)],
)
def test_variants_are_counted_and_years_and_colourful_goods_are_not(screener, title, count):
    assert screener.signals(listings_table(title))["variety"].to_list() == [count]


def test_several_brands_at_once_are_a_signal(judge):
    assert signals(judge("Nike Gucci Hermès Rolex belt"))["brand_count"] == "4"


def test_complaints_reviews_and_the_record_of_the_seller_count(judge):
    row = judge(
        "Nike shoes",
        orders_30d=100,
        fake_claims_30d=6,
        refunds_30d=40,
        seller_confirmed_fakes=3,
        reviews="假货!;第二次买 假的",
    )
    assert row["verdict"] in ("review", "block")
    assert {"fake_claim_rate", "refund_rate", "review_fakes", "seller_confirmed_fakes"} <= set(signals(row))


def test_complaints_without_a_brand_are_reviewed_too(judge):
    assert judge("home made jam", orders_30d=50, fake_claims_30d=5)["verdict"] == "review"


def test_a_brand_only_in_the_description_is_found(judge):
    row = judge("爆款 运动鞋 看图", description="耐克 高仿 支持退换")
    assert (row["verdict"], row["brands"], row["matches"]) == ("block", ["Nike"], [])


def test_matches_give_text_place_and_technique(judge):
    row = judge("正品ＮＩＫＥ耐克 Nike")
    assert [(m["text"], m["start"], m["end"], m["technique"]) for m in row["matches"]] == [
        ("ＮＩＫＥ", 2, 6, "width"),
        ("耐克", 6, 8, "alias"),
        ("Nike", 9, 13, "exact"),
    ]


def test_every_reason_is_told_in_both_languages(judge):
    row = judge("Nike dunk (38 styles) 复刻", price=330.0, currency="CNY", seller_id="x")
    assert all(r["text"] and r["text_zh"] and r["text"] != r["text_zh"] for r in row["reasons"])


def test_a_title_of_a_megabyte_is_read_to_the_limit_and_says_so(judge):
    row = judge("x" * TITLE_LIMIT + " Nike " + "耐" * 1_000_000)
    assert row["brands"] == []
    assert signals(row)["title_cut"] == str(TITLE_LIMIT + 6 + 1_000_000)
    assert row["verdict"] == "review"
    assert "rule:title-not-read-whole" in signals(row)


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060", " ", "\u3164", "\ufe0f"])
def test_what_shows_nothing_does_not_push_a_name_out_of_what_is_read(judge, unseen):
    row = judge("pen" + unseen * (TITLE_LIMIT + 10) + " 高仿 Nike")
    assert row["brands"] == ["Nike"]
    assert "title_cut" not in signals(row)
    (match,) = row["matches"]
    assert (match["text"], match["start"]) == ("Nike", TITLE_LIMIT + 17)


def test_a_name_behind_more_blanks_than_anybody_reads_goes_to_a_reviewer(judge):
    row = judge("pen" + "\u200b" * WRITTEN_LIMIT + "Nike")
    assert (row["brands"], row["verdict"]) == ([], "review")
    assert "title_cut" in signals(row)


def test_a_title_of_just_the_limit_is_read_whole(judge):
    row = judge("pen " * (TITLE_LIMIT // 3) + "to" + "\u200b" * 40)
    assert "title_cut" not in signals(row)
    assert row["verdict"] == "pass"


def test_the_verdict_does_not_depend_on_how_rows_are_cut_into_tables(screener):
    titles = ["Nike dunk (38 styles)", "小米粥", "Gucci 高仿", "usb cable", "", "耐克"] * 5
    table = listings_table(*titles, price=200.0, currency="CNY")
    whole = screener.screen(table)
    parts = pa.concat_tables([screener.screen(table.slice(i, 7)) for i in range(0, len(titles), 7)])
    assert whole.equals(parts.combine_chunks()) or whole.to_pylist() == parts.to_pylist()


def test_listings_that_the_gate_passes_get_what_the_full_measure_gives(screener):
    always = Ruleset.parse(
        "extends: default\nrules: [{id: long, when: title_length > 100000, then: review, reason: long}]", name="dense"
    )
    dense = Screener(rights_table(), rules=always)
    assert dense._gate is None
    assert screener._gate is not None
    table = listings_table(
        "usb cable", "Nike 高仿", "苹果 5斤", "replica", "jam", orders_30d=[1, 2, 3, 4, 10], refunds_30d=[0, 0, 0, 0, 5]
    )
    columns = ["verdict", "score", "brands", "matches", "reasons"]
    assert screener.screen(table).select(columns).to_pylist() == dense.screen(table).select(columns).to_pylist()


def test_an_empty_table_gives_an_empty_table(screener):
    assert screener.screen(listings_table()).num_rows == 0


def test_versions_name_the_content(screener, tmp_path):
    engine, rules, rights = screener.versions
    assert Screener(rights_table()).versions == (engine, rules, rights)
    assert Screener(rights_table().slice(0, 3)).versions[2] != rights
    assert Screener(rights_table(), rates={"CNY": 7}).versions[0] != engine


def test_a_missing_column_and_a_wrong_type_are_named(screener):
    with pytest.raises(NotValid, match="title"):
        screener.screen(pa.table({"listing_id": ["1"]}))
    with pytest.raises(NotValid, match="price"):
        screener.screen(listings_table("Nike", price="a lot"))


def test_a_bad_reference_price_names_its_row():
    with pytest.raises(NotValid, match=r"rights row 1.*cheap"):
        Screener(rights_table([("Nike", "", "25", "cheap", "CNY", "")]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
            st.one_of(st.none(), st.floats(allow_nan=True)),
            st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)),
            st.one_of(st.none(), st.integers(-(2**40), 2**40)),
        ),
        max_size=5,
    )
)
def test_no_input_crashes_and_spans_hold(rows):
    table = pa.table(
        {
            "listing_id": pa.array([str(i) for i in range(len(rows))], pa.string()),
            "title": pa.array([r[0] + "Nike" + r[0] for r in rows], pa.string()),
            "price": pa.array([r[1] for r in rows], pa.float64()),
            "currency": pa.array([r[2] for r in rows], pa.string()),
            "orders_30d": pa.array([r[3] for r in rows], pa.int64()),
            "fake_claims_30d": pa.array([r[3] for r in rows], pa.int64()),
            "pdq": pa.array([r[2] for r in rows], pa.string()),
            "description": pa.array([r[2] for r in rows], pa.string()),
        }
    )
    screener = _SHARED.setdefault("s", Screener(rights_table()))
    for title, row in zip(table["title"].to_pylist(), screener.screen(table).to_pylist(), strict=True):
        assert 0 <= row["score"] <= 1
        assert all(title[m["start"] : m["end"]] == m["text"] for m in row["matches"])


_SHARED: dict[str, Screener] = {}
