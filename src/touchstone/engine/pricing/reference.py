"""Which price would the genuine thing have, and how does this price compare?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.data import load
from touchstone.errors import NotValid


class Rates:
    """Units of a currency for one US dollar. Currencies that are not in it are not compared."""

    def __init__(self, rates: Mapping[str, float] | pa.Table | None = None) -> None:
        """`rates`: code to units per dollar, a table (currency, per_usd), or None for the built-in pack."""
        pack = load("pricing/data/rates.yaml")
        self._aliases: dict[str, str] = pack["aliases"]
        given = _from_table(rates) if isinstance(rates, pa.Table) else rates
        self.per_usd = {code.upper(): float(r) for code, r in (given or pack["per_usd"]).items()}
        bad = [code for code, rate in self.per_usd.items() if not rate > 0 or not np.isfinite(rate)]
        if bad:
            raise NotValid(f"the rate of {bad[0]} is not a positive number")

    def code(self, text: str | None) -> str:
        """The ISO code that `text` means, empty for none."""
        plain = (text or "").strip()
        return self._aliases.get(plain, self._aliases.get(plain.upper(), plain.upper()))

    def usd(self, currency: str | None) -> float:
        """Units per dollar of a currency; NaN where it is not known."""
        return self.per_usd.get(self.code(currency), float("nan"))

    def usd_column(self, currency: pl.Series) -> np.ndarray:
        """Units per dollar for a column of currencies, float64, NaN where not known."""
        unique = currency.unique().to_list()
        rates = [self.usd(value) for value in unique]
        frame = currency.rename("c").to_frame()
        table = pl.DataFrame({"c": pl.Series(unique, dtype=pl.String), "r": rates})
        joined = frame.join(table, on="c", how="left", nulls_equal=True, maintain_order="left")
        return joined["r"].to_numpy()


def _from_table(table: pa.Table) -> dict[str, float]:
    if not {"currency", "per_usd"} <= set(table.column_names):
        raise NotValid("rates need the columns currency and per_usd")
    try:
        values = table["per_usd"].cast(pa.float64()).to_pylist()
    except pa.ArrowInvalid as error:
        raise NotValid(f"a rate is not a number: {error}") from None
    return dict(zip(map(str, table["currency"].to_pylist()), values, strict=True))
