"""Open listings by path, and read small tables (rights, banks, rates) whole."""

from __future__ import annotations

import glob
import os

import pyarrow as pa

from touchstone.engine.files.batches import Reader
from touchstone.engine.files.csv_reader import CsvReader
from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.files.jsonl_reader import JsonlReader
from touchstone.engine.files.parquet_reader import ParquetReader
from touchstone.errors import BadInputFile


def expand(patterns: list[str]) -> list[str]:
    """File names and globs as file names, sorted inside each glob. Raises BadInputFile where nothing matches."""
    paths: list[str] = []
    for pattern in patterns:
        found = [pattern]
        if pattern != STREAM and not os.path.exists(pattern) and glob.has_magic(pattern):
            found = sorted(glob.glob(pattern, recursive=True))
            if not found:
                raise BadInputFile("no file matches", place=pattern)
        paths += found
    if paths.count(STREAM) > 1:
        raise BadInputFile("standard input can be read once only", place=STREAM)
    return paths


def open_listings(path: str) -> Reader:
    """A reader for one file of listings, with its header checked. Raises BadInputFile."""
    kind = format_of(path)
    if kind == "parquet":
        return ParquetReader(path)
    return CsvReader(path) if kind == "csv" else JsonlReader(path)


def read_table(path: str, *, required: tuple[str, ...], known: tuple[str, ...]) -> pa.Table:
    """A whole small table with text columns (Parquet keeps its types). Raises BadInputFile, also for one bad row."""
    kind = format_of(path)
    reader: Reader
    if kind == "parquet":
        reader = ParquetReader(path, required=required)
    elif kind == "csv":
        reader = CsvReader(path, required=required)
    else:
        reader = JsonlReader(path, required=required, known=known)
    tables = []
    for batch in reader.batches():
        if batch.rejected:
            first = batch.rejected[0]
            raise BadInputFile(first.reason, place=f"{path} line {first.line}")
        tables.append(batch.table)
    if not tables:
        return pa.table({name: pa.array([], pa.large_string()) for name in required})
    return pa.concat_tables(tables, promote_options="default")
