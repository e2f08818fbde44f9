"""From listings to signals: one wide table, one column a signal (see `catalogue`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.arrays import frame, series
from touchstone.engine.behaviour.after_sales import rates
from touchstone.engine.behaviour.claims import counted
from touchstone.engine.behaviour.history import edits, histories
from touchstone.engine.behaviour.origin import origins
from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.images.said import said
from touchstone.engine.images.signals import ImageSignals, bank_signals, image_signals
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.pricing.signals import price_signals
from touchstone.engine.text.disguise import Sightings
from touchstone.engine.text.evidence import Found, Reading, Words, read, settle
from touchstone.engine.text.extent import read_part
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.replica import vocabulary
from touchstone.engine.text.sighted import with_disguised
from touchstone.engine.text.variety import variety

# A title of a few words.
SHORT_TITLE = 48
# Descriptions and reviews are read up to here.
TEXT_LIMIT = 20000


@dataclass(frozen=True)
class Brands:
    """Pairs of row and brand, each once, in the order of row and first place; and the hits they come from, in titles
    and in the texts of pictures."""

    row: np.ndarray
    brand: np.ndarray
    found: Found
    pictured: Found
    frame: pl.DataFrame


def measure(
    listings: pa.Table, lexicon: Lexicon, money: Rates, images: ImageSignals, claimed: np.ndarray, seen: Sightings
) -> tuple[pl.DataFrame, Brands]:
    """The signals of typed listings (see `schema.typed`), and the brands they name.

    `claimed`: see `claimed_brands`. `seen`: the names in disguise in the titles, see `sighted.sight`.
    """
    rows = listings.num_rows
    title = read(lexicon, read_part(listings["title"]))
    description = read(lexicon, cut(listings["description"], TEXT_LIMIT))
    category = _words_of_unique(lexicon, listings["category"])
    words = title.words.also(description.words, category)
    shape = _title(listings, title, lexicon, rows)
    ranged = ((shape["variety"] >= 3) & (shape["title_length"] <= SHORT_TITLE)).to_numpy()
    found = settle(lexicon, with_disguised(lexicon, title, seen), words, claimed, ranged)
    hinted = settle(lexicon, description.found, words, claimed, ranged)
    pictured = said(lexicon, images.texts, words, claimed, ranged, rows)
    brands = _brands(lexicon, found, hinted, pictured.found, claimed, rows)
    parts = [
        brands.frame,
        _seller(lexicon, brands, listings),
        price_signals(lexicon, found, (brands.row, brands.brand), listings, money, title.words.also(category)),
        _kinds(lexicon, title, category, rows),
        _vocabulary(lexicon, title, description, rows),
        counted(cut(listings["reviews"], TEXT_LIMIT)),
        shape,
        *_behaviour(lexicon, listings, brands),
        pictured.frame,
        image_signals(images, rows),
        bank_signals(listings, images),
    ]
    wide = pl.concat(parts, how="horizontal")
    return wide.select(pl.col(name).cast(kind) for name, (kind, _) in SIGNALS.items()), brands


def cut(column: pa.ChunkedArray, limit: int) -> pa.Array:
    """The texts up to `limit` characters."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if array.null_count == len(array) or (pc.max(pc.binary_length(array)).as_py() or 0) <= limit:
        return array
    return pc.utf8_slice_codeunits(array, 0, limit)


def _words_of_unique(lexicon: Lexicon, column: pa.ChunkedArray) -> Words:
    """Literals of a column with few distinct values: each value is scanned once."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    hits = lexicon.matcher.find(encoded.dictionary.cast(pa.large_string()))
    index = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    order = np.argsort(index, kind="stable")
    low = np.searchsorted(index[order], hits.row, side="left")
    count = np.searchsorted(index[order], hits.row, side="right") - low
    position = np.repeat(np.arange(len(hits)), count)
    inside = np.arange(len(position)) - (np.cumsum(count) - count)[position]
    return Words(order[low[position] + inside], hits.literal[position])


def claimed_brands(lexicon: Lexicon, column: pa.ChunkedArray) -> np.ndarray:
    """The brand that the brand column names, one entry a row, -1 for none.

    A value names a brand when it is one of its names, or begins with one that is not ambiguous ("apple computer" does
    not name Apple by its first word alone, "nike inc." names Nike).
    """
    encoded = pc.dictionary_encode(column.combine_chunks())
    values = encoded.dictionary.cast(pa.large_string())
    found = read(lexicon, values).found
    length = pc.utf8_length(values).to_numpy(zero_copy_only=False)
    whole = found.end - found.start == length[found.row]
    fits = whole | ((found.start == 0) & found.strong)
    brand_of = lexicon.brand_of
    claimed = np.full(len(values) + 1, -1, dtype=np.int64)
    # Later assignments win: whole values are assigned last, and the first name of a value after the others.
    for mask in (fits & ~whole, fits & whole):
        claimed[found.row[mask][::-1]] = brand_of[found.name[mask]][::-1]
    return claimed[encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)]


def _brands(lexicon: Lexicon, found: Found, hinted: Found, pictured: Found, claimed: np.ndarray, rows: int) -> Brands:
    brand_of = lexicon.brand_of
    strong, hint = found.strong, hinted.strong & ~hinted.nominative
    claim = np.flatnonzero(claimed >= 0)
    named = np.zeros(rows, dtype=bool)
    named[found.row[strong]] = True
    own = np.zeros(rows, dtype=bool)
    own[found.row[strong & ~found.nominative]] = True
    hint &= ~(named | (claimed >= 0))[hinted.row]
    told = named | (claimed >= 0)
    told[hinted.row[hint]] = True
    shown = pictured.strong & ~pictured.nominative & ~told[pictured.row]
    pair_row = np.concatenate((found.row[strong], claim, hinted.row[hint], pictured.row[shown]))
    pair_brand = np.concatenate(
        (brand_of[found.name[strong]], claimed[claim], brand_of[hinted.name[hint]], brand_of[pictured.name[shown]])
    )
    pair_row, pair_brand = _first_of_pairs(pair_row, pair_brand)
    count = np.bincount(pair_row, minlength=rows)
    first = np.searchsorted(pair_row, np.arange(rows))
    labels = pl.Series(lexicon.rights.brands, dtype=pl.String)
    lead = np.where(count > 0, pair_brand[np.minimum(first, max(len(pair_brand) - 1, 0))] if len(pair_brand) else 0, 0)
    hinted_rows = np.zeros(rows, dtype=bool)
    hinted_rows[hinted.row[hint]] = True
    frame = pl.DataFrame(
        {
            "brand": labels.gather(pl.Series(lead)),
            "brand_count": count,
            "brand_in_title": named,
            "brand_claimed": claimed >= 0,
            "brand_in_description": hinted_rows,
            "brand_in_image": np.bincount(pictured.row[shown], minlength=rows) > 0,
            "brand_nominative": named & ~own,
            "disguised": np.bincount(found.row[strong & found.hidden & ~found.nominative], minlength=rows),
            "luxury_count": np.bincount(pair_row[lexicon.rights.luxury[pair_brand]], minlength=rows),
        }
    ).with_columns(pl.when(pl.col("brand_count") > 0).then("brand").otherwise(pl.lit("")).alias("brand"))
    return Brands(pair_row, pair_brand, found, pictured, frame)


def _first_of_pairs(row: np.ndarray, brand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct pairs, sorted by row, inside a row in the order of first place."""
    if not len(row):
        return row.astype(np.int64), brand.astype(np.int64)
    key = row * (int(brand.max()) + 1) + brand
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    place = order[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
    place = place[np.lexsort((place, row[place]))]
    return row[place], brand[place]


def _seller(lexicon: Lexicon, brands: Brands, listings: pa.Table) -> pl.DataFrame:
    """seller_status: authorised by one of the brands, unauthorised if one lists sellers and none this one."""
    rows = listings.num_rows
    sellers = lexicon.rights.sellers
    authorised = np.zeros(rows, dtype=bool)
    lists = np.zeros(rows, dtype=bool)
    seller = listings["seller_id"].combine_chunks()
    for brand in set(brands.brand.tolist()) & set(sellers):
        at = brands.row[brands.brand == brand]
        lists[at] = True
        authorised[at] |= pc.is_in(seller.take(pa.array(at)), pa.array(sellers[brand], pa.large_string())).to_numpy(
            False
        )
    known = pc.fill_null(pc.not_equal(seller, ""), False).to_numpy(zero_copy_only=False)
    status = np.where(authorised, "authorised", np.where(lists & known, "unauthorised", "unknown"))
    fakes = frame(listings.select(["seller_confirmed_fakes"]))
    return pl.DataFrame({"seller_status": status}).hstack(fakes)


def _kinds(lexicon: Lexicon, title: Reading, category: Words, rows: int) -> pl.DataFrame:
    words = title.words.also(category)
    return pl.DataFrame({tag: words.rows(rows, lexicon.tagged(tag)) for tag in ("accessory", "secondhand", "repair")})


def _vocabulary(lexicon: Lexicon, title: Reading, description: Reading, rows: int) -> pl.DataFrame:
    told = vocabulary(lexicon, title, rows)
    more = vocabulary(lexicon, description, rows)
    counts = {f"replica_{s}": told.counts[s] + more.counts[s] for s in told.counts}
    listed = pl.DataFrame({"a": told.words, "b": more.words}).select(
        pl.concat_str(
            "a", pl.when((pl.col("a") != "") & (pl.col("b") != "")).then(pl.lit(", ")).otherwise(pl.lit("")), "b"
        )
    )
    return pl.DataFrame({**counts, "replica_words": listed.to_series()})


def _behaviour(lexicon: Lexicon, listings: pa.Table, brands: Brands) -> list[pl.DataFrame]:
    """After-sales, velocity, ages, edits after approval, reopening and origin."""
    table = frame(listings)
    named = brands.frame["brand_in_title"]
    before = np.zeros(listings.num_rows, dtype=bool)
    if listings["previous_title"].null_count < listings.num_rows:
        found = read(lexicon, read_part(listings["previous_title"])).found
        before[found.row[found.strong]] = True
    return [rates(table), histories(table), edits(table, named, pl.Series(before)), origins(table)]


def _title(listings: pa.Table, title: Reading, lexicon: Lexicon, rows: int) -> pl.DataFrame:
    length = pc.utf8_length(listings["title"].combine_chunks()).fill_null(0).to_numpy(zero_copy_only=False)
    colourful = pl.Series(title.words.rows(rows, lexicon.tagged("colourful")))
    shown = read_part(listings["title"])
    whole = length <= pc.utf8_length(shown).fill_null(0).to_numpy(zero_copy_only=False)
    return pl.DataFrame({"variety": variety(series(shown), colourful), "title_length": length, "title_cut": ~whole})
