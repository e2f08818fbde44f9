"""Listings and shops taken off the market and put back."""

from datetime import timedelta

import pytest

from shops import a_listing, a_seller
from touchstone.errors import Forbidden
from touchstone.ledger.models import Event
from touchstone.market import actions
from touchstone.market.models import Listing, Seller

pytestmark = pytest.mark.django_db


def events():
    return list(Event.objects.filter(type__startswith="market:").order_by("id").values_list("type", flat=True))


def test_a_listing_is_removed_once_and_restored_once(actors, now):
    listing = a_listing(now)
    for _ in range(2):
        actions.remove_listing(actors["reviewer"], now, listing=listing, because="a fake")
    assert Listing.objects.get().status == listing.status == "removed"
    for _ in range(2):
        actions.restore_listing(actors["supervisor"], now, listing=listing, because="an error")
    assert Listing.objects.get().status == "live"
    assert events() == ["market:listing:removed", "market:listing:restored"]


def test_both_the_listing_and_its_seller_tell_of_the_removal(actors, now):
    actions.remove_listing(actors["reviewer"], now, listing=a_listing(now), because="a fake")
    refs = set(Event.objects.get(type="market:listing:removed").refs.values_list("kind", "object_id"))
    assert refs == {("listing", "L-1"), ("seller", "S-1")}


def test_a_restriction_is_set_prolonged_and_lifted(actors, now):
    seller = a_listing(now).seller
    until = now + timedelta(days=14)
    for end in (until, until, None):
        actions.restrict_seller(actors["reviewer"], now, seller=seller, until=end, because="24 points")
    assert (Seller.objects.get().status, Seller.objects.get().restricted_until) == ("restricted", None)
    for _ in range(2):
        actions.lift_restriction(actors["supervisor"], now, seller=seller, because="it is over")
    assert Seller.objects.get().status == "active"
    assert events() == ["market:seller:restricted"] * 2 + ["market:seller:restriction-lifted"]


def test_a_restriction_ends_when_its_time_has_run_out(actors, now):
    ended, running, endless = (a_seller(now, f"S-{n}") for n in (1, 2, 3))
    for seller, until in ((ended, now), (running, now + timedelta(seconds=1)), (endless, None)):
        actions.restrict_seller(actors["reviewer"], now, seller=seller, until=until, because="24 points")
    assert actions.lift_ended_restrictions(actors["system"], now) == 1
    assert actions.lift_ended_restrictions(actors["system"], now) == 0
    statuses = dict(Seller.objects.values_list("seller_id", "status"))
    assert statuses == {"S-1": "active", "S-2": "restricted", "S-3": "restricted"}


def test_lifting_what_is_not_restricted_changes_nothing(actors, now):
    seller = a_listing(now).seller
    Seller.objects.update(status="closed")
    actions.lift_restriction(actors["supervisor"], now, seller=seller, because="-")
    assert Seller.objects.get().status == "closed"
    assert events() == []


@pytest.mark.parametrize("role", ["seller", "engineer", "officer", "public"])
def test_others_may_not(actors, now, role):
    listing = a_listing(now)
    with pytest.raises(Forbidden):
        actions.remove_listing(actors[role], now, listing=listing, because="-")
    with pytest.raises(Forbidden):
        actions.restrict_seller(actors[role], now, seller=listing.seller, until=None, because="-")
    assert events() == []
