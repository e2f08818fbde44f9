"""From the rows of an import file, as they were read, to typed rows and rows that cannot be taken. No database."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.files.batches import printable
from touchstone.errors import BadInputFile
from touchstone.market.formats import COLUMNS, KEYS, Column, X


@dataclass(frozen=True)
class Rejected:
    """A row that is not taken. `line` is its line in a text file or its number in a Parquet file, from 1."""

    line: int
    key: str
    reason: str


def check_columns(kind: str, names: list[str], place: str) -> list[str]:
    """The columns that are not known and will be ignored. Raises BadInputFile naming those that are missing."""
    columns = COLUMNS[kind]
    missing = [name for name, column in columns.items() if column.required and name not in names]
    if missing:
        raise BadInputFile(
            f"A file of {kind} needs the columns {', '.join(missing)}; this one has {_shown(names) or 'none'}.",
            remedy="Add the columns, or choose another kind of file.",
            place=place,
        )
    return [name for name in names if name not in columns]


def _shown(names: list[str]) -> str:
    """Column names as they can be shown anywhere: the first twenty, none of them long."""
    return ", ".join(printable(name, 50) for name in names[:20]) + (" …" if len(names) > 20 else "")


def ignored(unknown: list[str]) -> str:
    """The notice about columns that are not known."""
    return f"Columns that are not known were ignored: {_shown(unknown)}."


class Cleaner:
    """Types rows of one kind, chunk by chunk."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.columns = COLUMNS[kind]
        self.key = KEYS[kind]
        self._duckdb = duckdb.connect()
        self._duckdb.execute("SET TimeZone = 'UTC'")
        self._sql = self._select()

    def clean(self, rows: pa.Table, lines: pa.Array) -> tuple[pa.Table, list[Rejected]]:
        """(good rows with all columns of the kind and `line`, in order; the rest). `lines`: int64, one a row."""
        texts = {name: _as_text(rows, name) for name in self.columns}
        chunk = pa.table({"line": lines, **texts})
        self._duckdb.register("chunk", chunk)
        checked = self._duckdb.sql(self._sql).to_arrow_table()
        self._duckdb.unregister("chunk")
        wrong = checked.filter(pc.is_valid(checked["_reason"]))
        rejected = [
            Rejected(line, (key or "")[:100], reason)
            for line, key, reason in zip(
                wrong["line"].to_pylist(), wrong["_key"].to_pylist(), wrong["_reason"].to_pylist(), strict=True
            )
        ]
        return checked.filter(pc.is_null(checked["_reason"])).drop_columns(["_reason", "_key"]), rejected

    def _select(self) -> str:
        trimmed = ", ".join(
            f"nullif(trim(replace({name}, chr(0), ''), chr(9) || chr(10) || chr(13) || chr(12288) || chr(160) || ' '),"
            f" '') AS {name}"
            for name in self.columns
        )
        reasons = " ".join(_when(name, column) for name, column in self.columns.items())
        values = ", ".join(f"{_over(column.value, name)} AS {name}" for name, column in self.columns.items())
        return f"""
            WITH given AS (SELECT line, {trimmed} FROM chunk)
            SELECT line, CASE {reasons} END AS _reason, {self.key} AS _key, {values} FROM given
        """  # noqa: S608 (all names and expressions are ours)


def _when(name: str, column: Column) -> str:
    missing = f"WHEN {name} IS NULL THEN '{name} is empty' " if column.required else ""
    if not column.reason:
        return missing
    return f"{missing}WHEN {name} IS NOT NULL AND ({_over(column.wrong, name)}) THEN '{name} {column.reason}'"


def _over(expression: str, name: str) -> str:
    return expression.replace(X, name)


def _as_text(rows: pa.Table, name: str) -> pa.Array:
    """The column as text, null where it is missing; lists joined by `;`."""
    if name not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    column = rows[name]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column.cast(pa.large_string())
