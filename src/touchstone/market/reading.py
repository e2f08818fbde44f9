"""Reads import files with the engine's readers, which know encodings, separators and broken rows. No database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from touchstone.engine.files.batches import Batch, Reader
from touchstone.engine.files.csv_reader import CsvReader
from touchstone.engine.files.formats import format_of
from touchstone.engine.files.jsonl_reader import JsonlReader
from touchstone.engine.files.parquet_reader import ParquetReader
from touchstone.errors import BadInputFile
from touchstone.market.formats import COLUMNS
from touchstone.market.rows import Rejected, check_columns, ignored

Chunk = tuple[pa.Table, pa.Array]


@dataclass
class Reading:
    """One file of a kind. Iterating gives (rows, lines) chunks and rejected rows; `notices` fills on the way.

    name: the name that people know the file by. Raises BadInputFile, whose place is that name, for a file that is not
    what its ending says, is cut short, or lacks a required column.
    """

    path: Path
    kind: str
    name: str
    notices: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Chunk | Rejected]:
        try:
            yield from self._chunks()
        except BadInputFile as error:
            place = error.place.replace(str(self.path), self.name)
            raise BadInputFile(_sentence(error.message), remedy=error.remedy, place=place) from error

    def _chunks(self) -> Iterator[Chunk | Rejected]:
        reader = self._open()
        self.notices += [notice.replace(str(self.path), self.name) for notice in reader.notices]
        checked = False
        if isinstance(reader, CsvReader | ParquetReader):
            self._check([_known(name, self.kind) for name in reader.columns])
            checked = True
        for batch in reader.batches():
            names = [_known(name, self.kind) for name in batch.table.column_names]
            if not checked and batch.table.num_rows:
                self._check([*names, *reader.passing])
                checked = True
            yield from self._rejected(batch)
            yield batch.table.rename_columns(names), pa.array(batch.lines, pa.int64())

    def _open(self) -> Reader:
        if self.path.is_file() and not self.path.stat().st_size:
            raise BadInputFile("the file is empty", place=self.name)
        form = format_of(str(self.path))
        if form == "parquet":
            return ParquetReader(str(self.path), required=())
        if form == "csv":
            return CsvReader(str(self.path), required=())
        return JsonlReader(str(self.path), required=(), known=tuple(COLUMNS[self.kind]))

    def _check(self, names: list[str]) -> None:
        unknown = check_columns(self.kind, list(dict.fromkeys(names)), self.name)
        if unknown:
            self.notices.append(ignored(unknown))

    def _rejected(self, batch: Batch) -> Iterator[Rejected]:
        """What the reader could not read. It gives a cell to name the row, which for a seller may be a phone."""
        for row in batch.rejected:
            yield Rejected(row.line, row.listing_id if self.kind == "listings" else "", row.reason)


def _known(name: str, kind: str) -> str:
    return name.lower() if name.lower() in COLUMNS[kind] else name


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
