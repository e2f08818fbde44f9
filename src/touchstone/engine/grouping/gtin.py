"""Global trade item numbers: EAN-8, UPC-A, EAN-13, GTIN-14, ISBN, as one form with a checked last digit."""

from __future__ import annotations

import numpy as np
import polars as pl

_LENGTHS = (8, 12, 13, 14)


def canonical(column: pl.Series) -> pl.Series:
    """Each value as 14 digits, null where it is none: a wrong length or check digit, all one digit, a shop's own number.

    Numbers that begin with 2 (or 02, 04 in twelve digits) are given by shops to their own goods and name no product.
    """
    digits = column.cast(pl.String).str.replace_all(r"[\s\-.]", "")
    shaped = digits.str.contains(r"^\d+$") & digits.str.len_chars().is_in(_LENGTHS)
    padded = pl.select(pl.when(shaped).then(digits.str.zfill(14))).to_series()
    there = np.flatnonzero(padded.is_not_null().to_numpy())
    if not len(there):
        return pl.Series(column.name, [None] * len(column), dtype=pl.String)
    matrix = np.frombuffer("".join(padded.gather(there).to_list()).encode(), np.uint8).reshape(-1, 14) - 48
    good = check(matrix) & ~_private(matrix)
    wrong = there[~good]
    answer = padded.to_numpy(writable=True)
    answer[wrong] = None
    return pl.Series(column.name, answer.tolist(), dtype=pl.String)


def check(matrix: np.ndarray) -> np.ndarray:
    """Is the last of 14 digits the check digit of the others, and are they not all zero? Shape (n, 14) to (n,), bool."""
    weights = np.array([3, 1] * 7)
    total = (matrix.astype(np.int64) * weights).sum(axis=1)
    return (total % 10 == 0) & (matrix[:, :-1].max(axis=1) > 0)


def _private(matrix: np.ndarray) -> np.ndarray:
    """Numbers for a shop's own use: 20 to 29 of EAN-13, 2 and 4 of UPC-A, those of EAN-8 that begin with 0 or 2."""
    one = matrix.astype(np.int64)
    short = (one[:, :6] == 0).all(axis=1)
    ean = (one[:, 0] == 0) & (one[:, 1] == 2)
    upc = (one[:, :2] == 0).all(axis=1) & np.isin(one[:, 2], (2, 4)) & ~short
    return ean | upc | (short & np.isin(one[:, 6], (0, 2)))
