"""The rows of a bank file, checked: every wrong cell is an error that names its row and says what to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from touchstone.engine.images.search import unpack
from touchstone.engine.schema import as_array
from touchstone.errors import NotValid

FAKE, GENUINE, NEGATIVE = KINDS = ("fake", "genuine", "negative")
PROPOSED, CONFIRMED, SET_ASIDE, WITHDRAWN = STATES = ("proposed", "confirmed", "set_aside", "withdrawn")
COLUMNS = ("pdq", "label", "brand", "id", "orientations", "state")
YES_NO: Mapping[str, bool] = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
# Rows that are checked at once.
_ROWS = 1 << 16
# What `checked` gives.
ENTRIES = pa.schema(
    [
        ("id", pa.large_string()),
        ("name", pa.large_string()),
        ("brand", pa.large_string()),
        ("kind", pa.string()),
        ("orientations", pa.bool_()),
        ("state", pa.string()),
    ]
)


def checked(table: pa.Table, *, place: str = "bank") -> tuple[np.ndarray, pa.Table]:
    """The hashes (n, 4) uint64 of the rows and the rows as ENTRIES. Columns: COLUMNS, `pdq` required.

    `label` says fake (the default), genuine or negative; or, where no row says so, it names the entry. Missing ids are
    the row's number. Raises NotValid with `place` and the row for the first wrong cell.
    """
    if "pdq" not in table.column_names:
        raise NotValid(
            "the bank has no column pdq", place=place, remedy="Give a column pdq of 64 hexadecimal digits a row."
        )
    named = "label" in table.column_names and not _tells_kinds(table["label"])
    parts = [_block(table.slice(low, _ROWS), low, named, place) for low in range(0, table.num_rows, _ROWS)]
    if not parts:
        return np.zeros((0, 4), np.uint64), ENTRIES.empty_table()
    return np.concatenate([words for words, _ in parts]), pa.concat_tables([rows for _, rows in parts])


def _tells_kinds(labels: pa.ChunkedArray) -> bool:
    """True if a label says what kind of entry it is, or all are empty."""
    told = {(text or "").strip().lower() for text in labels.unique().to_pylist()}
    return bool(told & set(KINDS)) or told <= {""}


def _block(table: pa.Table, low: int, named: bool, place: str) -> tuple[np.ndarray, pa.Table]:
    """`checked` for some rows, of which the first is row `low` of the file."""
    cells = {name: _texts(table, name) for name in COLUMNS}

    def check(column: str, good: Iterable[object], what: str, remedy: str) -> None:
        wrong = [row for row, fine in enumerate(good) if not fine]
        if wrong:
            at = f"{place} row {low + wrong[0] + 1}"
            raise NotValid(f"{cells[column][wrong[0]][:70]!r} {what}", place=at, remedy=remedy)

    words, good = unpack(cells["pdq"])
    check("pdq", good, "is not 64 hexadecimal digits", "Write one PDQ hash a row.")
    kinds = [FAKE if named or not text else text.lower() for text in cells["label"]]
    check("label", [k in KINDS for k in kinds], "is no label", f"Where one label is a kind, all are: {_or(KINDS)}.")
    states = [text.lower() or CONFIRMED for text in cells["state"]]
    check("state", [s in STATES for s in states], "is no state", f"A state is {_or(STATES)}.")
    turned = [YES_NO.get(text.lower()) for text in cells["orientations"]]
    check("orientations", [t is not None for t in turned], "is neither yes nor no", "Write yes or no.")
    ids = [given or str(low + row + 1) for row, given in enumerate(cells["id"])]
    columns = [ids, _names(cells, named), cells["brand"], kinds, turned, states]
    return words, pa.table([pa.array(c, f.type) for c, f in zip(columns, ENTRIES, strict=True)], schema=ENTRIES)


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _texts(table: pa.Table, name: str) -> list[str]:
    """The cells of a column, stripped; empty where they or the column are missing."""
    if name not in table.column_names:
        return [""] * table.num_rows
    return [(text or "").strip() for text in as_array(table[name], pa.large_string()).to_pylist()]


def _names(cells: Mapping[str, list[str]], named: bool) -> list[str]:
    """How each row is called in a reason: its label, else brand and id, else its hash."""
    parts = [cells["label"]] if named else [cells["brand"], cells["id"]]
    named_so = (" ".join(filter(None, row)) for row in zip(*parts, strict=True))
    return [name or pdq for name, pdq in zip(named_so, cells["pdq"], strict=True)]
