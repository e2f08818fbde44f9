"""Good rows from bad ones while a file is read, and the file of the bad ones. A bad row never stops a run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.files.batches import Batch, Rejected
from touchstone.engine.files.formats import STREAM
from touchstone.engine.files.seen import Seen
from touchstone.engine.files.write import whole_file
from touchstone.engine.validate import split
from touchstone.errors import BadInputFile, NotValid


def checked(batch: Batch, seen: Seen, name: str) -> tuple[pa.Table, pa.Table, list[Rejected]]:
    """(typed good rows, the same rows as read, rejected rows in the order of their lines)."""
    if not batch.table.num_rows:
        return batch.table, batch.table, batch.rejected
    try:
        parted = split(_with_required(batch.table))
    except NotValid as error:
        raise BadInputFile(error.message, place=name) from None
    bad = [
        Rejected(int(batch.lines[row["row"]]), row["code"], row["reason"], row["listing_id"])
        for row in parted.bad.to_dicts()
    ]
    ids = series(parted.good["listing_id"])
    again = seen.add(ids)
    for place in np.flatnonzero(again):
        line = int(batch.lines[parted.kept[place]])
        bad.append(Rejected(line, "duplicate-listing-id", "listing_id came before in this run", str(ids[int(place)])))
    rows = pa.array(np.flatnonzero(~again))
    good = parted.good if not again.any() else parted.good.take(rows)
    source = (
        batch.table.take(pa.array(parted.kept[~again]))
        if len(parted.kept) != len(batch.lines) or again.any()
        else batch.table
    )
    return good, source, sorted([*batch.rejected, *bad], key=lambda r: r.line)


def _with_required(table: pa.Table) -> pa.Table:
    """Add a required column that no row of this batch has, so that its rows are rejected one by one."""
    for name in ("listing_id", "title"):
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.large_string()))
    return table


class Rejects:
    """The rejected file; it is made when the first bad row comes."""

    def __init__(self, partial: str) -> None:
        self._partial = partial
        self._file: BinaryIO | None = None

    def add(self, name: str, bad: list[Rejected]) -> None:
        """Append bad rows."""
        if bad:
            self.add_lines(b"".join(orjson.dumps(r.as_dict(name)) + b"\n" for r in bad))

    def add_lines(self, lines: bytes) -> None:
        """Append bad rows that are JSON Lines already."""
        if self._file is None:
            self._file = sys.stderr.buffer if self._partial == STREAM else open(self._partial, "wb")  # noqa: SIM115
        self._file.write(lines)
        self._file.flush()

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None and self._partial != STREAM:
            self._file.close()


@contextlib.contextmanager
def rejects_of(path: str) -> Iterator[Rejects]:
    """The rejected file at `path`; STREAM is standard error. It appears when it is whole, and only if a row was bad."""
    if path == STREAM:
        yield Rejects(STREAM)
        return
    with whole_file(path) as partial:
        rejects = Rejects(partial)
        with contextlib.closing(rejects):
            yield rejects
        # A file of an earlier run would tell of rows that are not in this one.
        if not os.path.exists(partial):
            Path(path).unlink(missing_ok=True)
