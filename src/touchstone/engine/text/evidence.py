"""Does a name in a text mean the brand? Hits on plain names do; hits on ambiguous ones need evidence beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from touchstone.engine.data import load
from touchstone.engine.text.lexicon import Lexicon, Ragged
from touchstone.engine.text.match import Hits, outermost

# A link word ("for", 适用于) speaks for a name that starts at most this many characters after it.
LINK_REACH = 16


@dataclass(frozen=True)
class Words:
    """Tags of a column of text: `code` is row * tags + tag, sorted, each once."""

    code: np.ndarray
    tags: int

    def has(self, rows: np.ndarray, tags: np.ndarray) -> np.ndarray:
        """For pairs of row and tag: is the tag in the row?"""
        return np.isin(rows * self.tags + tags, self.code)

    def rows(self, count: int, tag: int | None) -> np.ndarray:
        """Which of `count` rows have the tag. Shape (count,), bool."""
        mask = np.zeros(count, dtype=bool)
        if tag is not None:
            mask[self.code[self.code % self.tags == tag] // self.tags] = True
        return mask


@dataclass(frozen=True)
class Found:
    """Names in a column of text. One entry a (hit, name); `nominative` is a name that only says what the goods fit."""

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    name: np.ndarray
    strong: np.ndarray
    nominative: np.ndarray


@dataclass(frozen=True)
class Reading:
    """All that was found in one column of text."""

    hits: Hits
    words: Words
    found: Found


def read(lexicon: Lexicon, column: pa.Array) -> Reading:
    """Scan a column once: names with their standing, and the tags of every row."""
    hits = lexicon.matcher.find(column)
    words = words_of(lexicon, hits)
    return Reading(hits, words, _found(lexicon, hits, words))


def words_of(lexicon: Lexicon, hits: Hits) -> Words:
    """The tags of the hits by row."""
    position, tag = lexicon.tags_of(hits)
    width = max(1, len(lexicon.tags))
    return Words(np.unique(hits.row[position] * width + tag), width)


def merged(first: Words, *others: Words) -> Words:
    """The tags of several columns of the same rows."""
    return Words(np.unique(np.concatenate([first.code, *(o.code for o in others)])), first.tags)


def _found(lexicon: Lexicon, hits: Hits, words: Words) -> Found:
    relevant = lexicon.is_name | lexicon.tagged("innocent:name")
    candidates = outermost(hits.take(relevant[hits.literal]))
    named = candidates.take(lexicon.is_name[candidates.literal])
    position, name = lexicon.names_of(named)
    row, start, end = named.row[position], named.start[position], named.end[position]
    linked = _linked(_links(lexicon, hits), row, start)
    strong = ~np.array([n.ambiguous for n in lexicon.rights.names], dtype=bool)[name]
    return Found(row, start, end, name, strong, linked)


def _links(lexicon: Lexicon, hits: Hits) -> Hits:
    """Link words that are not part of a phrase about people ("for men")."""
    mask = lexicon.tagged("link", "comparison", "innocent:link")
    links = outermost(hits.take(mask[hits.literal]))
    return links.take(~lexicon.tagged("innocent:link")[links.literal])


def _linked(links: Hits, row: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Names that stand right after a link word, and the ones listed after such a name in the same row."""
    if not len(links) or not len(row):
        return np.zeros(len(row), dtype=bool)
    stride = int(max(links.end.max(), start.max())) + LINK_REACH + 2
    ends = np.sort(links.row * stride + links.end)
    place = row * stride + start
    last = np.searchsorted(ends, place, side="right") - 1
    near = (last >= 0) & (place - ends[np.maximum(last, 0)] <= LINK_REACH)
    near &= ends[np.maximum(last, 0)] >= row * stride
    first_near = np.full(int(row.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first_near, row[near], start[near])
    return start >= first_near[row]


def settle(lexicon: Lexicon, found: Found, words: Words, claimed: np.ndarray, ranged: np.ndarray) -> Found:
    """Decide the ambiguous hits from the words of the whole listing.

    `claimed`: the brand that the listing's brand column names, one entry a row, -1 for none. `ranged`: rows whose short
    title offers a range of colours or styles, as catalogues of copies do. An ambiguous name stands where a word supports
    it, where the listing claims the brand, or where a plain name of the same brand is in the row. The goods' usual
    words, another brand beside it and a range support it as long as no word speaks against it; the range only
    for a brand of narrow prices.
    """
    brand = lexicon.brand_of[found.name]
    open_ = ~found.strong
    support = _any(lexicon.name_support, found, words)
    against = _any(lexicon.name_against, found, words)
    own, foreign = goods(lexicon, words, found.row, brand)
    usual = own & ~foreign & lexicon.name_usual[found.name]
    key = found.row * len(lexicon.rights.brands) + brand
    same_brand = np.isin(key, key[found.strong])
    other_brand = np.isin(found.row, found.row[found.strong])
    in_range = ranged[found.row] & lexicon.rights.narrow[brand]
    kept = support | same_brand | (claimed[found.row] == brand)
    kept |= (usual | other_brand | in_range) & ~against
    strong = found.strong | (open_ & kept)
    return Found(found.row, found.start, found.end, found.name, strong, found.nominative)


def goods(lexicon: Lexicon, words: Words, row: np.ndarray, brand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For pairs of row and brand: does the row speak of goods that the brand makes, and of quite other goods?

    Classes of narrow prices (clothes, bags, watches, cosmetics) are not foreign to one another.
    """
    own = np.zeros(len(row), dtype=bool)
    foreign = np.zeros(len(row), dtype=bool)
    kin = load("pricing/data/breadth.yaml")["narrow_classes"]
    for number, tag in lexicon.class_tags.items():
        makes = np.array([number in classes for classes in lexicon.rights.goods], dtype=bool)[brand]
        has = words.has(row, np.full(len(row), tag))
        own |= has & makes
        foreign |= has & ~makes & (number not in kin)
    return own, foreign


def _any(tags: Ragged, found: Found, words: Words) -> np.ndarray:
    position, tag = tags.spread(found.name)
    mask = np.zeros(len(found.name), dtype=bool)
    mask[position[words.has(found.row[position], tag)]] = True
    return mask
