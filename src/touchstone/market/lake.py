"""Orders and after-sales as Parquet files, one a month, each order once.

    TOUCHSTONE_HOME/lake/<kind>/<snapshot>/<month>.parquet

A snapshot is never changed. An import writes the months that it touches anew, links the others from the snapshot
before, and then the row in `Lake` names the new one: who reads sees all of an import or nothing of it. The name is a
digest of the content. The snapshot before is kept, for those who are reading it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from django.conf import settings

from touchstone.market.formats import KEYS, STORED
from touchstone.market.models import Lake

_MONTH_OF = {"orders": "paid_at", "after_sales": "opened_at"}
_EMPTY = "empty"


@dataclass(frozen=True)
class Merged:
    """accepted: rows that are new or changed. snapshot: the new one, or the one that stays if nothing changed."""

    accepted: int
    unchanged: int
    rows: int
    snapshot: str


def path(kind: str) -> str:
    """A glob over the current snapshot's files; an empty file of the right columns while there is none."""
    current = Lake.objects.filter(kind=kind).first()
    folder = _folder(kind) / (current.snapshot if current and current.snapshot else _EMPTY)
    if folder.name == _EMPTY:
        _write_empty(kind, folder)
    return str(folder / "*.parquet")


def merge(kind: str, new: str, now: datetime) -> Merged:
    """Take the rows of the Parquet file `new` (STORED[kind], each key once) into the lake; the last row of a key wins.

    Runs in the caller's transaction and holds the kind's row in `Lake` until it ends, so imports take their turn.
    """
    Lake.objects.get_or_create(kind=kind, defaults={"snapshot": "", "rows": 0, "changed_at": now})
    row = Lake.objects.select_for_update().get(kind=kind)
    with tempfile.TemporaryDirectory(dir=_made(_folder("tmp"))) as scratch:
        connection = _opened(kind, row.snapshot, new, scratch)
        accepted, unchanged = _counts(kind, connection)
        if not accepted:
            return Merged(0, unchanged, row.rows, row.snapshot)
        draft = Path(scratch) / "draft"
        draft.mkdir()
        _write_months(kind, connection, _folder(kind) / (row.snapshot or _EMPTY), draft)
        before, row.snapshot = row.snapshot, _digest(draft)
        _publish(draft, _folder(kind), row.snapshot, before)
        row.rows += _added(kind, connection)
    row.changed_at = now
    row.save()
    return Merged(accepted, unchanged, row.rows, row.snapshot)


def _opened(kind: str, snapshot: str, new: str, scratch: str) -> duckdb.DuckDBPyConnection:
    """A connection with the views `old` and `new`, both with a column `month`."""
    connection = duckdb.connect(config={"temp_directory": scratch})
    connection.execute("SET TimeZone = 'UTC'")
    month = f"strftime({_MONTH_OF[kind]}, '%Y-%m') AS month"
    old = _folder(kind) / (snapshot or _EMPTY)
    if not snapshot:
        _write_empty(kind, old)
    for name, files in (("old", str(old / "*.parquet")), ("new", new)):
        # A view's definition takes no parameters.
        connection.execute(f"CREATE VIEW {name} AS SELECT *, {month} FROM read_parquet('{_quoted(files)}')")  # noqa: S608
    return connection


def _counts(kind: str, connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """(new or changed, unchanged) rows of `new`."""
    columns = ", ".join(STORED[kind].names)
    total, same = connection.execute(
        f"""SELECT (SELECT count(*) FROM new),
               (SELECT count(*) FROM (SELECT {columns} FROM new INTERSECT SELECT {columns} FROM old))"""  # noqa: S608
    ).fetchall()[0]
    return total - same, same


def _added(kind: str, connection: duckdb.DuckDBPyConnection) -> int:
    key = KEYS[kind]
    return int(connection.execute(f"SELECT count(*) FROM new ANTI JOIN old USING ({key})").fetchall()[0][0])  # noqa: S608


def _write_months(kind: str, connection: duckdb.DuckDBPyConnection, before: Path, draft: Path) -> None:
    key, columns = KEYS[kind], ", ".join(STORED[kind].names)
    touched = connection.execute(
        f"SELECT DISTINCT month FROM new UNION SELECT DISTINCT month FROM old SEMI JOIN new USING ({key})"  # noqa: S608
    ).fetchall()
    months = sorted(month for (month,) in touched)
    for month in months:
        connection.execute(
            f"""COPY (
                SELECT {columns} FROM new WHERE month = '{month}'
                UNION ALL
                SELECT {columns} FROM (SELECT * FROM old WHERE month = '{month}') ANTI JOIN new USING ({key})
                ORDER BY seller_id, {key}
            ) TO '{_quoted(str(draft / month))}.parquet' (FORMAT parquet, COMPRESSION zstd)"""  # noqa: S608
        )
    for file in before.glob("*.parquet"):
        if file.stem not in months and before.name != _EMPTY:
            os.link(file, draft / file.name)


def _publish(draft: Path, folder: Path, snapshot: str, before: str) -> None:
    """Move the draft to its name; only the snapshot before stays beside it."""
    for file in draft.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    if not (folder / snapshot).exists():
        os.rename(draft, folder / snapshot)
    for other in folder.iterdir():
        if other.name not in {snapshot, before, _EMPTY}:
            shutil.rmtree(other, ignore_errors=True)


def _digest(draft: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(draft.iterdir()):
        with file.open("rb") as handle:
            whole.update(f"{file.name} {hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def _write_empty(kind: str, folder: Path) -> None:
    file = _made(folder) / "none.parquet"
    if not file.exists():
        with tempfile.NamedTemporaryFile(dir=_made(_folder("tmp")), delete=False) as draft:
            pq.write_table(STORED[kind].empty_table(), draft)
        os.replace(draft.name, file)


def _folder(name: str) -> Path:
    return Path(settings.HOME) / "lake" / name


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _quoted(text: str) -> str:
    return text.replace("'", "''")
