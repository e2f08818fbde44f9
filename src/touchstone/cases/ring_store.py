"""Bringing the stored rings to what the engine found, set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from touchstone.cases.models import Ring, RingAttribute, RingLink, RingMember

BATCH = 500

# A ring's removed or blocked listings: how many, and what they took as [{currency, amount_minor}].
Bad = tuple[int, list[dict[str, Any]]]


@dataclass
class Found:
    """A ring as the engine reports it. members: seller_id → (role, score, reasons); links: rows of the engine."""

    ring_id: str
    members: dict[str, tuple[str, float, list[dict[str, Any]]]] = field(default_factory=dict)
    attributes: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)

    @property
    def score(self) -> float:
        return round(sum(m[1] for m in self.members.values()) / len(self.members), 6)

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Per kind of attribute: how many are shared, among how many members, and how strong the best is."""
        by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for attribute in self.attributes:
            by_kind[attribute["kind"]].append(attribute)
        rows = [
            {
                "kind": kind,
                "attributes": len(found),
                "sellers": len({s for a in found for s in a["sellers"]}),
                "weight": round(max(a["weight"] for a in found), 6),
            }
            for kind, found in by_kind.items()
        ]
        return sorted(rows, key=lambda r: (-r["weight"], r["kind"]))


@dataclass(frozen=True)
class Change:
    """What became of one ring. verb: found, changed or lost; joined and left: seller ids."""

    ring_id: str
    verb: str
    joined: list[str]
    left: list[str]
    size: int
    score: float


def read(members: pa.Table, shared: pa.Table, links: pa.Table) -> dict[str, Found]:
    """The engine's tables as rings by id. A link between two rings belongs to neither."""
    rings: dict[str, Found] = {}
    for row in members.to_pylist():
        ring = rings.setdefault(row["ring_id"], Found(row["ring_id"]))
        ring.members[row["seller_id"]] = (row["role"], row["score"], row["reasons"])
    for row in shared.to_pylist():
        rings[row.pop("ring_id")].attributes.append(row)
    ring_of = dict(zip(members["seller_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
    for row in links.to_pylist():
        ring_id = ring_of.get(row["seller_a"])
        if ring_id is not None and ring_of.get(row["seller_b"]) == ring_id:
            rings[ring_id].links.append(row)
    return rings


def current_members() -> pa.Table:
    """(seller_id, ring_id) of the rings as they are stored: what the engine takes as the previous run."""
    rows = RingMember.objects.order_by("seller__seller_id").values_list("seller__seller_id", "ring__ring_id")
    sellers, rings = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"seller_id": pa.array(sellers, pa.string()), "ring_id": pa.array(rings, pa.string())})


def store(
    found: dict[str, Found],
    keys: dict[str, int],
    bad: dict[str, Bad],
    now: datetime,
) -> list[Change]:
    """Write what is new, changed or lost. keys: seller_id → primary key; bad: by ring id. Returns the changes."""
    stored = {ring.ring_id: ring for ring in Ring.objects.all()}
    former: dict[str, dict[str, str]] = defaultdict(dict)
    for ring_id, seller_id, role in RingMember.objects.values_list("ring__ring_id", "seller__seller_id", "role"):
        former[ring_id][seller_id] = role
    changes = [
        *(c for r in found.values() if (c := _compared(r, former.get(r.ring_id, {}), r.ring_id in stored))),
        *(
            Change(ring_id, "lost", [], sorted(former[ring_id]), 0, ring.score)
            for ring_id, ring in stored.items()
            if ring_id not in found and ring.lost_at is None
        ),
    ]
    _write(changes, found, stored, keys, bad, now)
    return changes


def _compared(ring: Found, former: dict[str, str], known: bool) -> Change | None:
    roles = {seller_id: facts[0] for seller_id, facts in ring.members.items()}
    if known and roles == former:
        return None
    return Change(
        ring.ring_id,
        "changed" if known else "found",
        sorted(roles.keys() - former.keys()),
        sorted(former.keys() - roles.keys()),
        len(roles),
        ring.score,
    )


def _write(
    changes: list[Change],
    found: dict[str, Found],
    stored: dict[str, Ring],
    keys: dict[str, int],
    bad: dict[str, Bad],
    now: datetime,
) -> None:
    verbs = {change.ring_id: change.verb for change in changes}
    for ring_id, ring in found.items():
        row = stored.setdefault(ring_id, Ring(ring_id=ring_id, found_at=now, changed_at=now, score=0, size=0))
        row.score, row.size, row.reasons = ring.score, len(ring.members), ring.reasons
        row.bad_listings, row.takings = bad.get(ring_id, (0, []))
        row.lost_at, row.searched_at = None, now
        if ring_id in verbs:
            row.changed_at = now
    for ring_id, verb in verbs.items():
        if verb == "lost":
            stored[ring_id].lost_at = now
    Ring.objects.bulk_create([r for r in stored.values() if r.pk is None], batch_size=BATCH)
    Ring.objects.bulk_update(
        stored.values(),
        ["score", "size", "reasons", "bad_listings", "takings", "lost_at", "changed_at", "searched_at"],
        batch_size=BATCH,
    )
    # Strengths and reasons move with the whole market, so members, attributes and links are written anew.
    for model in (RingMember, RingAttribute, RingLink):
        model.objects.all().delete()
    RingMember.objects.bulk_create(_member_rows(found.values(), stored, keys), batch_size=BATCH)
    RingAttribute.objects.bulk_create(_attribute_rows(found.values(), stored), batch_size=BATCH)
    RingLink.objects.bulk_create(_link_rows(found.values(), stored, keys), batch_size=BATCH)


def _member_rows(found: Iterable[Found], stored: dict[str, Ring], keys: dict[str, int]) -> list[RingMember]:
    return [
        RingMember(ring=stored[ring.ring_id], seller_id=keys[seller_id], role=role, score=score, reasons=reasons)
        for ring in found
        for seller_id, (role, score, reasons) in ring.members.items()
    ]


def _attribute_rows(found: Iterable[Found], stored: dict[str, Ring]) -> list[RingAttribute]:
    return [RingAttribute(ring=stored[ring.ring_id], **attribute) for ring in found for attribute in ring.attributes]


def _link_rows(found: Iterable[Found], stored: dict[str, Ring], keys: dict[str, int]) -> list[RingLink]:
    return [
        RingLink(
            ring=stored[ring.ring_id],
            seller_a_id=keys[link["seller_a"]],
            seller_b_id=keys[link["seller_b"]],
            weight=link["weight"],
            reasons=link["reasons"] or [],
        )
        for ring in found
        for link in ring.links
    ]
