"""A network as its page tells it: rows of the tables, what stands in the panel, what the script draws."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pyarrow as pa
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from touchstone.cases.models import RingMember, RingRole
from touchstone.cases.network import Shown
from touchstone.cases.shown import kind_label as word_of
from touchstone.cases.shown import text_of
from touchstone.engine.linkage import whatif, why
from touchstone.engine.linkage.network import HUB, ROLES
from touchstone.engine.linkage.weights import load
from touchstone.errors import NotFound
from touchstone.market.models import SellerStatus

KEY_PLAYERS = 10
MOST_LINKED = 12
MOST_NAMED = 30
# A letter stands in the node, so that nobody has to tell colours apart.
LETTERS = {"maker": "M", "wholesaler": "W", "front_shop": "F", "courier": "C", "cash_out": "P", "": "?"}
_KINDS: dict[str, str | Promise] = {
    "resident_id": gettext_lazy("Resident id"),
    "confirmed": gettext_lazy("Confirmed by a person"),
}
SORTS = {
    "": ("betweenness", True),
    "role": ("order", False),
    "-role": ("order", True),
    "score": ("score", False),
    "-score": ("score", True),
    "degree": ("degree", False),
    "-degree": ("degree", True),
    "between": ("betweenness", False),
    "-between": ("betweenness", True),
    "cut": ("cut_off", False),
    "-cut": ("cut_off", True),
    "name": ("name", False),
    "-name": ("name", True),
}


def role_label(role: str) -> str | Promise:
    return RingRole(role).label if role in RingRole.values else _("In no ring")


def kind_label(kind: str) -> str | Promise:
    """The kind of a hub or a reason in words; of one that the pages do not know, the engine's."""
    return _KINDS[kind] if kind in _KINDS else word_of(kind)


Row = dict[str, Any]


def rows(shown: Shown) -> list[Row]:
    """The nodes with names and labels, in the order of the network."""
    names, labels = _names(shown), _Labels()
    return [_row(node, names, labels) for node in shown.network.nodes.to_pylist()]


class _Labels(dict[tuple[bool, str], Any]):
    """(whether it is a hub, role or kind) → its words, looked up once."""

    def __missing__(self, key: tuple[bool, str]) -> str:
        self[key] = str(kind_label(key[1]) if key[0] else role_label(key[1]))
        return str(self[key])


def _names(shown: Shown) -> dict[str, str]:
    return dict(zip(shown.facts["seller_id"].to_pylist(), shown.facts["name"].to_pylist(), strict=True))


def _row(node: dict[str, Any], names: dict[str, str], labels: _Labels) -> Row:
    hub = node["type"] == HUB
    label = labels[hub, node["role"]]
    return {
        **node,
        "hub": hub,
        "label": label,
        "letter": "" if hub else LETTERS.get(node["role"], "?"),
        "name": f"{label} {node['id'].partition(':')[2][:6]}" if hub else names.get(node["id"]) or node["id"],
        "order": len(ROLES) + 1 if hub else ROLES.index(node["role"]) if node["role"] in ROLES else len(ROLES),
    }


def table(named: list[Row], *, search: str = "", role: str = "", sort: str = "") -> list[Row]:
    """The nodes as the table shows them: of a role (or `hub`), with a text in name or id, sorted by one of SORTS."""
    low = search.lower()
    found = [
        row
        for row in named
        if (not low or low in row["name"].lower() or low in row["id"].lower())
        and (not role or (row["hub"] if role == HUB else not row["hub"] and row["role"] == role))
    ]
    field, falling = SORTS.get(sort, SORTS[""])
    return sorted(sorted(found, key=lambda r: r["id"]), key=lambda r: r[field], reverse=falling)


def edge_table(shown: Shown, named: list[Row]) -> list[dict[str, Any]]:
    """The edges, strongest first, with the names of their ends."""
    found = [
        {
            "source": named[e["source"]],
            "target": named[e["target"]],
            "kinds": [kind_label(k) for k in e["kinds"]],
            "weight": e["weight"],
        }
        for e in shown.network.edges.to_pylist()
    ]
    return sorted(found, key=lambda e: (-e["weight"], e["source"]["id"], e["target"]["id"]))


def key_players(named: list[Row]) -> list[Row]:
    """The nodes on which most hangs: what would fall off without them, then the paths through them."""
    ordered = sorted(named, key=lambda r: (-r["cut_off"], -r["betweenness"], -r["degree"], r["id"]))
    return [r for r in ordered if r["betweenness"] > 0 or r["cut_off"] > 0][:KEY_PLAYERS]


def legend(named: list[Row]) -> list[dict[str, Any]]:
    """The roles that occur, from maker to cash-out, and hubs, with how many there are of each."""
    counted = Counter(HUB if row["hub"] else row["role"] for row in named)
    found = [
        {"role": role, "label": role_label(role), "letter": LETTERS[role], "n": counted[role]}
        for role in (*ROLES, "")
        if counted[role]
    ]
    if counted[HUB]:
        found.append({"role": HUB, "label": _("Shared by three or more"), "letter": "", "n": counted[HUB]})
    return found


def kinds(shown: Shown) -> list[dict[str, Any]]:
    """The kinds of attributes and reasons that occur, with how many edges each has."""
    counted = Counter(kind for kinds in shown.network.edges["kinds"].to_pylist() for kind in kinds)
    return [{"kind": kind, "label": kind_label(kind), "n": n} for kind, n in counted.most_common()]


def drawn(shown: Shown) -> bytes:
    """What the script draws, as JSON of columns."""
    nodes, named = shown.network.nodes, rows(shown)
    dates = {row["seller_id"]: row for row in shown.facts.to_pylist()}
    columns = ("id", "role", "score", "community", "x", "y", "degree", "betweenness", "parts", "cut_off")
    return orjson.dumps(
        {
            "nodes": {
                **{name: nodes[name].to_pylist() for name in columns},
                "hub": [row["hub"] for row in named],
                "name": [str(row["name"]) for row in named],
                "opened": [dates.get(row["id"], {}).get("opened_on", "")[:7] for row in named],
                "closed": [dates.get(row["id"], {}).get("closed_on", "")[:7] for row in named],
            },
            "edges": {name: shown.network.edges[name].to_pylist() for name in ("source", "target", "weight", "kinds")},
            "seed": shown.subject[1] if shown.subject[0] == "seller" else "",
        }
    )


def of_seller(shown: Shown, node: dict[str, Any]) -> dict[str, Any]:
    """What the panel says of a seller: facts, role, reasons, the strongest links."""
    facts = next(row for row in shown.facts.to_pylist() if row["seller_id"] == node["id"])
    member = RingMember.objects.select_related("ring").filter(seller__seller_id=node["id"]).first()
    status = facts["status"]
    return {
        "node": _row(node, {node["id"]: facts["name"]}, _Labels()),
        "facts": facts,
        "status": SellerStatus(status).label if status in SellerStatus.values else status,
        "ring": member.ring if member else None,
        "reasons": [text_of(r) for r in member.reasons] if member else [],
        "linked": _linked(shown, node["id"]),
    }


def _linked(shown: Shown, seller_id: str) -> list[dict[str, Any]]:
    """The strongest links of a seller, from the stored ones or, where there are none, from what it shares."""
    names = _names(shown)
    found = [
        (row["weight"], row["seller_b"] if row["seller_a"] == seller_id else row["seller_a"])
        for row in shown.links.to_pylist()
        if seller_id in (row["seller_a"], row["seller_b"])
    ]
    if not found:
        others = {s for row in shown.shared.to_pylist() if seller_id in row["sellers"] for s in row["sellers"]}
        found = [(pair(shown, seller_id, other)["weight"], other) for other in sorted(others - {seller_id})[:200]]
    strongest = sorted(found, key=lambda f: (-f[0], f[1]))
    return [{"id": s, "name": names.get(s) or s, "weight": w} for w, s in strongest[:MOST_LINKED]]


def of_hub(shown: Shown, node: dict[str, Any]) -> dict[str, Any]:
    """What the panel says of an attribute: who of the network has it."""
    places = shown.network.nodes["id"].to_pylist()
    here = places.index(node["id"])
    who = [places[e["source"]] for e in shown.network.edges.to_pylist() if e["target"] == here]
    names = _names(shown)
    named = [{"id": s, "name": names.get(s) or s} for s in who[:MOST_NAMED]]
    return {"node": _row(node, {}, _Labels()), "sellers": named, "more": max(0, len(who) - MOST_NAMED)}


def pair(shown: Shown, a: str, b: str) -> dict[str, Any]:
    """{weight, reasons} of two sellers: the stored link, else what both have."""
    first, second = sorted((a, b))
    for row in shown.links.to_pylist():
        if (row["seller_a"], row["seller_b"]) == (first, second):
            return {"weight": row["weight"], "reasons": row["reasons"], "stored": True}
    reasons = [_reason(r) for r in shown.shared.to_pylist() if a in r["sellers"] and b in r["sellers"]]
    steps = why.waterfall({"reasons": reasons})
    return {"weight": steps[-1]["total_after"] if steps else 0.0, "reasons": reasons, "stored": False}


def _reason(row: dict[str, Any]) -> dict[str, Any]:
    weights, n = load(), len(row["sellers"])
    kind = next((k for k in weights.kinds if k.name == row["kind"]), None)
    texts = {
        "text" + suffix: weights.reasons["pair"][language].format(kind=getattr(kind, language, row["kind"]), n=n)
        for suffix, language in (("", "en"), ("_zh", "zh"))
    }
    return {"kind": row["kind"], "weight": row["weight"], **texts}


def of_pair(shown: Shown, a: str, b: str) -> dict[str, Any]:
    """What the panel says of a link: the weights step by step, and the ring without it. Raises NotFound."""
    names = _names(shown)
    if a not in names or b not in names or a == b:
        raise NotFound(_("There is no such link in this network."))
    link = pair(shown, a, b)
    before = 0.0
    steps = []
    for step in why.waterfall(link):
        steps.append({**step, "label": kind_label(step["kind"]), "said": text_of(step), "before": before})
        before = step["total_after"]
    return {
        "a": {"id": a, "name": names[a] or a},
        "b": {"id": b, "name": names[b] or b},
        "weight": link["weight"],
        "stored": link["stored"],
        "steps": steps,
        "parts": _without(shown, a, b) if link["stored"] else [],
    }


def _without(shown: Shown, a: str, b: str) -> list[int]:
    """Sizes of the parts into which the ring falls without the link, largest first."""
    pairs = pa.table({"seller_a": [a], "seller_b": [b]})
    found = whatif.without(shown.members, shown.links, pairs)
    return sorted(Counter(found["part"].to_pylist()).values(), reverse=True)
