"""What single models of a brand cost, where one reference price a brand says too little."""

from __future__ import annotations

from functools import cache

import numpy as np

from touchstone.engine.data import load
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.text.normalise import fold
from touchstone.errors import NotValid


@cache
def built_in() -> dict[str, dict[str, float]]:
    """Folded brand to folded model to price in `currency` of data/models.yaml."""
    brands = load("pricing/data/models.yaml")["brands"]
    return {fold(b): {fold(str(m)): float(p) for m, p in models.items()} for b, models in brands.items()}


def model_prices(brand: str, given: str, currency: str, rates: Rates, row: int = 0) -> dict[str, float]:
    """Folded model to price in US dollars: the pack of the product, and over it `given` ("Birkin=80000;...", `currency`).

    Raises NotValid where an entry is not a name and a price.
    """
    pack = rates.usd(load("pricing/data/models.yaml")["currency"])
    found = {model: price / pack for model, price in built_in().get(fold(brand), {}).items()}
    for part in filter(None, (p.strip() for p in given.replace("；", ";").split(";"))):
        name, sign, price = part.rpartition("=")
        found[fold(name.strip())] = _price(price, part, row) / rates.usd(currency) if sign else _price("", part, row)
    return {model: price for model, price in found.items() if np.isfinite(price)}


def _price(text: str, part: str, row: int) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = 0.0
    if not (np.isfinite(value) and value > 0):
        raise NotValid(
            f"model_prices has {part!r}, which is not a name and a price", place=f"rights row {row}" if row else "",
            remedy="Write Birkin=80000;Evelyne=25000.",
        )  # fmt: skip
    return value
