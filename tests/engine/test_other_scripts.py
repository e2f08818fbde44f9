"""Spellings in other scripts are found as readers of the script read them, and unseen characters hide nothing."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.text.compose import composed
from touchstone.engine.text.disguise import find
from touchstone.engine.text.terms import Terms

NAMES = [
    "Найк",
    "Адидас",
    "نايكي",
    "أديداس",
    "ไนกี้",
    "ナイキ",
    "グッチ",
    "ルイ・ヴィトン",
    "나이키",
    "루이비통",
    "Nike",
    "耐克",
]
TERMS = Terms(NAMES)


def found(text: str) -> list[tuple[str, str]]:
    seen = find(TERMS, pa.array([text]))
    return [(NAMES[t], text[a:b]) for t, a, b in zip(seen.term, seen.start, seen.end, strict=True)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("кроссовки НАЙК 42", "Найк"),
        (unicodedata.normalize("NFD", "кроссовки Найк"), "Найк"),
        ("обувь Н.а.й.к", "Найк"),
        ("حذاء نـاـيـكـي", "نايكي"),
        ("حِذَاء نَايْكِي", "نايكي"),
        ("ﻧﺎﻳﻜﻲ", "نايكي"),
        ("نایکی", "نايكي"),
        ("حذاء اديداس", "أديداس"),
        ("\u202bنايكي\u202c", "نايكي"),
        ("รองเท้า ไนกี้ ของแท้", "ไนกี้"),
        ("ไน\u200bกี้", "ไนกี้"),
        ("ﾅｲｷ スニーカー", "ナイキ"),
        ("ないき シューズ", "ナイキ"),
        ("ｸﾞｯﾁ バッグ", "グッチ"),
        (unicodedata.normalize("NFD", "グッチ バッグ"), "グッチ"),
        ("ルイヴィトン 財布", "ルイ・ヴィトン"),
        (unicodedata.normalize("NFD", "나이키 신발"), "나이키"),
        ("ㄴㅏㅇㅣㅋㅣ 신발", "나이키"),
        ("나·이·키 신발", "나이키"),
        (unicodedata.normalize("NFD", "새 루이비통 가방"), "루이비통"),
    ],
)
def test_a_spelling_is_found_however_its_letters_are_coded(text, name):
    assert name in {n for n, _ in found(text)}


@pytest.mark.parametrize(
    "sign",
    ["\u200b", "\u200d", "\u2060", "\u202e", "\u2069", "\u00ad", "\u034f", "\ufe0f", "\U000e0100", "\U000e0061", "\u180e"],
)  # fmt: skip
def test_unseen_characters_inside_a_name_are_passed_over(sign):
    assert ("Nike", sign.join("Nike")) in found(f"new {sign.join('Nike')} shoes")
    assert ("耐克", f"耐{sign}克") in found(f"新款耐{sign}克跑鞋")


def test_places_index_the_text_as_it_was_written():
    text = "x " + unicodedata.normalize("NFD", "é 나이키") + " グッチ ｸﾞｯﾁ"
    assert [place for _, place in found(text)] == [unicodedata.normalize("NFD", "나이키"), "グッチ", "ｸﾞｯﾁ"]


@pytest.mark.parametrize("text", ["новый файл", "ないものねだり", "나이 많은 키 큰 사람", "كتاب جديد", "ใหม่ กี่บาท"])
def test_honest_texts_in_other_scripts_stay_quiet(text):
    assert found(text) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("가나ㄱㅏㄴ\u1100\u1161\u11a8ｶﾞか\u3099é\u0301e\u0308 a한ﾤￂ"), max_size=14))
def test_whole_letters_keep_the_way_back(text):
    whole = composed(pa.array([text], pa.large_string()))
    new = whole.column.to_pylist()[0]
    back = whole.back.get(0)
    if back is None:
        assert new == text
        return
    first, last = back
    assert len(first) == len(last) == len(new)
    assert (first[0], last[-1]) == (0, len(text))
    assert (np.diff(first) >= 0).all()
    assert (first < last).all()
