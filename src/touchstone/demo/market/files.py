"""Writing tables as Parquet, CSV or JSON Lines, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from touchstone.errors import NotValid

_ROWS = 20_000


def write_tables(root: Path, tables: dict[str, pa.Table], form: str) -> list[Path]:
    """Write each table to `root/<name>.<form>`; times in text are ISO 8601 with Z, empty cells are nulls."""
    if form not in _WRITERS:
        raise NotValid(f"unknown form {form!r}", place="form", remedy=f"Use one of: {', '.join(_WRITERS)}.")
    try:
        root.mkdir(parents=True, exist_ok=True)
        return [_replace(root / f"{name}.{form}", _WRITERS[form], table) for name, table in tables.items()]
    except OSError as error:
        raise NotValid(
            f"cannot write: {error.strerror}", place=str(root), remedy="Name a folder that can be written."
        ) from error


def _replace(path: Path, writer: Callable[[pa.Table, Path], None], table: pa.Table) -> Path:
    """Write beside, then rename, so that a reader never meets half a file."""
    beside = path.with_name(f".{path.name}.part")
    writer(table, beside)
    os.replace(beside, path)
    return path


def _parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def _csv(table: pa.Table, path: Path) -> None:
    pyarrow.csv.write_csv(_readable(table), path)


def _jsonl(table: pa.Table, path: Path) -> None:
    with path.open("wb") as out:
        for batch in _readable(table).to_batches(max_chunksize=_ROWS):
            out.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in batch.to_pylist())


def _readable(table: pa.Table) -> pa.Table:
    """The table with its times as ISO 8601 text."""
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            text = pc.strftime(table[field.name].cast(pa.timestamp("s", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(i, field.name, text)
    return table


_WRITERS: dict[str, Callable[[pa.Table, Path], Any]] = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}
