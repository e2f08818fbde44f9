"""Aliases are mined from blocked titles, lists show their effect, and names change while in use."""

from __future__ import annotations

import pyarrow as pa
import pytest

from touchstone.engine.screen import Screener
from touchstone.engine.text.explain import explain, steps
from touchstone.engine.text.learning import effect_of, mine_candidates
from touchstone.errors import NotValid

RIGHTS = pa.table(
    {
        "brand": ["Nike", "adidas", "Xiaomi", "Apple"],
        "aliases": ["耐克", "阿迪达斯", "小米", "苹果"],
        "classes": ["25", "25", "9", "9"],
        "reference_price": ["600", "600", "2000", "5000"],
        "currency": ["CNY"] * 4,
    }
)


@pytest.fixture(scope="module")
def screener():
    return Screener(RIGHTS)


def listings(*titles: str) -> pa.Table:
    return pa.table({"listing_id": [str(i) for i in range(len(titles))], "title": list(titles)})


def verdict(screener: Screener, title: str) -> dict:
    return screener.screen(listings(title)).to_pylist()[0]


def test_a_word_that_blocked_titles_share_becomes_a_candidate_with_support_and_examples(screener):
    blocked = pa.table(
        {
            "title": [
                "大钩子跑鞋 高仿",
                "大钩子板鞋 纯原",
                "新款大钩子卫衣",
                "奈壳跑鞋",
                "奈壳板鞋男",
                "奈壳运动鞋 包邮",
            ],
            "brand": ["Nike"] * 6,
        }
    )
    clean = pa.table({"title": ["跑鞋 男 透气", "板鞋 包邮", "卫衣 纯棉", "运动鞋 新款", "连衣裙"] * 20})
    found = mine_candidates(blocked, clean, screener).to_pylist()
    by_term = {row["term"]: row for row in found}
    assert by_term["大钩子"]["support"] == 3
    assert by_term["大钩子"]["brand"] == "Nike"
    assert by_term["大钩子"]["examples"][0] in blocked["title"].to_pylist()
    assert by_term["奈壳"]["near"] == "耐克"
    assert not {"跑鞋", "板鞋", "新款", "包邮", "耐克"} & set(by_term)


def test_the_brand_of_a_blocked_title_is_found_where_nobody_named_it(screener):
    blocked = pa.table({"title": [f"阿迪达斯 三道杠儿 {kind}" for kind in ("卫衣", "外套", "裤")]})
    found = mine_candidates(blocked, pa.table({"title": ["卫衣 外套", "裤"]}), screener).to_pylist()
    assert {"adidas"} == {row["brand"] for row in found}
    assert any("道杠" in row["term"] for row in found)


def test_an_entry_shows_how_many_past_verdicts_it_would_change():
    past = listings("潘婷耐克洗发水 高仿", "耐克 高仿 跑鞋", "连衣裙")
    effect = effect_of({"term": "潘婷耐克", "kind": "safe", "provenance": "reviewer"}, past, RIGHTS)
    assert effect == {"listings": 3, "touched": 1, "changed": 1, "moves": {"block to review": 1}, "examples": ["0"]}


def test_an_alias_shows_its_effect_too():
    past = listings("大钩子跑鞋 A货", "跑鞋 A货")
    effect = effect_of({"term": "大钩子", "kind": "alias", "brand": "Nike"}, past, RIGHTS)
    assert effect["touched"] == 1
    assert effect["changed"] in (0, 1)


@pytest.mark.parametrize("entry", [{"term": "x", "kind": "what"}, {"term": " ", "kind": "safe"}, {"kind": "alias"}])
def test_a_wrong_entry_is_refused(entry):
    with pytest.raises(NotValid):
        effect_of(entry, listings("耐克"), RIGHTS)


def test_a_safe_phrase_silences_names_in_it_however_they_are_written():
    safe = pa.table({"term": ["奈克赛璐珞"], "kind": ["negative"], "provenance": ["appeal 17"]})
    title = "奈克赛璐珞 运动鞋"
    assert verdict(Screener(RIGHTS), title)["brands"] == ["Nike"]
    assert verdict(Screener(RIGHTS, safe=safe), title)["brands"] == []
    assert verdict(Screener(RIGHTS, safe=safe), "奈克运动鞋")["brands"] == ["Nike"]


def test_a_safe_list_without_provenance_is_refused():
    with pytest.raises(NotValid, match="provenance"):
        Screener(RIGHTS, safe=pa.table({"term": ["x"], "kind": ["safe"]}))


def test_an_alias_added_while_in_use_counts_at_once_and_changes_the_version():
    screener = Screener(RIGHTS)
    before = screener.versions
    assert verdict(screener, "大钩子跑鞋")["brands"] == []
    screener.add_alias("Nike", "大钩子")
    assert verdict(screener, "大钩子跑鞋")["matches"] == [
        {"brand": "Nike", "text": "大钩子", "start": 0, "end": 3, "technique": "alias"}
    ]
    assert verdict(screener, "大 钩 子 跑鞋")["matches"][0]["technique"] == "separator"
    assert screener.versions != before
    screener.remove_alias("Nike", "大钩子")
    assert verdict(screener, "大钩子跑鞋")["brands"] == []


def test_a_name_of_the_rights_file_can_be_removed_while_in_use():
    screener = Screener(RIGHTS)
    screener.remove_alias("Nike", "耐克")
    assert verdict(screener, "耐克跑鞋")["brands"] == []
    with pytest.raises(NotValid):
        screener.remove_alias("Nike", "never a name")


def test_a_hidden_name_is_reviewed_and_told(screener):
    row = verdict(screener, "👟耐🉑 男鞋")
    assert row["verdict"] == "review"
    assert "disguised" in {reason["signal"] for reason in row["reasons"]}


@pytest.mark.parametrize(
    "title", ["compatible with N1KE watch band", "适用于 奈克 运动手表 表带", "not N1KE shoes", "维修 N1KE 鞋"]
)
def test_fair_use_of_a_hidden_name_is_not_held_against_it(screener, title):
    assert verdict(screener, title)["verdict"] == "pass"


@pytest.mark.parametrize("title", ["中华为了人民 手册", "小米粥 农家", "苹果 5斤 红富士"])
def test_a_name_cut_out_of_other_words_or_an_everyday_word_does_not_count(screener, title):
    assert verdict(screener, title)["verdict"] == "pass"


def test_the_steps_of_an_explanation_point_into_the_title():
    title = "Ν1ke·耐 剋"
    for step in steps(title):
        for change in step["changes"]:
            assert title[change["start"] : change["end"]] == change["before"]
    texts = {step["step"]: step["text"] for step in steps(title)}
    assert texts["homoglyph"] == "n1ke·耐 克"
    assert texts["separators"] == "n1ke耐克"
    assert texts["leet"] == "nike耐克"
    assert texts["sounds"].endswith("nai ke")


def test_an_explanation_says_what_counts_and_what_does_not(screener):
    told = explain("奈克运动鞋", screener)
    assert {c["name"]: c["fate"] for c in told["candidates"]}["耐克"] == "counted"
    assert told["verdict"] == "review"
    porridge = explain("小米粥 农家", screener)
    assert {c["name"]: c["fate"] for c in porridge["candidates"]}["小米"] != "counted"
    assert all(c["why"] and c["why_zh"] for c in told["candidates"])


def test_an_explanation_takes_further_columns(screener):
    assert explain("耐克 跑鞋", screener, price=30.0, currency="CNY")["score"] > explain("耐克 跑鞋", screener)["score"]
