"""Candidates for new aliases, mined from what was blocked or found to be a counterfeit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa
from django.db import transaction

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.text.learning import mine_candidates
from touchstone.rights import terms as rights
from touchstone.rights.models import Term, TermKind, TermSource
from touchstone.rights.terms import Draft, Proposed
from touchstone.screening.effects import effects
from touchstone.screening.models import Label, LabelKind, Verdict, VerdictKind
from touchstone.screening.screeners import screener as screener_for

# The latest of each kind are enough to learn from, and keep the work bounded.
MOST_BLOCKED, MOST_CLEAN = 20_000, 40_000
_EVIDENCE = ("near", "support", "clean_support", "listing_ids", "clean_ids")


def mine_terms(actor: Actor, now: datetime, *, least: int = 3, most: int = 50) -> Proposed:
    """Propose texts that blocked titles of a brand share and honest ones lack, with their effect.

    Blocked are listings that a decision or an outcome calls a counterfeit, and those whose verdict is block and that
    nobody found genuine; honest are the others that pass. `least`: in how many blocked titles a text must stand. What was
    proposed before, and also what was refused, is left as it is. Raises Forbidden.
    """
    permit(actor, "term.mine")
    blocked, clean = _learnt_from()
    screener = screener_for(now)
    found = mine_candidates(blocked, clean, screener, least=least, most=most)
    drafts = [
        Draft(TermKind.ALIAS, row["term"], row["brand"], evidence=_evidence(row))
        for row in found.to_pylist()
        if len(row["term"]) > 1
    ]
    # Counted first, as it takes long: then candidates and their effects are written together in no time.
    new = rights.unknown(actor, now, drafts=drafts)
    counted = {_identity(term): effect for term, effect in effects(screener, new, now)} if new else {}
    run = str(uuid4())
    with transaction.atomic():
        proposed = rights.propose_many(actor, now, drafts=drafts, source=TermSource.MINED, source_id=run, again=False)
        fresh = {term.id: counted[_identity(term)] for term in proposed.terms if term.source_id == run}
        rights.note_effects(actor, now, effects=fresh)
    return proposed


def _identity(term: Term) -> tuple[int | None, str]:
    return term.brand_id, term.key


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    return {**{name: row[name] for name in _EVIDENCE}, "score": f"{row['score']:.2f}"}


def _learnt_from() -> tuple[pa.Table, pa.Table]:
    """Blocked titles with their brands, and honest ones."""
    labels = dict(Label.objects.order_by("at", "id").values_list("listing_id", "label"))
    current = Verdict.objects.filter(current=True).order_by("-at", "-id")
    columns = ("listing_id", "listing__listing_id", "listing__title", "brands", "verdict")
    fakes = [key for key, label in labels.items() if label == LabelKind.COUNTERFEIT][-MOST_BLOCKED:]
    rows = [
        row
        for start in range(0, len(fakes), 5_000)
        for row in current.filter(listing__in=fakes[start : start + 5_000]).values_list(*columns)
    ]
    rows += current.filter(verdict=VerdictKind.BLOCK).values_list(*columns)[: MOST_BLOCKED - len(rows)]
    blocked = {row[0]: row for row in rows if labels.get(row[0]) != LabelKind.GENUINE}
    passed = current.filter(verdict=VerdictKind.PASS).values_list(*columns)[:MOST_CLEAN]
    clean = [row for row in passed if row[0] not in blocked]
    return _table(list(blocked.values())), _table(clean)


def _table(rows: list[Any]) -> pa.Table:
    return pa.table(
        {
            "listing_id": pa.array([row[1] for row in rows], pa.string()),
            "title": pa.array([row[2] for row in rows], pa.string()),
            "brand": pa.array([row[3][0] if row[3] else "" for row in rows], pa.string()),
        }
    )
