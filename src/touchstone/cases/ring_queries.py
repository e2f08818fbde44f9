"""Reading one ring: its links and why they stand, what it would be without some, its past, its way to the maker."""

from __future__ import annotations

import heapq
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from touchstone.cases import facts, judgements, valuation
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import LinkJudgement, Ring, RingLink, RingRole
from touchstone.engine.behaviour.reopening import reopenings
from touchstone.engine.linkage import rings, whatif, why
from touchstone.errors import NotFound
from touchstone.ledger import queries as ledger

_PAST = 200
_MOST_PATHS = 20


def links(ring: Ring) -> QuerySet[RingLink]:
    """The ring's links, strongest first, with their sellers."""
    return ring.links.select_related("seller_a", "seller_b").order_by("-weight", "seller_a", "seller_b")


def standing(ring: Ring) -> dict[tuple[int, int], Judgement]:
    """What people's words on pairs of members come to, by primary keys."""
    return judgements.of_pairs(ring)


def unapplied(ring: Ring) -> int:
    """How many judgements that name a member of the ring are newer than the search that drew it."""
    members = ring.members.values("seller_id")
    fresh = LinkJudgement.objects.filter(standing=True, at__gt=ring.searched_at or ring.changed_at)
    return fresh.filter(Q(seller_a__in=members) | Q(seller_b__in=members)).count()


@dataclass(frozen=True)
class Pair:
    """Two sellers, the link between them if the last search found one, and everything that was said of them.

    steps: why.waterfall of the link; parts: sizes and seller ids of what the ring falls into without it.
    """

    seller_a: Any
    seller_b: Any
    link: RingLink | None
    steps: list[dict[str, Any]]
    parts: list[list[str]]
    history: list[LinkJudgement]
    standing: Judgement


def pair(ring: Ring, one: str, other: str) -> Pair:
    """Raises NotFound where one of the two is no seller."""
    first, second = sorted((one, other))
    found = {s.seller_id: s for s in facts.sellers([first, second])}
    for seller_id in (first, second):
        if seller_id not in found:
            raise NotFound(_("There is no seller %(id)s.") % {"id": seller_id})
    a, b = found[first], found[second]
    link = ring.links.filter(seller_a=a, seller_b=b).first()
    said = judgements.history(first, second)
    stands = next((Judgement(j.judgement) for j in said if j.standing), Judgement.OPEN)
    return Pair(
        a, b, link, steps(link) if link else [], parts_without(ring, [(first, second)]) if link else [], said, stands
    )


def steps(link: RingLink) -> list[dict[str, Any]]:
    """What adds up to the link: why.waterfall of it."""
    return why.waterfall({"reasons": link.reasons})


def parts_without(ring: Ring, pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The seller ids of each part that the ring falls into without these links, largest first."""
    members, joined = tables(ring)
    columns = list(zip(*pairs, strict=True)) or [(), ()]
    gone = pa.table({n: pa.array(c, pa.string()) for n, c in zip(("seller_a", "seller_b"), columns, strict=True)})
    parts: dict[int, list[str]] = defaultdict(list)
    for row in whatif.without(members, joined, gone).to_pylist():
        parts[row["part"]].append(row["seller_id"])
    return list(parts.values())


def tables(ring: Ring) -> tuple[pa.Table, pa.Table]:
    """(members, links) of the ring as the engine gave them."""
    members = [
        {"seller_id": s, "ring_id": ring.ring_id, "role": role, "score": score, "reasons": reasons}
        for s, role, score, reasons in ring.members.values_list("seller__seller_id", "role", "score", "reasons")
    ]
    joined = [
        {"seller_a": a, "seller_b": b, "weight": weight, "reasons": reasons}
        for a, b, weight, reasons in ring.links.values_list(
            "seller_a__seller_id", "seller_b__seller_id", "weight", "reasons"
        )
    ]
    return _table(members, rings.MEMBERS), _table(joined, rings.LINKS)


def sentence(ring: Ring) -> dict[str, str]:
    """The ring in one sentence, {text, text_zh}."""
    return why.ring_sentence(*tables(ring))


def past(ring: Ring) -> list[dict[str, Any]]:
    """How the members changed, newest first: {verb, at, joined, left, size}, from the ledger."""
    found = []
    for event in ledger.events_of("ring", ring.ring_id, per_page=_PAST):
        room, subject, verb = event.type.split(":")
        if (room, subject) != ("cases", "ring") or not event.payload:
            continue
        payload = json.loads(event.payload)
        sides = {side: payload.get(side, []) for side in ("joined", "left")}
        found.append({"verb": verb, "at": event.occurred_at, "size": payload.get("size", 0), **sides})
    return found


def reopened(seller_ids: list[str]) -> dict[str, dict[str, Any]]:
    """seller_id → {seller_id, shop_name, closed_on, opened_on, days, shares} of the closed shop that each continues.

    Both must be among these sellers, and share what strangers rarely share; engine/behaviour/reopening has the rule.
    """
    sellers = {s.seller_id: s for s in facts.sellers(seller_ids)}
    dates = pa.table(
        {
            "seller_id": pa.array(list(sellers), pa.string()),
            "opened_on": pa.array([s.opened_on for s in sellers.values()], pa.date32()),
            "closed_on": pa.array([s.closed_on for s in sellers.values()], pa.date32()),
        }
    )
    found = {}
    for row in reopenings(dates, facts.identifiers_table(seller_ids)).to_pylist():
        old, new = sellers[row["reopened_from"]], sellers[row["seller_id"]]
        if old.closed_on is None or new.opened_on is None:  # the rule has compared them
            continue
        found[new.seller_id] = {
            "seller_id": old.seller_id,
            "shop_name": old.shop_name,
            "closed_on": old.closed_on,
            "opened_on": new.opened_on,
            "days": (new.opened_on - old.closed_on).days,
            "shares": row["reopened_shares"],
        }
    return found


@dataclass(frozen=True)
class Step:
    """A member on the way, and what ties it to the one before (kinds of shared attributes)."""

    seller_id: str
    shop_name: str
    role: str
    shares: list[str]


@dataclass(frozen=True)
class Way:
    """From the bad listings of a shop over members to a maker, else a wholesaler. origins: [(place, parcels)]."""

    listings: list[str]
    steps: list[Step]
    origins: list[tuple[str, int]]


def ways(ring: Ring, bad: Iterable[tuple[str, str]]) -> list[Way]:
    """The surest way from each shop with bad listings to where its goods come from; most listings first.

    bad: (listing_id, seller_id). A way goes along links, and each link costs the more the weaker it is. A ring without
    maker or wholesaler gives ways of one step: what is left are the places that parcels were handed in at.
    """
    members = {m.seller_id: m for m in ring.members.select_related("seller")}
    by_id = {m.seller.seller_id: m for m in members.values()}
    listings: dict[str, list[str]] = defaultdict(list)
    for listing_id, seller_id in bad:
        if seller_id in by_id:
            listings[seller_id].append(listing_id)
    shops = sorted(listings, key=lambda s: (-len(listings[s]), s))[:_MOST_PATHS]
    towards, shared = _towards_origin(ring, members)
    origins = valuation.parcel_origins(by_id) if shops else {}
    found = []
    for shop in shops:
        chain = [by_id[shop].seller_id]
        while (after := towards.get(chain[-1])) is not None:
            chain.append(after)
        steps = [
            Step(m.seller.seller_id, m.seller.shop_name, m.role, shared[before, pk] if before else [])
            for before, pk in zip([None, *chain], chain, strict=False)
            if (m := members[pk])
        ]
        found.append(Way(sorted(listings[shop]), steps, origins.get(steps[-1].seller_id) or origins.get(shop, [])))
    return found


def _towards_origin(ring: Ring, members: dict[int, Any]) -> tuple[dict[int, int], dict[tuple[int, int], list[str]]]:
    """(member → the next one on its way, pair → kinds shared), from the makers, else the wholesalers, outwards."""
    shared: dict[tuple[int, int], list[str]] = {}
    near: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for a, b, weight, reasons in ring.links.values_list("seller_a_id", "seller_b_id", "weight", "reasons"):
        shared[a, b] = shared[b, a] = [r["kind"] for r in reasons]
        cost = 0.01 - math.log(max(weight, 1e-6))
        near[a].append((b, cost))
        near[b].append((a, cost))
    sources = next(
        (
            s
            for role in (RingRole.MAKER, RingRole.WHOLESALER)
            if (s := [k for k, m in members.items() if m.role == role])
        ),
        [],
    )
    towards: dict[int, int] = {}
    cheapest = dict.fromkeys(sources, 0.0)
    waiting = [(0.0, pk) for pk in sources]
    while waiting:
        cost, at = heapq.heappop(waiting)
        for other, more in near[at] if cost <= cheapest[at] else ():
            if cost + more < cheapest.get(other, math.inf):
                cheapest[other], towards[other] = cost + more, at
                heapq.heappush(waiting, (cost + more, other))
    return towards, shared


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)
