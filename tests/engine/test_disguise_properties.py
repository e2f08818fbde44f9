"""Whatever is made of a name is found, disguises on top of each other too; and no text costs more than its length."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.text.disguise import find
from touchstone.engine.text.terms import Terms

sys.path.insert(0, str(Path(__file__).parent))
import disguises

LONG = [
    "阿迪达斯",
    "路易威登",
    "雅诗兰黛",
    "百达翡丽",
    "香奈儿",
    "法拉利",
    "爱马仕",
    "劳力士",
    "巴宝莉",
    "新百伦",
    "宝格丽",
]
LATIN = ["adidas", "Burberry", "Balenciaga", "Converse", "Supreme", "Moncler", "Cartier", "Versace"]
TERMS = Terms([*LONG, *LATIN])
# A second disguise over the first, as sellers combine them.
CHINESE_PAIRS = [
    (first, second)
    for first in ("homophone", "traditional", "split", "glyph")
    for second in ("separator", "traditional")
    if first != second
]
LATIN_PAIRS = [
    ("leet", "separator"),
    ("homoglyph", "separator"),
    ("width", "separator"),
    ("homoglyph", "case"),
    ("leet", "width"),
]


def names_in(text: str) -> set[str]:
    found = find(TERMS, pa.array([text]))
    return {TERMS.texts[t] for t in found.term.tolist()}


def _share(names: list[str], first: str, second: str, carrier: str) -> tuple[int, int, list[str]]:
    pick = random.Random(first + second)
    hits = total = 0
    missed = []
    for name in names * 4:
        once = disguises.disguise(pick, name, first)
        twice = disguises.disguise(pick, once, second) if once else None
        if twice is None:
            continue
        total += 1
        if name in names_in(carrier.format(twice)):
            hits += 1
        else:
            missed.append(f"{name}: {twice}")
    return hits, total, missed


@pytest.mark.parametrize(("first", "second"), CHINESE_PAIRS)
def test_two_disguises_of_a_chinese_name_on_top_of_each_other_are_seen_through(first, second):
    hits, total, missed = _share(LONG, first, second, "新款 {} 女包 包邮")
    assert total >= 8
    assert hits / total >= 0.9, missed


@pytest.mark.parametrize(("first", "second"), LATIN_PAIRS)
def test_two_disguises_of_a_latin_name_on_top_of_each_other_are_seen_through(first, second):
    hits, total, missed = _share(LATIN, first, second, "new {} for women")
    assert total >= 8
    assert hits / total >= 0.85, missed


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([(n, t) for n in LONG for t in ("separator", "traditional", "split", "width")]),
    st.text(max_size=12),
    st.integers(0, 10_000),
)
def test_a_disguise_is_found_beside_any_text(case, beside, seed):
    name, technique = case
    written = disguises.disguise(random.Random(seed), name, technique)
    if written is not None:
        assert name in names_in(f"{beside} | {written} |")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_text_is_searched_and_places_lie_in_it(texts):
    found = find(TERMS, pa.array(texts, pa.large_string()), everything=True)
    length = np.array([len(t) for t in texts])
    assert (found.start >= 0).all()
    assert (found.start < found.end).all()
    assert (found.end <= length[found.row]).all()


@pytest.mark.parametrize(
    "piece", ["克", "n", "氵", "nai", "耐 ", "a.", "👟", "1", "ㄴ", "e\u0301", "n!", "xne ", "口十"]
)
def test_what_is_considered_grows_with_the_text_and_no_faster(piece):
    """Steps, not seconds: the readings weighed for a text twice as long are at most about twice as many."""
    once, twice = (len(find(TERMS, pa.array([piece * n]), everything=True)) for n in (2_000, 4_000))
    assert twice <= 2 * once + 100
