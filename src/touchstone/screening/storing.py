"""From rows to verdicts: which rows are new, what the engine says of them, and the set-based writing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
from django.db import connection

from touchstone.engine.rules.judging import ShadowHit
from touchstone.engine.screen import Screener
from touchstone.screening import pictures
from touchstone.screening.models import Verdict

ROWS_AT_ONCE = 10_000
_AS_THEY_ARE = ("verdict", "score", "engine_version", "rules_version", "inputs", "title", "images")
_AS_JSON = ("brands", "matches", "reasons")
_IDS_AT_ONCE = 5_000  # below the number of parameters that either database takes in a statement


@dataclass
class Screened:
    """What a run came to: new verdicts by external listing id, one line a listing for the digest, hits in shadow."""

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: {"pass": 0, "review": 0, "block": 0})
    lines: list[bytes] = field(default_factory=list)
    shadow: list[ShadowHit] = field(default_factory=list)

    def add(self, listing_id: str, verdict: str, score: float) -> None:
        self.counts[verdict] += 1
        self.lines.append(f"{listing_id}\t{verdict}\t{score:.6f}\n".encode())

    def digest(self, versions: tuple[str, str, str]) -> str:
        """SHA-256 over the versions and the sorted lines (listing, verdict, score with 6 decimals)."""
        total = hashlib.sha256("\n".join(versions).encode())
        for line in sorted(self.lines):
            total.update(line)
        return total.hexdigest()


def screen_changed(screener: Screener, table: pa.Table) -> Screened:
    """Screen the rows whose inputs or versions differ from those of their current verdict; count the rest as it stands.

    table: listing columns of the engine with seller_confirmed_fakes.
    """
    found = Screened()
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        rows = batch.to_pylist()
        inputs = {row["listing_id"]: inputs_digest(row, screener.versions) for row in rows}
        given = {row["listing_id"]: row for row in rows}
        standing = _standing(inputs)
        changed = []
        for number, (listing_id, digest) in enumerate(inputs.items()):
            known = standing.get(listing_id)
            if known and known[0] == digest:
                found.add(listing_id, known[1], known[2])
            else:
                changed.append(number)
        some = pa.Table.from_batches([batch.take(pa.array(changed, pa.int64()))])
        for row in pictures.screen(screener, some, found.shadow).to_pylist():
            found.add(row["listing_id"], row["verdict"], row["score"])
            found.new[row["listing_id"]] = with_judged(row, given[row["listing_id"]], screener.versions)
    return found


def with_judged(verdict: dict[str, Any], row: dict[str, Any], versions: tuple[str, str, str]) -> dict[str, Any]:
    """A verdict as it is stored: with the digest of what it depends on, and the title and images that were judged."""
    judged = {name: row.get(name) or "" for name in ("title", "images")}
    return {**verdict, **judged, "inputs": inputs_digest(row, versions)}


def inputs_digest(row: dict[str, Any], versions: tuple[str, str, str]) -> str:
    """SHA-256 over everything that a verdict depends on: the row and the versions of engine, rules and rights."""
    plain = {name: value for name, value in row.items() if value is not None}
    text = orjson.dumps([plain, versions], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(text).hexdigest()


def store(
    new: dict[str, dict[str, Any]], keys: dict[str, int], rights_version: str, now: datetime, run_id: UUID | None
) -> int:
    """Write the verdicts as the current ones; the number written. keys: external listing id to primary key."""
    rows = [(keys[listing_id], row) for listing_id, row in new.items() if listing_id in keys]
    for chunk in _chunks([key for key, _row in rows], _IDS_AT_ONCE):
        Verdict.objects.filter(listing__in=chunk, current=True).update(current=False)
    same = {"run": run_id, "rights_version": rights_version, "at": now, "current": True}
    _insert(same, rows)
    return len(rows)


def _insert(same: dict[str, Any], rows: list[tuple[int, dict[str, Any]]]) -> None:
    """One prepared INSERT for all rows: bulk_create prepares each value of each row and takes seven times as long.

    same: values that all rows share, by field name.
    """
    shared = dict(_prepared(name, value) for name, value in same.items())
    columns = ["listing_id", *_AS_THEY_ARE, *_AS_JSON, *shared]
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    constants = tuple(shared.values())
    values = (
        (
            key,
            *(row[name] for name in _AS_THEY_ARE),
            *(orjson.dumps(row[name]).decode() for name in _AS_JSON),
            *constants,
        )
        for key, row in rows
    )
    table = connection.ops.quote_name(Verdict._meta.db_table)
    with connection.cursor() as cursor:
        for chunk in _chunks(values, ROWS_AT_ONCE):
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places})", chunk)  # noqa: S608  # our names


def _prepared(name: str, value: Any) -> tuple[str, Any]:
    """(column, value as the database takes it)"""
    field: Any = Verdict._meta.get_field(name)
    return field.column, field.get_db_prep_save(value, connection)


def _standing(listing_ids: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """(inputs, verdict, score) of the current verdicts, by external listing id."""
    found = {}
    for chunk in _chunks(listing_ids, _IDS_AT_ONCE):
        rows = Verdict.objects.filter(current=True, listing__listing_id__in=chunk).order_by()
        for listing_id, *standing in rows.values_list("listing__listing_id", "inputs", "verdict", "score"):
            found[listing_id] = tuple(standing)
    return found


def _chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
