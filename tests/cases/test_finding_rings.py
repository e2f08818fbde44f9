"""Finding rings among the sellers of the market."""

from __future__ import annotations

from datetime import timedelta

import pytest

from touchstone.cases import actions, facts, queries
from touchstone.cases.models import Ring, RingMember
from touchstone.errors import Forbidden, NotFound
from touchstone.ledger.models import Event

pytestmark = pytest.mark.django_db


def events(prefix: str) -> list[Event]:
    return list(Event.objects.filter(type__startswith=prefix))


def members(ring: Ring) -> list[str]:
    return sorted(ring.members.values_list("seller__seller_id", flat=True))


def test_three_shops_with_one_account_are_a_ring_and_strangers_are_not(ring):
    assert members(ring) == ["S-1", "S-2", "S-3"]
    assert ring.size == 3
    assert next(r["kind"] for r in ring.reasons) == "payout_account"


def test_the_ring_names_the_attributes_that_its_members_share(ring):
    shared = {a.kind: a.sellers for a in ring.attributes.all()}
    assert shared["payout_account"] == ["S-1", "S-2", "S-3"]
    assert shared["ship_from_address"] == ["S-2", "S-3"]


def test_takings_are_what_buyers_paid_for_blocked_listings_alone(ring):
    assert ring.takings == [{"currency": "CNY", "amount_minor": 9900 + 19800}]
    assert ring.bad_listings == 1


def test_rings_with_bad_listings_come_first(ring, actors, now, load):
    load("sellers", "seller_id,shop_name,payout_account\nA-1,A,999999991\nA-2,B,999999991\n")
    found = actions.find_rings(actors["investigator"], now)
    assert [r.bad_listings for r in found] == [1, 0]
    assert queries.rings(actors["investigator"]).first() == ring


def test_one_event_for_the_run_and_one_for_each_new_ring(ring):
    assert len(events("cases:rings:searched")) == 1
    (found,) = events("cases:ring:found")
    refs = {(r.kind, r.object_id) for r in found.refs.all()}
    assert {("ring", ring.ring_id), ("seller", "S-1"), ("seller", "S-3")} <= refs


def test_a_second_search_that_finds_the_same_changes_no_ring(ring, actors, now):
    later = now + timedelta(hours=1)
    (again,) = actions.find_rings(actors["investigator"], later)
    assert again.ring_id == ring.ring_id
    assert again.changed_at == now
    assert len(events("cases:ring:")) == 1


def test_a_shop_that_joins_changes_the_ring_and_keeps_its_id(ring, actors, now, load):
    load("sellers", "seller_id,shop_name,payout_account\nS-4,Shop Four,6222020200000001\n")
    (again,) = actions.find_rings(actors["investigator"], now + timedelta(hours=1))
    assert again.ring_id == ring.ring_id
    assert members(again) == ["S-1", "S-2", "S-3", "S-4"]
    (changed,) = events("cases:ring:changed")
    assert '"joined":["S-4"]' in changed.payload


def test_a_ring_that_is_no_longer_found_is_lost_but_not_forgotten(ring, actors, now, load):
    rows = "\n".join(f"{s},Shop {s},62220202000009{n}" for n, s in enumerate(("S-1", "S-2", "S-3"), start=10))
    load("sellers", "seller_id,shop_name,payout_account\n" + rows + "\n")
    assert actions.find_rings(actors["investigator"], now + timedelta(hours=1)) == []
    ring.refresh_from_db()
    assert ring.lost_at is not None
    assert not RingMember.objects.exists()
    assert len(events("cases:ring:lost")) == 1


def test_a_reviewer_may_not_search(market, actors, now):
    with pytest.raises(Forbidden):
        actions.find_rings(actors["reviewer"], now)
    assert not Ring.objects.exists()


def test_no_sellers_no_rings(actors, now, load):
    assert actions.find_rings(actors["system"], now) == []


def test_filters_narrow_the_list(ring, actors):
    investigator = actors["investigator"]
    assert list(queries.rings(investigator, least_size=4)) == []
    assert list(queries.rings(investigator, shares="device")) == []
    assert list(queries.rings(investigator, shares="payout_account", state="free")) == [ring]
    assert list(queries.rings(investigator, state="case")) == []


def test_an_unknown_ring_is_not_found(actors):
    with pytest.raises(NotFound):
        queries.ring(actors["investigator"], "R-NONE")


def test_the_ring_of_a_seller(ring):
    assert queries.ring_of("S-2") == ring
    assert queries.ring_of("H-1") is None


def test_the_search_hears_pictures_doors_and_where_parcels_leave_from(market, load):
    load("listings", "listing_id,title,seller_id,pdq\nL-90,Bag,S-1," + "ab" * 32 + "\nL-91,Bag,S-2," + "ab" * 32 + "\n")
    orders = "order_id,listing_id,seller_id,quantity,amount,currency,paid_at,waybill_origin\n"
    load("orders", orders + "O-90,L-90,S-1,1,900,CNY,2026-10-04T08:00:00Z,浙江省杭州市西湖区\n")
    rows = facts.identifiers().to_pylist()
    pictures = [row for row in rows if row["kind"] == "image"]
    assert {row["seller_id"] for row in pictures} == {"S-1", "S-2"}
    assert "abab" not in pictures[0]["digest"]
    doors = {
        s: {r["digest"] for r in rows if (r["seller_id"], r["kind"]) == (s, "ship_from_address")}
        for s in ["S-1", "S-2", "S-3"]
    }
    assert doors["S-2"] & doors["S-3"]
    assert not doors["S-1"] & doors["S-2"]
    acts = {row["seller_id"]: row for row in facts.conduct().to_pylist()}
    assert acts["S-1"]["home"] == acts["S-1"]["origins"][0]["place"]
    assert acts["S-1"]["orders"] == 3
