"""From a file to a staged Parquet file of good rows and a file of rejected ones, in flat memory. No database.

The staged rows are in the form that is kept (market/shaping.py), so no plain identifier is written even for a moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from touchstone.market.formats import KEYS, STORED
from touchstone.market.reading import Chunk
from touchstone.market.rows import Cleaner, Rejected


@dataclass
class Staged:
    """`path`: the good rows, each key once. `rejected`: JSON Lines of {line, id, reason}, in no order."""

    path: Path
    rejected: Path
    rows: int
    good: int

    @property
    def bad(self) -> int:
        return self.rows - self.good

    def chunks(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """The good rows as dictionaries, `size` at a time."""
        for batch in pq.ParquetFile(self.path).iter_batches(batch_size=size):
            yield batch.to_pylist()


def stage(
    kind: str, chunks: Iterable[Chunk | Rejected], folder: Path, shape: Callable[[str, pa.Table], pa.Table]
) -> Staged:
    """Read all chunks; write the good rows, as `shape` keeps them, and the rejected ones to the folder."""
    staged = Staged(folder / "good.parquet", folder / "rejected.jsonl", 0, 0)
    cleaner, schema = Cleaner(kind), STORED[kind]
    draft = folder / "draft.parquet"
    with staged.rejected.open("w", encoding="utf-8") as rejected:
        with pq.ParquetWriter(draft, schema.insert(0, pa.field("line", pa.int64())), compression="zstd") as writer:
            for chunk in chunks:
                if isinstance(chunk, Rejected):
                    staged.rows += 1
                    rejected.write(_rejection(chunk))
                    continue
                rows, lines = chunk
                staged.rows += rows.num_rows
                good, bad = cleaner.clean(rows, lines)
                rejected.writelines(map(_rejection, bad))
                writer.write_table(shape(kind, good))
        _without_repeats(kind, draft, staged, rejected)
    draft.unlink()
    return staged


def _rejection(row: Rejected) -> str:
    return json.dumps({"line": row.line, "id": row.key, "reason": row.reason}, ensure_ascii=False) + "\n"


def _without_repeats(kind: str, draft: Path, staged: Staged, rejected: TextIO) -> None:
    """Copy the rows whose key no earlier row has; reject the others."""
    key = KEYS[kind]
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    source = f"read_parquet('{str(draft).replace(chr(39), chr(39) * 2)}')"
    connection.execute(
        f"""CREATE TEMP TABLE repeats AS SELECT line, {key} AS key, first FROM (
                SELECT line, {key}, min(line) OVER (PARTITION BY {key}) AS first FROM {source}
            ) WHERE line > first"""  # noqa: S608
    )
    for line, value, first in connection.execute("SELECT * FROM repeats ORDER BY line").fetchall():
        rejected.write(_rejection(Rejected(line, value, f"{key} stands in line {first} already")))
    rows = connection.sql(
        f"SELECT * EXCLUDE (line) FROM {source} WHERE line NOT IN (SELECT line FROM repeats)"  # noqa: S608
    ).to_arrow_reader(20_000)
    schema = STORED[kind]
    with pq.ParquetWriter(staged.path, schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
            staged.good += batch.num_rows
