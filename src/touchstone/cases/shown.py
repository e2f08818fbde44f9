"""Rings and cases as their pages show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from touchstone.cases import facts, wanted
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import Case, ItemKind, Ring, RingAttribute, RingLink, RingMember, RingRole
from touchstone.engine.linkage.weights import load
from touchstone.engine.linkage.why import CONFIRMED
from touchstone.market import lookups
from touchstone.market.models import IdentifierKind
from touchstone.review import lookups as review

# A matrix of more is no longer read: the strongest attributes and the surest members are shown.
MOST_ROWS, MOST_COLUMNS = 40, 40

METHODS: dict[str, str | Promise] = {
    "orders_paid": _("Paid by buyers"),
    "orders_kept": _("Paid by buyers, without refunded orders"),
}
EVENTS: dict[str, str | Promise] = {
    "cases:case:opened": _("Case opened"),
    "cases:case:closed": _("Case closed"),
    "cases:case:lead_sent": _("The case has become a lead"),
    "cases:item:added": _("Item added"),
    "cases:note:added": _("Note written"),
    "cases:case:merged": _("Merged"),
    "cases:case:related": _("Related to another case"),
    "cases:case:parted": _("No longer related to another case"),
    "cases:hypothesis:stated": _("Hypothesis stated"),
    "cases:hypothesis:judged": _("Hypothesis judged"),
    "cases:argument:put": _("Evidence put into the analysis"),
    "agencies:lead:drafted": _("Lead written, waits for approval"),
    "agencies:lead:sent": _("Lead sent"),
    "agencies:lead:accepted": _("Lead accepted"),
    "agencies:lead:returned": _("Lead returned"),
    "agencies:outcome:reported": _("Outcome reported"),
}


def members(rows: Iterable[RingMember], continued: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The members with a number for the matrix, role and reasons in the reader's language.

    continued: seller_id → the closed shop that the member continues.
    """
    return [
        {
            "number": number,
            "continues": (continued or {}).get(m.seller.seller_id),
            "seller": m.seller,
            "role": m.role,
            "role_label": m.get_role_display(),
            "score": m.score,
            "reasons": [text_of(r) for r in m.reasons],
        }
        for number, m in enumerate(rows, start=1)
    ]


def matrix(attributes: Sequence[RingAttribute], rows: Sequence[RingMember]) -> dict[str, Any]:
    """The shared attributes (rows) by members (columns): who has which."""
    columns = [m.seller.seller_id for m in rows[:MOST_COLUMNS]]
    return {
        "columns": list(range(1, len(columns) + 1)),
        "rows": [
            {
                "label": _kind(a.kind),
                "kind": a.kind,
                "digest": a.digest[:6],
                "key": a.digest[:16],
                "weight": a.weight,
                "n": len(a.sellers),
                "cells": [seller_id in a.sellers for seller_id in columns],
            }
            for a in attributes[:MOST_ROWS]
        ],
        "hidden_rows": max(0, len(attributes) - MOST_ROWS),
        "hidden_columns": max(0, len(rows) - MOST_COLUMNS),
    }


def links(rows: Iterable[RingLink], said: Mapping[tuple[int, int], Judgement]) -> list[dict[str, Any]]:
    """Links with what they share and what a person said of them."""
    found = []
    for link in rows:
        judgement = said.get((link.seller_a_id, link.seller_b_id), Judgement.OPEN)
        found.append(
            {
                "link": link,
                "kinds": [_kind(r["kind"]) for r in link.reasons],
                "judgement": judgement,
                "label": judgement.label,
            }
        )
    return found


def steps(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a waterfall with where each bar begins and how long it is, in per cent of a certain link."""
    found, before = [], 0.0
    for row in rows:
        total = row["total_after"]
        found.append(
            {
                **row,
                "label": _kind(row["kind"]),
                "text": text_of(row),
                "from": f"{100 * before:.2f}",
                "width": f"{100 * (total - before):.2f}",
            }
        )
        before = total
    return found


def roles_of(ring: Ring, seller_keys: Sequence[int]) -> dict[int, Any]:
    """Seller's primary key → its member row in the ring, with role and reasons in words."""
    rows = ring.members.filter(seller_id__in=seller_keys).select_related("seller")
    return {member["seller"].pk: member for member in members(rows)}


def value(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "label": METHODS.get(row["method"], row["method"])} for row in rows]


def case_members(case: Case) -> list[dict[str, Any]]:
    """The sellers of the case, with their role and reasons where they are in its ring."""
    ids = list(case.items.filter(kind=ItemKind.SELLER).values_list("object_id", flat=True))
    in_ring = {m.seller_id: m for m in case.ring.members.all()} if case.ring else {}
    found = []
    for number, seller in enumerate(lookups.sellers(ids), start=1):
        member = in_ring.get(seller.pk)
        found.append(
            {
                "number": number,
                "seller": seller,
                "role": member.role if member else "",
                "role_label": RingRole(member.role).label if member else "",
                "score": member.score if member else None,
                "reasons": [text_of(r) for r in member.reasons] if member else [],
            }
        )
    return found


def decisions(ids: Sequence[str]) -> list[Any]:
    return review.decisions_by_id(ids)


def wanted_items(case: Case) -> list[dict[str, Any]]:
    """The evidence that the case wants, in words."""
    items = case.items.filter(kind=ItemKind.WANTED)
    return [{"kind": i.object_id, "label": wanted.Evidence(i.object_id).label, "note": i.note} for i in items]


MOST_ITEMS = 200


def items(case: Case) -> list[tuple[str, str]]:
    """What evidence in the analysis can be an item of: (kind:id, words), at most MOST_ITEMS."""
    held = case.items.exclude(kind=ItemKind.WANTED)[:MOST_ITEMS]
    return [(f"{i.kind}:{i.object_id}", f"{i.get_kind_display()} {i.object_id}") for i in held]


def missing(case: Case) -> list[str]:
    """What the file lacks as far as the house can see: pictures of listings, orders of shops, decisions."""
    ids: dict[ItemKind, list[str]] = {k: [] for k in (ItemKind.LISTING, ItemKind.SELLER, ItemKind.DECISION)}
    for kind, object_id in case.items.filter(kind__in=ids).values_list("kind", "object_id"):
        ids[ItemKind(kind)].append(object_id)
    listings, sellers = ids[ItemKind.LISTING], ids[ItemKind.SELLER]
    lacks = (
        (_("listings without a stored picture: %(n)s of %(all)s"), facts.without_picture(listings), listings),
        (_("shops without an order: %(n)s of %(all)s"), facts.without_orders(sellers), sellers),
        (_("listings without a decision: %(n)s of %(all)s"), facts.without_decision(listings), listings),
    )
    return [str(text % {"n": n, "all": len(of)}) for text, n, of in lacks if n]


def timeline(events: Iterable[Any]) -> list[dict[str, Any]]:
    """The events of a case, without the many weighings, which stand in the table of the analysis."""
    return [event(e) for e in events if e.type != "cases:argument:weighed"]


def event(found: Any) -> dict[str, Any]:
    """An event of the ledger: title, time, who, and the text that goes with it."""
    payload = json.loads(found.payload or "{}")
    return {
        "title": EVENTS.get(found.type, found.type),
        "at": found.occurred_at,
        "by": found.actor_name,
        "text": payload.get("because") or payload.get("reason") or "",
        "leads": [ref.object_id for ref in found.refs.all() if ref.kind == "lead"],
        "state": {"cases:case:closed": "done", "agencies:lead:accepted": "done", "agencies:lead:returned": "bad"}.get(
            found.type, ""
        ),
    }


def text_of(reason: dict[str, Any]) -> str:
    """The sentence of an engine's reason in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    text: str = reason.get("text_zh" if chinese else "text") or reason.get("text", "")
    return text


def kind_label(kind: str) -> str | Promise:
    """`payout_account` → Payout account; of a kind that is no identifier, as a picture, the engine's word."""
    if kind in IdentifierKind.values:
        return IdentifierKind(kind).label
    known = {k.name: text_of({"text": k.en, "text_zh": k.zh}) for k in load().kinds}
    return known.get(kind, kind.replace("_", " "))


def _kind(kind: str) -> str | Promise:
    if kind == CONFIRMED:
        return Judgement.CONFIRMED.label
    return kind_label(kind)
