"""Unified social credit codes (统一社会信用代码, GB 32100-2015) over whole columns: which are right, which are not."""

from __future__ import annotations

import numpy as np
import polars as pl

LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
# The organisation code inside (GB 11714-1997): digits and all letters, the ninth character is its check.
_INNER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])


def _values(alphabet: str) -> np.ndarray:
    table = np.full(128, -1, dtype=np.int64)
    table[[ord(c) for c in alphabet]] = np.arange(len(alphabet))
    return table


_OUTER_VALUE, _INNER_VALUE = _values(_ALPHABET), _values(_INNER)


def fails_check(codes: pl.Series) -> pl.Series:
    """True for a text that has the length and shape of a code but wrong check characters; false for any other text.

    A number of another form (an older licence, one of another country) has no check that could fail.
    """
    upper = codes.str.to_uppercase()
    shaped = upper.str.contains(r"^[0-9A-Z]{2}\d{6}[0-9A-Z]{10}$").fill_null(False)
    fails = np.zeros(len(codes), dtype=bool)
    rows = np.flatnonzero(shaped.to_numpy())
    if len(rows):
        letters = np.frombuffer("".join(upper.gather(rows).to_list()).encode(), dtype=np.uint8).reshape(-1, LENGTH)
        fails[rows] = ~_right(letters)
    return pl.Series(fails)


def _right(letters: np.ndarray) -> np.ndarray:
    outer, inner = _OUTER_VALUE[letters], _INNER_VALUE[letters[:, 8:16]]
    check = (31 - (outer[:, :17] * _WEIGHTS).sum(axis=1) % 31) % 31
    rest = 11 - (inner * _INNER_WEIGHTS).sum(axis=1) % 11
    ninth = np.where(rest == 10, ord("X"), np.where(rest == 11, ord("0"), ord("0") + rest))
    right: np.ndarray = (outer >= 0).all(axis=1) & (check == outer[:, 17]) & (ninth == letters[:, 16])
    return right
