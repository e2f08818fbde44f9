"""Listings: what each shop offers, under which title, at which price, and whether it is fake."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from touchstone.demo.disguise import TECHNIQUES, disguise
from touchstone.demo.market import prices, titles
from touchstone.demo.market.brands import Brand, one_of
from touchstone.demo.market.everyday import EVERYDAY
from touchstone.demo.market.goods import BY_KEY, WORN, Goods
from touchstone.demo.market.shops import Shop
from touchstone.demo.market.streams import weighted

# what a shop of each trade offers, by share; a counterfeiter's share of fakes is its own
_MIX = {
    "plain": {
        "own": 0.855,
        "genuine": 0.05,
        "accessory": 0.02,
        "style": 0.045,
        "generic_word": 0.01,
        "fan": 0.005,
        "second_hand": 0.015,
    },
    "authorised": {"authorised": 0.9, "own": 0.08, "accessory": 0.02},
    "parallel_import": {"parallel_import": 0.8, "own": 0.1, "genuine": 0.08, "fake": 0.02},
    "second_hand": {"second_hand": 0.86, "own": 0.11, "fake": 0.03},
    "accessory": {"accessory": 0.7, "own": 0.28, "style": 0.02},
    "fan": {"fan": 0.6, "own": 0.4},
    "generic_word": {"generic_word": 0.6, "own": 0.4},
    "courier": {"service": 0.75, "own": 0.25},
    "cash_out": {"service": 0.7, "own": 0.3},
}
_CAMOUFLAGE = {"own": 0.66, "style": 0.2, "accessory": 0.08, "genuine": 0.06}
# how a fake names its brand
_MANNERS = {"plain": 0.28, "open": 0.2, "disguised": 0.42, "hidden": 0.1}
_TECHNIQUE_WEIGHTS = {
    "alias": 14,
    "homophone": 11,
    "initials": 9,
    "pinyin": 9,
    "separator": 9,
    "typo": 7,
    "leet": 7,
    "homoglyph": 7,
    "glyph": 6,
    "split": 5,
    "emoji": 5,
    "repetition": 4,
    "shuffle": 4,
    "traditional": 4,
    "case": 4,
    "width": 3,
}
_HONEST_KINDS = frozenset({"authorised", "parallel_import", "second_hand", "accessory", "fan", "generic_word"})
_MARKET_WORDS = ("Apple", "Xiaomi")


@dataclass(slots=True)
class Listing:
    """One offer. `use` says what stands behind the brand's name; `text` is the name as the title writes it."""

    shop: Shop
    use: str
    goods: Goods
    title: str
    price: float
    brand: Brand | None = None
    text: str = ""
    technique: str = ""
    manner: str = ""
    named: str = ""
    description: str = ""
    currency: str = "CNY"
    created_at: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    images: str = ""
    gtin: str = ""

    @property
    def is_fake(self) -> bool:
        """Whether the goods are counterfeit."""
        return self.use == "fake"

    @property
    def honest_kind(self) -> str:
        """Which honest look-alike it is, or none."""
        return self.use if self.use in _HONEST_KINDS else "none"


class Lister:
    """Writes the listings of shops, one at a time, from one stream."""

    def __init__(self, rnd: random.Random, brands: Sequence[Brand], as_of: date) -> None:
        self.rnd = rnd
        self.brands = brands
        self.as_of = as_of
        self.by_name = {brand.name: brand for brand in brands}
        self.everyday = [row for row in EVERYDAY if row.brand in self.by_name or row.brand in _MARKET_WORDS]
        self.deck = list(TECHNIQUES)
        rnd.shuffle(self.deck)

    def listing(self, shop: Shop) -> Listing:
        """One more listing of `shop`."""
        use = self._use(shop)
        made = {
            "own": self._own,
            "style": self._own,
            "service": self._service,
            "fake": self._fake,
            "accessory": self._accessory,
            "fan": self._fan,
            "generic_word": self._generic,
        }.get(use, self._real)(shop, use)
        made.description = titles.describe(self.rnd, use, made.is_fake, shop.english)
        dollars = shop.english and self.rnd.random() < 0.45
        made.currency = "USD" if dollars else "CNY"
        made.price = round(prices.label(self.rnd, made.price, dollars), 2)
        made.created_at = self._created(shop)
        return made

    def _use(self, shop: Shop) -> str:
        if shop.is_counterfeiter and self.rnd.random() < shop.fake_share:
            return "fake"
        use = weighted(self.rnd, _CAMOUFLAGE if shop.is_counterfeiter else _MIX[shop.trade])
        return "own" if use == "style" and shop.goods.key not in WORN else use

    def _goods(self, shop: Shop, brand: Brand | None) -> Goods:
        if brand is None:
            return shop.goods
        return shop.goods if shop.goods in brand.goods else self.rnd.choice(brand.goods)

    def _brand(self, shop: Shop) -> Brand:
        return one_of(self.rnd, shop.brands or self.brands)

    def _own(self, shop: Shop, use: str) -> Listing:
        rnd = self.rnd
        words = (titles.pick(rnd, "style", shop.english),) if use == "style" else ()
        house = titles.house_brand(rnd, shop.english) if rnd.random() < 0.6 else ""
        title = titles.title(rnd, shop.goods, house, shop.english, words)
        named = house if rnd.random() < 0.7 else rnd.choice(("", "无品牌", "其他/other"))
        return Listing(shop, use, shop.goods, title, prices.plain(rnd, shop.goods), named=named)

    def _service(self, shop: Shop, use: str) -> Listing:
        return Listing(
            shop,
            use,
            shop.goods,
            titles.pick(self.rnd, "service", False),
            self.rnd.choice((1.0, 5.0, 10.0, 50.0, 100.0, 500.0)),
        )

    def _subject(self, brand: Brand, text: str) -> str:
        """The name with a model beside it, as often as sellers give one."""
        if not brand.models or self.rnd.random() < 0.35:
            return text
        return f"{text} {self.rnd.choice(brand.models)}"

    def _honest_text(self, brand: Brand, english: bool) -> tuple[str, str]:
        """The name as an honest seller writes it, and the technique if it happens to be one (a nickname, capitals)."""
        draw = self.rnd.random()
        if draw < 0.07 and brand.nicknames and not english:
            return self.rnd.choice(brand.nicknames), "alias"
        if draw < 0.13 and brand.name.isascii():
            changed = self.rnd.choice((brand.name.upper(), brand.name.lower()))
            return changed, "" if changed == brand.name else "case"
        return brand.written(self.rnd, english), ""

    def _real(self, shop: Shop, use: str) -> Listing:
        rnd = self.rnd
        brand = self._brand(shop)
        goods = self._goods(shop, brand)
        text, technique = self._honest_text(brand, shop.english)
        words = {"parallel_import": titles.parallel, "second_hand": titles.used}.get(use, _no_words)(rnd, shop.english)
        title = titles.title(rnd, goods, self._subject(brand, text), shop.english, words)
        named = brand.name if rnd.random() < 0.85 else ""
        gtin = _gtin(brand, rnd.randrange(40)) if use != "second_hand" and rnd.random() < 0.5 else ""
        return Listing(
            shop,
            use,
            goods,
            title,
            prices.genuine(rnd, brand, goods, use),
            brand,
            text,
            technique,
            named=named,
            gtin=gtin,
        )

    def _accessory(self, shop: Shop, use: str) -> Listing:
        rnd = self.rnd
        brand = self._brand(shop)
        goods = self._goods(shop, brand)
        text, technique = self._honest_text(brand, shop.english)
        title = titles.fits(rnd, self._subject(brand, text), goods, shop.english)
        named = brand.name if rnd.random() < 0.1 else titles.house_brand(rnd, shop.english)
        return Listing(shop, use, goods, title, prices.small(rnd), brand, text, technique, named=named)

    def _fan(self, shop: Shop, use: str) -> Listing:
        brand = self._brand(shop)
        text, technique = self._honest_text(brand, shop.english)
        title = titles.fan(self.rnd, text, shop.english)
        return Listing(shop, use, BY_KEY["stationery"], title, prices.small(self.rnd), brand, text, technique)

    def _generic(self, shop: Shop, use: str) -> Listing:
        row = self.rnd.choice(self.everyday)
        price = row.price * self.rnd.uniform(0.7, 1.4)
        brand = self.by_name.get(row.brand)
        return Listing(shop, use, BY_KEY[row.goods], titles.vary(self.rnd, row.title), price, brand, row.word)

    def _fake(self, shop: Shop, use: str) -> Listing:
        rnd = self.rnd
        brand = self._brand(shop)
        goods = self._goods(shop, brand)
        manner = weighted(rnd, _MANNERS)
        text, technique = "", ""
        if manner == "disguised":
            text, technique = self._disguised(brand, shop.english)
        elif manner != "hidden":
            text = brand.written(rnd, shop.english)
        subject = self._subject(brand, text) if manner != "hidden" else self._hint(brand, shop.english)
        words: tuple[str, ...] = ()
        if manner == "open" or (manner != "plain" and rnd.random() < 0.28):
            words = titles.replica(rnd, shop.english)
        title = titles.title(rnd, goods, subject, shop.english, words)
        named = self._named(brand, manner)
        gtin = _gtin(brand, rnd.randrange(40)) if manner == "plain" and rnd.random() < 0.2 else ""
        price = prices.fake(rnd, brand, goods, shop.role in {"maker", "wholesaler"})
        return Listing(shop, use, goods, title, price, brand, text, technique, manner, named, gtin=gtin)

    def _hint(self, brand: Brand, english: bool) -> str:
        """What a title says that means a brand and does not name it: a model, or a nudge."""
        if brand.models and self.rnd.random() < 0.55:
            return self.rnd.choice(brand.models)
        return titles.pick(self.rnd, "hint", english)

    def _named(self, brand: Brand, manner: str) -> str:
        share = {"plain": 0.6, "open": 0.35, "disguised": 0.12, "hidden": 0.06}[manner]
        if self.rnd.random() < share:
            return brand.name
        return self.rnd.choice(("", "", "其他/other", "无品牌"))

    def _disguised(self, brand: Brand, english: bool) -> tuple[str, str]:
        """The brand in disguise; every technique is dealt once before they are drawn by weight."""
        names = (
            [brand.name] if english or not brand.chinese or self.rnd.random() < 0.25 else [brand.chinese, brand.name]
        )
        for technique in (
            *self.deck,
            *self.rnd.choices(list(_TECHNIQUE_WEIGHTS), list(_TECHNIQUE_WEIGHTS.values()), k=8),
            "separator",
        ):
            nicknames = [n for n in brand.nicknames if n.isascii()] if english else brand.nicknames
            text = disguise(self.rnd, names, technique, nicknames)
            if text:
                if technique in self.deck:
                    self.deck.remove(technique)
                return text, technique
        return brand.name.lower(), "case"

    def _created(self, shop: Shop) -> datetime:
        last = min(shop.closed_on or self.as_of, self.as_of)
        first = min(shop.opened_on, last)
        minutes = max(1, (last - first).days) * 1440 - 1
        age = int(minutes * self.rnd.betavariate(1, 1.7))
        moment = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(minutes=age + 1)
        return max(moment, datetime(first.year, first.month, first.day, tzinfo=UTC))


def write(
    rnd: random.Random,
    numbers: np.random.Generator,
    shops: Sequence[Shop],
    brands: Sequence[Brand],
    as_of: date,
    total: int,
) -> list[Listing]:
    """`total` listings over the shops (at least one each), in the order of their creation."""
    size = numbers.lognormal(0.0, 1.0, len(shops))
    size *= np.array(
        [{"courier": 0.2, "cash_out": 0.3, "wholesaler": 1.6, "maker": 1.2}.get(s.role, 1.0) for s in shops]
    )
    counts = 1 + numbers.multinomial(total - len(shops), size / size.sum())
    lister = Lister(rnd, brands, as_of)
    made = [lister.listing(shop) for shop, count in zip(shops, counts.tolist(), strict=True) for _ in range(count)]
    made.sort(key=lambda listing: listing.created_at)
    return made


def _no_words(_rnd: random.Random, _english: bool) -> tuple[str, ...]:
    return ()


def _gtin(brand: Brand, item: int) -> str:
    """An EAN-13 of the brand's range; the same item has the same number wherever it is sold, and on some fakes too."""
    prefix = sum(ord(c) * (i + 7) for i, c in enumerate(brand.name)) % 100_000
    body = f"69{prefix:05d}{item:05d}"
    total = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body))
    return body + str(-total % 10)
