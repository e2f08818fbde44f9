"""Rows that programs send: judged as one table, whoever sent them, and stored in one transaction.

Judging writes nothing and needs no transaction. So the rows of many requests that come at the same time are judged
together, which costs hardly more than one (docs/throughput.md), and each gets the verdict that it would get alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import pyarrow as pa
from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.rules.judging import ShadowHit
from touchstone.market import lookups
from touchstone.screening import pictures, shadows
from touchstone.screening.image_hits import note_hits
from touchstone.screening.rows import known_of_rows
from touchstone.screening.screeners import screener as screener_for
from touchstone.screening.storing import store, with_judged

Row = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """`table`: the rows with what the rooms know of them. `verdicts`: the engine's answer, a line a row in that order.

    `shadow`: what rules that only watch would have said. `versions`: of engine, rules and rights.
    """

    table: pa.Table
    verdicts: pa.Table
    shadow: list[ShadowHit]
    versions: tuple[str, str, str]


def judge_rows(actor: Actor, now: datetime, *, rows: pa.Table) -> Judged:
    """Judge the rows of a caller, or of several whom `actor` stands for. Writes nothing.

    rows: columns as `touchstone screen` takes them. Raises Forbidden, NotValid (a column is missing or of a wrong type).
    """
    permit(actor, "screening.screen")
    screener = screener_for(now)
    table = known_of_rows(rows, now)
    shadow: list[ShadowHit] = []
    verdicts = pictures.screen(screener, table, shadow)
    return Judged(table, verdicts, shadow, screener.versions)


@transaction.atomic
def store_judged(actors: Sequence[Actor], now: datetime, *, judged: Judged, keep: Sequence[int]) -> int:
    """Store the verdicts on the rows in `keep` (their places); how many were stored.

    actors: who asked, one a row. A verdict is stored where the market knows the listing under the same title, becomes
    the listing's current one and leaves one event. Of several on one listing the last stays the current one.
    Raises Forbidden.
    """
    for actor in {actors[place].id: actors[place] for place in keep}.values():
        permit(actor, "screening.screen")
    rows, verdicts = judged.table.to_pylist(), judged.verdicts.to_pylist()
    known = lookups.held_listings(rows[place]["listing_id"] for place in keep)
    stored = [p for p in keep if (rows[p]["listing_id"], rows[p]["title"]) in known]
    for some in _once_each(stored, rows):
        new = {rows[p]["listing_id"]: with_judged(verdicts[p], rows[p], judged.versions) for p in some}
        keys = {listing_id: known[listing_id, row["title"]] for listing_id, row in new.items()}
        store(new, keys, judged.versions[2], now, None)
    _record(actors, now, judged.versions[2], stored, verdicts)
    _note(now, judged, keep)
    return len(stored)


def _once_each(places: Sequence[int], rows: list[Row]) -> list[list[int]]:
    """The places in rounds, in order: no listing is twice in a round."""
    rounds: list[dict[str, int]] = []
    for place in places:
        listing_id = rows[place]["listing_id"]
        free = next((taken for taken in rounds if listing_id not in taken), None)
        if free is None:
            rounds.append(free := {})
        free[listing_id] = place
    return [list(taken.values()) for taken in rounds]


def _record(
    actors: Sequence[Actor], now: datetime, rights_version: str, stored: list[int], verdicts: list[Row]
) -> None:
    """One event a verdict, in one statement for each actor that follows another."""
    for _who, places in groupby(stored, key=lambda place: actors[place].id):
        own = list(places)
        entries = [(("listing", verdicts[p]["listing_id"]), (), _told(verdicts[p], rights_version)) for p in own]
        ledger.record_many(actors[own[0]], now, "screening:verdict:stored", entries=entries)


def _told(verdict: Row, rights_version: str) -> Row:
    return {
        "verdict": verdict["verdict"],
        "score": f"{verdict['score']:.6f}",
        "engine_version": verdict["engine_version"],
        "rules_version": verdict["rules_version"],
        "rights_version": rights_version,
    }


def _note(now: datetime, judged: Judged, keep: Sequence[int]) -> None:
    """Keep what rules in shadow would have said, and which images of the bank the rows show."""
    table = judged.table if len(keep) == judged.table.num_rows else judged.table.take(pa.array(keep, pa.int64()))
    if judged.shadow:
        kept = set(table["listing_id"].to_pylist())
        shadows.keep([hit for hit in judged.shadow if hit.listing_id in kept], now)
    note_hits(now, table)
