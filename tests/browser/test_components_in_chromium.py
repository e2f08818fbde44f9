"""The components and the small scripts, in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

PASSWORD = "a-long-test-password"

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, username: str, to: str = "/"):
    page.goto(f"/account/login/?next={to}")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == to)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_component_sheet_fits_every_width_and_theme(open_page, people, picture, dark, width):
    page = open_page(width=width, dark=dark)
    sign_in(page, "engineer", "/style/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(page, f"style-{width}-{'dark' if dark else 'light'}")


def test_the_theme_switch_is_remembered_by_the_server(open_page, people):
    page = open_page()
    page.goto("/account/login/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("[data-theme-switch]").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate(background) == dark
    page.emulate_media(media="print")
    assert page.evaluate(background) == "rgb(255, 255, 255)"


def test_keys_walk_rows_and_pages(open_page, people):
    page = open_page()
    sign_in(page, "engineer", "/style/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "Another" in page.locator("tr.at").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/style/#one")
    page.keyboard.press("?")
    assert page.locator("#keys-dialog").is_visible()
    assert "Home" in page.locator("#keys-dialog").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("gh?")
    assert page.locator("[name=q]").input_value() == "gh?"
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(lambda url: url.endswith("/"))


def test_a_dangerous_button_asks_and_a_no_changes_nothing(open_page, people):
    page = open_page()
    sign_in(page, "engineer", "/keys/")
    page.get_by_label("Name").fill("robot")
    page.get_by_role("button", name="Issue").click()
    assert page.locator(".secret code").inner_text().startswith("ts_")
    page.goto("/keys/")
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_text("Revoked").count() == 0
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Yes, go on").click()
    page.get_by_text("no longer works").wait_for()
    assert page.get_by_text("Revoked").count() == 1


def test_the_secret_can_be_copied(open_page, people):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, "engineer", "/keys/")
    page.get_by_label("Name").fill("robot")
    page.get_by_role("button", name="Issue").click()
    page.locator(".secret [data-copy]").click()
    page.locator(".secret .copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".secret code").inner_text()


def test_the_language_switch_keeps_the_page(open_page, people):
    page = open_page()
    sign_in(page, "engineer", "/keys/")
    page.get_by_role("button", name="简体中文").click()
    page.wait_for_url("**/keys/")
    assert page.locator("h1").inner_text() == "密钥"
    assert page.locator("html").get_attribute("lang") == "zh-hans"


def test_the_menu_of_a_phone_opens_and_closes(open_page, people):
    page = open_page(width=390, height=800)
    sign_in(page, "engineer", "/settings/")
    assert not page.locator("#rail").is_visible()
    page.get_by_role("link", name="Menu").click()
    page.locator("#rail").get_by_role("link", name="Keys").click()
    page.wait_for_url("**/keys/")
    page.get_by_role("link", name="Menu").click()
    page.keyboard.press("Escape")
    page.wait_for_function("getComputedStyle(document.getElementById('rail')).visibility === 'hidden'")
