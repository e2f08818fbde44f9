"""A shop that has just come in joins the ring that it belongs to, before anybody searches."""

from __future__ import annotations

from datetime import timedelta

import pytest

from touchstone.cases import actions, judgements, newcomers
from touchstone.cases.models import NewSeller, Ring, RingMember
from touchstone.ledger.models import Event

pytestmark = pytest.mark.django_db
NEW = "seller_id,shop_name,payout_account\n"


@pytest.fixture
def link(actors, now):
    return lambda: newcomers.link_new_sellers(actors["system"], now + timedelta(minutes=1))


def members(ring: Ring) -> list[str]:
    return sorted(ring.members.values_list("seller__seller_id", flat=True))


def test_a_new_shop_with_the_rings_account_joins_it(ring, load, link):
    load("sellers", NEW + "S-9,Shop Nine,6222020200000001\nN-1,Stranger,6222020277777777\n")
    (change,) = link()
    ring.refresh_from_db()
    assert (change.verb, change.joined, ring.size) == ("changed", ["S-9"], 4)
    assert members(ring) == ["S-1", "S-2", "S-3", "S-9"]
    assert "S-9" in ring.attributes.get(kind="payout_account").sellers
    assert ring.links.filter(seller_b__seller_id="S-9").count() == 1
    assert Event.objects.filter(type="cases:ring:changed").count() == 1
    assert not NewSeller.objects.exists()
    assert link() == []


def test_a_later_search_agrees_with_what_was_linked(ring, load, link, actors, now):
    load("sellers", NEW + "S-9,Shop Nine,6222020200000001\n")
    link()
    (again,) = actions.find_rings(actors["investigator"], now + timedelta(hours=1))
    assert again.ring_id == ring.ring_id
    assert members(again) == ["S-1", "S-2", "S-3", "S-9"]
    assert Event.objects.filter(type="cases:ring:changed").count() <= 2


def test_two_new_shops_with_one_account_make_a_new_ring(ring, load, link):
    load("sellers", NEW + "N-1,One,6222020277777777\nN-2,Two,6222020277777777\nN-3,Three,6222020277777777\n")
    (change,) = link()
    assert (change.verb, change.joined) == ("found", ["N-1", "N-2", "N-3"])
    assert members(Ring.objects.get(ring_id=change.ring_id)) == ["N-1", "N-2", "N-3"]


def test_a_rejected_pair_stays_apart_when_the_shop_comes_in_again(market, load, link, actors, now):
    load("sellers", NEW + "N-1,One,6222020277777777\nN-2,Two,6222020277777777\n")
    judgements.judge_link(
        actors["investigator"], now, seller_a="N-1", seller_b="N-2", judgement="rejected", because="An agent."
    )
    link()
    assert not RingMember.objects.filter(seller__seller_id__in=["N-1", "N-2"]).exists()


def test_many_newcomers_are_left_to_a_search(ring, load, link, monkeypatch):
    monkeypatch.setattr(newcomers, "MOST_ONE_BY_ONE", 1)
    load("sellers", NEW + "N-1,One,6222020277777777\nN-2,Two,6222020277777777\n")
    link()
    assert Ring.objects.filter(lost_at=None).count() == 2
    assert Event.objects.filter(type="cases:rings:searched").count() == 2
