"""Folding, matching, techniques."""

import itertools

import ahocorasick_rs
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.text.characters import Characters, text_column
from touchstone.engine.text.match import Hits, Matcher, outermost
from touchstone.engine.text.normalise import fold, text_of
from touchstone.engine.text.variants import technique

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = ["Nike", "耐克", "On", "Air Max", "Hermès", "Air", "Off-White", "A货", "361", "三六"]
# Texts that are near the names, so that hits are common.
NEAR = st.lists(
    st.sampled_from(
        [
            "nike",
            "NIKE",
            "ＮＩＫＥ",
            "耐克",
            "on",
            "air",
            "max",
            " ",
            "　",
            "-",
            "_",
            "é",
            "361",
            "1",
            "x",
            "😀",
            "\n",
            "货",
            "A",
        ]
    ),
    max_size=12,
).map("".join)


MATCHER = Matcher(NAMES)


def found(matcher: Matcher, *texts: str | None) -> list[tuple[int, str]]:
    hits = outermost(matcher.find(pa.array(texts, pa.large_string())))
    return [(int(r), texts[r][s:e]) for r, s, e in zip(hits.row, hits.start, hits.end, strict=True)]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(NAMES)


@settings(deadline=None)
@given(TEXT)
def test_a_skeleton_is_as_long_as_its_text(text):
    assert len(fold(text)) == len(text)


@settings(deadline=None)
@given(TEXT)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "skeleton"),
    [
        ("ＮＩＫＥ", "nike"),
        ("Hermès", "hermes"),
        ("A　B", "a b"),
        ("Arc’teryx", "arc'teryx"),
        ("Off–White", "off white"),
        ("İ", "i"),
    ],
)
def test_width_case_separators_and_marks_are_folded(text, skeleton):
    assert fold(text) == skeleton


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Nikelodeon", []),
        ("a NIKE shoe", ["NIKE"]),
        ("全新耐克鞋", ["耐克"]),
        ("NIKE鞋", ["NIKE"]),
        ("正品Nike运动鞋", ["Nike"]),
        ("nike270", ["nike"]),
        ("on90", []),
        ("on 90", ["on"]),
        ("Air Max 90", ["Air Max"]),
        ("air_max", ["air_max"]),
        ("off white tee", ["off white"]),
        ("Nike's best", ["Nike"]),
        ("13610", []),
        ("AA货", []),
        ("x😀耐克", ["耐克"]),
        ("HERMÈS hermes", ["HERMÈS", "hermes"]),
    ],
)
def test_names_match_as_whole_words_and_chinese_names_anywhere(matcher, text, hits):
    assert [t for _, t in found(matcher, text)] == hits


def test_a_name_never_spans_two_rows(matcher):
    assert found(matcher, "air", "max", "ni", "ke", "", None, "耐", "克") == [(0, "air")]


@settings(deadline=None)
@given(st.lists(st.one_of(NEAR, TEXT), max_size=6))
def test_spans_index_the_original_string(texts):
    hits = MATCHER.find(pa.array(texts, pa.large_string()))
    for row, start, end, literal in zip(hits.row, hits.start, hits.end, hits.literal, strict=True):
        assert fold(texts[row][start:end]) == fold(NAMES[literal])


def _part_of_one_word(one: str, other: str, long: bool) -> bool:
    """The rule for whole words, told anew: letters go with letters, digits with digits, and with short names both."""
    both = [2 if c.isdigit() else int(c.isalpha()) if ord(c) < 0x2E80 else 0 for c in (one, other)]
    return all(both) and (both[0] == both[1] or not long)


@settings(deadline=None)
@given(st.lists(NEAR, max_size=6))
def test_the_matcher_finds_what_another_library_finds(texts):
    names = [fold(name) for name in NAMES]
    other = ahocorasick_rs.AhoCorasick(names)
    expected = []
    for row, text in enumerate(map(fold, texts)):
        for number, start, end in other.find_matches_as_indexes(text, overlapping=True):
            long = len(names[number]) >= 4
            before = start > 0 and _part_of_one_word(text[start - 1], text[start], long)
            after = end < len(text) and _part_of_one_word(text[end - 1], text[end], long)
            if not (before or after):
                expected.append((row, start, -end, number))
    hits = MATCHER.find(pa.array(texts, pa.large_string()))
    assert list(zip(hits.row, hits.start, -hits.end, hits.literal, strict=True)) == sorted(expected)


@settings(deadline=None)
@given(st.lists(NEAR, max_size=4), st.integers(0, len(NAMES)))
def test_literals_may_come_while_in_use_and_equal_ones_are_all_told(texts, cut):
    column = pa.array(texts, pa.large_string())
    whole = Matcher([*NAMES, "NIKE"]).find(column)
    grown = Matcher(NAMES[:cut])
    grown.find(column)
    grown.add([*NAMES[cut:], "NIKE"])
    late = grown.find(column)
    assert [late.row.tolist(), late.end.tolist(), late.literal.tolist()] == [
        whole.row.tolist(),
        whole.end.tolist(),
        whole.literal.tolist(),
    ]
    assert (whole.literal == 0).sum() == (whole.literal == len(NAMES)).sum()


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), TEXT), max_size=8), st.integers(0, 4))
def test_columns_are_read_as_they_are_whatever_is_before_them(texts, cut):
    column = text_column(pa.array([*texts, "x"], pa.string())).slice(min(cut, len(texts)))
    read = Characters.of(column)
    rows = [text_of(read.points[a:b]) for a, b in itertools.pairwise(read.starts.tolist())]
    assert rows == column.to_pylist()


def test_bytes_that_are_no_text_do_no_harm():
    broken = [b"ni\xffke", b"\xf0\x9f", b"\xe8\x80", b"\xc3", b"\xf8\x88\x80\x80\x80", b"ok"]
    column = pa.array(broken, pa.large_binary()).view(pa.large_string())
    read = Characters.of(column)
    assert int(read.points.max()) < 0x110000
    assert text_of(read.points[read.starts[-2] :]) == "ok"


@settings(deadline=None)
@given(st.lists(st.sampled_from(["nike 耐克", "x" * 900, "", "on", None]), min_size=1, max_size=400))
def test_blocks_that_are_read_side_by_side_give_what_one_gives(texts):
    column = pa.array(texts, pa.large_string())
    hits = MATCHER.find(column)
    alone = [MATCHER.find(pa.array([text], pa.large_string())) for text in ("nike 耐克", "on")]
    expected = {"nike 耐克": len(alone[0]), "on": len(alone[1])}
    assert np.bincount(hits.row, minlength=len(texts)).tolist() == [expected.get(text, 0) for text in texts]


def test_a_hit_inside_a_longer_one_is_dropped_and_equal_spans_stay():
    hits = Hits(*(pa.array(x).to_numpy() for x in ([0, 0, 0, 1], [0, 0, 4, 0], [7, 7, 7, 3], [1, 2, 3, 4])))
    assert outermost(hits).literal.tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "name", "alias", "expected"),
    [
        ("Nike", "Nike", False, "exact"),
        ("NIKE", "Nike", False, "case"),
        ("Ｎｉｋｅ", "Nike", False, "width"),
        ("ＮＩＫＥ", "Nike", False, "width"),
        ("Off White", "Off-White", False, "separator"),
        ("Níke", "Nike", False, "homoglyph"),
        ("hermes", "Hermès", False, "alias"),
        ("耐克", "耐克", True, "alias"),
        ("air max", "Air Max", True, "alias"),
    ],
)
def test_the_most_innocent_technique_is_named(text, name, alias, expected):
    assert technique(text, name, alias) == expected


def test_a_text_that_is_no_form_of_the_name_is_an_error():
    with pytest.raises(ValueError, match="not a form"):
        technique("Adidas", "Nike", False)
