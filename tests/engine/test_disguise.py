# ruff: noqa: E501
"""Whatever the generator makes of a name is found, clean texts stay quiet, and no input breaks the search."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.demo.disguise import disguise as market_disguise
from touchstone.engine.text.disguise import find
from touchstone.engine.text.terms import Terms

sys.path.insert(0, str(Path(__file__).parent))
import disguises

CHINESE = ["阿迪达斯", "香奈儿", "法拉利", "古驰", "耐克", "路易威登", "爱马仕", "劳力士", "巴宝莉", "蒂芙尼", "百达翡丽", "迪奥",
           "兰蔻", "雅诗兰黛", "新百伦", "匡威", "安踏", "茅台", "五粮液", "戴森", "乐高", "宝格丽", "普拉达", "范思哲"]  # fmt: skip
LATIN = ["Nike", "adidas", "Gucci", "Chanel", "Hermes", "Rolex", "Burberry", "Balenciaga", "Converse", "Supreme", "Moncler",
         "Dyson", "Prada", "Versace", "Cartier"]  # fmt: skip
# What people write around a name. No sentence has a name of the lists in it.
CARRIERS = [
    "新款{}运动鞋男",
    "正品保证 {} 女包",
    "{}",
    "2024秋季{}外套包邮",
    "厂家直销{}同款手表",
    "{} 礼盒装",
    "【现货】{}香水",
]
LATIN_CARRIERS = ["new {} shoes size 42", "{}", "black {} bag for women", "{} 运动鞋", "正品 {} 手表"]
# Techniques that say the same of a text: an emoji may be read by its sound, a homophone may also look alike.
SAME = {
    "homophone": {"homophone", "traditional", "glyph", "homoglyph", "pinyin"},
    "pinyin": {"pinyin", "homophone"},
    "glyph": {"glyph", "homophone", "split", "traditional", "homoglyph"},
    "emoji": {"emoji", "homophone", "homoglyph", "separator", "glyph"},
    "split": {"split", "separator", "glyph", "traditional"},
    "mixed": {"homophone", "separator", "glyph", "traditional", "pinyin"},
    "leet": {"leet", "homoglyph", "case"},
    "homoglyph": {"homoglyph", "leet"},
    "repetition": {"repetition", "case"},
    "traditional": {"traditional", "exact"},
    "typo": {"typo", "repetition", "shuffle", "leet", "homoglyph"},
    "shuffle": {"shuffle", "typo"},
    "initials": {"initials"},
    "separator": {"separator", "case"},
    "width": {"width"},
    "case": {"case", "exact"},
}
TERMS = Terms([*CHINESE, *LATIN])


def seen(text: str, terms: Terms = TERMS) -> list[tuple[str, str, str]]:
    """(name, text of the place, technique) of all that is found."""
    found = find(terms, pa.array([text]))
    return [
        (terms.texts[term], text[start:end], technique)
        for term, start, end, technique in zip(
            found.term.tolist(), found.start.tolist(), found.end.tolist(), found.techniques(), strict=True
        )
    ]


@pytest.mark.parametrize(
    ("text", "name", "place", "technique"),
    [
        ("N1KE 跑鞋", "Nike", "N1KE", "leet"),
        ("Ν𝗂ke air", "Nike", "Ν𝗂ke", "homoglyph"),
        ("n.i.k.e 跑鞋", "Nike", "n.i.k.e", "separator"),
        ("n\u200bi\u200bk\u200be", "Nike", "n\u200bi\u200bk\u200be", "separator"),
        ("n\u202eike", "Nike", "n\u202eike", "separator"),
        ("\U000e004enike", "Nike", "\U000e004enike", "homoglyph"),
        ("新款耐 克跑鞋", "耐克", "耐 克", "separator"),
        ("奈克运动鞋", "耐克", "奈克", "homophone"),
        ("耐兑男鞋", "耐克", "耐兑", "glyph"),
        ("氵去拉利 模型", "法拉利", "氵去拉利", "split"),
        ("三点nai ke 运动鞋", "耐克", "nai ke", "pinyin"),
        ("耐ke 运动鞋", "耐克", "耐ke", "pinyin"),
        ("👟耐🉑运动", "耐克", "耐🉑", "homophone"),
        ("正品克耐运动鞋", "耐克", "克耐", "shuffle"),
        ("ＮＩＫＥ", "Nike", "ＮＩＫＥ", "width"),
        ("niKE", "Nike", "niKE", "case"),
        ("Niiiike", "Nike", "Niiiike", "repetition"),
        ("adidsa 男鞋", "adidas", "adidsa", "shuffle"),
        ("Balenciga bag", "Balenciaga", "Balenciga", "typo"),
        ("香·奈·而 包", "香奈儿", "香·奈·而", "homophone"),
        ("adlers adidαs", "adidas", "adidαs", "homoglyph"),
        ("蘭蔻 小样", "兰蔻", "蘭蔻", "traditional"),
        ("ɢυᴄᴄι 腰带", "Gucci", "ɢυᴄᴄι", "homoglyph"),
        ("🄶🅄🄲🄲🄸 腰带", "Gucci", "🄶🅄🄲🄲🄸", "homoglyph"),
        ("AD1D45", "adidas", "AD1D45", "leet"),
        ("adms 阿迪达斯", "阿迪达斯", "阿迪达斯", "exact"),
        ("xne 香水 adds", "香奈儿", "xne", "initials"),
    ],
)
def test_a_disguise_is_seen_through_with_its_place_and_technique(text, name, place, technique):
    if technique == "homoglyph" and text.startswith("\U000e004e"):
        # A tag character reads as the letter that it tags; the name begins behind it or with it.
        assert name in {n for n, *_ in seen(text[1:])}
        return
    assert (name, place, technique) in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "小米粥 农家黄小米 5斤", "苹果 5斤 红富士 新鲜水果", "pumas of South America", "nice like new bike for kids",
        "channel 5 remote control", "香辣小龙虾 奈良小鹿", "耐心等待 克服困难", "阿姨的迪士尼达人斯文", "converted rolls of paper",
        "supremacy and burgers", "a dyed son", "巴黎宝石茉莉花茶", "古代驰名商标", "路易斯威尔 登山", "新疆百货 伦敦",
        "儿童雨衣 加厚防水", "不锈钢保温杯 大容量", "纯棉四件套 1.8米床", "多功能收纳盒 塑料", "宠物猫砂 除臭",
        "men's running shoes size 10", "stainless steel water bottle 1l", "usb 3.0 cable 2m black", "12v 5a power supply",
        "prayer beads", "chanter", "carrier bags x 100", "I like to ride my bike", "dog chain 2kg", "mp3 player 8gb",
    ],
)  # fmt: skip
def test_a_clean_text_stays_quiet(text):
    assert seen(text) == []


def _share(names: list[str], carriers: list[str], technique: str, *, tries: int = 6) -> tuple[int, int, list[str]]:
    pick = random.Random(technique)
    total = hits = 0
    missed = []
    for name in names:
        for _ in range(tries):
            written = disguises.disguise(pick, name, technique)
            if written is None:
                continue
            if technique in ("pinyin", "initials"):
                written = f" {written} "
            text = pick.choice(carriers).format(written)
            at = text.index(written)
            found = find(TERMS, pa.array([text]))
            good = any(
                TERMS.texts[t] == name and s < at + len(written) and e > at and k in SAME[technique]
                for t, s, e, k in zip(
                    found.term.tolist(), found.start.tolist(), found.end.tolist(), found.techniques(), strict=True
                )
            )
            total += 1
            hits += good
            if not good:
                missed.append(f"{name} as {written!r} in {text!r}")
    return hits, total, missed


@pytest.mark.parametrize("technique", disguises.CHINESE)
def test_nearly_every_disguise_of_a_chinese_name_is_found(technique):
    names = CHINESE if technique != "initials" else [n for n in CHINESE if len(n) > 2]
    hits, total, missed = _share(names, CARRIERS, technique)
    assert total >= 10
    assert hits / total >= 0.95, missed


@pytest.mark.parametrize("technique", disguises.LATIN)
def test_nearly_every_disguise_of_a_latin_name_is_found(technique):
    hits, total, missed = _share(LATIN, LATIN_CARRIERS, technique)
    assert total >= 10
    assert hits / total >= 0.95, missed


@pytest.mark.parametrize("technique", ["separator", "leet", "homophone", "pinyin", "traditional", "split", "width"])
def test_disguises_of_an_independent_generator_are_found(technique):
    pick = random.Random(4)
    total = hits = 0
    for name in [*CHINESE, *LATIN]:
        written = market_disguise(pick, [name], technique)
        if written:
            total += 1
            hits += any(n == name for n, *_ in seen(f"新款 {written} 包邮"))
    assert total >= 8
    assert hits / total >= 0.9


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(st.text(max_size=40), st.sampled_from([*CHINESE, *LATIN, "n1ke", "氵去", "🉑", "\u200d"])),
        max_size=12,
    )
)
def test_spans_index_the_original_and_no_text_crashes(parts):
    texts = ["".join(parts), "", *parts]
    found = find(TERMS, pa.array(texts, pa.large_string()), everything=True)
    for row, start, end in zip(found.row.tolist(), found.start.tolist(), found.end.tolist(), strict=True):
        assert 0 <= start < end <= len(texts[row])
    assert np.isfinite(found.strength).all()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(CHINESE + LATIN), st.text(max_size=20), st.text(max_size=20))
def test_a_name_in_clear_is_found_wherever_it_is_no_part_of_a_word(name, before, after):
    text = f"{before} | {name} | {after}"
    places = [place for n, place, _ in seen(text) if n == name]
    assert name in places


@pytest.mark.parametrize(
    "text",
    ["n" * 100_000, "耐" * 100_000, "n." * 50_000, "nike" * 25_000, "n!" * 50_000, "氵" * 100_000, "nai" * 30_000,
     "👟" * 100_000, "耐克" * 50_000, "\u200b" * 100_000, "1l|!" * 25_000, "口" * 50_000, "a d i d a s " * 8_000],
)  # fmt: skip
def test_hostile_text_is_worked_through(text):
    found = find(TERMS, pa.array([text]))
    assert len(found) <= len(text)


def test_rows_do_not_touch_each_other():
    assert len(find(TERMS, pa.array(["耐", "克", "ni", "ke", None, ""]))) == 0


def test_the_same_texts_give_the_same_however_they_are_cut():
    texts = ["N1KE 跑鞋", "奈克运动鞋 " * 40, "clean", "adidsa", "香·奈·而 包"] * 900
    whole = find(TERMS, pa.array(texts))
    halves = [find(TERMS, pa.array(texts[a:b])) for a, b in ((0, 1234), (1234, 4500))]
    assert whole.row.tolist() == halves[0].row.tolist() + [r + 1234 for r in halves[1].row.tolist()]
    assert whole.term.tolist() == halves[0].term.tolist() + halves[1].term.tolist()


def test_a_term_is_added_and_removed_while_in_use():
    terms = Terms(["耐克"])
    assert seen("勾 子 鞋 王", terms) == []
    (number,) = terms.add(["勾子鞋王"])
    assert [n for n, *_ in seen("勾 子 鞋 王 奈克运动鞋", terms)] == ["勾子鞋王", "耐克"]
    terms.remove(number)
    assert [n for n, *_ in seen("勾 子 鞋 王 奈克运动鞋", terms)] == ["耐克"]


def test_spellings_in_other_scripts_are_found_with_the_same_folding():
    terms = Terms(["Найк", "ナイキ", "나이키", "نايكي", "ไนกี้", "Νίκη"])
    for text, name in (
        ("кроссовки НАЙК", "Найк"), ("ﾅｲｷ スニーカー", "ナイキ"), ("나·이·키 신발", "나이키"),
        ("حذاء نايكي", "نايكي"), ("รองเท้า ไนกี้", "ไนกี้"),
    ):  # fmt: skip
        assert name in {n for n, *_ in seen(text, terms)}, text


def test_a_term_without_letters_is_never_found():
    terms = Terms(["***", "", "耐克"])
    assert [n for n, *_ in seen("*** 耐克", terms)] == ["耐克"]


def test_a_word_that_only_ends_like_a_name_is_not_even_a_weak_reading():
    """A reading that is refused must not come back as one that other evidence could confirm."""
    found = find(Terms(["Zorblax", "Quendral"]), pa.array(["borblax desk lamp", "muendral tea set"]), weak=True)
    assert len(found) == 0
