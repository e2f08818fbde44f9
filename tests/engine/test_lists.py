"""Aliases and safe phrases that come and go while a screener is in use."""

from __future__ import annotations

import pyarrow as pa
import pytest

from touchstone.engine.screen import Screener

RIGHTS = pa.table(
    {
        "brand": ["Nike", "小米", "Dior"],
        "aliases": ["耐克", "", "迪奥"],
        "classes": ["25", "9", "3"],
        "reference_price": ["800", "2000", "300"],
        "currency": ["CNY", "CNY", "CNY"],
    }
)
TITLES = ["大钩子跑鞋 高仿 1:1", "小米粥 500g", "耐克跑鞋", "钩子大号 跑鞋", "木勺 手工", "山里小米粥底 Nike 联名"]
LISTINGS = pa.table({"listing_id": [str(i) for i in range(len(TITLES))], "title": TITLES})


@pytest.fixture(scope="module")
def fresh():
    return lambda **lists: Screener(RIGHTS, **lists)


def answers(screener):
    return screener.screen(LISTINGS).to_pylist(), screener.versions


def test_an_alias_is_found_from_the_moment_it_is_listed_and_no_longer_when_it_goes(fresh):
    screener = fresh()
    before = answers(screener)
    screener.set_lists([("Nike", "大钩子")], [])
    rows, versions = answers(screener)
    assert (rows[0]["brands"], rows[0]["verdict"]) == (["Nike"], "block")
    assert rows[0]["matches"][0]["technique"] == "alias"
    assert versions[2] != before[1][2]
    screener.set_lists([], [])
    assert answers(screener) == before


def test_a_safe_phrase_means_no_brand_from_the_moment_it_is_listed(fresh):
    screener = fresh()
    before = answers(screener)
    screener.set_lists([], [("", "耐克跑鞋")])
    assert answers(screener)[0][2]["brands"] == []
    screener.set_lists([], [])
    assert answers(screener) == before


def test_the_way_to_a_list_leaves_no_trace(fresh):
    """A process that saw every change and one that starts now say the same, with the same version."""
    old, new = fresh(), fresh()
    for aliases, safe in (
        ([("Nike", "大钩子")], [("", "粥底")]),
        ([("Nike", "大钩子"), ("Dior", "山里")], [("", "小米粥"), ("Nike", "耐克跑鞋")]),
        ([("Dior", "大钩子")], []),
        ([("Dior", "山里")], [("", "耐克跑鞋")]),
        ([("Nike", "大钩子")], [("", "小米粥")]),
    ):
        old.set_lists(aliases, safe)
        answers(old)
    new.set_lists([("nike", "大钩子")], [("", "小米粥")])
    assert answers(old) == answers(new)
    compiled = fresh(safe=pa.table({"term": ["小米粥"], "kind": ["safe"], "provenance": [""]}))
    compiled.set_lists([("Nike", "大钩子")], [("", "小米粥")])
    assert answers(compiled) == answers(new)


def test_a_safe_phrase_that_was_compiled_can_go(fresh):
    compiled = fresh(safe=pa.table({"term": ["耐克跑鞋"], "kind": ["safe"], "provenance": [""]}))
    assert answers(compiled)[0][2]["brands"] == []
    compiled.set_lists([], [])
    assert answers(compiled) == answers(fresh())


def test_a_list_says_nothing_about_brands_and_names_that_the_table_has_or_lacks(fresh):
    screener = fresh()
    before = answers(screener)
    screener.set_lists(
        [("Nike", "耐克"), ("Unknown", "大钩子"), ("Nike", " ")], [("", ""), ("", "  "), ("Unknown", "耐克跑鞋")]
    )
    assert answers(screener) == before


def test_a_very_short_alias_needs_other_words_for_it(fresh):
    screener = fresh()
    screener.set_lists([("Nike", "nk")], [])
    plain = pa.table({"listing_id": ["1", "2"], "title": ["nk 螺丝 100 个", "nk 跑鞋 运动鞋"]})
    assert [row["brands"] for row in screener.screen(plain).to_pylist()] == [[], ["Nike"]]


BESIDE = "耐克迪奥联名 跑鞋"


def brands_of(screener, title):
    return screener.screen(pa.table({"listing_id": ["1"], "title": [title]}))["brands"].to_pylist()[0]


def a_list(*rows):
    terms, brands = zip(*rows, strict=True)
    size = len(rows)
    return pa.table({"term": terms, "kind": ["safe"] * size, "provenance": [""] * size, "brand": brands})


@pytest.mark.parametrize(
    ("phrase", "left"),
    [(("Nike", "耐克迪奥联名"), ["Dior"]), (("dior", "耐克迪奥联名"), ["Nike"]), (("", "耐克迪奥联名"), [])],
)
def test_a_phrase_of_one_brand_mutes_that_brand_alone(fresh, phrase, left):
    """Live or compiled, the same; and gone without a trace."""
    screener = fresh()
    assert sorted(brands_of(screener, BESIDE)) == ["Dior", "Nike"]
    screener.set_lists([], [phrase])
    assert brands_of(screener, BESIDE) == left
    compiled = fresh(safe=a_list(phrase[::-1]))
    assert brands_of(compiled, BESIDE) == left
    compiled.set_lists([], [phrase])
    assert compiled.versions == screener.versions
    for one in (screener, compiled):
        one.set_lists([], [])
        assert sorted(brands_of(one, BESIDE)) == ["Dior", "Nike"]


def test_a_phrase_of_one_brand_mutes_its_name_in_disguise_and_no_other_brands(fresh):
    screener = fresh()
    title = "奈克运动鞋 清仓"
    assert brands_of(screener, title) == ["Nike"]
    screener.set_lists([], [("Dior", "奈克")])
    assert brands_of(screener, title) == ["Nike"]
    screener.set_lists([], [("Dior", "奈克"), ("Nike", "奈克")])
    assert brands_of(screener, title) == []


def test_a_phrase_of_one_brand_and_of_all_come_and_go_apart(fresh):
    screener = fresh()
    screener.set_lists([], [("Nike", "耐克迪奥联名"), ("", "耐克迪奥联名")])
    assert brands_of(screener, BESIDE) == []
    screener.set_lists([], [("Nike", "耐克迪奥联名")])
    assert brands_of(screener, BESIDE) == ["Dior"]
    assert brands_of(screener, f"{BESIDE} 耐克") == ["Dior", "Nike"], "only inside the phrase"
