"""A ring, or the surroundings of a seller, as a graph that can be looked at.

Its nodes are sellers and *hubs*: an attribute that three or more of them share is a node of its own, so that a payout
account of a thousand sellers is a thousand edges and not half a million. What exactly two sellers share is an edge
between the two.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import graspologic_native as leiden
import numpy as np
import pyarrow as pa

from touchstone.engine.linkage import network_layout
from touchstone.engine.linkage.network_centrality import Measures, measure
from touchstone.errors import NotValid

# From the hand that makes the goods to the one that takes the money. A seller without a role stands with the shops.
ROLES = ("maker", "wholesaler", "front_shop", "courier", "cash_out")
HUB = "hub"
HUB_FROM = 3
# Communities are what a page folds and unfolds: more of them than this are no help.
MOST_COMMUNITIES = 40
_RESOLUTIONS = (1.0, 0.3, 0.1, 0.03, 0.01)
_SEED = 20

Hub = tuple[str, str, float, list[int]]  # id, kind, strength, places of its sellers
Tie = tuple[float, list[str]]  # strength and kinds of what exactly two sellers share

NODES = pa.schema(
    [
        ("id", pa.string()),
        ("type", pa.string()),  # seller or hub
        ("role", pa.string()),  # of a seller; the kind of attribute of a hub
        ("score", pa.float64()),  # of a seller in its ring; the strength of a hub
        ("community", pa.int64()),
        ("x", pa.float64()),
        ("y", pa.float64()),
        ("degree", pa.int64()),
        ("betweenness", pa.float64()),
        ("parts", pa.int64()),
        ("cut_off", pa.int64()),
    ]
)
EDGES = pa.schema(
    [
        ("source", pa.int64()),
        ("target", pa.int64()),
        ("weight", pa.float64()),
        ("kinds", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True)
class Network:
    """nodes (schema NODES): sellers by id, then hubs, strongest first. edges (schema EDGES): places in nodes.

    exact: betweenness counts every shortest path; else it is estimated from a sample of nodes.
    """

    nodes: pa.Table
    edges: pa.Table
    exact: bool


def network(members: pa.Table, shared: pa.Table, *, links: pa.Table | None = None, hub_from: int = HUB_FROM) -> Network:
    """The graph of sellers and what they share.

    members(seller_id, role, score); shared(kind, digest, weight, sellers): attributes and who of the members has them,
    others are left out; links(seller_a, seller_b, reasons [{kind, weight}]): reasons that are no shared attribute (how
    the two act, what a person has confirmed) become edges, too. The same input gives the same graph, positions included.
    Raises NotValid where a column is missing.
    """
    for table, wanted in ((members, {"seller_id", "role", "score"}), (shared, {"kind", "digest", "weight", "sellers"})):
        if missing := wanted - set(table.column_names):
            raise NotValid(f"The table lacks the column {', '.join(sorted(missing))}.", place="network")
    rows = sorted(members.select(["seller_id", "role", "score"]).to_pylist(), key=lambda r: r["seller_id"])
    place = {row["seller_id"]: i for i, row in enumerate(rows)}
    nodes = [_node(r["seller_id"], "seller", r["role"] or "", r["score"]) for r in rows]
    hubs, pairs = _hubs_and_pairs(shared, place, hub_from)
    edges: list[tuple[int, int, float, list[str]]] = []
    for name, kind, weight, who in hubs:
        edges += [(seller, len(nodes), weight, [kind]) for seller in who]
        nodes.append(_node(name, HUB, kind, weight))
    _add_links(pairs, links, hubs, place)
    edges += [(a, b, round(w, 6), kinds) for (a, b), (w, kinds) in sorted(pairs.items())]
    return _finished(nodes, edges, len(rows))


def _node(name: str, type_: str, role: str, score: float | None) -> dict[str, Any]:
    return {"id": name, "type": type_, "role": role, "score": float(score or 0)}


def _hub_id(kind: str, digest: str, taken: set[str]) -> str:
    """The name of a hub: its kind and the beginning of its digest, which says nothing of the plain value."""
    short = f"{kind}:{digest[:12]}"
    name = f"{kind}:{digest}" if short in taken else short
    taken.add(name)
    return name


def _hubs_and_pairs(
    shared: pa.Table, place: dict[str, int], hub_from: int
) -> tuple[list[Hub], dict[tuple[int, int], Tie]]:
    hubs: list[Hub] = []
    pairs: dict[tuple[int, int], Tie] = {}
    taken: set[str] = set()
    rows = shared.select(["kind", "digest", "weight", "sellers"]).to_pylist()
    for row in sorted(rows, key=lambda r: (-r["weight"], r["kind"], r["digest"])):
        who = sorted({place[s] for s in row["sellers"] if s in place})
        if len(who) >= hub_from:
            hubs.append((_hub_id(row["kind"], row["digest"], taken), row["kind"], float(row["weight"]), who))
        else:
            for i, a in enumerate(who):
                for b in who[i + 1 :]:
                    _tie(pairs, a, b, row["kind"], float(row["weight"]))
    return hubs, pairs


def _add_links(
    pairs: dict[tuple[int, int], Tie], links: pa.Table | None, hubs: list[Hub], place: dict[str, int]
) -> None:
    """Put in what links say beyond the attributes that stand in the graph already."""
    of_seller: dict[int, set[int]] = defaultdict(set)
    for i, hub in enumerate(hubs):
        for seller in hub[3]:
            of_seller[seller].add(i)
    for row in links.to_pylist() if links is not None else ():
        a, b = sorted((place.get(row["seller_a"], -1), place.get(row["seller_b"], -1)))
        if a < 0 or a == b:
            continue
        seen = {hubs[i][1] for i in of_seller[a] & of_seller[b]} | set(pairs.get((a, b), (0.0, []))[1])
        for reason in row["reasons"] or ():
            if reason["kind"] not in seen:
                seen.add(reason["kind"])
                _tie(pairs, a, b, reason["kind"], float(reason["weight"]))


def _tie(pairs: dict[tuple[int, int], Tie], a: int, b: int, kind: str, weight: float) -> None:
    before, kinds = pairs.get((a, b), (0.0, []))
    pairs[a, b] = 1 - (1 - before) * (1 - weight), [*kinds, kind]


def _finished(nodes: list[dict[str, Any]], edges: list[tuple[int, int, float, list[str]]], sellers: int) -> Network:
    source = np.array([e[0] for e in edges], dtype=np.int64)
    target = np.array([e[1] for e in edges], dtype=np.int64)
    weight = np.array([e[2] for e in edges], dtype=np.float64)
    community = communities(len(nodes), source, target, weight)
    found: Measures = measure(len(nodes), sellers, source, target)
    columns = [_column(n["type"], n["role"]) for n in nodes]
    x, y = network_layout.layers(columns, community, source, target)
    table = pa.table(
        {
            **{name: [n[name] for n in nodes] for name in ("id", "type", "role", "score")},
            "community": community,
            "x": x,
            "y": y,
            "degree": found.degree,
            "betweenness": found.betweenness,
            "parts": found.parts,
            "cut_off": found.cut_off,
        }
    )
    lines = pa.table({"source": source, "target": target, "weight": weight, "kinds": [e[3] for e in edges] or []})
    return Network(table.cast(NODES), lines.cast(EDGES), found.exact)


def _column(type_: str, role: str) -> int:
    """The column of a seller; -1 of a hub, which stands beside its sellers."""
    return -1 if type_ == HUB else ROLES.index(role) if role in ROLES else ROLES.index("front_shop")


def communities(n: int, source: np.ndarray, target: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Groups of nodes that hang together more than with the rest: a number a node, 0 for the largest group.

    Leiden with a fixed seed; the resolution falls until there are at most MOST_COMMUNITIES, as far as that goes.
    """
    given: dict[str, int] = {}
    listed = [(str(a), str(b), float(w)) for a, b, w in zip(source, target, np.maximum(weight, 0.01), strict=True)]
    for resolution in _RESOLUTIONS if listed else ():
        given = leiden.leiden(listed, resolution=resolution, seed=_SEED)[1]
        if len(set(given.values())) <= MOST_COMMUNITIES:
            break
    # Who hangs with nobody is a group of one behind all others.
    label = np.array([given.get(str(i), len(given) + i) for i in range(n)], dtype=np.int64)
    _labels, first, inverse, size = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(first))
    ranked: np.ndarray = rank[inverse]
    return ranked
