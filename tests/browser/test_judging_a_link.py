"""In Chromium: an investigator rejects the links of one shop by keyboard, searches again, and the ring splits."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from tests.small_market import load, market, ring, verdict

from touchstone.cases.models import Ring

__all__ = ["load", "market", "ring", "verdict"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def investigator(transactional_db, people, open_page):
    def sit(**options):
        page = open_page(**options)
        page.set_default_timeout(60_000)
        page.goto("/account/login/")
        page.locator("[name=login]").fill("investigator")
        page.locator("[name=password]").fill("a-long-test-password")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: urlsplit(url).path == "/")
        return page

    return sit


def reject(page, url: str, a: str, b: str) -> None:
    page.goto(f"{url}link/?a={a}&b={b}")
    assert page.locator("svg.fall").count() >= 1
    page.get_by_label("Why", exact=True).fill("Two tenants of one house.")
    page.keyboard.press("Tab")
    page.keyboard.press("n")
    page.get_by_text("The link is rejected. The next search obeys.").wait_for()


def test_a_rejected_shop_leaves_the_ring_at_the_next_search(ring, investigator, picture):
    page, url = investigator(), f"/cases/rings/{ring.ring_id}/"
    for other in ("S-2", "S-3"):
        reject(page, url, "S-1", other)
    picture(page, "link-judged")
    page.goto(url)
    page.get_by_text("2 judgements are newer than the search").wait_for()
    page.keyboard.press("s")
    page.get_by_text("The search is done.").wait_for()
    found = Ring.objects.get(lost_at=None)
    assert sorted(found.members.values_list("seller__seller_id", flat=True)) == ["S-2", "S-3"]
    page.goto(url)
    assert page.get_by_text("Left:").count() == 1
    picture(page, "ring-after-judgement")
