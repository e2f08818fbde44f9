"""Sellers that have just come in: tied to the rings as they stand, without a search of the whole market."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

import polars as pl
import pyarrow as pa
from django.db import transaction

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases import actions, facts, judgements, numbers
from touchstone.cases.models import NewSeller, Ring, RingAttribute, RingLink, RingMember, RingRole
from touchstone.cases.ring_store import Change
from touchstone.cases.signals import rings_searched
from touchstone.engine.linkage import identity, incremental

# Where more wait, a search of the whole market costs less and sees how newcomers tie rings together.
MOST_ONE_BY_ONE = 200
BATCH = 500


def remember(sender: object, *, keys: Collection[int], now: datetime, **_more: Any) -> None:
    """Keep sellers that came in or changed until they were looked at, in the import's transaction."""
    rows = [NewSeller(seller_id=key, since=now) for key in keys]
    NewSeller.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def link_new_sellers(actor: Actor, now: datetime) -> list[Change]:
    """Look at every seller that came in since: those tied to a known one join its ring, or make a new one with it.

    Rejected pairs stay apart. Records one event for each ring that changed and tells `signals.rings_searched`, as a
    search does, so that old records meet new sellers. Roles, and rings that a newcomer ties together, wait for the next
    search. Raises Forbidden.
    """
    permit(actor, "ring.find")
    if not NewSeller.objects.exists():
        return []
    numbers.lock("rings")
    waiting = list(NewSeller.objects.values_list("seller_id", "seller__seller_id").order_by("seller__seller_id"))
    if len(waiting) > MOST_ONE_BY_ONE:
        actions.find_rings(actor, now)
        return []
    _positives, negatives = judgements.tables()
    changes: dict[str, Change] = {}
    for key, seller_id in waiting:
        if not RingMember.objects.filter(seller_id=key).exists() and (tie := _tie(seller_id, negatives)):
            change = _join(seller_id, tie, now)
            earlier = changes.get(change.ring_id)
            changes[change.ring_id] = change if earlier is None else _after(earlier, change)
    NewSeller.objects.filter(seller_id__in=[key for key, _seller_id in waiting]).delete()
    told = list(changes.values())
    actions.record_changes(actor, now, uuid.uuid4(), told)
    rings_searched.send(sender=Ring, actor=actor, now=now, changes=told)
    return told


def _tie(seller_id: str, negatives: pa.Table) -> dict[str, Any] | None:
    """The row of incremental.JOINED that ties the seller to a known one."""
    own = facts.identifiers_table([seller_id])
    known = facts.holders_table({(kind, digest) for kind, digest in zip(*_columns(own), strict=True)}, seller_id)
    if not known.num_rows:
        return None
    members = RingMember.objects.filter(seller__seller_id__in=set(known["seller_id"].to_pylist()))
    rows = list(members.values_list("seller__seller_id", "ring__ring_id"))
    table = pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(("seller_id", "ring_id"))})
    (found,) = incremental.attach(own, known, table, negatives=negatives).to_pylist()
    return found if found["through"] else None


def _columns(identifiers: pa.Table) -> tuple[list[str], list[str]]:
    return identifiers["kind"].to_pylist(), identifiers["digest"].to_pylist()


def _join(seller_id: str, tie: dict[str, Any], now: datetime) -> Change:
    """Store what the tie says, and what became of the ring."""
    keys = facts.seller_keys([seller_id, tie["through"]])
    fresh = tie["ring_id"] is None
    ring = _new_ring(seller_id, tie, now) if fresh else Ring.objects.get(ring_id=tie["ring_id"])
    joined = [seller_id, tie["through"]] if fresh else [seller_id]
    RingMember.objects.bulk_create(
        RingMember(ring=ring, seller_id=keys[s], role=RingRole.FRONT_SHOP, score=tie["weight"], reasons=tie["reasons"])
        for s in joined
    )
    a, b = sorted((seller_id, tie["through"]))
    RingLink.objects.create(
        ring=ring, seller_a_id=keys[a], seller_b_id=keys[b], weight=tie["weight"], reasons=tie["reasons"]
    )
    _share(ring, seller_id, tie)
    scores = list(ring.members.values_list("score", flat=True))
    ring.size, ring.score, ring.changed_at = len(scores), round(sum(scores) / len(scores), 6), now
    ring.save(update_fields=["size", "score", "changed_at"])
    return Change(ring.ring_id, "found" if fresh else "changed", sorted(joined), [], ring.size, ring.score)


def _new_ring(seller_id: str, tie: dict[str, Any], now: datetime) -> Ring:
    pair = pl.DataFrame({"component": [0, 0], "seller_id": [seller_id, tie["through"]]})
    taken = list(Ring.objects.values_list("ring_id", flat=True))
    named = identity.ring_ids(pair, pl.DataFrame({"seller_id": [""] * len(taken), "ring_id": taken}))
    reasons = [
        {"kind": r["kind"], "attributes": 1, "sellers": 2, "weight": round(r["weight"], 6)} for r in tie["reasons"]
    ]
    return Ring.objects.create(
        ring_id=named[0], found_at=now, changed_at=now, searched_at=now, score=0, size=0, reasons=reasons
    )


def _share(ring: Ring, seller_id: str, tie: dict[str, Any]) -> None:
    """Write the newcomer to the attributes that it shares, and those that only it and its nearest share."""
    own, near = (
        {(k, d) for k, d in zip(*_columns(facts.identifiers_table([s])), strict=True)}
        for s in (seller_id, tie["through"])
    )
    known = {(a.kind, a.digest): a for a in ring.attributes.all()}
    for pair in own & known.keys():
        attribute = known[pair]
        attribute.sellers = sorted({*attribute.sellers, seller_id})
        attribute.save(update_fields=["sellers"])
    weights = {r["kind"]: r["weight"] for r in tie["reasons"]}
    RingAttribute.objects.bulk_create(
        RingAttribute(
            ring=ring, kind=kind, digest=digest, weight=weights[kind], sellers=sorted((seller_id, tie["through"]))
        )
        for kind, digest in sorted((own & near) - known.keys())
        if kind in weights
    )


def _after(earlier: Change, later: Change) -> Change:
    joined = sorted({*earlier.joined, *later.joined})
    return Change(earlier.ring_id, earlier.verb, joined, earlier.left, later.size, later.score)
