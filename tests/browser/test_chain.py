"""The whole chain in a browser: a removed listing, points, a ring that becomes a case, a lead, an outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from touchstone.accounts import actions as accounts
from touchstone.cases.models import Case, RingMember
from touchstone.demo import chain
from touchstone.demo.people import FOUNDER, PASSWORD
from touchstone.market import actions as market_actions
from touchstone.market import queries as markets
from touchstone.review.models import Task
from touchstone.screening.models import Label

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE_THE_PEOPLE = (
    chain.make_market,
    chain.register_people,
    chain.sign_agreements,
    chain.import_rights,
    chain.import_market,
    chain.screen,
    chain.find_rings,
)


@pytest.fixture
def market(tmp_path):
    """The demo's market, screened and searched for rings; nobody has done anything yet."""
    demo = chain.Demo(folder=tmp_path, listings=2000, seed=7, clock=lambda: datetime.now(UTC), say=lambda text: None)
    for step in BEFORE_THE_PEOPLE:
        step(demo)
    return demo


@pytest.fixture
def seat(open_page):
    """`seat("reviewer")` is a browser of its own in which that person has signed in."""

    def sit(username: str, **options):
        page = open_page(**options)
        page.goto("/account/login/")
        page.locator("[name=login]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: urlsplit(url).path == "/")
        return page

    return sit


def task_of_a_ring(demo) -> tuple[Task, str]:
    """A waiting task about a shop of a ring, and the ring; the shop gets a person who can sign in as `shop`."""
    member = {m.seller_id: m.ring.ring_id for m in RingMember.objects.select_related("ring")}
    task = (
        Task.objects.filter(listing__seller__in=member).select_related("listing__seller").order_by("-priority").first()
    )
    seller, now = task.listing.seller, demo.now
    home = accounts.register_organisation(
        FOUNDER, now, kind="seller", name=seller.shop_name, seller_id=seller.seller_id
    )
    accounts.register_person(
        FOUNDER, now, organisation=home, username="shop", display_name="Shop", roles=["seller"], password=PASSWORD
    )
    linked = markets.seller(demo.cast.actor("engineer"), seller.seller_id)
    market_actions.link_organisation(demo.cast.actor("engineer"), now, seller=linked, organisation=home)
    return task, member[seller.pk]


def test_from_a_suspected_listing_to_an_outcome_on_the_board(market, seat, picture):
    task, ring_id = task_of_a_ring(market)

    reviewer = seat("reviewer")
    picture(reviewer, "01-home-of-a-reviewer")
    reviewer.get_by_role("link", name="Review queue").first.click()
    picture(reviewer, "02-queue")
    reviewer.goto(f"/review/{task.id}/")
    reviewer.get_by_role("button", name="Take this task").click()
    reviewer.get_by_label("Remove", exact=False).first.check()
    assert task.listing.listing_id in reviewer.get_by_label("Facts").input_value()
    picture(reviewer, "03-decision")
    reviewer.get_by_role("button", name="Decide and go on").click()
    reviewer.locator(".notice.success").wait_for()

    seller = seat("shop")
    picture(seller, "04-home-of-the-seller")
    seller.get_by_role("link", name="Points and measures").first.click()
    seller.get_by_text(task.listing.listing_id).first.wait_for()
    assert "You have no points" not in seller.content()
    picture(seller, "05-points")

    investigator = seat("investigator")
    picture(investigator, "06-home-of-an-investigator")
    investigator.goto(f"/cases/rings/{ring_id}/")
    picture(investigator, "07-ring")
    investigator.get_by_role("button", name="Open a case").click()
    investigator.wait_for_url(lambda url: urlsplit(url).path.startswith("/cases/C-"))
    investigator.get_by_label("New note").fill("The shops share one payout account.")
    investigator.get_by_role("button", name="Write the note").click()
    investigator.get_by_text("The shops share one payout account.").first.wait_for()
    picture(investigator, "08-case")
    investigator.get_by_text("Send a lead").click()
    investigator.get_by_label("To", exact=True).select_option(str(market.cast.organisations["officer"].id))
    investigator.get_by_label("Purpose").select_option("criminal")
    investigator.get_by_label("Requested action").fill("Please look into the warehouse.")
    investigator.get_by_role("button", name="Send", exact=True).click()
    investigator.wait_for_url(lambda url: "/agencies/leads/L-" in url)
    number = urlsplit(investigator.url).path.split("/")[3]
    picture(investigator, "09-lead-sent")

    officer = seat("officer")
    picture(officer, "10-home-of-an-officer")
    officer.get_by_role("link", name=number).first.click()
    officer.get_by_text("Please look into the warehouse.").first.wait_for()
    picture(officer, "11-lead-received")
    officer.get_by_role("button", name="Accept").click()
    officer.get_by_label("What happened").select_option("seizure")
    officer.get_by_label("Value").fill("864000")
    officer.get_by_label("Pieces or people").fill("3120")
    picture(officer, "12-outcome")
    officer.get_by_role("button", name="Report").click()
    officer.get_by_text("CN¥864,000.00").first.wait_for()

    board = seat("board")
    board.get_by_role("link", name="Board").first.click()
    board.get_by_text("CN¥864,000.00").first.wait_for()
    assert "Seizure" in board.locator("main").inner_text()
    picture(board, "13-board")

    investigator.goto(f"/audit/case/{Case.objects.get().number}/")
    investigator.get_by_text("outcome", exact=False).first.wait_for()
    picture(investigator, "14-trail")
    assert Label.objects.filter(listing=task.listing).exists()


KEY_PAGES = {
    "reviewer": ["/", "/review/"],
    "investigator": ["/", "/cases/rings/", "/cases/"],
    "officer": ["/", "/agencies/leads/", "/agencies/records/"],
    "shop": ["/"],
    "board": ["/board/"],
}


def test_the_key_pages_in_chinese_at_every_width(market, seat, picture):
    task_of_a_ring(market)
    for username, paths in KEY_PAGES.items():
        page = seat(username, locale="zh-CN")
        for path in paths:
            page.set_viewport_size({"width": 1280, "height": 860})
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == "zh-hans"
            assert page.locator("h1").count() == 1
            picture(page, f"zh-{username}{path.replace('/', '-').rstrip('-')}")
            page.set_viewport_size({"width": 390, "height": 800})
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) <= 0, f"{path} is wider than a phone"
