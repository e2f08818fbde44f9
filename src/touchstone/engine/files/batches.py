"""What every reader gives: batches of raw rows with their line numbers, and the rows that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from touchstone.engine.schema import LISTING, REQUIRED
from touchstone.errors import BadInputFile

# Rows of a batch, and characters after which a batch of long rows is closed early.
ROWS = 16384
CHARACTERS = 8 << 20

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Rejected:
    """A row that is not screened."""

    line: int
    code: str
    reason: str
    listing_id: str = ""

    def as_dict(self, file: str) -> dict[str, Any]:
        """As it is written to the rejected file."""
        return {
            "file": file,
            "line": self.line,
            "listing_id": self.listing_id,
            "code": self.code,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Batch:
    """`table`: the rows that could be read, known columns as text or in their own type. `lines`: where each stood."""

    table: pa.Table
    lines: np.ndarray
    rejected: list[Rejected] = field(default_factory=list)


class Reader(Protocol):
    """A file or stream of listings. `passing` are the columns that are not the engine's, in order, with their type."""

    name: str
    passing: dict[str, pa.DataType]
    fragments: bool
    notices: list[str]

    def batches(self) -> Iterator[Batch]:
        """The rows, in order. Raises BadInputFile where the file turns out to be broken."""
        ...

    def progress(self) -> tuple[int, int]:
        """(done, total) in bytes or rows; total is 0 where it is not known."""
        ...


def canonical(names: list[str], place: str, required: tuple[str, ...] = REQUIRED) -> list[str]:
    """Column names as the engine writes them: spaces stripped, known ones in lower case.

    Raises BadInputFile when a name comes twice or a required one is missing.
    """
    known = {*LISTING, *required}
    clean = [n.strip().lstrip("\ufeff") for n in names]
    clean = [n.lower() if n.lower() in known else n for n in clean]
    twice = [n for n in clean if clean.count(n) > 1]
    if twice:
        raise BadInputFile(f"the column {twice[0] or '(no name)'} comes twice", place=place)
    for name in required:
        if name not in clean:
            raise BadInputFile(f"the column {name} is missing", place=place)
    return clean


def text_array(cells: list[Any] | tuple[Any, ...]) -> tuple[pa.Array, list[int]]:
    """Cells as large_string, and the positions of those that are not valid UTF-8 (null in the array)."""
    try:
        return pa.array(cells, pa.large_string()), []
    except UnicodeEncodeError:
        bad = [i for i, cell in enumerate(cells) if cell is not None and _SURROGATE.search(cell)]
        clean = list(cells)
        for i in bad:
            clean[i] = None
        return pa.array(clean, pa.large_string()), bad


def printable(text: str, limit: int = 200) -> str:
    """Text that can be written anywhere: surrogates and control characters shown as escapes, cut to `limit`."""
    return text[:limit].encode("unicode_escape" if not text.isprintable() else "utf-8", "backslashreplace").decode()
