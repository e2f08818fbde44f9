"""What a price is the price of: the goods, a sample, a part, a deposit, several pieces, or nothing at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.data import load
from touchstone.engine.text.measures import pack_count, size
from touchstone.engine.text.normalise import skeleton_table

GOODS, SAMPLE, PART, DEPOSIT, PLACEHOLDER = "", "sample", "part", "deposit", "placeholder"
# A title is looked at up to here.
_LIMIT = 400
# No price is higher; what is, is looked at as a number only.
_HIGHEST = 1e15


@dataclass(frozen=True)
class Priced:
    """For each listing: `kind` (one of the words above), and `pack`, how many pieces are sold, null where not said."""

    kind: np.ndarray
    pack: pl.Series


def priced(titles: pa.ChunkedArray | pa.Array, price: np.ndarray, usd: np.ndarray) -> Priced:
    """Read titles and prices, as given and in US dollars (NaN where not known)."""
    data = _data()
    text = _folded(titles)
    words = {kind: text.str.contains(_pattern(kind)).fill_null(False).to_numpy() for kind in (SAMPLE, PART, DEPOSIT)}
    small = np.nan_to_num(size(text, "volume").to_numpy(), nan=np.inf) <= data["sample_ml"]
    placeholder = ((usd > 0) & (usd <= data["placeholder_usd"])) | _repeated_digits(price)
    kind = np.select(
        [words[DEPOSIT], placeholder, words[PART], words[SAMPLE] | small], [DEPOSIT, PLACEHOLDER, PART, SAMPLE], GOODS
    )
    return Priced(kind, pack_count(text))


def _folded(titles: pa.ChunkedArray | pa.Array) -> pl.Series:
    """Titles folded with the engine's table, signs between words kept as spaces."""
    table = skeleton_table()
    texts = [None if t is None else t[:_LIMIT] for t in titles.to_pylist()]
    return pl.Series("t", [None if t is None else _fold(t, table) for t in texts], dtype=pl.String)


def _fold(text: str, table: np.ndarray) -> str:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return table[points].astype("<u4").tobytes().decode("utf-32-le", "ignore")


@cache
def _data() -> dict[str, Any]:
    return load("pricing/data/kinds.yaml")


@cache
def _pattern(kind: str) -> str:
    """One regular expression for the words of a kind."""
    data = _data()
    words = sorted(map(str, data[kind]), key=len, reverse=True)
    latin = "|".join(re.escape(w).replace(r"\ ", r"[\s-]") for w in words if w.isascii())
    han = "|".join(w for w in words if not w.isascii())
    return rf"(?:^|[^{data['with']}])(?:{han})|(?:^|[^a-z0-9])(?:{latin})(?:[^a-z0-9]|$)"


def _repeated_digits(price: np.ndarray) -> np.ndarray:
    """Prices of one digit again and again, as sellers write who want no offer: 99999, 888888. Shape (n,), bool."""
    many = f"{{{_data()['placeholder_digits']},}}"
    text = (
        pl.Series(np.where((price > 0) & (price < _HIGHEST) & (price == np.floor(price)), price, 0))
        .cast(pl.Int64)
        .cast(pl.String)
    )
    return text.str.contains("^(?:" + "|".join(f"{digit}{many}" for digit in range(1, 10)) + ")$").to_numpy()
