"""The brands of the market: chosen from the famous-brands file that the rights room ships."""

from __future__ import annotations

import csv
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from touchstone.demo.disguise import is_han
from touchstone.demo.market.goods import BY_KEY, Goods
from touchstone.errors import BadInputFile

COLUMNS = (
    "brand",
    "aliases",
    "owner",
    "classes",
    "reference_price",
    "currency",
    "authorised_sellers",
    "generic",
    "context_for",
    "context_against",
    "categories",
    "models",
    "short_aliases",
)

# category of the file -> kind of goods of the market
_GOODS = {
    "sneakers": "shoes",
    "footwear": "shoes",
    "fashion": "apparel",
    "streetwear": "apparel",
    "underwear": "apparel",
    "sports_merchandise": "apparel",
    "outdoor": "sportswear",
    "accessories": "jewellery",
    "electronics": "audio",
    "headphones": "audio",
    "memory": "computers",
    "printer_consumables": "computers",
    "drones": "toys",
    "collectables": "toys",
    "auto_parts": "autoparts",
    "medicine": "health",
    "health_food": "health",
    "condoms": "health",
    "tea": "food",
    "baby": "infant",
    "infant_formula": "infant",
    "razors": "household",
    "batteries": "household",
    "kitchenware": "household",
    "toothpaste": "household",
    "detergents": "household",
    "pesticides": "garden",
    "seeds": "garden",
    "fertiliser": "garden",
    "instruments": "audio",
}
_NOT_SOLD = "cigarettes"


# a market of any seed has these
_LEADERS = frozenset(
    {
        "Nike",
        "adidas",
        "New Balance",
        "Li-Ning",
        "Anta",
        "Louis Vuitton",
        "Gucci",
        "Chanel",
        "Hermès",
        "Dior",
        "Coach",
        "Rolex",
        "Omega",
        "Cartier",
        "Lancôme",
        "Estée Lauder",
        "SK-II",
        "UNIQLO",
        "Ray-Ban",
        "Lacoste",
        "Supreme",
        "Apple",
        "Dyson",
    }
)


@dataclass(frozen=True)
class Brand:
    """A famous brand as the market uses it. `price` is the reference price in CNY; `row` the line of the file."""

    name: str
    chinese: str
    nicknames: tuple[str, ...]
    models: tuple[str, ...]
    goods: tuple[Goods, ...]
    price: float
    row: Mapping[str, str]

    @property
    def fame(self) -> float:
        """How much more often than other brands it is sold, and copied."""
        return 6.0 if self.name in _LEADERS else 1.0

    def written(self, rnd: random.Random, english: bool) -> str:
        """The name as an honest seller writes it."""
        if english or not self.chinese:
            return self.name
        if self.chinese == self.name:
            return self.name
        return rnd.choice(
            (self.name, self.chinese, f"{self.name}/{self.chinese}", f"{self.chinese}{self.name}", self.chinese)
        )


def famous_brands() -> list[Brand]:
    """All brands of the famous-brands file, in its order."""
    text = (files("touchstone.rights") / "data" / "famous_brands.csv").read_text("utf-8-sig")
    return [brand(row, line) for line, row in enumerate(csv.DictReader(text.splitlines()), start=2)]


def chosen(rnd: random.Random, wanted: Collection[str], number: int = 120) -> list[Brand]:
    """`number` of the famous brands, in the file's order: the leaders, up to a third `wanted` ones, and any others."""
    brands = [b for b in famous_brands() if _NOT_SOLD not in b.row["categories"]]
    keep = {i for i, b in enumerate(brands) if b.name in _LEADERS}
    everyday = [i for i, b in enumerate(brands) if b.name in wanted and i not in keep]
    keep.update(rnd.sample(everyday, min(len(everyday), number // 3)))
    others = [i for i in range(len(brands)) if i not in keep]
    keep.update(rnd.sample(others, min(len(others), number - len(keep))))
    return [brands[i] for i in sorted(keep)]


def brand(row: Mapping[str, str], line: int) -> Brand:
    """One line of the file as a Brand; raises BadInputFile where the reference price is no number."""
    try:
        price = float(row["reference_price"])
    except (KeyError, ValueError) as error:
        raise BadInputFile(
            f"reference_price of {row.get('brand', '?')} is no number", place=f"famous_brands.csv line {line}"
        ) from error
    name = row["brand"]
    aliases = [a.strip() for a in f"{row['aliases']};{row['short_aliases']}".split(";") if a.strip()]
    chinese = next((a for a in (name, *aliases) if all(map(is_han, a))), "")
    nicknames = tuple(a for a in aliases if a not in (name, chinese) and all(c.isascii() or is_han(c) for c in a))
    kinds = dict.fromkeys(_GOODS.get(c, c) for c in row["categories"].split(";"))
    goods = tuple(BY_KEY[kind] for kind in kinds if kind in BY_KEY)
    models = tuple(m.strip() for m in row["models"].split(";") if m.strip())
    return Brand(name, chinese, nicknames, models, goods or (BY_KEY["bags"],), price, row)


def one_of(rnd: random.Random, brands: Sequence[Brand]) -> Brand:
    """One of the brands, by fame."""
    return rnd.choices(brands, [b.fame for b in brands])[0]
