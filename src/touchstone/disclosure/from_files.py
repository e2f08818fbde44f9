"""The seller index from files of orders, after-sales and sellers. No database."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow import csv

from touchstone.disclosure.index import AFTER_SALE_COLUMNS, SELLER_COLUMNS, compute
from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.files.write import check_targets, whole_file
from touchstone.errors import NotValid
from touchstone.law import packs
from touchstone.law.calendar import SHANGHAI, local_day
from touchstone.market.formats import STORED
from touchstone.market.money import to_minor
from touchstone.market.reading import Reading
from touchstone.market.staging import Staged, stage

Say = Callable[[str], None]


def index_files(
    orders: Path, out: str, *, after_sales: Path | None, sellers: Path | None, as_of: datetime | None, say: Say
) -> int:
    """Count the index of the files and write it to `out`; the number of bad rows, which go to OUT.rejected.jsonl.

    as_of: midnight of a day, in China; None for the day after the last order. Raises BadInputFile, NotValid.
    """
    format_of(out, writing=True)
    rejected = "index.rejected.jsonl" if out == STREAM else f"{out}.rejected.jsonl"
    check_targets([out, rejected], [str(path) for path in (orders, after_sales, sellers) if path])
    with tempfile.TemporaryDirectory(prefix="touchstone-index-") as scratch:
        staged = {"orders": _staged("orders", orders, Path(scratch), say)}
        if after_sales:
            staged["after_sales"] = _staged("after_sales", after_sales, Path(scratch), say)
        if sellers:
            staged["sellers"] = _staged("sellers", sellers, Path(scratch), say)
        tables = {kind: ds.dataset(str(part.path)) for kind, part in staged.items()}
        begin = _begin(as_of, tables["orders"])
        table = compute(
            tables["orders"],
            tables.get("after_sales", AFTER_SALE_COLUMNS.empty_table()),
            tables["sellers"].to_table(SELLER_COLUMNS.names) if sellers else SELLER_COLUMNS.empty_table(),
            as_of=begin,
            pack=packs.load("disclosure", begin.date()),
        )
        _write(table, out)
        bad = _keep_rejected(staged, rejected)
    shops = len(set(table["seller_id"].to_pylist()))
    say(f"{shops:,} shops counted as of {begin.date()}.")
    if bad:
        say(f"{bad:,} bad rows left out. See {rejected}.")
    return bad


def _staged(kind: str, path: Path, scratch: Path, say: Say) -> Staged:
    folder = scratch / kind
    folder.mkdir()
    reading = Reading(path, kind, str(path))
    staged = stage(kind, reading, folder, _counted_columns)
    for notice in reading.notices:
        say(f"{path}: {notice}")
    return staged


def _counted_columns(kind: str, good: pa.Table) -> pa.Table:
    """The rows in the columns that are kept; what the index does not count, and all personal data, stays empty."""
    columns: dict[str, Any] = {name: good[name] for name in good.column_names}
    if kind == "orders":
        columns["amount_minor"] = to_minor(good["amount"], good["currency"])
    left_out = {"identifiers", "ships_from", "licence_no", "legal_name", "buyer_ref", "deposit_minor"}
    schema = STORED[kind].insert(0, pa.field("line", pa.int64()))
    arrays = [
        pa.nulls(good.num_rows, field.type) if field.name in left_out else columns[field.name].cast(field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _begin(as_of: datetime | None, orders: ds.Dataset) -> datetime:
    """The midnight in China at which the day begins, aware."""
    if as_of is not None:
        return as_of.replace(tzinfo=SHANGHAI)
    last = pc.max(orders.to_table(["paid_at"])["paid_at"]).as_py()
    if last is None:
        raise NotValid(
            "There is no order that can be counted.", remedy="See what is wrong with the rows, or give --as-of."
        )
    return datetime.combine(local_day(last) + timedelta(days=1), time(), SHANGHAI)


def _write(table: pa.Table, out: str) -> None:
    if out == STREAM:
        sys.stdout.write(pl.DataFrame(table).write_ndjson())
        return
    with whole_file(out) as draft:
        form = format_of(out, writing=True)
        if form == "parquet":
            pq.write_table(table, draft, compression="zstd")
        elif form == "csv":
            csv.write_csv(table, draft)
        else:
            pl.DataFrame(table).write_ndjson(draft)


def _keep_rejected(staged: dict[str, Staged], path: str) -> int:
    """Write the rejected rows of all files, each with its `kind` of file; how many they are."""
    bad = sum(part.bad for part in staged.values())
    if bad:
        with whole_file(path) as draft, open(draft, "wb") as file:
            for kind, part in staged.items():
                for line in part.rejected.read_bytes().splitlines():
                    file.write(orjson.dumps({"file": kind, **orjson.loads(line)}) + b"\n")
    else:
        # A file of an earlier run would tell of rows that are not in this one.
        Path(path).unlink(missing_ok=True)
    return bad
