"""What terms would change: how many past verdicts, which way, on which listings.

All stored listings are searched for the texts in chunks; the listings that a term may concern are then judged twice, with
the term and without it. At most `MOST_JUDGED` listings a term are judged, the first by id: `judged` says how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.screen import Screener
from touchstone.engine.text.learning import holding
from touchstone.errors import NotValid
from touchstone.market import lookups
from touchstone.market import queries as market
from touchstone.rights import term_queries as terms
from touchstone.rights import terms as rights
from touchstone.rights.models import Term, TermKind, TermState
from touchstone.screening import pictures
from touchstone.screening.rows import rows_to_screen
from touchstone.screening.screeners import screener as screener_for

LISTINGS_AT_ONCE = 10_000
MOST_TERMS = 200
MOST_JUDGED = 2_000
_MOST_TOGETHER = 20_000
_MOST_CHANGES = 200
_TITLE = 120


def measure_terms(actor: Actor, now: datetime, *, term_ids: Collection[UUID]) -> int:
    """Count what each of the terms changes and keep it with the term; the number of terms.

    Of a candidate: what its approval would change. Of an approved one: what it changes now. Raises Forbidden, NotValid
    (more than `MOST_TERMS`).
    """
    permit(actor, "term.propose")
    if len(term_ids) > MOST_TERMS:
        raise NotValid(_("The effect of %(most)d terms can be measured at once.") % {"most": MOST_TERMS})
    found = terms.chosen(actor, term_ids)
    if not found:
        return 0
    counted = effects(screener_for(now), found, now)
    return rights.note_effects(actor, now, effects={term.id: effect for term, effect in counted})


def effects(screener: Screener, found: list[Term], now: datetime) -> list[tuple[Term, dict[str, Any]]]:
    """Each term with its effect, ready for JSON.

    Keys: `listings` (searched), `touched` (hold the text in some way), `judged`, `changed`, `moves` ("pass to block": 3),
    `changes` (up to 200 of listing_id, title, before, after; those that it lets through first), `rights_version`.
    """
    concerned, searched = _concerned([term.text for term in found])
    together = market.listings_table({i for about in concerned for i in about.ids})
    rows = rows_to_screen(together, now)
    counted = []
    with _as_they_are(screener) as (aliases, safe):
        for term, about in zip(found, concerned, strict=True):
            listings = rows.filter(pc.is_in(rows["listing_id"], value_set=pa.array(about.ids, pa.string())))
            without, with_it = _verdicts(screener, listings, term, aliases, safe)
            effect = _effect(listings, without, with_it)
            counted.append((term, {"listings": searched, "touched": about.count, **effect}))
    for _term, effect in counted:
        effect["rights_version"] = screener.versions[2]
    return counted


@dataclass
class _Concerned:
    """The listings that one text may concern: how many, and the ids of the first."""

    count: int = 0
    ids: list[str] = field(default_factory=list)


def _concerned(texts: list[str]) -> tuple[list[_Concerned], int]:
    found, searched = [_Concerned() for _ in texts], 0
    most = max(1, min(MOST_JUDGED, _MOST_TOGETHER // max(1, len(texts))))
    for table in lookups.listing_texts(LISTINGS_AT_ONCE):
        searched += table.num_rows
        names = table["listing_id"]
        for about, places in zip(found, holding(texts, table), strict=True):
            about.count += len(places)
            about.ids += names.take(pa.array(places[: most - len(about.ids)])).to_pylist()
    return found, searched


@contextmanager
def _as_they_are(screener: Screener) -> Iterator[tuple[terms.Texts, terms.Texts]]:
    """The lists in force; the screener has them again at the end, whatever happens."""
    aliases, safe = terms.live_terms()
    try:
        yield aliases, safe
    finally:
        screener.set_lists(aliases, safe)


def _verdicts(
    screener: Screener, listings: pa.Table, term: Term, aliases: terms.Texts, safe: terms.Texts
) -> tuple[list[str], list[str]]:
    """The verdicts without the term and with it. What stands there already stays as it is on the other side."""
    if not listings.num_rows:
        return [], []
    live = term.state == TermState.APPROVED
    own = {(term.brand.name if term.brand else "", term.text)}
    own_alias, own_safe = (own, set()) if term.kind == TermKind.ALIAS else (set(), own)
    sides = []
    for there in (False, True):
        names = aliases | own_alias if there else aliases - own_alias if live else aliases
        phrases = safe | own_safe if there else safe - own_safe if live else safe
        screener.set_lists(names, phrases)
        sides.append(pictures.screen(screener, listings)["verdict"].to_pylist())
    return sides[0], sides[1]


def _effect(listings: pa.Table, without: list[str], with_it: list[str]) -> dict[str, Any]:
    ids, titles = listings["listing_id"].to_pylist(), listings["title"].to_pylist()
    moved = [
        {"listing_id": i, "title": title[:_TITLE], "before": a, "after": b}
        for i, title, a, b in zip(ids, titles, without, with_it, strict=True)
        if a != b
    ]
    moves = Counter(f"{m['before']} to {m['after']}" for m in moved)
    severe = ("pass", "review", "block")
    moved.sort(key=lambda m: (severe.index(m["after"]) - severe.index(m["before"]), m["listing_id"]))
    return {
        "judged": len(ids),
        "changed": len(moved),
        "moves": dict(sorted(moves.items())),
        "changes": moved[:_MOST_CHANGES],
    }
