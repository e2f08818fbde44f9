"""The case file: everything that a lead may carry, before an agreement narrows it. Plain JSON without floats."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from touchstone.cases import analysis, facts, merging, wanted
from touchstone.cases.models import Case, ItemKind, RingAttribute
from touchstone.market import lookups
from touchstone.penalties import lookups as penalties
from touchstone.review import lookups as review


def file_of(case: Case) -> dict[str, Any]:
    """The case as parts that an agreement admits one by one; `case` itself always goes.

    Keys beside `case`: people, licences, shops, links, identifiers, listings, decisions, penalties, valuation,
    evidence, analysis, notes; each a list. The notes of cases that were merged into this one are among the notes.
    """
    items: dict[str, list[str]] = defaultdict(list)
    for kind, object_id in case.items.values_list("kind", "object_id"):
        items[kind].append(object_id)
    sellers = lookups.sellers(items[ItemKind.SELLER])
    seller_ids = [s.seller_id for s in sellers]
    attributes = _attributes(case)
    return {
        "case": {
            "number": case.number,
            "title": case.title,
            "summary": case.summary,
            "opened_at": _time(case.opened_at),
            "ring": case.ring.ring_id if case.ring else "",
        },
        "people": [{"seller_id": s.seller_id, "legal_name": s.legal_name} for s in sellers if s.legal_name],
        "licences": [{"seller_id": s.seller_id, "licence_no": s.licence_no} for s in sellers if s.licence_no],
        "shops": _shops(case, sellers),
        "links": [{"kind": a.kind, "sellers": a.sellers, "weight": f"{a.weight:.3f}"} for a in attributes],
        "identifiers": [{"kind": a.kind, "digest": a.digest, "sellers": a.sellers} for a in attributes],
        "listings": [_listing(row) for row in facts.listing_rows(items[ItemKind.LISTING])],
        "decisions": _decisions(items[ItemKind.DECISION]),
        "penalties": [
            {**row, "decided_at": _time(row["decided_at"])} for row in penalties.penalties_against(seller_ids)
        ],
        "valuation": facts.value_of(case.number, items[ItemKind.LISTING]),
        "evidence": [
            *({"state": "held", "kind": "record", "id": i} for i in items[ItemKind.RECORD]),
            *({"state": "wanted", "kind": i, "text": str(wanted.Evidence(i).label)} for i in items[ItemKind.WANTED]),
        ],
        "analysis": analysis.as_parts(case),
        "notes": [{"at": _time(n.at), "text": n.text} for n in merging.notes(case).order_by("at", "id")],
    }


def _attributes(case: Case) -> list[RingAttribute]:
    return list(case.ring.attributes.all()) if case.ring else []


def _shops(case: Case, sellers: list[Any]) -> list[dict[str, Any]]:
    roles = dict(case.ring.members.values_list("seller__seller_id", "role")) if case.ring else {}
    return [
        {
            "seller_id": s.seller_id,
            "shop_name": s.shop_name,
            "region": s.region,
            "category": s.category,
            "status": s.status,
            "opened_on": s.opened_on.isoformat() if s.opened_on else "",
            "closed_on": s.closed_on.isoformat() if s.closed_on else "",
            "role": roles.get(s.seller_id, ""),
        }
        for s in sellers
    ]


def _listing(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "score": "" if row["score"] is None else f"{row['score']:.3f}"}


def _decisions(ids: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(d.id),
            "listing_id": d.listing.listing_id,
            "outcome": d.outcome,
            "finding": d.finding,
            "facts": d.facts,
            "basis": d.basis,
            "decided_at": _time(d.decided_at),
            "rules": d.pack_version,
        }
        for d in review.decisions_by_id(ids)
    ]


def _time(moment: Any) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else ""
