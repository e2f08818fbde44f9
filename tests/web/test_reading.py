"""The reader of pages finds what it should."""

from __future__ import annotations

from tests.web.reading import Page

GOOD = '<html lang="en"><title>T</title><main><h1>A</h1><label>Q<input name="q"></label></main></html>'


def test_a_good_page_hinders_nobody():
    assert Page(GOOD).hindrances() == []


def test_each_hindrance_is_found():
    bad = (
        "<html><title></title><main></main><main></main><h1>a</h1><h1>b</h1>"
        '<input name="q"><button></button><a href="/x"><svg></svg></a><img src="/i.png">'
        '<input type="date" name="d" value="2026/1/2">'
        '<p id="p"></p><p id="p"></p></html>'
    )
    found = " ".join(Page(bad).hindrances())
    for what in ("no lang", "2 h1", "2 main", "no title", "input without label: q", "button without", "a without"):
        assert what in found
    assert "img without alt" in found
    assert "no ISO date: d" in found
    assert "id twice: p" in found


def test_a_label_by_id_and_a_picture_with_alt_name_a_thing():
    page = Page(
        '<html lang="en"><title>T</title><main><h1>A</h1><label for="x">X</label><select id="x"></select>'
        '<a href="/x"><img src="/i.png" alt="Shoe"></a></main></html>'
    )
    assert page.hindrances() == []
