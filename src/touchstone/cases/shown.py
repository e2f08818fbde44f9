"""Rings and cases as their pages show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from touchstone.cases import wanted
from touchstone.cases.models import Case, ItemKind, RingAttribute, RingMember, RingRole
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
    "agencies:lead:drafted": _("Lead written, waits for approval"),
    "agencies:lead:sent": _("Lead sent"),
    "agencies:lead:accepted": _("Lead accepted"),
    "agencies:lead:returned": _("Lead returned"),
    "agencies:outcome:reported": _("Outcome reported"),
}


def members(rows: Iterable[RingMember]) -> list[dict[str, Any]]:
    """The members with a number for the matrix, role and reasons in the reader's language."""
    return [
        {
            "number": number,
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
                "digest": a.digest[:6],
                "weight": a.weight,
                "n": len(a.sellers),
                "cells": [seller_id in a.sellers for seller_id in columns],
            }
            for a in attributes[:MOST_ROWS]
        ],
        "hidden_rows": max(0, len(attributes) - MOST_ROWS),
        "hidden_columns": max(0, len(rows) - MOST_COLUMNS),
    }


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


def _kind(kind: str) -> str | Promise:
    return IdentifierKind(kind).label if kind in IdentifierKind.values else kind
