"""Networks as the pages show them: of a ring, and of what surrounds a seller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases import queries
from touchstone.cases.models import Ring, RingAttribute, RingLink, RingMember
from touchstone.engine.linkage import exports
from touchstone.engine.linkage.network import Network, network
from touchstone.engine.linkage.weights import load
from touchstone.errors import NotFound
from touchstone.market import around
from touchstone.market import queries as market

# An attribute that more sellers have is drawn, if they stand in the picture already, but not followed.
FOLLOWED = 60
MOST_SELLERS = 5_000
MOST_EXPANDED = 50
HOPS = 2

_SHARED = pa.schema(
    [("kind", pa.string()), ("digest", pa.string()), ("weight", pa.float64()), ("sellers", pa.list_(pa.string()))]
)
_MEMBERS = pa.schema([("seller_id", pa.string()), ("role", pa.string()), ("score", pa.float64())])
_REASON = pa.struct([("kind", pa.string()), ("weight", pa.float64()), ("text", pa.string()), ("text_zh", pa.string())])
_LINKS = pa.schema(
    [("seller_a", pa.string()), ("seller_b", pa.string()), ("weight", pa.float64()), ("reasons", pa.list_(_REASON))]
)


@dataclass(frozen=True)
class Shown:
    """A network with what it was made of. subject: ("ring", ring id) or ("seller", seller id). facts: (seller_id,
    *exports.FACTS). cut: there was more than MOST_SELLERS, and the rest is left out."""

    subject: tuple[str, str]
    members: pa.Table
    shared: pa.Table
    links: pa.Table
    facts: pa.Table
    network: Network
    cut: bool = False

    @property
    def seller_ids(self) -> list[str]:
        ids: list[str] = self.members["seller_id"].to_pylist()
        return ids


def of_ring(actor: Actor, ring_id: str) -> Shown:
    """The network of a ring as the last search found it. Raises Forbidden, NotFound."""
    ring = queries.ring(actor, ring_id)
    return _of_ring(ring.pk, ring.ring_id, _state(ring))


def _state(ring: Ring) -> tuple[Any, ...]:
    """Changes with every search: members, attributes and links are written anew by each."""
    return tuple(
        tuple(rows.aggregate(n=Count("pk"), last=Max("pk")).values())
        for rows in (ring.members.all(), ring.attributes.all(), RingLink.objects.filter(ring=ring))
    )


@lru_cache(maxsize=8)
def _of_ring(pk: int, ring_id: str, _state: tuple[Any, ...]) -> Shown:
    rows = RingMember.objects.filter(ring_id=pk).values_list("seller__seller_id", "role", "score")
    members = _table(_MEMBERS, sorted(rows))
    attributes = RingAttribute.objects.filter(ring_id=pk).values_list("kind", "digest", "weight", "sellers")
    shared = _table(_SHARED, list(attributes))
    found = RingLink.objects.filter(ring_id=pk).order_by("seller_a__seller_id", "seller_b__seller_id")
    ends = found.values_list("seller_a__seller_id", "seller_b__seller_id", "weight", "reasons")
    links = _table(_LINKS, list(ends.iterator(chunk_size=5_000)))
    return Shown(("ring", ring_id), members, shared, links, _facts(members), network(members, shared, links=links))


def around_seller(actor: Actor, seller_id: str, more: Iterable[str] = ()) -> Shown:
    """What surrounds a seller: who shares something with it, and who with those. `more`: sellers from which the picture
    goes one step further. Raises Forbidden, NotFound."""
    permit(actor, "ring.view")
    market.seller(actor, seller_id)
    seen, cut = _spread({seller_id}, HOPS)
    further = list(dict.fromkeys(more))[:MOST_EXPANDED]
    added, cut_too = _spread(set(further) & seen, 1)
    ids = sorted(seen | added)
    members = _table(_MEMBERS, [(s, *_roles(ids).get(s, ("", 0.0))) for s in ids])
    shared = _shared_among(ids)
    return Shown(
        ("seller", seller_id),
        members,
        shared,
        _table(_LINKS, []),
        _facts(members),
        network(members, shared),
        cut or cut_too,
    )


def _spread(start: set[str], hops: int) -> tuple[set[str], bool]:
    """The sellers within so many steps of `start`, and whether some had to be left out."""
    seen, edge = set(start), set(start)
    for _step in range(hops):
        pairs = {(kind, digest) for _seller, kind, digest in around.identifiers_of(sorted(edge))}
        edge = {s for _kind, _digest, _n, who in around.sharing(pairs, FOLLOWED) for s in who} - seen
        if len(seen) + len(edge) > MOST_SELLERS:
            return seen | set(sorted(edge)[: MOST_SELLERS - len(seen)]), True
        seen |= edge
    return seen, False


def _shared_among(ids: list[str]) -> pa.Table:
    """What two or more of these sellers have in common and is strong enough to say something."""
    weights = load()
    who: dict[tuple[str, str], list[str]] = {}
    for seller_id, kind, digest in around.identifiers_of(ids):
        who.setdefault((kind, digest), []).append(seller_id)
    several = {pair: sorted(set(s)) for pair, s in who.items() if len(set(s)) > 1 and pair[0] in weights.names}
    rows = []
    for kind, digest, n, _who in around.sharing(several, 0):
        place = np.array([weights.names.index(kind)])
        strength = float(weights.strengths(place, np.array([max(n, 2)]))[0])
        if strength >= weights.least:
            rows.append((kind, digest, strength, several[kind, digest]))
    return _table(_SHARED, rows)


def _roles(ids: list[str]) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for start in range(0, len(ids), 500):
        rows = RingMember.objects.filter(seller__seller_id__in=ids[start : start + 500])
        found |= {s: (role, score) for s, role, score in rows.values_list("seller__seller_id", "role", "score")}
    return found


def _facts(members: pa.Table) -> pa.Table:
    table = around.facts_table(members["seller_id"].to_pylist())
    return table.rename_columns(["name" if n == "shop_name" else n for n in table.column_names]).select(
        ["seller_id", *exports.FACTS]
    )


def _table(schema: pa.Schema, rows: list[Any]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def node(shown: Shown, node_id: str) -> dict[str, Any]:
    """The row of a node. Raises NotFound."""
    for row in shown.network.nodes.to_pylist():
        if row["id"] == node_id:
            found: dict[str, Any] = row
            return found
    raise NotFound(_("There is no %(id)s in this network.") % {"id": node_id})
