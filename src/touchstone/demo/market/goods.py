"""What is sold: kinds of goods with their words in Chinese and English, sizes, usual prices and drawn shape.

Prices are medians in CNY of goods that carry no famous brand; `spread` is the sigma of their logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from touchstone.demo.lexicon import lexicon


@dataclass(frozen=True)
class Goods:
    """One kind of goods. `weight` is its share among sellers without a famous brand."""

    key: str
    label: str
    nouns_zh: tuple[str, ...]
    nouns_en: tuple[str, ...]
    looks_zh: tuple[str, ...]
    looks_en: tuple[str, ...]
    sizes: tuple[str, ...]
    shape: str
    price: float
    spread: float
    weight: float
    extras_zh: tuple[str, ...]
    extras_en: tuple[str, ...]


def _goods(entry: dict[str, Any]) -> Goods:
    cells: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    return Goods(**cells)


_WORDS = lexicon("touchstone.demo.market", "goods")
GOODS: tuple[Goods, ...] = tuple(_goods(entry) for entry in _WORDS["goods"])
BY_KEY = {goods.key: goods for goods in GOODS}
COLOURS_ZH: tuple[str, ...] = tuple(_WORDS["colours_zh"])
COLOURS_EN: tuple[str, ...] = tuple(_WORDS["colours_en"])
COLOURED: frozenset[str] = frozenset(_WORDS["coloured"])
WORN: frozenset[str] = frozenset(_WORDS["worn"])
