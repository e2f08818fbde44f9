"""The brands of the market: chosen from the famous-brands file that the rights room ships."""

from __future__ import annotations

import csv
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files

from touchstone.demo.disguise import is_han
from touchstone.demo.market.goods import BY_KEY, Goods
from touchstone.errors import BadInputFile

COLUMNS = ("brand", "aliases", "owner", "classes", "reference_price", "currency", "authorised_sellers", "generic", "context_for",
           "context_against", "categories", "models", "short_aliases")

# category of the file -> kind of goods of the market
_GOODS = {
    "sneakers": "shoes", "footwear": "shoes", "bags": "bags", "luxury": "bags", "fashion": "apparel", "streetwear": "apparel",
    "underwear": "apparel", "sports_merchandise": "apparel", "sportswear": "sportswear", "outdoor": "sportswear", "watches": "watches",
    "jewellery": "jewellery", "accessories": "jewellery", "eyewear": "eyewear", "perfume": "perfume", "cosmetics": "cosmetics",
    "appliances": "appliances", "electronics": "audio", "phones": "phones", "computers": "computers", "auto_parts": "autoparts",
    "medicine": "health", "health_food": "health", "stationery": "stationery", "toys": "toys", "food": "food", "liquor": "liquor",
    "infant": "infant", "household": "household",
}


# a market of any seed has these
_LEADERS = frozenset({"Nike", "adidas", "New Balance", "Li-Ning", "Anta", "Louis Vuitton", "Gucci", "Chanel", "Hermès", "Dior", "Coach", "Rolex",
                      "Omega", "Cartier", "Lancôme", "Estée Lauder", "SK-II", "UNIQLO", "Ray-Ban", "Lacoste", "Supreme"})


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

    def written(self, rnd: random.Random, english: bool) -> str:
        """The name as an honest seller writes it."""
        if english or not self.chinese:
            return self.name
        if self.chinese == self.name:
            return self.name
        return rnd.choice((self.name, self.chinese, f"{self.name}/{self.chinese}", f"{self.chinese}{self.name}", self.chinese))


def famous_brands() -> list[Brand]:
    """All brands of the famous-brands file, in its order."""
    text = (files("touchstone.rights") / "data" / "famous_brands.csv").read_text("utf-8-sig")
    return [brand(row, line) for line, row in enumerate(csv.DictReader(text.splitlines()), start=2)]


def chosen(rnd: random.Random, wanted: Collection[str], number: int = 120) -> list[Brand]:
    """`number` of the famous brands, in the file's order; a third are `wanted` ones (names that are also ordinary words)."""
    brands = famous_brands()
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
        raise BadInputFile(f"reference_price of {row.get('brand', '?')} is no number", place=f"famous_brands.csv line {line}") from error
    name = row["brand"]
    aliases = [a.strip() for a in f"{row['aliases']};{row['short_aliases']}".split(";") if a.strip()]
    chinese = next((a for a in (name, *aliases) if all(map(is_han, a))), "")
    nicknames = tuple(a for a in aliases if a not in (name, chinese) and all(c.isascii() or is_han(c) for c in a))
    goods = tuple(dict.fromkeys(BY_KEY[_GOODS[c]] for c in row["categories"].split(";") if c in _GOODS))
    models = tuple(m.strip() for m in row["models"].split(";") if m.strip())
    return Brand(name, chinese, nicknames, models, goods or (BY_KEY["apparel"],), price, row)
