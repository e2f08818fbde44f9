"""The screener over the rights and terms in force, one a thread.

A change of the rights, or a new day, builds it anew. A term that is approved or withdrawn is applied to the one there is:
that takes milliseconds, so every process has it with the next listing that it screens.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from touchstone.engine.screen import Screener
from touchstone.law.calendar import local_day
from touchstone.ledger import queries as ledger
from touchstone.rights import queries as rights
from touchstone.rights import term_queries as terms
from touchstone.screening import image_bank, live_models, live_rules

# A screener is not for two threads at once, so each thread has its own.
_kept = threading.local()


@dataclass
class _Kept:
    """`rights`: day, database and changes of the rights that it is built from. `events`: with those of terms, too."""

    rights: tuple[date, str, tuple[int, int]]
    events: tuple[int, int]
    screener: Screener


def screener(now: datetime) -> Screener:
    """The screener for the day of `now`: with the rules in force, and the images that are in the bank by now."""
    found = _in_force(now)
    found.use_bank(image_bank.bank())
    model = live_models.live(now)
    if found.model is not model:
        found.use_model(model)
    rules = live_rules.ruleset(now)
    if found.rules is not rules:
        found.use_rules(rules)
    return found


def _in_force(now: datetime) -> Screener:
    """Over rights and terms. Every change of them leaves an event: their number is the state."""
    kept: _Kept | None = getattr(_kept, "value", None)
    day, database, events = local_day(now), ledger.database(), ledger.state_of("rights:")
    if kept and kept.rights[:2] == (day, database) and kept.events == events:
        return kept.screener
    built = (day, database, ledger.state_of("rights:", apart_from="rights:term:"))
    if kept and kept.rights == built:  # so only terms have changed
        kept.screener.set_lists(*terms.live_terms())
    else:
        kept = _Kept(built, events, _build(day))
        _kept.value = kept
    kept.events = events
    return kept.screener


def _build(day: date) -> Screener:
    aliases, safe = terms.live_terms()
    rows = [{"term": text, "kind": "safe", "provenance": "", "brand": brand} for brand, text in sorted(safe)]
    found = Screener(rights.rights_table(day), safe=pa.Table.from_pylist(rows) if rows else None)
    found.set_lists(aliases, safe)
    return found
