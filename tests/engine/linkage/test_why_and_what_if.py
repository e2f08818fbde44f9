"""Why a link stands, what a ring is without it, what people have said, and which ring a new seller joins."""

from __future__ import annotations

import pyarrow as pa
import pytest

from touchstone.engine.linkage import incremental, rings, whatif, why

ACCOUNT = [(s, "payout_account", "x") for s in "ABC"]
PHONE_AND_DEVICE = [(s, kind, kind) for s in "CD" for kind in ("phone", "device")]


def rows_of(*rows: tuple[str, str, str]) -> pa.Table:
    names = ("seller_id", "kind", "digest")
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, zip(*rows, strict=True), strict=True)})


def pairs(*sellers: str) -> pa.Table:
    return pa.table(
        {
            "seller_a": pa.array([s[0] for s in sellers], pa.string()),
            "seller_b": pa.array([s[1] for s in sellers], pa.string()),
        }
    )


def test_the_waterfall_ends_at_the_weight_of_the_link_and_a_second_of_a_family_adds_nothing():
    kinds = ("phone", "device", "image", "text")
    _, links = rings.find(rows_of(*[(s, kind, kind) for s in "AB" for kind in kinds]))
    (link,) = links.to_pylist()
    steps = why.waterfall(link)
    assert steps[-1]["total_after"] == pytest.approx(link["weight"], abs=1e-6)
    totals = [step["total_after"] for step in steps]
    assert totals == sorted(totals)
    content = [i for i, step in enumerate(steps) if step["family"] == "content"]
    assert len(content) == 2
    assert totals[content[1]] == totals[content[1] - 1]


def test_a_ring_is_told_in_one_sentence_in_both_languages():
    members, links = rings.find(rows_of(*ACCOUNT))
    told = why.ring_sentence(members, links)
    for part in ("3 sellers", "payout account"):
        assert part in told["text"]
    for part in ("3 个商家", "收款账户"):
        assert part in told["text_zh"]


def test_without_its_only_bridge_a_ring_falls_into_two_parts():
    members, links = rings.find(rows_of(*ACCOUNT, *PHONE_AND_DEVICE))
    parts = whatif.without(members, links, pairs("DC"))
    assert list(zip(*parts.to_pydict().values(), strict=True)) == [("A", 0), ("B", 0), ("C", 0), ("D", 1)]


def test_without_a_link_that_others_bear_out_a_ring_stays_whole():
    members, links = rings.find(rows_of(*ACCOUNT))
    assert set(whatif.without(members, links, pairs("AB"))["part"].to_pylist()) == {0}


def test_a_confirmed_pair_is_a_link_though_it_shares_nothing():
    table = rows_of(("A", "phone", "p"), ("B", "phone", "q"))
    members, links = rings.find(table, positives=pairs("BA"))
    (link,) = links.to_pylist()
    assert (link["seller_a"], link["seller_b"], link["weight"]) == ("A", "B", 1.0)
    assert [r["kind"] for r in link["reasons"]] == [rings.CONFIRMED]
    assert {r["kind"] for row in members.to_pylist() for r in row["reasons"]} == {rings.CONFIRMED, "role"}


def test_a_confirmed_pair_keeps_the_reasons_that_it_had():
    _, links = rings.find(rows_of(*ACCOUNT[:2]), positives=pairs("AB"))
    (link,) = links.to_pylist()
    assert link["weight"] == 1.0
    assert [r["kind"] for r in link["reasons"]] == [rings.CONFIRMED, "payout_account"]


def test_a_pair_that_is_confirmed_and_rejected_is_no_link():
    members, _ = rings.find(rows_of(*ACCOUNT[:2]), positives=pairs("AB"), negatives=pairs("BA"))
    assert members.num_rows == 0


def test_a_judgement_about_a_seller_that_is_not_there_is_passed_over():
    members, _ = rings.find(rows_of(*ACCOUNT[:2]), positives=pairs("AZ", "AA"), negatives=pairs("YZ"))
    assert members["seller_id"].to_pylist() == ["A", "B"]


def test_a_new_seller_joins_the_ring_of_the_known_one_it_is_tied_to():
    known = rows_of(*ACCOUNT, ("Z", "phone", "z"))
    members, _ = rings.find(known)
    new = rows_of(("N", "payout_account", "x"), ("M", "phone", "z"), ("O", "device", "own"))
    found = {row["seller_id"]: row for row in incremental.attach(new, known, members).to_pylist()}
    assert found["N"]["ring_id"] == members["ring_id"][0].as_py()
    assert found["N"]["through"] in set("ABC")
    assert found["N"]["reasons"][0]["kind"] == "payout_account"
    assert found["M"]["ring_id"] is found["O"]["ring_id"] is None


def test_a_new_seller_does_not_join_through_a_pair_that_is_judged_apart():
    known = rows_of(*ACCOUNT[:2])
    members, _ = rings.find(known)
    apart = pairs("NA", "NB")
    (row,) = incremental.attach(rows_of(("N", "payout_account", "x")), known, members, negatives=apart).to_pylist()
    assert row["ring_id"] is None
