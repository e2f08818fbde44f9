"""Verdicts to a file or a stream. A file appears when it is whole, or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.schema import OUTPUT
from touchstone.errors import BadInputFile

_LISTS = [f.name for f in OUTPUT if pa.types.is_list(f.type)]


class Writer(Protocol):
    """Takes tables with the columns of `schema.OUTPUT` and those that pass through."""

    def write(self, table: pa.Table) -> None:
        """Append the rows."""
        ...

    def write_raw(self, payload: bytes) -> None:
        """Append rows that are made ready: text by `as_text`; for Parquet tables as an Arrow stream."""
        ...

    def close(self) -> None:
        """Finish. The file is whole afterwards."""
        ...


def output_names(passing: list[str]) -> dict[str, str]:
    """The output name of each column that passes through: its own, or `input_...` where the output has that name."""
    taken = {*OUTPUT.names, *(n for n in passing if n not in OUTPUT.names)}
    names = {}
    for name in passing:
        new = name
        while name in OUTPUT.names and new in taken:
            new = f"input_{new}"
        taken.add(new)
        names[name] = new
    return names


def check_targets(targets: list[str], inputs: list[str]) -> None:
    """Refuse, before any work, to write over an input, over a folder or into one that is not there.

    Raises BadInputFile.
    """
    for target in targets:
        if target == STREAM:
            continue
        if os.path.isdir(target):
            raise BadInputFile("this is a folder, not a file", place=target)
        if not os.path.isdir(os.path.dirname(target) or "."):
            raise BadInputFile("the folder does not exist", place=target)
        for path in inputs:
            if path != STREAM and os.path.exists(path) and os.path.exists(target) and os.path.samefile(path, target):
                raise BadInputFile("the output would replace an input", place=target)


@contextlib.contextmanager
def whole_file(path: str) -> Iterator[str]:
    """A temporary name beside `path`; renamed to it when the block ends well, removed otherwise."""
    target = Path(path)
    if not target.parent.is_dir():
        raise BadInputFile("the folder does not exist", place=path)
    partial = target.parent / f".{target.name}.{secrets.token_hex(4)}.partial"
    try:
        yield str(partial)
        if partial.exists():
            os.replace(partial, target)
    except OSError as error:
        raise BadInputFile(f"the file cannot be written ({error.strerror})", place=path) from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def open_writer(path: str, partial: str, schema: pa.Schema, fragments: frozenset[str]) -> Writer:
    """A writer for the format that `path` names, writing to `partial`. `fragments`: columns that hold JSON text."""
    kind = format_of(path, writing=True)
    if kind == "parquet":
        return ParquetOut(partial, schema, fragments)
    file = sys.stdout.buffer if path == STREAM else open(partial, "wb")  # noqa: SIM115
    if kind == "csv":
        return CsvOut(file, schema, fragments, _separator(path))
    return JsonlOut(file, fragments)


def as_text(path: str, table: pa.Table, schema: pa.Schema, fragments: frozenset[str]) -> bytes:
    """The rows as the writer of `path`, which is not Parquet, would write them; of CSV without the header."""
    file = io.BytesIO()
    if format_of(path, writing=True) == "csv":
        writer = CsvOut(file, schema, fragments, _separator(path))
        start = file.tell()
        writer.write(table)
        return file.getvalue()[start:]
    JsonlOut(file, fragments).write(table)
    return file.getvalue()


def _separator(path: str) -> str:
    return "\t" if path.lower().endswith(".tsv") else ","


class ParquetOut:
    """One row group a table."""

    def __init__(self, path: str, schema: pa.Schema, fragments: frozenset[str]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, table: pa.Table) -> None:
        """Append the rows as a row group."""
        if table.num_rows:
            self._writer.write_table(plain(table, self._fragments).select(self._schema.names).cast(self._schema))

    def write_raw(self, payload: bytes) -> None:
        """Append the rows of an Arrow stream."""
        self.write(pa.ipc.open_stream(payload).read_all())

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class CsvOut:
    """CSV in UTF-8; lists are JSON."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, fragments: frozenset[str], separator: str) -> None:
        self._file = file
        self._names = schema.names
        self._fragments = fragments
        self._separator = separator
        empty = pl.DataFrame(schema=dict.fromkeys(self._names, pl.String))
        file.write(empty.write_csv(separator=separator).encode())

    def write(self, table: pa.Table) -> None:
        """Append the rows."""
        table, spliced = _with_json(table.select(self._names))
        frame = _frame(plain(table, self._fragments | spliced))
        nested = [n for n, t in frame.schema.items() if isinstance(t, pl.List | pl.Struct | pl.Array)]
        binary = [n for n, t in frame.schema.items() if t == pl.Binary]
        spans = [n for n, t in frame.schema.items() if t == pl.Duration]
        flat = frame.with_columns(
            *(_json(n).alias(n) for n in nested),
            *(pl.col(n).bin.encode("hex") for n in binary),
            *(pl.col(n).dt.to_string("iso") for n in spans),
        )
        self._file.write(flat.write_csv(include_header=False, separator=self._separator).encode())

    def write_raw(self, payload: bytes) -> None:
        """Append rows that are text already."""
        self._file.write(payload)
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        _finish(self._file)


class JsonlOut:
    """JSON Lines; columns that came as JSON go back as they were."""

    def __init__(self, file: BinaryIO, fragments: frozenset[str]) -> None:
        self._file = file
        self._fragments = fragments

    def write(self, table: pa.Table) -> None:
        """Append the rows."""
        table, made = _with_json(table)
        spliced = [n for n in table.column_names if n in self._fragments | made]
        frame = _frame(table)
        own = frame.drop(spliced)
        binary = [n for n, t in own.schema.items() if t == pl.Binary]
        own = own.with_columns(pl.col(n).bin.encode("hex") for n in binary)
        lines = own.select(pl.struct(pl.all()).struct.json_encode().alias("line"))
        if spliced:
            parts = [pl.lit("," + orjson.dumps(n).decode() + ":") + pl.col(n).fill_null("null") for n in spliced]
            lines = lines.hstack(frame.select(spliced)).select(
                pl.concat_str(pl.col("line").str.head(-1), *parts, pl.lit("}")).alias("line")
            )
        text = "\n".join(lines["line"].to_list())
        if text:
            self._file.write(text.encode() + b"\n")
        self._file.flush()

    def write_raw(self, payload: bytes) -> None:
        """Append rows that are text already."""
        self._file.write(payload)
        self._file.flush()

    def close(self) -> None:
        """Close the file; standard output stays open."""
        _finish(self._file)


def _finish(file: BinaryIO) -> None:
    file.flush()
    if file is not sys.stdout.buffer:
        file.close()


def _frame(table: pa.Table) -> pl.DataFrame:
    return pl.from_arrow(table)  # type: ignore[return-value]


def _json(name: str) -> pl.Expr:
    """A list column as JSON text. Polars encodes structs, so the list goes in as {"x":[...]} and is taken out again."""
    return pl.struct(pl.col(name).alias("x")).struct.json_encode().str.slice(5).str.head(-1)


def as_json(cells: pa.ChunkedArray) -> pa.Array:
    """Cells as JSON text: bytes in hexadecimal, what JSON has no word for as it reads."""
    texts = [None if v is None else orjson.dumps(v, default=_said).decode() for v in cells.to_pylist()]
    return pa.array(texts, pa.large_string())


def _said(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _with_json(table: pa.Table) -> tuple[pa.Table, frozenset[str]]:
    """The table with columns that Polars cannot write as JSON text, and their names."""
    names = frozenset(f.name for f in table.schema if _is_odd(f.type))
    for name in names:
        table = table.set_column(table.column_names.index(name), name, as_json(table[name]))
    return table, names


def _is_odd(kind: pa.DataType, *, inside: bool = False) -> bool:
    if pa.types.is_map(kind) or pa.types.is_decimal256(kind) or pa.types.is_interval(kind) or pa.types.is_union(kind):
        return True
    if inside and (pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)):
        return True
    return any(_is_odd(kind.field(i).type, inside=True) for i in range(kind.num_fields))


def plain(table: pa.Table, fragments: frozenset[str]) -> pa.Table:
    """Columns of JSON text as plain text: strings without their quotes, everything else as JSON."""
    for name in fragments & set(table.column_names):
        cells = table[name].to_pylist()
        texts = [_plain(cell) for cell in cells]
        table = table.set_column(table.column_names.index(name), name, pa.array(texts, pa.large_string()))
    return table


def _plain(fragment: str | None) -> str | None:
    if fragment is None or fragment == "null":
        return None
    return orjson.loads(fragment) if fragment.startswith('"') else fragment
