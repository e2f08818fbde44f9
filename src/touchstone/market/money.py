"""Amounts: decimals of major units in files, whole minor units everywhere else."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
from babel.core import get_global
from babel.numbers import get_currency_precision

_FACTOR = pa.decimal128(5, 0)
CURRENCIES: frozenset[str] = frozenset(get_global("all_currencies"))


def minor_units(currency: str) -> int:
    """How many minor units make one major unit: 100 for CNY, 1 for JPY. An unknown or empty code counts as 100."""
    return int(10 ** get_currency_precision(currency)) if currency in CURRENCIES else 100


def to_minor(amounts: pa.ChunkedArray, currencies: pa.ChunkedArray) -> pa.Array:
    """Decimals of major units as whole minor units (int64), half a unit rounded up."""
    coded = currencies.combine_chunks().dictionary_encode()
    factors = pa.array([Decimal(minor_units(code)) for code in coded.dictionary.to_pylist()], _FACTOR)
    units = pc.fill_null(factors.take(coded.indices), pa.scalar(Decimal(minor_units("")), _FACTOR))
    return pc.round(pc.multiply(amounts, units), ndigits=0, round_mode="half_up").cast(pa.int64())
