"""What the components make of what they are given."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from touchstone.web.components import charts, figures, signals


def render(source: str, query: str = "", **values) -> str:
    request = RequestFactory().get(f"/x/{query}")
    return Template(source).render(Context({"request": request, **values}))


def match(start, end, technique="leet", brand="Nike"):
    return {"brand": brand, "start": start, "end": end, "technique": technique, "text": ""}


def test_a_title_is_escaped_inside_and_outside_its_marks():
    shown = signals.highlight("<b>N1KE</b> & co", [match(0, 7, brand='"><script>')])
    assert "<b>" not in shown
    assert "<script>" not in shown
    assert "&lt;b&gt;N1KE</mark>" in shown
    assert shown.endswith("&lt;/b&gt; &amp; co")


def test_a_mark_names_brand_and_technique():
    shown = signals.highlight("卖 N1KE 鞋", [match(2, 6)])
    assert shown == '卖 <mark class="match hidden-brand" title="Nike: digits for letters">N1KE</mark> 鞋'
    assert 'class="match"' in signals.highlight("Nike", [match(0, 4, "exact")])


def test_overlapping_and_wild_spans_keep_every_character():
    title = "耐/克 Nike"
    shown = signals.highlight(title, [match(0, 3), match(2, 6, "exact"), match(6, 99), match(-3, 1), match(5, 5)])
    assert Template("{{ x|striptags }}").render(Context({"x": shown})) == title


def test_a_match_in_an_image_marks_nothing_in_the_title():
    assert signals.highlight("shoes", [match(0, 5, "image_text")]) == "shoes"
    assert signals.highlight("shoes", None) == "shoes"


def test_reasons_are_ordered_by_weight_and_lean_to_their_side():
    rows = signals.reason_rows(
        [{"weight": 0.2, "text": "a"}, {"weight": -1.0, "text": "b"}, {"weight": 0.5, "text": "c"}]
    )
    assert [r["text"] for r in rows] == ["b", "c", "a"]
    assert [(r["side"], r["signed"]) for r in rows] == [("for", "-1.00"), ("against", "+0.50"), ("against", "+0.20")]
    assert float(rows[0]["x"]) == 2.0
    assert float(rows[1]["x"]) == 50.0


@pytest.mark.parametrize(
    ("language", "amount", "currency", "shown"),
    [
        ("en", 129900, "CNY", "CN¥1,299.00"),
        ("zh-hans", 129900, "CNY", "¥1,299.00"),
        ("en", 5000, "JPY", "¥5,000"),
        ("en", 12345, "BHD", "BHD12.345"),
        ("en", -50, "EUR", "-€0.50"),
    ],
)
def test_money_is_of_minor_units(language, amount, currency, shown):
    with translation.override(language):
        assert figures.money(amount, currency) == shown


def test_what_is_not_known_is_a_dash():
    assert figures.money(None, "CNY") == figures.figure(None) == figures.percent(None) == figures.when(None) == "–"


def test_a_time_is_shown_in_the_persons_zone_and_carries_utc():
    moment = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        assert ">25 Nov 2026, 04:15<" in figures.when(moment, "plain")
        assert 'datetime="2026-11-24T20:15:00Z"' in figures.when(moment)
        with translation.override("zh-hans"):
            assert ">2026年11月25日 04:15<" in figures.when(moment, "plain")
    assert ">24 Nov 2026<" in figures.when(date(2026, 11, 24))


def test_bars_are_scaled_to_the_longest():
    rows = charts.bar_rows([("a", 50), ("b", 200, "/b"), {"label": "c", "value": 0, "colour": "red"}])
    assert [r["width"] for r in rows] == ["25.00", "100.00", "0.00"]
    assert charts.bar_rows([("a", 0)])[0]["width"] == "0.00"


def test_a_sparkline_spans_its_box_also_for_one_value_or_none():
    assert charts.polyline([1, 3, 2]) == "0.00,23.00 50.00,1.00 100.00,12.00"
    assert charts.polyline([7]) == "0.00,23.00"
    assert charts.polyline([]) == ""


def test_a_sort_header_turns_around_and_keeps_the_filters():
    source = '{% sort_header "score" "Score" default="-score" %}'
    assert 'aria-sort="descending"' in render(source)
    shown = render(source, "?sort=score&q=a%26b&page=7")
    assert 'aria-sort="ascending"' in shown
    assert 'href="?sort=-score&amp;q=a%26b"' in shown


def test_a_pager_keeps_the_filters_and_says_where_it_is():
    page = Paginator(range(2500), 50).page(2)
    shown = render("{% pagination page %}", "?state=open&page=2", page=page)
    assert "51–100 of 2,500 rows" in shown
    assert 'href="?state=open&amp;page=3"' in shown
    one = render("{% pagination page %}", page=Paginator(["a"], 50).page(1))
    assert "1–1 of 1 row" in one
    assert "rows" not in one


def test_a_post_button_carries_its_values_escaped():
    shown = render('{% post_button "/x/" "Go" task_id=value confirm="Sure?" %}', value='"><b>')
    assert 'name="task_id" value="&quot;&gt;&lt;b&gt;"' in shown
    assert 'data-confirm="Sure?"' in shown


def test_block_tags_keep_the_markup_between_them_and_escape_their_arguments():
    shown = render('{% page_header title %}<a href="/n">New</a>{% endpage_header %}', title="<b>")
    assert "<h1>&lt;b&gt;</h1>" in shown
    assert '<div class="actions"><a href="/n">New</a></div>' in shown


def test_a_badge_speaks_the_readers_language_and_escapes():
    assert render('{% badge "block" %}') == '<span class="badge red">Block</span>'
    with translation.override("zh-hans"):
        assert render('{% badge "block" %}') == '<span class="badge red">拦截</span>'
    assert "&lt;b&gt;" in render("{% badge value %}", value="<b>")


def test_tlp_labels_have_the_colours_of_the_standard():
    assert render('{% tlp "amber+strict" %}') == '<span class="badge tlp tlp-amber">TLP:AMBER+STRICT</span>'
    assert render('{% tlp "TLP:RED" %}') == '<span class="badge tlp tlp-red">TLP:RED</span>'


def test_no_template_has_what_the_content_security_policy_forbids():
    import re
    from pathlib import Path

    import touchstone.web

    forbidden = re.compile(r"\sstyle=|\son\w+=\"|<style|javascript:|<script(?![^>]*(src=|application/json))")
    folder = Path(touchstone.web.__file__).parent / "templates"
    found = [
        f"{path.relative_to(folder)}: {hit[0]}"
        for path in folder.rglob("*.html")
        for hit in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
