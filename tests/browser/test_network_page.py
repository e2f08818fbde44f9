"""The network of a ring in Chromium: drawn, walked by keyboard, filtered, folded, taken out; with and without WebGL."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from tests.large_ring import store_ring

from touchstone.ledger.models import Event

NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : get.call(this, kind, ...more);
};
"""
BOUNDARY = "document.querySelector('[data-net-stage]').netForTests"


@pytest.fixture
def investigator(open_page, transactional_db, people):
    def opened(**asked):
        page = open_page(**asked)
        page.set_default_timeout(60_000)
        page.goto("/account/login/")
        page.locator("[name=login]").fill("investigator")
        page.locator("[name=password]").fill("a-long-test-password")
        page.locator("main button[type=submit], main form button").first.click()
        page.wait_for_url(lambda url: "login" not in url)
        return page

    return opened


def drawn(page) -> dict:
    return page.evaluate(f"({{...{BOUNDARY}.model.counts(), chosen: {BOUNDARY}.chosen, kind: {BOUNDARY}.view.kind}})")


def goto(page, ring_id: str = "R-LARGE"):
    page.goto(f"/cases/rings/{ring_id}/network/")
    page.locator("[data-network][data-ready]").wait_for()


def test_two_thousand_sellers_are_drawn_walked_filtered_and_taken_out(investigator, now, picture):
    store_ring(2_000, now)
    page = investigator()
    goto(page)
    whole = drawn(page)
    assert (whole["kind"], whole["folded"]) == ("webgl", 0)
    assert whole["nodes"] > 2_000
    picture(page, "network-2000")
    walk(page)
    filters(page, whole)
    takes_out(page)


def walk(page):
    """Arrow keys go along ties, Enter opens, Esc lets go; all of it is said."""
    stage = page.locator("[data-net-stage]")
    stage.focus()
    stage.press("ArrowRight")
    first = drawn(page)["chosen"]
    assert first
    steps = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        before = drawn(page)["chosen"]
        stage.press(key)
        after = drawn(page)["chosen"]
        steps.append(after != before)
        assert after == before or page.evaluate(f"([a, b]) => {BOUNDARY}.model.graph.hasEdge(a, b)", [before, after])
    assert any(steps)
    assert re.search(r"neighbours: \d+", page.locator("[data-net-status]").inner_text())
    page.locator("[data-net-panel] h3").first.wait_for()
    stage.press("Enter")
    assert page.evaluate("document.activeElement.matches('[data-net-panel]')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-net-stage]')")
    stage.press("Escape")
    assert drawn(page)["chosen"] is None
    stage.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("Shop 00042")
    page.keyboard.press("Enter")
    assert drawn(page)["chosen"] == "S000042"
    page.locator("[data-net-panel] h3", has_text="Shop 00042").wait_for()


def filters(page, whole):
    form = page.locator("[data-net-form]")
    form.locator("[name=least]").fill("0.6")
    strong = drawn(page)
    assert strong["edges"] < whole["edges"]
    form.locator("[name=until]").fill("2023-06")
    assert drawn(page)["nodes"] < strong["nodes"]
    form.locator("button[type=reset]").click()
    page.wait_for_function(f"n => {BOUNDARY}.model.counts().nodes === n", arg=whole["nodes"])
    form.locator("summary").click()
    form.locator("[name=kind][value=phone]").uncheck()
    assert drawn(page)["edges"] < whole["edges"]
    form.locator("[name=kind][value=phone]").check()
    page.locator("[data-net-role=hub]").click()
    assert drawn(page)["nodes"] == 2_000
    page.locator("[data-net-role=hub]").click()
    page.locator("[data-net=fold]").click()
    folded = drawn(page)
    assert 0 < folded["folded"] <= folded["nodes"] < 300
    group = page.evaluate(f"{BOUNDARY}.model.graph.findNode((n, at) => at.group && at.role === 'front_shop')")
    page.evaluate(f"group => {BOUNDARY}.choose(group)", group)
    page.locator("[data-net-stage]").press("Enter")
    assert drawn(page)["nodes"] > folded["nodes"]
    page.locator("[data-net=unfold]").click()
    assert drawn(page)["nodes"] == whole["nodes"]


def takes_out(page):
    with page.expect_download() as waiting:
        page.locator("[data-net-picture=svg]").click()
    with open(waiting.value.path(), "rb") as file:
        root = ElementTree.parse(file).getroot()
    assert len(root.findall("{http://www.w3.org/2000/svg}line")) > 2_000
    with page.expect_download() as waiting:
        page.locator("[data-net-picture=png]").click()
    with open(waiting.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"
    with page.expect_download() as waiting:
        page.locator("form:has([value=graphml]) button").click()
    assert waiting.value.suggested_filename.endswith(".graphml")
    forms = [json.loads(e.payload)["form"] for e in Event.objects.filter(type="cases:network:exported").order_by("id")]
    assert forms == ["svg", "png", "graphml"]


def test_labels_do_not_cover_one_another(investigator, now):
    store_ring(300, now)
    page = investigator()
    goto(page)
    boxes = page.evaluate(f"{BOUNDARY}.view.over.labels.map((label) => label.box)")
    assert len(boxes) > 10
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = (
                a["x"] + a["w"] <= b["x"]
                or b["x"] + b["w"] <= a["x"]
                or a["y"] + a["h"] <= b["y"]
                or b["y"] + b["h"] <= a["y"]
            )
            assert apart


def test_twenty_thousand_open_folded_and_what_is_looked_for_is_unfolded(investigator, now):
    store_ring(20_000, now)
    page = investigator()
    goto(page)
    folded = drawn(page)
    assert 0 < folded["nodes"] < 400
    page.locator("[data-net-form] [name=find]").fill("S012345")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {BOUNDARY}.chosen === 'S012345'")
    found = drawn(page)
    assert folded["nodes"] < found["nodes"] < 20_000
    page.locator("[data-net-stage]").press("f")
    assert drawn(page)["nodes"] == folded["nodes"]


def test_without_webgl_it_is_drawn_on_a_canvas_in_chinese_on_a_phone(investigator, now, picture):
    store_ring(120, now)
    page = investigator(locale="zh-CN", width=390, dark=True)
    page.add_init_script(NO_WEBGL)
    goto(page)
    assert drawn(page)["kind"] == "canvas"
    assert "显卡" in page.locator("[data-net-status]").inner_text()
    stage = page.locator("[data-net-stage]")
    stage.focus()
    stage.press("ArrowLeft")
    assert drawn(page)["chosen"]
    inked = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert page.locator("canvas.net-plain").evaluate(inked)
    picture(page, "network-phone")


def test_it_can_be_arranged_by_what_ties_it_the_same_way_each_time(investigator, now):
    store_ring(150, now)
    page = investigator()
    goto(page)
    places = f"JSON.stringify({BOUNDARY}.model.graph.mapNodes((n, at) => [n, at.x.toFixed(3), at.y.toFixed(3)]))"
    by_role = page.evaluate(places)
    found = []
    for _time in range(2):
        page.locator("[name=layout]").select_option("forces")
        page.wait_for_function(f"() => {BOUNDARY}.model.free")
        found.append(page.evaluate(places))
        page.locator("[name=layout]").select_option("roles")
        page.wait_for_function(f"() => !{BOUNDARY}.model.free")
    assert found[0] == found[1] != by_role
    assert page.evaluate(places) == by_role
