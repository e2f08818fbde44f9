"""`touchstone group` on files: listings in, `listing_id, group_id` out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from touchstone.engine.files.batches import Reader
from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.files.read import expand, open_listings
from touchstone.engine.files.rejects import Rejects, checked, rejects_of
from touchstone.engine.files.seen import Seen
from touchstone.engine.files.write import check_targets, open_writer, whole_file
from touchstone.engine.grouping.group import group
from touchstone.engine.pricing.distribution import distributions
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.schema import LISTING, TYPES
from touchstone.errors import BadInputFile

# What grouping looks at; the rest of a listing is not kept in memory.
COLUMNS = ("listing_id", "title", "description", "brand", "price", "currency", "seller_id", "pdq", "gtin")
# Rows that are written at once.
_ROWS = 1 << 16


@dataclass(frozen=True)
class Grouped:
    """What a run did. `groups`: those of two listings or more. `grouped`: listings in them."""

    listings: int
    groups: int
    grouped: int
    rejected: int


def group_files(
    listings: list[str],
    out: str,
    *,
    prices: bool = False,
    rates: Rates | None = None,
    rejected: str | None = None,
    notice: Callable[[str], None] = lambda _: None,
    progress: Callable[[int, int, int], None] = lambda *_: None,
) -> Grouped:
    """Group all listings of some files or globs. Bad rows go to `rejected`, by default OUT.rejected.jsonl.

    `prices`: add what other offers of the product and the seller's own goods cost (`distribution.COLUMNS`).

    Raises BadInputFile, in which case no file is left behind.
    """
    format_of(out, writing=True)
    paths = expand(listings)
    bad_path = rejected or (STREAM if out == STREAM else f"{out}.rejected.jsonl")
    if out != STREAM and Path(out).resolve() == Path(bad_path).resolve():
        raise BadInputFile("groups and bad rows need two files", place=out)
    check_targets([out, bad_path], paths)
    readers = [open_listings(path) for path in paths]
    for reader in readers:
        for text in reader.notices:
            notice(text)
    with rejects_of(bad_path) as rejects:
        table, bad = _read(readers, rejects, progress)
        groups = group(table)
        told = distributions(table, groups, rates) if prices else None
        _write(groups if told is None else _beside(groups, told), out)
    counts = np.unique(groups["group_id"].to_numpy(), return_counts=True)[1]
    return Grouped(groups.num_rows, int((counts > 1).sum()), int(counts[counts > 1].sum()), bad)


def _read(readers: list[Reader], rejects: Rejects, progress: Callable[[int, int, int], None]) -> tuple[pa.Table, int]:
    """(the good rows of all readers, how many were bad)."""
    tables, bad = [], 0
    with Seen() as seen:
        for number, reader in enumerate(readers):
            for batch in reader.batches():
                good, _, wrong = checked(batch, seen, reader.name)
                rejects.add(reader.name, wrong)
                bad += len(wrong)
                tables.append(good.select(COLUMNS) if good.num_rows else None)
                progress(number, *reader.progress())
    kept = [table for table in tables if table is not None]
    return (pa.concat_tables(kept).combine_chunks() if kept else _nothing()), bad


def _nothing() -> pa.Table:
    return pa.table({name: pa.array([], TYPES[LISTING[name]]) for name in COLUMNS})


def _beside(groups: pa.Table, told: pa.Table) -> pa.Table:
    return pa.table({name: table[name] for table in (groups, told) for name in table.column_names})


def _write(groups: pa.Table, out: str) -> None:
    with contextlib.ExitStack() as stack:
        partial = STREAM if out == STREAM else stack.enter_context(whole_file(out))
        with contextlib.closing(open_writer(out, partial, groups.schema, frozenset())) as writer:
            for low in range(0, groups.num_rows, _ROWS):
                writer.write(groups.slice(low, _ROWS))
