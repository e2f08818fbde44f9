"""The surroundings of a seller from the index are those that a search over all rows finds."""

from __future__ import annotations

import random
from collections import defaultdict

import pyarrow as pa
import pytest

from touchstone.engine.linkage.expand import Index, build
from touchstone.errors import NotFound, NotValid


def rows(*triples: tuple[str, str, str]) -> pa.Table:
    return pa.table(dict(zip(("seller_id", "kind", "digest"), map(list, zip(*triples, strict=True)), strict=True)))


def searched(triples, seller: str, steps: int, hub: int) -> dict[str, int]:
    """The distance of each seller within `steps`, one seller after another."""
    has, of = defaultdict(set), defaultdict(set)
    for who, kind, digest in triples:
        has[who].add((kind, digest))
        of[kind, digest].add(who)
    distance, front = {seller: 0}, [seller]
    for step in range(1, steps + 1):
        found = {o for who in front for a in has[who] if len(of[a]) <= hub for o in of[a]} - set(distance)
        distance |= dict.fromkeys(found, step)
        front = sorted(found)
    del distance[seller]
    return distance


@pytest.mark.parametrize("seed", range(5))
def test_the_index_finds_what_a_search_finds(tmp_path, seed):
    pick = random.Random(seed)
    kinds = ("phone", "device", "licence")
    triples = [
        (f"S{pick.randrange(300)}", pick.choice(kinds), f"v{int(pick.paretovariate(0.7)) % 400}") for _ in range(900)
    ]
    build(rows(*triples), tmp_path / "index")
    index = Index.open(tmp_path / "index")
    for steps, hub in ((1, 200), (2, 200), (2, 5), (3, 10)):
        for seller in sorted({t[0] for t in triples})[:20]:
            near = index.around(seller, steps=steps, hub=hub)
            assert dict(zip(near["seller_id"].to_pylist(), near["steps"].to_pylist(), strict=True)) == searched(
                triples, seller, steps, hub
            )
            for row in near.to_pylist():
                shared = (row["kind"], row["digest"])
                assert (row["from_seller"], *shared) in triples
                assert (row["seller_id"], *shared) in triples
                assert row["sellers"] == len({t[0] for t in triples if t[1:] == shared})


def test_of_too_many_sellers_those_over_the_rarest_attribute_come_first(tmp_path):
    many = [(f"M{i}", "return_address", "warehouse") for i in range(50)]
    build(rows(("A", "phone", "1"), ("B", "phone", "1"), ("A", "return_address", "warehouse"), *many), tmp_path / "i")
    near = Index.open(tmp_path / "i").around("A", limit=3)
    assert near["seller_id"][0].as_py() == "B"
    assert len(near) == 3


def test_an_index_is_replaced_whole_and_what_is_wrong_is_said(tmp_path):
    build(rows(("A", "phone", "1"), ("B", "phone", "1"), ("C", "phone", "")), tmp_path / "i")
    build(rows(("A", "phone", "2"), ("C", "phone", "2")), tmp_path / "i")
    assert Index.open(tmp_path / "i").around("A")["seller_id"].to_pylist() == ["C"]
    assert [p.name for p in tmp_path.iterdir()] == ["i"]
    with pytest.raises(NotFound, match="knows no seller B"):
        Index.open(tmp_path / "i").around("B")
    with pytest.raises(NotFound, match="no whole index"):
        Index.open(tmp_path / "other")
    with pytest.raises(NotValid, match="lack the column digest"):
        build(pa.table({"seller_id": ["A"], "kind": ["phone"]}), tmp_path / "i")
