"""Rings hang together, imperfectly: over several identifiers, over several hops, in several spellings."""

from __future__ import annotations

import random
from datetime import date

import pytest

from touchstone.demo.market.brands import famous_brands
from touchstone.demo.market.rings import Ring, RingMaker
from touchstone.demo.market.shops import Founder

IDENTIFIERS = ("phone", "payout_account", "device_id", "waybill_account", "return_door", "ship_door")
COUNTS = {"hierarchy": 2, "one_person": 1, "reopening": 2, "cross_region": 2, "pair": 4}


@pytest.fixture(scope="module")
def rings() -> list[Ring]:
    founder = Founder(random.Random(9), date(2026, 10, 31))
    return RingMaker(founder, famous_brands()[:60], 1.0).build(COUNTS)


def neighbours(ring: Ring) -> dict[int, set[int]]:
    members = ring.members
    return {
        i: {
            j
            for j, other in enumerate(members)
            if i != j and any(getattr(shop, name) == getattr(other, name) for name in IDENTIFIERS)
        }
        for i, shop in enumerate(members)
    }


def reached(near: dict[int, set[int]]) -> set[int]:
    seen, edge = {0}, {0}
    while edge:
        edge = set().union(*(near[i] for i in edge)) - seen
        seen |= edge
    return seen


def test_every_ring_hangs_together(rings):
    assert [ring.shape for ring in rings] == [shape for shape, number in COUNTS.items() for _ in range(number)]
    for ring in rings:
        assert len(reached(neighbours(ring))) == len(ring.members)


def test_in_larger_rings_most_pairs_share_nothing_directly(rings):
    for ring in rings:
        size = len(ring.members)
        if size >= 10:
            pairs = sum(map(len, neighbours(ring).values()))
            assert pairs < 0.6 * size * (size - 1)


def test_one_person_runs_about_thirty_shops_in_as_many_names(rings):
    (ring,) = [r for r in rings if r.shape == "one_person"]
    assert 28 <= len(ring.members) <= 32
    assert len({shop.person for shop in ring.members}) == 1
    assert len({shop.contact_name for shop in ring.members}) > 20


def test_a_hierarchy_has_one_maker_and_several_of_the_others(rings):
    for ring in (r for r in rings if r.shape == "hierarchy"):
        roles = [shop.role for shop in ring.members]
        assert roles.count("maker") == 1
        assert roles.count("wholesaler") >= 2
        assert roles.count("front_shop") >= 6


def test_a_cross_region_ring_spans_provinces_and_shares_couriers_and_cash_out_accounts(rings):
    for ring in (r for r in rings if r.shape == "cross_region"):
        assert len({shop.home.province for shop in ring.members}) >= 3
        for role, name in (("courier", "waybill_account"), ("cash_out", "payout_account")):
            lent = {getattr(shop, name) for shop in ring.members if shop.role == role}
            assert any(getattr(shop, name) in lent for shop in ring.members if shop.role == "front_shop")


def test_rings_do_not_share_identifiers_with_one_another(rings):
    for name in ("phone", "payout_account", "device_id", "waybill_account"):
        owners: dict[str, set[str]] = {}
        for ring in rings:
            for shop in ring.members:
                owners.setdefault(getattr(shop, name), set()).add(ring.ring_id)
        assert all(len(found) == 1 for found in owners.values())
