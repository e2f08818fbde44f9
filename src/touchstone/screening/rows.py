"""Rows as the screening takes them: the market's columns, and what the rooms know of a listing and its seller."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from touchstone.screening.behaviour import with_behaviour
from touchstone.screening.known import with_known
from touchstone.screening.pictures import with_pictures
from touchstone.screening.prices import with_prices
from touchstone.screening.queries import confirmed_fakes

_FAKES = "seller_confirmed_fakes"
_FEW = 1_000  # of so many rows, only the labels of their sellers are read


def rows_to_screen(listings: pa.Table, now: datetime) -> pa.Table:
    """`listings` (the market's listing columns) with all that a verdict at `now` goes by."""
    return with_pictures(with_prices(with_behaviour(with_fakes(listings), now)))


def known_of_rows(rows: pa.Table, now: datetime) -> pa.Table:
    """The rows of a program with what the rooms know of their listings and sellers: a query a kind, not a row."""
    return with_pictures(with_known(with_fakes(rows), now))


def with_fakes(table: pa.Table) -> pa.Table:
    """The table with the number of confirmed counterfeits of each row's seller."""
    if "seller_id" not in table.column_names:
        return table
    if _FAKES in table.column_names:
        table = table.drop_columns([_FAKES])
    sellers = table["seller_id"].to_pylist()
    fakes = confirmed_fakes({seller for seller in sellers if seller} if len(sellers) <= _FEW else None)
    counts = [fakes.get(seller, 0) for seller in sellers]
    return table.append_column(_FAKES, pa.array(counts, pa.int64()))
