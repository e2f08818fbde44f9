"""The page on which anybody sees how a title is read."""

from __future__ import annotations

import time

import pytest
from tests.web.reading import Page

from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening.explaining import MOST_CHARACTERS, MOST_TITLES, titles_of
from touchstone.screening.models import Verdict
from touchstone.screening.unseen import glyph

BRANDS = """brand,aliases,classes,reference_price,currency
Nike,耐克,25,900,CNY
Apple,苹果,9,6000,CNY
"""


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def ask(client, titles, **more):
    response = client.post("/explain/", {"titles": titles, **more})
    return response, Page(response.content.decode())


def test_a_stranger_sees_the_brand_the_way_to_it_and_the_verdict(client, brands):
    response, page = ask(client, "奈克运动鞋 高仿", price="99")
    assert response.status_code == 200
    assert {"Nike", "Block", "characters that sound alike"} <= set(page.texts)
    assert [e.text for e in page.all("mark")] == ["奈克"]
    assert "nai" in page.texts  # read aloud, character by character
    assert any("says that the goods are a copy" in text for text in page.texts)


def test_what_nobody_sees_is_shown(client, brands):
    _response, page = ask(client, "n\u200bi\u200bk\u200be Air")
    unseen = [e for e in page.all("span") if e.attrs.get("class") == "unseen"]
    assert {e.text for e in unseen} == {"ZWSP"}
    assert unseen[0].attrs["title"] == "U+200B Zero Width Space"


@pytest.mark.parametrize(
    ("character", "label"),
    [("\u202e", "RLO"), ("\U000e0061", "TAG a"), ("\x07", "0007"), ("\u00a0", "NBSP"), ("\ufe0f", "FE0F")],
)
def test_controls_tags_and_odd_blanks_have_a_label(character, label):
    assert glyph(character).label == label


def test_letters_and_plain_blanks_show_as_they_are_and_marks_on_a_circle():
    assert (glyph("耐").text, glyph(" ").text, glyph("👟").text) == ("耐", " ", "👟")
    assert glyph("\u0336").text == "\u25cc\u0336"


def test_fair_use_and_telling_words_are_told(client, brands):
    _response, page = ask(client, "适用 耐克 鞋带 替换")
    assert "Pass" in page.texts
    assert "The brand only says what the goods fit or are compared with." in page.texts
    assert "适用" in page.texts


def test_several_titles_are_answered_one_by_one(client, brands):
    _response, page = ask(client, "耐克 跑鞋\n\n苹果 5斤 新鲜水果\r\nN1KE 跑鞋")
    assert len(page.all("article")) == 3


def test_html_in_a_title_stays_text(client, brands):
    response, _page = ask(client, "<script>alert(1)</script> N1KE <b>")
    assert b"<script>alert" not in response.content
    assert b"&lt;script&gt;" in response.content


def test_only_line_ends_part_titles():
    assert titles_of("a\u2028b\x0bc\n \r\nd") == ["a\u2028b\x0bc", "d"]


@pytest.mark.parametrize(
    ("titles", "says"),
    [
        ("", "required"),
        ("\n  \n", "at least one title"),
        ("\n".join(["耐克"] * (MOST_TITLES + 1)), "51 titles"),
        ("x" * (MOST_CHARACTERS + 1), "2001 characters"),
        ("\n".join(["x" * 1500] * 8), "Together"),
        ("x" * 30_000, "at most"),
    ],
)
def test_too_much_or_nothing_is_answered_with_a_sentence(client, brands, titles, says):
    response, page = ask(client, titles)
    assert response.status_code == 422
    assert says in " ".join(page.texts)
    assert page.all("article") == []


@pytest.mark.parametrize("more", [{"price": "-1"}, {"price": "NaN"}, {"price": "x"}, {"currency": "ABC"}])
def test_a_wrong_price_or_currency_is_told_at_the_field(client, brands, more):
    assert ask(client, "耐克", **more)[0].status_code == 422


@pytest.mark.parametrize(
    "title",
    [
        "\u202e\u2066ekin\u2069 \ufeff",
        "".join(map(chr, range(1, 32))).replace("\n", "").replace("\r", ""),
        "耐" * MOST_CHARACTERS,
        "n i k e " * 250,
        "\U000e0001" * 500,
        "e\u0301\u0336" * 300,
        "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ],
)
def test_hostile_titles_are_answered(client, brands, title):
    began = time.process_time()
    response, page = ask(client, title)
    assert response.status_code == 200
    assert page.hindrances() == []
    assert len(page.all("article")) == 1
    assert time.process_time() - began < 60  # far above what it takes; a quadratic reading would take longer


def test_nothing_is_stored_and_no_cache_keeps_it(client, brands):
    before = Event.objects.count()
    response, _page = ask(client, "N1KE 高仿")
    assert (Event.objects.count(), Verdict.objects.count()) == (before, 0)
    assert "no-store" in response["Cache-Control"]


def test_the_examples_can_be_opened(client, brands):
    page = Page(client.get("/explain/").content.decode())
    examples = [e.attrs["href"] for e in page.all("a") if e.attrs.get("href", "").startswith("?titles=")]
    assert len(examples) > 8
    answer = Page(client.get("/explain/" + examples[0]).content.decode())
    assert "Nike" in [e.text for e in answer.all("span") if e.attrs.get("class") == "brand-found"]


def test_it_speaks_chinese(client, brands):
    client.cookies["django_language"] = "zh-hans"
    _response, page = ask(client, "奈克运动鞋")
    assert {"如何解读", "读出声", "为何如此判定"} <= set(page.texts)


def test_a_market_without_brands_says_so(client, db):
    response, page = ask(client, "N1KE 跑鞋")
    assert response.status_code == 422
    assert any("no brand" in text for text in page.texts)
