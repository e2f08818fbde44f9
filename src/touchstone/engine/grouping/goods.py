"""Listings as arrays: the tokens of each as a sorted run of numbers, and what else is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.grouping.gtin import canonical
from touchstone.engine.grouping.words import CODE, HAN, PART, WORD, folded, is_model, lists, tokens
from touchstone.engine.images.bank import unpack
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.text.measures import pack_count, size

# Of a description only codes are read, up to here; and of a listing so many images.
DESCRIPTION_LIMIT = 600
IMAGES = 8
# Titles of a smaller list are weighed as if they stood among so many: in two titles a shared word is not a common one.
BACKGROUND = 2000
MODEL_RARITY = 0.75


@dataclass(frozen=True)
class Vocabulary:
    """Arrays with one entry a token. `group`: number of the group of values that exclude one another, -1 for none."""

    kind: np.ndarray
    group: np.ndarray
    idf: np.ndarray
    df: np.ndarray


@dataclass(frozen=True)
class Runs:
    """Sorted token numbers of listing i: `ids[offsets[i]:offsets[i + 1]]`."""

    offsets: np.ndarray
    ids: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, rows: np.ndarray) -> Runs:
        """The runs of `rows`."""
        width = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(width)))
        place = np.arange(offsets[-1]) - np.repeat(offsets[:-1], width) + np.repeat(self.offsets[rows], width)
        return Runs(offsets, self.ids[place])


@dataclass(frozen=True)
class Goods:
    """Listings to compare. `text`: the folded title without spaces and signs. `told`: codes of the description.

    `brand`: runs of the words of the brand column. `words`: the folded title.
    `gtin`, `pack`: numbers, 0 where not known. `size`: volume (ml) and weight (g), shape (listings, 2), NaN where not known.
    `price`: natural logarithm, NaN where not known. `image_row`, `image`: listing and hash, shape (images, 4), by listing.
    """

    title: Runs
    told: Runs
    brand: Runs
    vocabulary: Vocabulary
    text: list[str]
    words: list[str]
    gtin: np.ndarray
    pack: np.ndarray
    size: np.ndarray
    price: np.ndarray
    image_row: np.ndarray
    image: np.ndarray

    def __len__(self) -> int:
        return len(self.title)

    def take(self, rows: np.ndarray) -> Goods:
        """The listings `rows`, sorted, weighed as before; how often a token comes is counted anew."""
        title = self.title.take(rows)
        v = self.vocabulary
        df = np.bincount(title.ids, minlength=len(v.kind))
        there = np.isin(self.image_row, rows)
        return Goods(
            title=title,
            told=self.told.take(rows),
            brand=self.brand.take(rows),
            vocabulary=Vocabulary(v.kind, v.group, v.idf, df),
            text=[self.text[int(i)] for i in rows],
            words=[self.words[int(i)] for i in rows],
            gtin=self.gtin[rows],
            pack=self.pack[rows],
            size=self.size[rows],
            price=self.price[rows],
            image_row=np.searchsorted(rows, self.image_row[there]),
            image=self.image[there],
        )


def read(listings: pa.Table) -> Goods:
    """The goods of typed listings (see `schema.typed`)."""
    titles = [folded(t) for t in listings["title"].to_pylist()]
    brands = [folded(t or "") for t in listings["brand"].to_pylist()]
    told = [folded(t[:DESCRIPTION_LIMIT]) if t else "" for t in listings["description"].to_pylist()]
    shop = _Numbering()
    title_runs = shop.titles(titles)
    brand_runs = shop.plain(brands)
    told_runs = shop.codes(told)
    vocabulary = shop.vocabulary(title_runs, len(titles))
    column = pl.Series(titles, dtype=pl.String)
    image_row, image = _images(listings["pdq"])
    return Goods(
        title=title_runs,
        told=told_runs,
        brand=brand_runs,
        vocabulary=vocabulary,
        text=["".join(c for c in t if c.isalnum()) for t in titles],
        words=[" ".join(t.split()) for t in titles],
        gtin=_gtin(listings["gtin"]),
        pack=pack_count(column).fill_null(0).to_numpy(),
        size=np.stack([size(column, d).to_numpy() for d in ("volume", "weight")], axis=1),
        price=_log_price(listings),
        image_row=image_row,
        image=image,
    )


class _Numbering:
    """Numbers for tokens, in the order in which they come."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._kind: list[int] = []
        self._group: list[int] = []
        self._groups = {name: i for i, name in enumerate(lists().groups)}

    def _of(self, token: tuple[str, int, str]) -> int:
        text, kind, group = token
        number = self._number.get(text)
        if number is None:
            number = self._number[text] = len(self._kind)
            self._kind.append(kind)
            self._group.append(self._groups.get(group, -1))
        return number

    def titles(self, texts: list[str]) -> Runs:
        """Runs of all tokens, joining words left out."""
        stop = lists().stop
        return _runs([sorted({self._of(t) for t in tokens(text) if t[0] not in stop}) for text in texts])

    def plain(self, texts: list[str]) -> Runs:
        """Runs of the words of short texts that repeat, such as brands."""
        known: dict[str, list[int]] = {}
        for text in dict.fromkeys(texts):
            known[text] = sorted({self._of(t) for t in tokens(text) if t[1] in (WORD, HAN, CODE)})
        return _runs([known[text] for text in texts])

    def codes(self, texts: list[str]) -> Runs:
        """Runs of the parts of codes that some title has, too."""
        out = []
        for text in texts:
            found = tokens(text) if text else []
            out.append(sorted({self._number[t[0]] for t in found if t[1] == PART and t[0] in self._number}))
        return _runs(out)

    def vocabulary(self, runs: Runs, count: int) -> Vocabulary:
        """Rarity falls with how many titles have a token: 1 for one title, 0 for all (of BACKGROUND at least)."""
        df = np.bincount(runs.ids, minlength=len(self._kind))
        model = np.array([is_model(text) for text in self._number], dtype=bool)
        idf = 1 - np.log(np.maximum(df, 1)) / np.log(max(count, BACKGROUND))
        # Many offers of one product share its number, which tells it apart all the same.
        idf = np.where(model, np.maximum(idf, MODEL_RARITY), idf)
        return Vocabulary(
            np.array(self._kind, dtype=np.uint8), np.array(self._group, dtype=np.int8), idf.astype(np.float32), df
        )


def _runs(lists_: list[list[int]]) -> Runs:
    offsets = np.concatenate(([0], np.cumsum([len(x) for x in lists_], dtype=np.int64)))
    return Runs(offsets, np.fromiter((v for x in lists_ for v in x), dtype=np.int32, count=int(offsets[-1])))


def _gtin(column: pa.ChunkedArray) -> np.ndarray:
    known = canonical(series(column).rename("gtin"))
    return known.cast(pl.Int64).fill_null(0).to_numpy()


def _log_price(listings: pa.Table) -> np.ndarray:
    """Logarithms in one currency; a price without a known one counts as it stands."""
    rate = np.nan_to_num(Rates().usd_column(series(listings["currency"])), nan=1.0)
    price = series(listings["price"]).cast(pl.Float64).fill_null(np.nan).to_numpy() / rate
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(price > 0, np.log(price), np.nan)


def _images(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    cells = series(column)
    there = cells.is_not_null() & (cells != "")
    rows = np.flatnonzero(there.fill_null(False).to_numpy())
    texts = [[h.strip() for h in cells[int(row)].split(";") if h.strip()][:IMAGES] for row in rows]
    words, good = unpack([h for group in texts for h in group])
    row = np.repeat(rows, [len(group) for group in texts])
    return row[good], words[good]
