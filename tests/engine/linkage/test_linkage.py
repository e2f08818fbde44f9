"""Which sellers are run by the same people."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.engine.linkage import rings, weights
from touchstone.errors import NotValid


def identifiers(*rows: tuple[str, str, str]) -> pa.Table:
    sellers, kinds, digests = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "seller_id": pa.array(sellers, pa.string()),
            "kind": pa.array(kinds, pa.string()),
            "digest": pa.array(digests, pa.string()),
        }
    )


def rings_of(members: pa.Table) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for row in members.to_pylist():
        groups.setdefault(row["ring_id"], set()).add(row["seller_id"])
    return {frozenset(g) for g in groups.values()}


def test_one_payout_account_joins_two_sellers_and_says_so():
    members, links = rings.find(identifiers(("A", "payout_account", "x"), ("B", "payout_account", "x")))
    assert rings_of(members) == {frozenset("AB")}
    (link,) = links.to_pylist()
    assert (link["seller_a"], link["seller_b"]) == ("A", "B")
    assert link["weight"] == pytest.approx(0.95)
    assert link["reasons"][0]["kind"] == "payout_account"
    assert "payout account" in link["reasons"][0]["text"]
    assert "收款账户" in link["reasons"][0]["text_zh"]


def test_one_weak_attribute_joins_nobody():
    for kind in ("phone", "device", "return_address", "ship_from_address", "contact_name", "waybill_account"):
        members, links = rings.find(identifiers(("A", kind, "x"), ("B", kind, "x")))
        assert (members.num_rows, links.num_rows) == (0, 0), kind


def test_two_independent_attributes_join_but_two_of_one_warehouse_do_not():
    both = [("A", "phone", "p"), ("B", "phone", "p"), ("A", "device", "d"), ("B", "device", "d")]
    assert rings_of(rings.find(identifiers(*both))[0]) == {frozenset("AB")}
    warehouse = [
        (seller, kind, kind) for seller in "AB" for kind in ("ship_from_address", "return_address", "waybill_account")
    ]
    assert rings.find(identifiers(*warehouse))[0].num_rows == 0


def test_a_warehouse_and_an_agent_of_three_hundred_shops_join_nobody():
    shared = [("ship_from_address", "hub"), ("device", "agent"), ("phone", "desk")]
    rows = [(f"S{i:03}", kind, digest) for i in range(300) for kind, digest in shared]
    assert rings.find(identifiers(*rows))[0].num_rows == 0


def test_one_account_behind_two_hundred_shops_is_one_ring():
    rows = [(f"S{i:03}", "payout_account", "boss") for i in range(200)]
    members, links = rings.find(identifiers(*rows))
    assert {len(r) for r in rings_of(members)} == {200}
    assert links.num_rows == 199


def test_a_pair_that_somebody_has_judged_apart_stays_apart():
    rows = [("A", "payout_account", "x"), ("B", "payout_account", "x")]
    apart = pa.table({"seller_a": ["B"], "seller_b": ["A"]})
    assert rings.find(identifiers(*rows), negatives=apart)[0].num_rows == 0


def test_a_ring_keeps_its_id_while_most_of_it_stays():
    first, _ = rings.find(identifiers(*[(s, "payout_account", "x") for s in "BCD"]))
    again, _ = rings.find(identifiers(*[(s, "payout_account", "x") for s in "ABC"]), previous=first)
    assert set(again["ring_id"].to_pylist()) == set(first["ring_id"].to_pylist())


def test_when_a_ring_falls_apart_the_larger_part_keeps_the_id():
    first, _ = rings.find(identifiers(*[(s, "payout_account", "x") for s in "ABCDE"]))
    name = first["ring_id"][0].as_py()
    rows = [(s, "payout_account", "x") for s in "CDE"] + [(s, "payout_account", "y") for s in "AB"]
    members, _ = rings.find(identifiers(*rows), previous=first)
    of = dict(zip(members["seller_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
    assert of["C"] == name
    assert of["A"] != name


def test_an_id_is_not_given_to_a_second_ring_with_the_same_first_member():
    first, _ = rings.find(identifiers(*[(s, "payout_account", "x") for s in "ABCD"]))
    rows = [(s, "payout_account", "x") for s in "BCD"] + [(s, "payout_account", "y") for s in ("A", "Z")]
    members, _ = rings.find(identifiers(*rows), previous=first)
    assert len(rings_of(members)) == 2


def facts(**sold: tuple[int, int]) -> pa.Table:
    return pa.table(
        {
            "seller_id": list(sold),
            "orders": [o for o, _ in sold.values()],
            "units": [u for _, u in sold.values()],
        }
    )


def test_roles_follow_the_documented_facts():
    rows = [(s, "payout_account", "acc") for s in ("bank", "maker", "whole", "shop1", "shop2")]
    rows += [(s, "ship_from_address", "works") for s in ("maker", "shop1", "shop2")]
    rows += [("van", "phone", "p"), ("van", "device", "d"), ("shop1", "phone", "p"), ("shop1", "device", "d")]
    rows += [(s, "waybill_account", "w") for s in ("van", "shop1", "shop2")]
    members, _ = rings.find(
        identifiers(*rows),
        facts=facts(bank=(0, 0), maker=(10, 400), whole=(10, 90), shop1=(100, 110), shop2=(50, 50), van=(0, 0)),
    )
    role = dict(zip(members["seller_id"].to_pylist(), members["role"].to_pylist(), strict=True))
    assert role["bank"] == "cash_out"
    assert role["whole"] == "wholesaler"
    assert role["maker"] == "maker"
    assert role["van"] == "courier"
    assert role["shop1"] == role["shop2"] == "front_shop"
    why = {r["seller_id"]: r["reasons"][-1] for r in members.to_pylist()}
    assert why["bank"]["kind"] == "role"
    assert "收款账户" in why["bank"]["text_zh"]


def test_shared_names_the_attributes_that_members_have_in_common():
    table = identifiers(
        ("A", "payout_account", "x"), ("B", "payout_account", "x"), ("A", "phone", "own"), ("C", "phone", "own")
    )
    members, _ = rings.find(table)
    (row,) = rings.shared(table, members).to_pylist()
    assert (row["kind"], row["digest"], row["sellers"]) == ("payout_account", "x", ["A", "B"])


def test_nothing_in_gives_nothing_out_with_the_same_columns():
    members, links = rings.find(identifiers())
    assert members.schema == rings.MEMBERS
    assert links.schema == rings.LINKS
    assert rings.shared(identifiers(), members).num_rows == 0


def test_empty_and_unknown_values_are_left_out():
    rows = [(seller, kind, value) for seller in "AB" for kind, value in [("payout_account", ""), ("shoe_size", "42")]]
    assert rings.find(identifiers(*rows))[0].num_rows == 0


def test_a_missing_column_is_named():
    with pytest.raises(NotValid, match="digest"):
        rings.find(identifiers(("A", "phone", "x")).drop_columns(["digest"]))


def test_a_file_of_weights_of_another_form_is_refused(tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text("kinds: [a]")
    with pytest.raises(NotValid, match="weights"):
        weights.load(path)


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from(weights.load().names), st.sampled_from("xyz")),
        max_size=60,
    )
)
def test_every_link_has_reasons_and_both_ends_in_one_ring(rows):
    members, links = rings.find(identifiers(*rows))
    ring = dict(zip(members["seller_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
    assert len(ring) == members.num_rows
    for link in links.to_pylist():
        assert link["seller_a"] < link["seller_b"]
        assert ring[link["seller_a"]] == ring[link["seller_b"]]
        assert 0.6 <= link["weight"] <= 1
        assert link["reasons"]
    for row in members.to_pylist():
        assert {r["kind"] for r in row["reasons"]} >= {"role"}
