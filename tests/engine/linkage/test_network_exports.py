"""A network for other programs. FollowTheMoney's own schema (an excerpt, MIT) says what a valid entity is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from tests.engine.linkage.ring_tables import a_ring, members, shared

from touchstone.engine.linkage import exports
from touchstone.engine.linkage.network import network

# Of followthemoney 4.11.2: for each schema its required properties, its ancestors, and the type of each property.
MODEL = json.loads((Path(__file__).parent / "ftm_model.json").read_text(encoding="utf-8"))
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def facts(ids: list[str], **values: str) -> pa.Table:
    rows = [{"seller_id": s, **dict.fromkeys(exports.FACTS, ""), "name": f"Shop {s}", **values} for s in ids]
    return pa.Table.from_pylist(rows)


def problems(entities: list[dict]) -> list[str]:
    """What FollowTheMoney would refuse."""
    found, schemata = [], {e["id"]: e["schema"] for e in entities}
    for entity in entities:
        schema = MODEL[entity["schema"]]
        found += [
            f"{entity['schema']} lacks {name}" for name in schema["required"] if not entity["properties"].get(name)
        ]
        for name, values in entity["properties"].items():
            kind, *points_to = schema["properties"].get(name, ["unknown"])
            if kind == "unknown":
                found.append(f"{entity['schema']} has no {name}")
            if any(not isinstance(v, str) or not v for v in values):
                found.append(f"{name} holds {values}")
            if kind == "entity":
                found += [
                    f"{name} points at a {schemata.get(v)}"
                    for v in values
                    if v not in schemata or points_to[0] not in MODEL[schemata[v]]["is_a"]
                ]
            if kind == "country":
                found += [f"{v} is no country code" for v in values if not (len(v) == 2 and v.islower())]
    ids = Counter(e["id"] for e in entities)
    return found + [f"{i} stands twice" for i, n in ids.items() if n > 1]


@pytest.fixture
def ring():
    table, attributes = a_ring(60)
    return network(table, attributes), table["seller_id"].to_pylist()


def test_followthemoney_entities_are_valid_and_complete(ring):
    found, ids = ring
    known = pa.concat_tables([facts(ids[:30], licence_no="91330100799655058B"), facts(ids[30:], region="浙江")])
    entities = list(exports.followthemoney(found, known, ring_id="R-1"))
    assert problems(entities) == []
    kinds = Counter(e["schema"] for e in entities)
    assert (kinds["Company"], kinds["LegalEntity"], kinds["Membership"], kinds["Organization"]) == (30, 30, 60, 1)
    assert kinds["UnknownLink"] == found.edges.num_rows
    assert all(kinds[name] for name in ("BankAccount", "Address", "Note"))


def test_the_check_of_entities_can_fail(ring):
    found, ids = ring
    entities = list(exports.followthemoney(found, facts(ids)))
    entities[-1]["properties"]["subject"] = ["nobody"]
    entities[0]["properties"]["colour"] = ["red"]
    assert len(problems(entities)) == 2


def test_the_same_seller_has_the_same_id_in_every_export():
    table = members(A="maker", B="front_shop")
    one = network(table, shared(("phone", "x", 0.6, ["A", "B"])))
    other = network(table, shared(("device", "y", 0.6, ["A", "B"])))
    first, second = ({e["id"] for e in exports.followthemoney(n, facts(["A", "B"]))} for n in (one, other))
    assert len(first & second) == 3


def test_graphml_holds_every_node_and_edge_with_its_facts(ring):
    found, ids = ring
    root = ElementTree.fromstring(exports.graphml(found, facts(ids, legal_name="<Zhao & Söhne>\x00")))
    nodes, edges = root.findall(f".//{GRAPHML}node"), root.findall(f".//{GRAPHML}edge")
    assert (len(nodes), len(edges)) == (found.nodes.num_rows, found.edges.num_rows)
    known = {node.get("id") for node in nodes}
    assert all(edge.get("source") in known and edge.get("target") in known for edge in edges)
    keys = {key.get("id") for key in root.findall(f"{GRAPHML}key")}
    assert {data.get("key") for data in root.iter(f"{GRAPHML}data")} <= keys
    assert "<Zhao & Söhne>\ufffd" in {data.text for data in nodes[0].iter(f"{GRAPHML}data")}


def test_rows_name_the_ends_of_an_edge_and_no_whole_digest(ring):
    found, ids = ring
    rows = exports.edge_rows(found)
    names = {row["id"] for row in exports.node_rows(found, facts(ids))}
    assert {row["source"] for row in rows} | {row["target"] for row in rows} <= names
    assert max(len(name) for name in names) < 40
