"""Amounts: decimals of major units in files, whole minor units everywhere else."""

from __future__ import annotations

from babel.core import get_global
from babel.numbers import get_currency_precision

CURRENCIES: frozenset[str] = frozenset(get_global("all_currencies"))


def minor_units(currency: str) -> int:
    """How many minor units make one major unit: 100 for CNY, 1 for JPY. An unknown or empty code counts as 100."""
    return int(10 ** get_currency_precision(currency)) if currency in CURRENCIES else 100


UNUSUAL: dict[str, int] = {c: minor_units(c) for c in sorted(CURRENCIES) if minor_units(c) != 100}


def minor_units_sql(currency: str) -> str:
    """The same as an SQL expression over a column."""
    cases = " ".join(f"WHEN '{code}' THEN {units}" for code, units in UNUSUAL.items())
    return f"CASE {currency} {cases} ELSE 100 END"
