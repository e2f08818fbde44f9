"""CSV, row by row. A row that is broken costs that row and no other, and the line numbers stay true."""

from __future__ import annotations

import csv
import os
import zlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from touchstone.engine.files.batches import CHARACTERS, ROWS, Batch, Rejected, canonical, printable, text_array
from touchstone.engine.files.formats import LINE_LIMIT, encoding_of, line_reader, open_bytes
from touchstone.engine.schema import LISTING, REQUIRED
from touchstone.errors import BadInputFile

_DELIMITERS = (",", ";", "\t", "|")


class _TooLongError(Exception):
    """A record is longer than what is kept in memory."""


class Records:
    """Records of a CSV text with the number of the line in which each began.

    Iterating gives (line, cells) for a record and (line, reason) for one that cannot be read. After a broken record
    reading goes on in the line after its first, so a quote that never closes costs one row.
    """

    def __init__(self, readline, delimiter: str, line: int) -> None:  # type: ignore[no-untyped-def]
        self._readline = readline
        self._delimiter = delimiter
        self._line = line
        self._current: list[str] = []
        self._again: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        csv.field_size_limit(LINE_LIMIT)
        while True:
            try:
                yield from self._run()
                return
            except csv.Error as error:
                yield self._line + 1, _reason(error)
                self._retreat()
            except _TooLongError:
                yield self._line + 1, f"the row is longer than {LINE_LIMIT:,} characters"
                self._retreat()

    def _run(self) -> Iterator[tuple[int, list[str] | str]]:
        current = self._current
        for cells in csv.reader(self._lines(), delimiter=self._delimiter, strict=True):
            if cells:
                yield self._line + 1, cells
            self._line += len(current)
            current.clear()

    def _lines(self) -> Iterator[str]:
        size = 0
        while True:
            line = self._again.pop() if self._again else self._readline(LINE_LIMIT)
            if not line:
                return
            size = size + len(line) if self._current else len(line)
            self._current.append(line)
            if size >= LINE_LIMIT:
                self._skip_rest_of(line)
                raise _TooLongError
            yield line

    def _skip_rest_of(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._readline(LINE_LIMIT)

    def _retreat(self) -> None:
        """Give all lines but the first back, to be read again as rows of their own."""
        self._again.extend(reversed(self._current[1:]))
        self._current.clear()
        self._line += 1


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text or "field larger" in text:
        return "a quote is opened and not closed"
    if "expected after" in text:
        return "a quote inside a quoted cell is not doubled"
    return text


class CsvReader:
    """A CSV file with a header; separator and encoding are found out."""

    fragments = False

    def __init__(self, path: str, *, required: tuple[str, ...] = REQUIRED) -> None:
        """Reads the header only. Raises BadInputFile."""
        self.name = path
        encoding, notice = encoding_of(path)
        self.notices = [notice] if notice else []
        self._file = open_bytes(path)
        self._size = os.path.getsize(path)
        self._readline = line_reader(self._file, encoding)
        header, lines = self._header()
        self._delimiter = _delimiter(header, required)
        try:
            names = next(csv.reader([header], delimiter=self._delimiter, strict=True))
        except (csv.Error, StopIteration):
            raise BadInputFile("the header is not a row of CSV", place=path) from None
        self.columns = canonical(names, path, required)
        self.passing = {n: pa.large_string() for n in self.columns if n not in LISTING}
        self._records = Records(self._readline, self._delimiter, lines)

    def _header(self) -> tuple[str, int]:
        """The first line that is not blank, and its number."""
        try:
            for number in range(1, 1001):
                line = self._readline(LINE_LIMIT)
                if line.strip("\ufeff\r\n ;,\t"):
                    return line.lstrip("\ufeff"), number
                if not line:
                    break
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise BadInputFile(f"the file cannot be read ({error})", place=self.name) from None
        raise BadInputFile("the file is empty", place=self.name)

    def progress(self) -> tuple[int, int]:
        """Bytes read of the bytes of the file."""
        raw = getattr(self._file, "fileobj", None) or self._file
        return (self._size if raw.closed else raw.tell()), self._size

    def batches(self) -> Iterator[Batch]:
        """The rows in batches of at most ROWS rows or about CHARACTERS characters."""
        rows: list[list[str]] = []
        lines: list[int] = []
        rejected: list[Rejected] = []
        width, size = len(self.columns), 0
        try:
            for line, cells in self._records:
                if isinstance(cells, str):
                    rejected.append(Rejected(line, "broken-row", cells))
                elif len(cells) != width:
                    reason = f"the row has {len(cells)} columns, the header has {width}"
                    rejected.append(Rejected(line, "wrong-column-count", reason))
                else:
                    rows.append(cells)
                    lines.append(line)
                    size += sum(map(len, cells))
                if len(rows) >= ROWS or size >= CHARACTERS or len(rejected) >= ROWS:
                    yield self._batch(rows, lines, rejected)
                    rows, lines, rejected, size = [], [], [], 0
        except (OSError, EOFError, zlib.error) as error:
            raise BadInputFile(f"the file cannot be read to its end ({error})", place=self.name) from None
        if rows or rejected:
            yield self._batch(rows, lines, rejected)
        self._file.close()

    def _batch(self, rows: list[list[str]], lines: list[int], rejected: list[Rejected]) -> Batch:
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        arrays, broken = [], {}
        for name, cells in zip(self.columns, columns, strict=True):
            array, bad = text_array(cells)
            arrays.append(array)
            broken.update({i: name for i in bad if i not in broken})
        table = pa.table(arrays, names=self.columns)
        numbers = np.array(lines, dtype=np.int64)
        if not broken:
            return Batch(table, numbers, rejected)
        id_at = self.columns.index(REQUIRED[0]) if REQUIRED[0] in self.columns else 0
        rejected += [
            Rejected(lines[i], "not-utf-8", f"the column {name} is not valid UTF-8", printable(rows[i][id_at]))
            for i, name in broken.items()
        ]
        keep = np.delete(np.arange(len(rows)), list(broken))
        return Batch(table.take(pa.array(keep)), numbers[keep], sorted(rejected, key=lambda r: r.line))


def _delimiter(header: str, required: tuple[str, ...]) -> str:
    """The separator that makes the required columns appear; else the one that makes most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([header], delimiter=delimiter, strict=True))
        except (csv.Error, StopIteration):
            return (-1, 0)
        clean = [n.strip().lower() for n in names]
        return (sum(name in clean for name in required), len(names))

    return max(_DELIMITERS, key=lambda d: (score(d)[0], score(d)[1] if d != "|" else 0))
