"""JSON Lines, one listing a line. Columns that are not the engine's stay JSON text and go back as they came."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, BinaryIO

import numpy as np
import orjson
import pyarrow as pa

from touchstone.engine.files.batches import CHARACTERS, ROWS, Batch, Rejected, printable, text_array
from touchstone.engine.files.formats import LINE_LIMIT, STREAM, encoding_of, line_reader, open_bytes
from touchstone.engine.schema import LISTING, REQUIRED
from touchstone.errors import BadInputFile

Line = tuple[int, Any]


class JsonlReader:
    """A JSON Lines file, or standard input for `-`."""

    fragments = True

    def __init__(
        self, path: str, *, required: tuple[str, ...] = REQUIRED, known: tuple[str, ...] = tuple(LISTING)
    ) -> None:
        """Reads the first batch, to know the columns. Raises BadInputFile."""
        self.name = path
        self.notices: list[str] = []
        self._known = known
        self._size = 0 if path == STREAM else os.path.getsize(path) if os.path.isfile(path) else 0
        self._file, self._readline = self._open(path)
        self._lines = self._numbered()
        self._first = self._take()
        objects = [row for _, row in self._first if isinstance(row, dict)]
        if self._first and not objects:
            raise BadInputFile("no line of the beginning is a JSON object", place=path)
        for name in required:
            if objects and not any(name in row for row in objects):
                raise BadInputFile(f"the column {name} is missing", place=path)
        names = dict.fromkeys(key for row in objects for key in row)
        self.passing = {n: pa.large_string() for n in names if n not in known}

    def _open(self, path: str) -> tuple[BinaryIO, Callable[[int], Any]]:
        if path == STREAM:
            return sys.stdin.buffer, sys.stdin.buffer.readline
        encoding, notice = encoding_of(path)
        self.notices += [notice] if notice else []
        file = open_bytes(path)
        return file, file.readline if encoding.startswith("utf-8") else line_reader(file, encoding)

    def progress(self) -> tuple[int, int]:
        """Bytes read of the bytes of the file; nothing is known of a stream."""
        if not self._size:
            return 0, 0
        raw = getattr(self._file, "fileobj", None) or self._file
        return (self._size if raw.closed else raw.tell()), self._size

    def _numbered(self) -> Iterator[Line]:
        """(number, object) of a line, or (number, Rejected)."""
        number = 0
        try:
            while line := self._readline(LINE_LIMIT):
                number += 1
                if number == 1:
                    line = line.lstrip("\ufeff") if isinstance(line, str) else line.removeprefix(b"\xef\xbb\xbf")
                if len(line) >= LINE_LIMIT:
                    self._skip_rest_of(line)
                    yield number, Rejected(number, "too-long", f"the line is longer than {LINE_LIMIT:,} bytes")
                elif line.strip():
                    yield number, self._parse(line, number)
        except (OSError, EOFError, zlib.error) as error:
            raise BadInputFile(f"the file cannot be read to its end ({error})", place=self.name) from None

    def _skip_rest_of(self, line: bytes | str) -> None:
        end = "\n" if isinstance(line, str) else b"\n"
        while line and not line.endswith(end):  # type: ignore[arg-type]
            line = self._readline(LINE_LIMIT)

    @staticmethod
    def _parse(line: bytes | str, number: int) -> dict[str, Any] | Rejected:
        try:
            row = orjson.loads(line)
        except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
            reason = str(error).split(": line")[0]
            return Rejected(number, "not-json", f"the line is not JSON ({printable(reason)})")
        if not isinstance(row, dict):
            return Rejected(number, "not-json", "the line is not a JSON object")
        return row

    def _take(self) -> list[Line]:
        taken: list[Line] = []
        size = 0
        for number, row in self._lines:
            taken.append((number, row))
            if isinstance(row, dict):
                size += sum(len(v) for v in row.values() if isinstance(v, str))
            if len(taken) >= ROWS or size >= CHARACTERS:
                break
        return taken

    def batches(self) -> Iterator[Batch]:
        """The rows in batches of at most ROWS rows or about CHARACTERS characters."""
        for taken in chain([self._first], iter(self._take, [])):
            if taken:
                yield self._batch(taken)
            self._first = []
        if self.name != STREAM:
            self._file.close()

    def _batch(self, taken: list[Line]) -> Batch:
        rejected = [row for _, row in taken if isinstance(row, Rejected)]
        good = [(n, row) for n, row in taken if isinstance(row, dict)]
        try:
            return self._assembled(good, rejected)
        except orjson.JSONEncodeError:
            deep = [n for n, row in good if not _writable(row)]
            rejected += [Rejected(n, "not-json", "the line is nested too deeply") for n in deep]
            kept = [(n, row) for n, row in good if n not in deep]
            return self._assembled(kept, sorted(rejected, key=lambda r: r.line))

    def _assembled(self, good: list[tuple[int, dict[str, Any]]], rejected: list[Rejected]) -> Batch:
        rows = [row for _, row in good]
        present = dict.fromkeys(key for row in rows for key in row)
        arrays = {}
        for name in present:
            make = _text if name in self._known else _fragment
            arrays[name], _ = text_array([make(row[name]) if name in row else None for row in rows])
        table = pa.table(arrays) if arrays else pa.table({n: pa.array([], pa.large_string()) for n in self._known[:1]})
        return Batch(table, np.array([n for n, _ in good], dtype=np.int64), rejected)


def _text(value: Any) -> str | None:
    """A known column as text: scalars as they read, lists joined by `;`."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return ";".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        return str(value["text"]) if isinstance(value.get("text"), str) else _fragment(value)
    return _fragment(value)


def _writable(row: dict[str, Any]) -> bool:
    """Reading takes deeper nesting than writing does."""
    try:
        orjson.dumps(row)
    except orjson.JSONEncodeError:
        return False
    return True


def _fragment(value: Any) -> str:
    return orjson.dumps(value).decode()
