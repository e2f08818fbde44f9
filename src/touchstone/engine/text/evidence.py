"""Does a name in a text mean the brand? Hits on plain names do; hits on ambiguous ones need evidence beside them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from touchstone.engine.arrays import among
from touchstone.engine.text.kernel import ask_context
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.match import Hits, outermost

# A link word ("for", 适用于) speaks for a name that starts at most this many characters after it.
LINK_REACH = 16


@dataclass(frozen=True)
class Words:
    """Literals by row, in no order and with repeats."""

    row: np.ndarray
    literal: np.ndarray

    def rows(self, count: int, mask: np.ndarray) -> np.ndarray:
        """Which of `count` rows have a literal of `mask` (see `Lexicon.tagged`). Shape (count,), bool."""
        there = np.zeros(count, dtype=bool)
        there[self.row[mask[self.literal]]] = True
        return there

    def also(self, *others: Words) -> Words:
        """The literals of several columns of the same rows."""
        every = (self, *others)
        return Words(np.concatenate([w.row for w in every]), np.concatenate([w.literal for w in every]))


@dataclass(frozen=True)
class Found:
    """Names in a column of text. One entry a (hit, name); `nominative` is a name that only says what the goods fit.

    `how`: the technique, an index into variants.TECHNIQUES, of a name in disguise; -1 for one in clear. `hidden`: nobody
    writes the name so by accident.
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    name: np.ndarray
    strong: np.ndarray
    nominative: np.ndarray
    how: np.ndarray
    hidden: np.ndarray

    def take(self, index: np.ndarray) -> Found:
        """The entries at `index` (a mask or positions)."""
        return Found(*(getattr(self, f.name)[index] for f in fields(self)))


@dataclass(frozen=True)
class Reading:
    """All that was found in one column of text, and the column."""

    hits: Hits
    found: Found
    column: pa.Array

    @property
    def words(self) -> Words:
        """The literals of the column."""
        return Words(self.hits.row, self.hits.literal)


def read(lexicon: Lexicon, column: pa.Array) -> Reading:
    """Scan a column once: all literals, and the names with their standing."""
    hits = lexicon.matcher.find(column)
    return Reading(hits, _found(lexicon, hits), column)


def _found(lexicon: Lexicon, hits: Hits) -> Found:
    relevant = lexicon.is_name | lexicon.tagged("innocent:name")
    candidates = outermost(hits.take(relevant[hits.literal]))
    named = candidates.take(lexicon.is_name[candidates.literal])
    position, name = lexicon.names_of(named)
    muted = lexicon.muted(hits)
    if len(muted):
        heard = ~_within(named.take(position), lexicon.brand_of[name], muted)
        position, name = position[heard], name[heard]
    row, start, end = named.row[position], named.start[position], named.end[position]
    linked = linked_names(lexicon, hits, row, start)
    strong = ~lexicon.ambiguous[name]
    return Found(row, start, end, name, strong, linked, np.full(len(row), -1), np.zeros(len(row), dtype=bool))


def _within(hits: Hits, brand: np.ndarray, muted: Hits) -> np.ndarray:
    """Which hits, of these brands, lie in a longer phrase that mutes their brand (see `Lexicon.muted`)?"""
    if not len(hits):
        return np.zeros(0, dtype=bool)
    brands = int(max(brand.max(), muted.literal.max())) + 1
    stride = int(max(hits.end.max(), muted.end.max())) + 1
    line = (muted.row * brands + muted.literal) * stride
    order = np.argsort(line + muted.start, kind="stable")
    at, reach = (line + muted.start)[order], np.maximum.accumulate((line + muted.end)[order])
    own = (hits.row * brands + brand) * stride
    before, until = np.searchsorted(at, own + hits.start), np.searchsorted(at, own + hits.start, side="right")
    longer = (before > 0) & (reach[np.maximum(before - 1, 0)] >= own + hits.end)
    return longer | ((until > 0) & (reach[np.maximum(until - 1, 0)] > own + hits.end))


def linked_names(lexicon: Lexicon, hits: Hits, row: np.ndarray, start: np.ndarray) -> np.ndarray:
    """For names at (row, start): do they only say what the goods fit or are compared with?"""
    return _linked(_links(lexicon, hits), row, start)


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

    `claimed`: the brand that the listing's brand column names, one entry a row, -1 for none. `ranged`: rows whose
    short title offers a range of colours or styles, as catalogues of copies do.

    An ambiguous name stands where a word supports it, where the listing claims the brand, or where a plain name of the
    same brand is in the row. The goods' usual words, another brand beside it and a range support it as long as no word
    speaks against it; the range only for a brand of narrow prices.
    """
    brand = lexicon.brand_of[found.name]
    open_ = ~found.strong
    support, against = _context(lexicon, found, words, ranged.shape[0])
    own, foreign = goods(lexicon, words, found.row, brand, ranged.shape[0])
    usual = own & ~foreign & (lexicon.name_usual | ~lexicon.ambiguous)[found.name]
    key = found.row * len(lexicon.rights.brands) + brand
    same_brand = among(key, np.sort(key[found.strong]))
    other_brand = among(found.row, np.sort(found.row[found.strong]))
    in_range = ranged[found.row] & lexicon.rights.narrow[brand]
    kept = support | same_brand | (claimed[found.row] == brand)
    # Beside other brands people name brands; that a word is one in disguise says nothing of that.
    kept |= (usual | ((other_brand | in_range) & (found.how < 0))) & ~against
    strong = found.strong | (open_ & kept)
    return Found(found.row, found.start, found.end, found.name, strong, found.nominative, found.how, found.hidden)


def goods(
    lexicon: Lexicon, words: Words, row: np.ndarray, brand: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """For pairs of row and brand: does the row speak of goods that the brand makes, and of quite other goods?

    Classes of narrow prices (clothes, bags, watches, cosmetics) are not foreign to one another.
    """
    own = np.zeros(len(row), dtype=bool)
    foreign = np.zeros(len(row), dtype=bool)
    for kind in lexicon.kinds:
        has = words.rows(count, lexicon.tagged(kind.tag))[row]
        makes = kind.made_by[brand]
        own |= has & makes
        if not kind.kin:
            foreign |= has & ~makes
    return own, foreign


def _context(lexicon: Lexicon, found: Found, words: Words, count: int) -> tuple[np.ndarray, np.ndarray]:
    """For each ambiguous hit: does a word of its row support the name, does one speak against it?"""
    open_ = np.flatnonzero(~found.strong)
    rows = np.zeros(count, dtype=bool)
    rows[found.row[open_]] = True
    near = rows[words.row]
    literal = words.literal[near][np.argsort(words.row[near], kind="stable")]
    first = np.concatenate(([0], np.cumsum(np.bincount(words.row[near], minlength=count))))
    context = lexicon.context
    support, against = np.zeros(len(found.row), dtype=bool), np.zeros(len(found.row), dtype=bool)
    ask_context(open_, found.row, found.name, first, literal, context.offsets, context.values, support, against)
    return support, against
