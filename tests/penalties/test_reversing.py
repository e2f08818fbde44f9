"""What taking points back promises."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from shops import a_listing, a_seller
from touchstone.errors import Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.market.actions import remove_listing
from touchstone.penalties import queries
from touchstone.penalties.actions import impose, reverse
from touchstone.penalties.models import Measure
from touchstone.screening.models import Label
from touchstone.screening.queries import fakes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(actors, now):
    return a_seller(now)


@pytest.fixture
def give(actors, seller):
    def impose_on(now, finding="CF_SOLD", listing_id="", act_date=date(2026, 11, 24)):
        return impose(
            actors["reviewer"],
            now,
            seller=seller,
            decision_id=uuid.uuid4(),
            listing_id=listing_id,
            finding=finding,
            facts="Facts",
            basis="Rule",
            act_date=act_date,
        )

    return impose_on


def test_points_are_counted_anew_and_the_measure_is_lifted(actors, now, seller, give):
    penalty = give(now)
    reverse(actors["supervisor"], now, penalty_id=penalty.id, because="The invoice proves it genuine.")
    seller.refresh_from_db()
    assert queries.points(seller, now)["COUNTERFEIT"] == 0
    assert seller.status == "active"
    assert Measure.objects.get().state == "lifted"


def test_a_measure_that_other_points_still_bring_stays(actors, now, seller, give):
    small = [give(now, "CF_FACILITATE") for _ in range(5)]
    give(now + timedelta(hours=1), "CF_FACILITATE")  # 12: the measure comes
    give(now + timedelta(hours=2), "CF_FACILITATE")  # 14
    reverse(actors["supervisor"], now + timedelta(hours=3), penalty_id=small[0].id, because="Wrong shop.")
    seller.refresh_from_db()
    assert (seller.status, Measure.objects.get().state) == ("restricted", "in_force")
    reverse(actors["supervisor"], now + timedelta(hours=4), penalty_id=small[1].id, because="Wrong shop.")
    seller.refresh_from_db()
    assert (seller.status, Measure.objects.get().state) == ("active", "lifted")


def test_a_lifted_long_restriction_leaves_the_shorter_one(actors, now, seller, give):
    give(now, "CF_SOLD")
    second = give(now + timedelta(days=1), "CF_SOLD", act_date=date(2026, 11, 24))
    seller.refresh_from_db()
    assert seller.restricted_until == now + timedelta(days=22)
    reverse(actors["supervisor"], now + timedelta(days=2), penalty_id=second.id, because="Counted twice.")
    seller.refresh_from_db()
    assert (seller.status, seller.restricted_until) == ("restricted", now + timedelta(days=14))


def test_a_strike_taken_back_gives_the_account_back(actors, now, seller, give):
    penalties = [give(now, act_date=date(2026, 11, day)) for day in (1, 10, 20)]
    assert Measure.objects.filter(threshold=0, state="in_force").exists()
    reverse(actors["supervisor"], now, penalty_id=penalties[0].id, because="Genuine.")
    assert not Measure.objects.filter(threshold=0, state="in_force").exists()


def test_taking_back_last_years_points_can_end_the_carry_over(actors, seller, give):
    last_year = datetime(2026, 6, 1, tzinfo=UTC)
    first = give(last_year, "CF_SOLD", act_date=date(2026, 6, 1))
    give(last_year, "CF_SOLD", act_date=date(2026, 6, 1))
    this_year = datetime(2027, 2, 1, tzinfo=UTC)
    assert queries.points(seller, this_year)["COUNTERFEIT"] == 24
    reverse(actors["supervisor"], this_year, penalty_id=first.id, because="Genuine.")
    assert queries.points(seller, this_year)["COUNTERFEIT"] == 0


def test_no_later_decision_grows_heavier_by_a_reversal(actors, now, seller, give):
    penalties = [give(now, "CF_INFO") for _ in range(7)]
    reverse(actors["supervisor"], now, penalty_id=penalties[0].id, because="Genuine.")
    penalties[6].refresh_from_db()
    assert penalties[6].points == 0
    assert queries.points(seller, now)["COUNTERFEIT"] == 10


def test_the_listing_goes_live_again_and_counts_as_genuine(actors, now, seller, give):
    listing = a_listing(now)
    remove_listing(actors["reviewer"], now, listing=listing, because="Rule")
    penalty = give(now, "CF_INFO", listing_id="L-1")
    reverse(actors["supervisor"], now, penalty_id=penalty.id, because="Genuine.")
    listing.refresh_from_db()
    assert listing.status == "live"
    assert Label.objects.get().label == "genuine"
    assert fakes_of("S-1") == 0


def test_a_listing_under_another_penalty_stays_down(actors, now, seller, give):
    listing = a_listing(now)
    remove_listing(actors["reviewer"], now, listing=listing, because="Rule")
    first, _second = give(now, "CF_INFO", listing_id="L-1"), give(now, "SR_EVASION", listing_id="L-1")
    reverse(actors["supervisor"], now, penalty_id=first.id, because="Genuine.")
    listing.refresh_from_db()
    assert listing.status == "removed"


def test_reversing_twice_changes_nothing(actors, now, seller, give):
    penalty = give(now)
    for _ in range(2):
        reverse(actors["supervisor"], now, penalty_id=penalty.id, because="Genuine.")
    assert Event.objects.filter(type="penalties:penalty:reversed").count() == 1


def test_a_reversal_needs_a_reason(actors, now, seller, give):
    penalty = give(now)
    with pytest.raises(NotValid):
        reverse(actors["supervisor"], now, penalty_id=penalty.id, because=" ")
    penalty.refresh_from_db()
    assert penalty.state == "in_force"


def test_only_a_supervisor_reverses(actors, now, seller, give):
    penalty = give(now)
    for role in ("reviewer", "seller", "investigator", "engineer"):
        with pytest.raises(Forbidden):
            reverse(actors[role], now, penalty_id=penalty.id, because="Genuine.")


def test_an_unknown_penalty_is_not_found(actors, now):
    with pytest.raises(NotFound):
        reverse(actors["supervisor"], now, penalty_id=uuid.uuid4(), because="Genuine.")
