"""Folding, matching, techniques."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.engine.text.match import Hits, Matcher, outermost
from touchstone.engine.text.normalise import fold
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


def found(matcher: Matcher, *texts: str | None) -> list[tuple[int, str]]:
    hits = outermost(matcher.find(pa.array(texts, pa.large_string())))
    return [(int(r), texts[r][s:e]) for r, s, e in zip(hits.row, hits.start, hits.end, strict=True)]


@pytest.fixture(scope="module", params=["hyperscan", "ahocorasick"])
def matcher(request) -> Matcher:
    return Matcher(NAMES, backend=request.param)


@given(TEXT)
def test_a_skeleton_is_as_long_as_its_text(text):
    assert len(fold(text)) == len(text)


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


@given(st.lists(st.one_of(NEAR, TEXT), max_size=6))
def test_spans_index_the_original_string(texts):
    matcher = Matcher(NAMES)
    hits = matcher.find(pa.array(texts, pa.large_string()))
    for row, start, end, literal in zip(hits.row, hits.start, hits.end, hits.literal, strict=True):
        assert fold(texts[row][start:end]) == fold(NAMES[literal])


@given(st.lists(NEAR, max_size=6))
def test_both_matchers_find_the_same(texts):
    column = pa.array(texts, pa.large_string())
    one, two = (Matcher(NAMES, backend=b).find(column) for b in ("hyperscan", "ahocorasick"))
    assert [one.row.tolist(), one.start.tolist(), one.literal.tolist()] == [
        two.row.tolist(),
        two.start.tolist(),
        two.literal.tolist(),
    ]


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
