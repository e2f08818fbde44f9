"""A network for other programs: rows for CSV, GraphML, and FollowTheMoney entities.

Attributes go out as the beginning of their keyed digest: who has the key can compare them, nobody can read them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa

from touchstone.engine.linkage.network import HUB, Network

# What is known of a seller: strings (dates as ISO 8601), empty or null where it is not known.
FACTS = ("name", "legal_name", "licence_no", "region", "status", "opened_on", "closed_on")
NODE_COLUMNS = ("id", "type", "role", "score", "community", "degree", "betweenness", "parts", "cut_off", "x", "y")
EDGE_COLUMNS = ("source", "target", "kinds", "weight")
_DOUBLES, _INTEGERS = ("score", "betweenness", "x", "y", "weight"), ("community", "degree", "parts", "cut_off")
_NUMBERS = dict.fromkeys(_DOUBLES, "double") | dict.fromkeys(_INTEGERS, "int")
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The FollowTheMoney schema of a hub by its kind; for a phone, a device or a waybill account it has none.
_SCHEMATA = {"payout_account": "BankAccount", "return_address": "Address", "ship_from_address": "Address"}


def node_rows(network: Network, facts: pa.Table) -> list[dict[str, Any]]:
    """One row a node: NODE_COLUMNS and FACTS (empty for hubs). facts(seller_id, *FACTS)."""
    known = {row.pop("seller_id"): row for row in facts.to_pylist()}
    return [
        {name: row[name] for name in NODE_COLUMNS} | {f: known.get(row["id"], {}).get(f) or "" for f in FACTS}
        for row in network.nodes.to_pylist()
    ]


def edge_rows(network: Network) -> list[dict[str, Any]]:
    """One row an edge: EDGE_COLUMNS, with the ids of its ends and its kinds joined by `;`."""
    ids = network.nodes["id"].to_pylist()
    return [
        {"source": ids[e["source"]], "target": ids[e["target"]], "kinds": ";".join(e["kinds"]), "weight": e["weight"]}
        for e in network.edges.to_pylist()
    ]


def graphml(network: Network, facts: pa.Table) -> bytes:
    """The network as GraphML (undirected, with all columns as attributes), for Gephi, yEd, i2 and the like."""
    ElementTree.register_namespace("", _GRAPHML)
    root = ElementTree.Element(f"{{{_GRAPHML}}}graphml")
    for target, names in (("node", (*NODE_COLUMNS[1:], *FACTS)), ("edge", EDGE_COLUMNS[2:])):
        for name in names:
            given = {"id": f"{target}_{name}", "for": target, "attr.name": name}
            ElementTree.SubElement(root, f"{{{_GRAPHML}}}key", {**given, "attr.type": _NUMBERS.get(name, "string")})
    graph = ElementTree.SubElement(root, f"{{{_GRAPHML}}}graph", {"id": "network", "edgedefault": "undirected"})
    for row in node_rows(network, facts):
        _element(graph, "node", {"id": _clean(row.pop("id"))}, row)
    for i, row in enumerate(edge_rows(network)):
        ends = {"id": f"e{i}", "source": _clean(row.pop("source")), "target": _clean(row.pop("target"))}
        _element(graph, "edge", ends, row)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _element(graph: ElementTree.Element, tag: str, given: dict[str, str], data: dict[str, Any]) -> None:
    element = ElementTree.SubElement(graph, f"{{{_GRAPHML}}}{tag}", given)
    for name, value in data.items():
        if value != "":
            ElementTree.SubElement(element, f"{{{_GRAPHML}}}data", {"key": f"{tag}_{name}"}).text = _clean(str(value))


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def followthemoney(network: Network, facts: pa.Table, *, ring_id: str = "") -> Iterator[dict[str, Any]]:
    """FollowTheMoney entities {id, schema, properties: {name: [strings]}}, those that others point to first.

    A seller is a Company where its public registration number is known, else a LegalEntity; a hub is a BankAccount, an
    Address or a Note; what ties them is an UnknownLink. With `ring_id`, an Organization stands for the ring and every
    seller has a Membership with its role.
    """
    rows = node_rows(network, facts)
    ring = _entity("ring", ring_id, "Organization", name=ring_id, classification="ring") if ring_id else None
    if ring:
        yield ring
    for row in rows:
        yield _hub(row) if row["type"] == HUB else _seller(row)
    for row in rows if ring else ():
        if row["type"] != HUB and ring:
            yield _entity(
                "membership",
                f"{ring_id} {row['id']}",
                "Membership",
                organization=ring["id"],
                member=entity_id("seller", row["id"]),
                role=row["role"].replace("_", " "),
            )
    types = {row["id"]: row["type"] for row in rows}
    for edge in edge_rows(network):
        ends = [entity_id(types[edge[end]], edge[end]) for end in ("source", "target")]
        said = ", ".join(edge["kinds"].replace("_", " ").split(";"))
        yield _entity(
            "link",
            " ".join(ends),
            "UnknownLink",
            subject=ends[0],
            object=ends[1],
            role=said,
            summary=f"strength {edge['weight']:.3f} of 1",
        )


def entity_id(kind: str, name: str) -> str:
    """The same thing has the same id in every export."""
    return "touchstone-" + hashlib.sha256(f"{kind} {name}".encode()).hexdigest()[:40]


def _seller(row: dict[str, Any]) -> dict[str, Any]:
    name = row["legal_name"] or row["name"] or row["id"]
    return _entity(
        "seller",
        row["id"],
        "Company" if row["licence_no"] else "LegalEntity",
        name=name,
        alias=row["name"] if row["name"] != name else "",
        registrationNumber=row["licence_no"],
        idNumber=row["id"],
        country="cn" if row["licence_no"] else "",
        address=row["region"],
        status=row["status"],
    )


def _hub(row: dict[str, Any]) -> dict[str, Any]:
    said = "Known by a keyed digest only; the plain value is not stored."
    return _entity(
        HUB,
        row["id"],
        _SCHEMATA.get(row["role"], "Note"),
        name=row["id"].replace("_", " ").replace(":", " "),
        description=said,
    )


def _entity(kind: str, key: str, schema: str, /, **properties: str) -> dict[str, Any]:
    kept = {name: [value.strip()] for name, value in sorted(properties.items()) if value and value.strip()}
    return {"id": entity_id(kind, key), "schema": schema, "properties": kept}
