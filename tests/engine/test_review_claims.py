"""Reviews that call goods false are told from those that deny, ask, fear or tell."""

import csv
from importlib.resources import files

import pyarrow as pa
import pytest
from engine_tables import listings_table

from touchstone.engine.behaviour.claims import counted, cued, said

SET = files("touchstone.bench").joinpath("sets/review_claims.csv")


def sentences(*parts: str) -> list[tuple[str, bool]]:
    rows = csv.DictReader(SET.read_text(encoding="utf-8").splitlines())
    return [(r["text"], r["claim"] == "yes") for r in rows if r["part"] in parts]


def test_the_hand_written_set_is_large_enough_and_in_both_languages():
    rows = list(csv.DictReader(SET.read_text(encoding="utf-8").splitlines()))
    assert len(rows) >= 120
    for language in ("zh", "en"):
        for claim in ("yes", "no"):
            assert sum(r["language"] == language and r["claim"] == claim for r in rows) >= 25


def test_claims_are_found_in_the_hand_written_set():
    found = [(said(text).claim, claim) for text, claim in sentences("tune", "test", "late")]
    right = sum(a and b for a, b in found)
    assert right / sum(b for _, b in found) > 0.97
    assert right / sum(a for a, _ in found) > 0.95


@pytest.mark.parametrize(
    "text",
    [
        "绝对不是假货",
        "没有假货",
        "不用担心买到假的",
        "not a fake",
        "thought it was fake but it's real",
        "这是假货吗？",
        "假发很自然",
        "如果是假的我就退",
        "没有一件是假货",
    ],
)
def test_denials_questions_and_suppositions_are_no_complaints(text):
    assert not said(text).claim


@pytest.mark.parametrize(
    "text",
    [
        "假货",
        "不是正品",
        "not original",
        "fake",
        "没有一件不是假货",
        "买的时候没想到是假货",
        "死不承认是假货",
        "no doubt it is fake",
        "担心是假货，果然是假货",
    ],
)
def test_complaints_are_complaints(text):
    assert said(text).claim


def test_negation_reaches_no_further_than_its_clause():
    assert said("质量不是很好，假货").claim
    assert not said("质量很好，不是假货").claim


def test_a_denial_is_told_from_silence():
    assert said("绝对不是假货").denial
    assert not said("物流很快").denial


def test_the_same_words_count_once_and_different_voices_each():
    frame = counted(pa.array(["假货;假货;是假的\n假货！ 假货", None, "很好"]))
    assert frame["review_fakes"].to_list() == [3, 0, 0]
    assert frame["review_words"].to_list() == ["假货, 假的", "", ""]


def test_every_claim_of_the_set_has_a_cue():
    texts = [text for text, claim in sentences("tune", "test", "late") if said(text).claim]
    assert all(cued(pa.array(texts)).to_pylist())


def test_a_listing_whose_reviews_deny_is_not_held_to_account(screener):
    listings = listings_table("Nike shoes", "Nike shoes", reviews=["不是假货;没有假货", "是假货;买到假的"])
    first, second = screener.screen(listings).to_pylist()
    assert (first["verdict"], second["verdict"]) == ("pass", "review")


@pytest.mark.parametrize("text", ["", ";;;", "假" * 5000, "不" * 3000 + "假货", "?" * 900, "fake " * 400, "\x00假货"])
def test_odd_text_is_read_without_harm(text):
    assert isinstance(said(text).claim, bool)
