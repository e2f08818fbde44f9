"""The network of a ring: what is a node, what hangs on it, and where it stands."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pyarrow as pa
import pytest
from tests.engine.linkage.ring_tables import a_ring, members, shared

from touchstone.engine.linkage.network import EDGES, NODES, ROLES, network
from touchstone.engine.linkage.network_centrality import measure
from touchstone.errors import NotValid

FIVE = members(A="maker", B="wholesaler", C="front_shop", D="front_shop", E="cash_out")


def by_id(found) -> dict:
    return {row["id"]: row for row in found.nodes.to_pylist()}


def ends(found) -> set:
    ids = found.nodes["id"].to_pylist()
    return {
        frozenset((ids[e["source"]].split(":")[0], ids[e["target"]].split(":")[0])) for e in found.edges.to_pylist()
    }


def test_what_three_share_is_a_node_and_what_two_share_is_an_edge():
    found = network(FIVE, shared(("payout_account", "x", 0.9, ["C", "D", "E"]), ("phone", "y", 0.5, ["A", "B"])))
    assert ends(found) == {frozenset("AB"), *(frozenset((s, "payout_account")) for s in "CDE")}
    assert found.nodes.schema == NODES
    assert found.edges.schema == EDGES


def test_two_attributes_of_one_pair_are_one_stronger_edge():
    found = network(FIVE, shared(("phone", "y", 0.5, ["A", "B"]), ("device", "z", 0.4, ["B", "A"])))
    (edge,) = found.edges.to_pylist()
    assert edge["weight"] == pytest.approx(0.7)
    assert edge["kinds"] == ["phone", "device"]


def test_a_link_that_is_no_attribute_is_an_edge_and_one_that_is_is_not_drawn_twice():
    reasons = [{"kind": "payout_account", "weight": 0.9}, {"kind": "confirmed", "weight": 1.0}]
    links = pa.Table.from_pylist(
        [{"seller_a": "C", "seller_b": "D", "reasons": reasons}, {"seller_a": "C", "seller_b": "Z", "reasons": reasons}]
    )
    found = network(FIVE, shared(("payout_account", "x", 0.9, ["C", "D", "E"])), links=links)
    direct = [e for e in found.edges.to_pylist() if e["kinds"] == ["confirmed"]]
    assert len(direct) == 1
    assert found.edges.num_rows == 4


def test_sellers_of_other_rings_are_left_out():
    found = network(FIVE, shared(("phone", "y", 0.5, ["A", "B", "Z"])))
    assert "Z" not in by_id(found)
    assert ends(found) == {frozenset("AB")}


def test_the_one_on_whom_all_hangs_is_seen():
    chain = shared(*(("phone", f"{a}{b}", 0.6, [a, b]) for a, b in ("AB", "BC", "CD", "DE")))
    found = by_id(network(FIVE, chain))
    assert [found[s]["parts"] for s in "ABCDE"] == [1, 2, 2, 2, 1]
    assert [found[s]["cut_off"] for s in "ABCDE"] == [0, 1, 2, 1, 0]
    assert found["C"]["betweenness"] == pytest.approx(4 / 6)
    assert max(found, key=lambda s: found[s]["betweenness"]) == "C"


def test_a_hub_that_holds_a_ring_together_counts_sellers_only():
    found = network(FIVE, shared(("payout_account", "x", 0.9, ["A", "B", "C", "D", "E"])))
    (hub,) = [row for row in found.nodes.to_pylist() if row["type"] == "hub"]
    assert (hub["parts"], hub["cut_off"], hub["degree"]) == (5, 4, 5)


def parts_without(n: int, sellers: int, edges: list[tuple[int, int]], gone: int) -> list[int]:
    """Sizes, in sellers, of what the part of `gone` falls into, by walking."""
    near = {i: {b for a, b in [*edges, *((b, a) for a, b in edges)] if a == i} for i in range(n)}
    sizes, seen = [], {gone}
    for start in near[gone]:
        if start in seen:
            continue
        waiting, part = [start], set()
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                part.add(at)
                waiting += near[at]
        sizes.append(sum(node < sellers for node in part))
    return sorted(size for size in sizes if size)


def betweenness_by_walking(n: int, edges: list[tuple[int, int]]) -> list[float]:
    """Shares of shortest paths, every path written down."""
    near = {i: {b for a, b in [*edges, *((b, a) for a, b in edges)] if a == i} for i in range(n)}
    through = [0.0] * n
    for s, t in permutations(range(n), 2):
        paths, done = [[s]], []
        while paths and not done:
            done = [p for p in paths if p[-1] == t]
            paths = [[*p, other] for p in paths for other in near[p[-1]] if other not in p]
        for path in done:
            for node in path[1:-1]:
                through[node] += 1 / len(done)
    return [x / ((n - 1) * (n - 2)) for x in through]


@pytest.mark.parametrize("seed", range(12))
def test_measures_are_those_that_walking_gives(seed):
    rnd = np.random.default_rng(seed)
    n = int(rnd.integers(4, 9))
    pairs = {tuple(sorted(p)) for p in rnd.integers(0, n, (int(rnd.integers(3, 12)), 2)).tolist() if p[0] != p[1]}
    edges, sellers = sorted(pairs), int(rnd.integers(1, n + 1))
    a, b = (np.array([e[i] for e in edges], dtype=np.int64) for i in (0, 1))
    found = measure(n, sellers, a, b)
    assert found.exact
    assert found.betweenness == pytest.approx(betweenness_by_walking(n, edges), abs=1e-5)
    for node in range(n):
        sizes = parts_without(n, sellers, edges, node)
        assert (found.parts[node], found.cut_off[node]) == (len(sizes), sum(sizes) - max(sizes, default=0))


def test_an_estimate_finds_the_same_key_players_as_counting():
    from touchstone.engine.linkage import network_centrality

    table, attributes = a_ring(600)
    counted = network(table, attributes)
    graph = network_centrality._adjacency(
        counted.nodes.num_rows, counted.edges["source"].to_numpy(), counted.edges["target"].to_numpy()
    )
    sample = np.sort(np.random.default_rng(1).choice(counted.nodes.num_rows, 200, replace=False))
    estimate = network_centrality.betweenness(graph, sample)
    top = set(np.argsort(-counted.nodes["betweenness"].to_numpy())[:10].tolist())
    assert len(top & set(np.argsort(-estimate)[:15].tolist())) >= 8


def test_roles_stand_from_maker_to_cash_out_and_nobody_on_another():
    found = network(*a_ring(400))
    rows = found.nodes.to_pylist()
    for left, right in pairwise(ROLES):
        assert max(r["x"] for r in rows if r["role"] == left) < min(r["x"] for r in rows if r["role"] == right)
    places = {(r["x"], r["y"]) for r in rows}
    assert len(places) == len(rows)


def test_the_same_ring_gives_the_same_picture_however_its_rows_are_ordered():
    table, attributes = a_ring(120)
    one = network(table, attributes)
    other = network(
        table.take(list(reversed(range(len(table))))), attributes.take(list(reversed(range(len(attributes)))))
    )
    assert one.nodes.equals(other.nodes)
    assert one.edges.equals(other.edges)


def test_large_rings_have_few_communities_to_fold_and_a_picture_that_fits_a_screen():
    found = network(*a_ring(2_000))
    assert 2 <= len(set(found.nodes["community"].to_pylist())) <= 40
    wide = max(found.nodes["x"].to_pylist()) - min(found.nodes["x"].to_pylist())
    high = max(found.nodes["y"].to_pylist()) - min(found.nodes["y"].to_pylist())
    assert 0.4 < wide / high < 3
    assert found.exact


def test_a_ring_of_one_and_none_are_networks():
    nothing = shared()
    assert network(members(A="maker"), nothing).nodes.num_rows == 1
    assert network(members(), nothing).nodes.num_rows == 0


def test_a_missing_column_is_named():
    with pytest.raises(NotValid, match="role"):
        network(FIVE.drop_columns(["role"]), shared())
