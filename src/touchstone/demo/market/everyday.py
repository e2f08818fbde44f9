"""Names of brands that are also ordinary words, and honest titles that use the word and mean no brand."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Everyday:
    """An honest title with a brand's name (`word`, as the title writes it) used as a word; price in CNY."""

    brand: str
    word: str
    title: str
    price: float
    goods: str


def _read() -> tuple[Everyday, ...]:
    text = (files("touchstone.demo.market") / "words" / "everyday.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Everyday(r["brand"], r["word"], r["title"], float(r["price"]), r["goods"]) for r in rows)


EVERYDAY = _read()
