"""Counting beforehand what the market knows, see screening/known.py: with every run over it, and after an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import polars as pl
import pyarrow as pa
from django.db import transaction

from touchstone.engine.behaviour.events import RATES
from touchstone.ledger import queries as ledger
from touchstone.market import queries as market
from touchstone.screening import known
from touchstone.screening.behaviour import known_until
from touchstone.screening.figure_models import KnownFigures
from touchstone.screening.prices import WHOLE, whole_prices
from touchstone.screening.rows import rows_to_screen

_LONGEST_TEXT = 20_000  # what the engine reads of all reviews together
_EVENTS = "market:import:"
_AT_ONCE = 5_000
_counted_at: dict[str, tuple[int, int]] = {}

Facts = dict[str, Any]


def refresh_if_imported(now: datetime) -> int:
    """Count anew where a file came in since this process counted last; how many figures changed. For the worker."""
    database, state = ledger.database(), ledger.state_of(_EVENTS)
    if _counted_at.get(database) == state:
        return 0
    changed = keep_figures(rows_to_screen(market.listings_table(), now), now)
    _counted_at[database] = state
    return changed


@transaction.atomic
def keep_figures(table: pa.Table, now: datetime) -> int:
    """Keep what is known of the whole market; `table` is `rows_to_screen` of all its listings. How many rows changed."""
    until = known_until(now)
    fresh = _collected(table, counted=until is not None)
    as_of = until or now
    standing = dict(KnownFigures.objects.values_list("key", "facts"))
    gone = [key for key in standing if key not in fresh]
    changed = [
        KnownFigures(key=key, facts=facts, as_of=as_of) for key, facts in fresh.items() if standing.get(key) != facts
    ]
    for some in _chunks(gone):
        KnownFigures.objects.filter(key__in=some).delete()
    KnownFigures.objects.bulk_create(
        changed, batch_size=1_000, update_conflicts=True, unique_fields=["key"], update_fields=["facts", "as_of"]
    )
    return len(gone) + len(changed)


def _collected(table: pa.Table, *, counted: bool) -> dict[str, Facts]:
    """Key to facts, of everything that says something."""
    found: dict[str, Facts] = {}
    for key, facts in _facts(table, counted=counted):
        if facts:
            found.setdefault(key, {}).update(facts)
    return found


def _facts(table: pa.Table, *, counted: bool) -> Iterator[tuple[str, Facts]]:
    """counted: there is a lake, so that what was not counted is zero."""
    frame = pl.DataFrame(table).with_columns(pl.col("listing_id").cast(pl.String))  # of no listings it has no type
    there = set(frame.columns)
    of_listing, of_seller, rates = (
        [n for n in names if n in there] for names in (known.OF_LISTING, known.OF_SELLER, RATES)
    )
    prices = frame.select("listing_id").join(whole_prices(), on="listing_id", how="left", maintain_order="left")
    for row, whole in zip(frame.iter_rows(named=True), prices.iter_rows(named=True), strict=True):
        facts = _said(row, of_listing)
        if "reviews" in facts:
            facts["reviews"] = facts["reviews"][:_LONGEST_TEXT]
        yield known.of_listing(row["listing_id"]), facts
        if row["seller_id"]:
            own = {name: whole[WHOLE + name] for name in known.OWN if whole[WHOLE + name] is not None}
            yield known.of_seller(row["seller_id"]), {**_said(row, of_seller), **own, "counted": counted}
        if row["category"]:
            yield known.of_category(row["category"]), _said(row, rates)
        group = {name: whole[WHOLE + name] for name in known.GROUP if whole[WHOLE + name] is not None}
        yield known.of_title(row["title"]), group
        if row["gtin"]:
            yield known.of_gtin(row["gtin"]), group


def _said(row: Facts, names: Iterable[str]) -> Facts:
    """Without what is null, and without zeros of what is counted."""
    found = {name: row[name] for name in names}
    return {
        name: value for name, value in found.items() if value is not None and not (value == 0 and name in known.ZERO)
    }


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
