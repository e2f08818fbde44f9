"""Split rows that can be screened from rows that cannot, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.schema import LISTING, column, typed

# An id beyond this is no id.
ID_LIMIT = 512
_THOUSANDS = r"^\d{1,3}(,\d{3})+(\.\d+)?$"


@dataclass(frozen=True)
class Split:
    """`good`: the rows to screen, in the engine's types. `kept`: their places in the table. `bad`: the others, one line
    a row in order, with the columns row, listing_id, code, reason."""

    good: pa.Table
    kept: np.ndarray
    bad: pl.DataFrame


def split(table: pa.Table) -> Split:
    """Check every row of a table of listings, whose columns may still be text.

    A row is bad when listing_id or title is missing or blank, a cell holds a NUL character, price is not a finite
    number of zero or more, or a count is not a whole number of zero or more. Missing values are good. Raises NotValid
    where a whole column has the wrong kind.
    """
    checks: list[tuple[str, str, pl.Series]] = []
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for name, kind in LISTING.items():
        if name not in table.column_names:
            continue
        if kind == "text":
            columns[name] = column(table, name)
            checks += _text_checks(name, series(columns[name]))
        else:
            numbers, bad = _numbers(table[name], whole=kind == "count", name=name, table=table)
            columns[name] = numbers.to_arrow()
            what = "a whole number of zero or more" if kind == "count" else "a number of zero or more"
            checks.append((f"bad-{name}".replace("_", "-"), f"{name} is not {what}", bad))
    frame, worst = _first_problem(checks, table.num_rows)
    ids = series(columns["listing_id"]) if "listing_id" in columns else pl.Series([None] * table.num_rows)
    bad_rows = frame.with_columns(listing_id=ids.gather(frame["row"]).cast(pl.String).fill_null("").str.head(200))
    kept = np.flatnonzero(~worst)
    good = typed(pa.table(columns))
    return Split(good if len(kept) == table.num_rows else good.take(pa.array(kept)), kept, bad_rows)


def _text_checks(name: str, cells: pl.Series) -> list[tuple[str, str, pl.Series]]:
    code = name.replace("_", "-")
    checks = []
    if name in ("listing_id", "title"):
        empty = (cells.is_null() | (cells.str.strip_chars() == "")).fill_null(True)
        checks.append((f"no-{code}", f"{name} is empty", empty))
    if name == "listing_id":
        long = (cells.str.len_chars() > ID_LIMIT).fill_null(False)
        checks.append(("long-listing-id", f"listing_id has more than {ID_LIMIT} characters", long))
    checks.append(
        ("nul-character", f"{name} holds a NUL character", cells.str.contains("\0", literal=True).fill_null(False))
    )
    return checks


def _numbers(cells: pa.ChunkedArray, *, whole: bool, name: str, table: pa.Table) -> tuple[pl.Series, pl.Series]:
    """A column as numbers, null for missing ones, and which rows hold something else."""
    kind = cells.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        text = series(cells.cast(pa.large_string())).str.strip_chars()
        plain = pl.select(
            pl.when(text.str.contains(_THOUSANDS)).then(text.str.replace_all(",", "")).otherwise(text)
        ).to_series()
        values = plain.cast(pl.Float64, strict=False)
        missing = (text.is_null() | (text == "")).fill_null(True)
    else:
        values = series(column(_as_float(table, name), "price")).cast(pl.Float64)
        missing = values.is_null()
    fine = (values.is_finite() & (values >= 0)).fill_null(False)
    if whole:
        fine &= ((values == values.round()) & (values < 2**53)).fill_null(False)
    clean = pl.select(pl.when(fine).then(values)).to_series()
    return (clean.cast(pl.Int64) if whole else clean), ~(fine | missing)


def _as_float(table: pa.Table, name: str) -> pa.Table:
    return pa.table({"price": table[name]})


def _first_problem(checks: list[tuple[str, str, pl.Series]], rows: int) -> tuple[pl.DataFrame, np.ndarray]:
    worst = np.full(rows, len(checks), dtype=np.int64)
    for number, (_, _, mask) in reversed(list(enumerate(checks))):
        worst[mask.to_numpy()] = number
    bad = worst < len(checks)
    row = np.flatnonzero(bad)
    codes = pl.Series([code for code, _, _ in checks] or [""], dtype=pl.String)
    reasons = pl.Series([reason for _, reason, _ in checks] or [""], dtype=pl.String)
    frame = pl.DataFrame(
        {
            "row": pl.Series(row, dtype=pl.Int64),
            "code": codes.gather(worst[row]),
            "reason": reasons.gather(worst[row]),
        }
    )
    return frame, bad
