"""The page that explains a title, in Chromium: what a stranger pastes is read, without an error and without a request out."""

from __future__ import annotations

import pytest

from touchstone.rights import actions as rights


@pytest.fixture
def brands(transactional_db, actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text("brand,aliases,classes,reference_price,currency\nNike,耐克,25,900,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def test_a_stranger_pastes_a_title_on_a_phone_and_sees_it_read(open_page, brands, picture):
    page = open_page(locale="zh-CN", width=390)
    page.set_default_timeout(120_000)
    page.goto("/explain/")
    page.get_by_label("标题").fill("n\u200bi\u200bk\u200be 高仿 <b>奈克</b>运动鞋")
    page.get_by_role("button", name="解读").click()
    page.locator("article.told").wait_for()
    assert page.locator(".told-title mark").first.inner_text().replace("\n", "") == "nZWSPiZWSPkZWSPe"
    assert page.locator(".told-title b").count() == 0
    assert page.locator(".brand-found").first.inner_text() == "Nike"
    picture(page, "explain-phone")
