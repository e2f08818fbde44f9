"""Names in disguise, beside those that stand in clear: which of them count at once, and which need other words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.arrays import among
from touchstone.engine.text import kernel
from touchstone.engine.text.disguise import Sightings, find
from touchstone.engine.text.evidence import Found, Reading, linked_names
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.match import Hits, outermost
from touchstone.engine.text.standing import standing
from touchstone.engine.text.variants import TECHNIQUES

CODE = {name: number for number, name in enumerate(TECHNIQUES)}
_PLAIN = [CODE[n] for n in ("exact", "case", "width")]
# Nobody writes a name so by accident.
_DELIBERATE = [
    CODE[n]
    for n in ("separator", "repetition", "leet", "homoglyph", "traditional", "glyph", "split", "emoji", "pinyin")
]
# Those that hide it.
_HIDDEN = [
    CODE[n]
    for n in (
        "separator", "leet", "homoglyph", "traditional", "homophone", "pinyin", "initials", "glyph", "split", "emoji",
        "shuffle",
    )
]  # fmt: skip
# What is written so of an everyday word is still hardly the word.
_UNMISTAKABLE = [CODE[n] for n in ("leet", "homoglyph", "split", "emoji")]
# `Found.how` of a name that stands in clear.
IN_CLEAR = -1
_INITIALS, _SEPARATOR = CODE["initials"], CODE["separator"]
_TYPO, _SHUFFLE = CODE["typo"], CODE["shuffle"]
# Shorter names are too near to other words to count at once when only the sound, the order or a letter is right.
_LONG_HAN, _LONG_LATIN, _LONG_TYPO, _LONG_STRANGE = 3, 6, 8, 7
# A Latin name that is shorter without its signs ("A&F") is only looked for as it is written.
_LONG_STUB = 5
# Letters that each piece of a name has, on average, which is written as several words and not spelt out.
_PIECE = 2
# A disguise of this strength is so strange a text that nothing else explains it.
_STRANGE = 0.95
# More than a title has characters.
_FAR = 1 << 20
# A Chinese name in clear with less strength than this is rather a part of other words.
_HARDLY = 0.4


def sight(lexicon: Lexicon, titles: pa.Array) -> Sightings:
    """All names in a column of titles, however written. Initials and what is read aloud only where the title is Chinese."""
    seen = find(lexicon.terms, titles, weak=True, chinese_initials=True)
    size = np.diff(lexicon.terms.points.offsets)[seen.term]
    initials = np.isin(seen.technique, (_INITIALS, CODE["homophone"])) | (
        (seen.technique == CODE["pinyin"]) & (size < _LONG_HAN)
    )
    stub = np.isin(seen.technique, _PLAIN) & (seen.changed == 0) & lexicon.terms.signed[seen.term]
    stub &= (size < _LONG_STUB) & (seen.term < lexicon.compiled)
    # Of the many models people name, most are near some honest word.
    slips = np.isin(seen.technique, (_TYPO, _SHUFFLE)) & (lexicon.terms.han[seen.term] == 0)
    slips |= (seen.technique == CODE["leet"]) & (size < _LONG_STUB)
    stub |= slips & lexicon.ambiguous[seen.term] & lexicon.is_alias[seen.term]
    seen, initials = seen.take(~stub), initials[~stub]
    if initials.any():
        chinese = pc.match_substring_regex(titles.take(pa.array(seen.row[initials])), r"\p{Han}.*\p{Han}")
        bad = np.flatnonzero(initials)[~pc.fill_null(chinese, False).to_numpy(zero_copy_only=False)]
        seen = seen.take(np.delete(np.arange(len(seen)), bad))
    return _apart(_whole_runs(titles, standing(lexicon, seen)))


def _apart(seen: Sightings) -> Sightings:
    """Of disguises that overlap in part, the strongest; several readings of the same span all stay."""
    hidden = np.flatnonzero(seen.changed > 0)
    if len(hidden) < 2:
        return seen
    margin = seen.added[hidden] - seen.price[hidden]
    order = hidden[np.lexsort((seen.start[hidden], -margin, seen.row[hidden]))]
    chosen = kernel.without_overlaps(
        seen.row[order], np.zeros(len(order), dtype=np.int64), seen.start[order], seen.end[order], True
    )
    kept = np.sort(np.concatenate((np.flatnonzero(seen.changed == 0), order[chosen])))
    return seen.take(kept)


def of_rows(seen: Sightings, rows: np.ndarray) -> Sightings:
    """The sightings of the given rows (sorted), numbered by their place among them."""
    kept = seen.take(among(seen.row, rows))
    return replace(kept, row=np.searchsorted(rows, kept.row))


def with_disguised(lexicon: Lexicon, reading: Reading, seen: Sightings) -> Found:
    """What was found in clear, and the names in disguise; names in clear that are parts of other words need evidence."""
    extra = _uncovered(lexicon, reading, seen)
    found = _outside(_doubted(lexicon, reading.found, seen), extra)
    if not len(extra):
        return found
    plain = np.isin(extra.technique, _PLAIN)
    late = extra.term >= lexicon.compiled
    how = np.where(plain, np.where(late, IN_CLEAR, _SEPARATOR), extra.technique)
    linked = linked_names(lexicon, reading.hits, extra.row, extra.start)
    both = Found(
        np.concatenate((found.row, extra.row)),
        np.concatenate((found.start, extra.start)),
        np.concatenate((found.end, extra.end)),
        np.concatenate((found.name, extra.term)),
        np.concatenate((found.strong, _counts(lexicon, extra, how))),
        np.concatenate((found.nominative, linked)),
        np.concatenate((found.how, how)),
        np.concatenate(
            (found.hidden, (extra.changed > 0) & np.isin(how, _HIDDEN) & ~_written_apart(lexicon, extra, how))
        ),
    )
    return both.take(np.lexsort((both.name, -both.end, both.start, both.row)))


def _written_apart(lexicon: Lexicon, seen: Sightings, how: np.ndarray) -> np.ndarray:
    """Names with letters or digits that are only written as two words ("go pro", 椰子 350), as many people do."""
    pieces, letters = seen.changed + 1, lexicon.terms.letters[seen.term]
    return (how == _SEPARATOR) & (letters > 0) & (pieces * _PIECE <= letters + lexicon.terms.han[seen.term])


def _doubted(lexicon: Lexicon, found: Found, seen: Sightings) -> Found:
    """Names in clear of which the text says that they are cut out of other words are not strong."""
    weak = seen.take((seen.changed == 0) & (seen.strength < _HARDLY))
    if not len(weak) or not len(found.row):
        return found
    names = len(lexicon.rights.names)
    stride = int(max(weak.start.max(), found.start.max())) + 1
    doubted = among(
        (found.row * stride + found.start) * names + found.name,
        np.sort((weak.row * stride + weak.start) * names + weak.term),
    )
    return replace(found, strong=found.strong & ~doubted)


def _uncovered(lexicon: Lexicon, reading: Reading, seen: Sightings) -> Sightings:
    """Sightings that lie in no name or innocent phrase that stands there in clear, one a place and brand; nor in a
    phrase that mutes their brand."""
    clear = outermost(reading.hits.take((lexicon.is_name | lexicon.tagged("innocent:name"))[reading.hits.literal]))
    fresh = seen.take(~_inside(seen, clear.row, clear.start, clear.end) | _around(seen, clear))
    muted = lexicon.muted(reading.hits)
    if len(muted) and len(fresh):
        # A phrase that mutes one brand is a span in the row of that brand alone.
        brands = len(lexicon.rights.brands)
        own = replace(fresh, row=fresh.row * brands + lexicon.brand_of[fresh.term])
        spans = replace(muted, row=muted.row * brands + muted.literal)
        fresh = fresh.take(~_inside(own, spans.row, spans.start, spans.end) | _around(own, spans))
    if len(fresh) < 2:
        return fresh
    brand = lexicon.brand_of[fresh.term]
    order = np.lexsort((fresh.start - fresh.end, fresh.changed, brand, fresh.start, fresh.row))
    key = np.column_stack((fresh.row, fresh.start, brand))[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (key[1:] != key[:-1]).any(axis=1)
    return fresh.take(np.sort(order[first]))


def _inside(seen: Sightings, row: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Which sightings overlap one of the spans."""
    if not len(row) or not len(seen):
        return np.zeros(len(seen), dtype=bool)
    stride = int(max(end.max(), seen.end.max())) + 1
    order = np.argsort(row * stride + start, kind="stable")
    at, reach = (row * stride + start)[order], np.maximum.accumulate((row * stride + end)[order])
    last = np.searchsorted(at, seen.row * stride + seen.end, side="left") - 1
    return (last >= 0) & (reach[np.maximum(last, 0)] > seen.row * stride + seen.start)


def _around(seen: Sightings, clear: Hits) -> np.ndarray:
    """Which disguises reach beyond every name in clear that they overlap: "Cl" is a part of "Cl!nique"."""
    out = np.zeros(len(seen), dtype=bool)
    hidden = np.flatnonzero(seen.kept & (seen.changed > 0))
    if not len(hidden) or not len(clear):
        return out
    row, start, end = seen.row[hidden], seen.start[hidden], seen.end[hidden]
    stride = int(max(clear.end.max(), end.max())) + 2
    at, until = clear.row * stride + clear.start, clear.row * stride + clear.end
    low = np.searchsorted(np.sort(until), row * stride + start, side="right")
    high = np.searchsorted(np.sort(at), row * stride + end, side="left")
    inside = np.searchsorted(np.sort(until), row * stride + end, side="right")
    begun = np.searchsorted(np.sort(at), row * stride + start, side="left")
    # All that overlap begin and end in it, and none is as long.
    whole = (begun == low) & (inside == high)
    longest = np.zeros(len(hidden), dtype=np.int64)
    order = np.argsort(until)
    for i in np.flatnonzero(whole & (high > low)).tolist():
        some = order[low[i] : inside[i]]
        longest[i] = (until[some] - at[some]).max()
    out[hidden] = whole & (2 * longest <= end - start)
    return out


def _outside(found: Found, extra: Sightings) -> Found:
    """The names in clear that lie in none of the disguises."""
    wide = extra.take(extra.changed > 0)
    if not len(wide) or not len(found.row):
        return found
    stride = int(max(wide.end.max(), found.end.max())) + 2
    order = np.argsort(wide.row * stride + wide.start, kind="stable")
    at = (wide.row * stride + wide.start)[order]
    reach = np.maximum.accumulate((wide.row * stride + wide.end)[order])
    last = np.searchsorted(at, found.row * stride + found.start, side="right") - 1
    return found.take(np.flatnonzero(~((last >= 0) & (reach[np.maximum(last, 0)] >= found.row * stride + found.end))))


def _counts(lexicon: Lexicon, seen: Sightings, how: np.ndarray) -> np.ndarray:
    """Which names in disguise count without other words for them."""
    terms = lexicon.terms
    size = np.diff(terms.points.offsets)[seen.term]
    chinese = terms.han[seen.term] > 0
    ambiguous = lexicon.ambiguous[seen.term]
    long = np.where(chinese, size >= _LONG_HAN, size >= _LONG_LATIN)
    # A syllable says as much as two letters.
    syllables = ~chinese & (terms.letters[seen.term] == 0)
    sure = np.isin(how, _DELIBERATE) & (chinese | syllables | (size >= 4))
    near = np.isin(how, [CODE["homophone"], _SHUFFLE]) & (long | chinese)
    near |= (how == _TYPO) & ((size >= _LONG_TYPO) | ((size >= _LONG_STRANGE) & (seen.strength >= _STRANGE)))
    near |= how == IN_CLEAR
    near |= chinese & (how == _TYPO)
    # Every letter of an everyday word apart is as odd as its letters drawn otherwise.
    spelt = (how == _SEPARATOR) & (seen.changed >= size - 1)
    counts = np.where(ambiguous, (np.isin(how, _UNMISTAKABLE) | spelt) & (syllables | (size >= 4)), sure | near)
    return (counts & seen.kept) | (chinese & ~ambiguous & _in_company(seen))


def _in_company(seen: Sightings) -> np.ndarray:
    """Names hidden in a row that surely hides another one elsewhere."""
    hidden = np.flatnonzero(seen.changed > 0)
    out = np.zeros(len(seen), dtype=bool)
    sure = hidden[seen.kept[hidden]]
    if len(sure) and len(hidden) > 1:
        places = np.unique(np.column_stack((seen.row[sure], seen.start[sure])), axis=0)
        elsewhere = np.bincount(places[:, 0], minlength=int(seen.row.max()) + 1)[seen.row[hidden]]
        same = among(seen.row[hidden] * _FAR + seen.start[hidden], np.sort(places[:, 0] * _FAR + places[:, 1]))
        out[hidden] = elsewhere > same
    return out & (seen.technique != _INITIALS)


def _whole_runs(titles: pa.Array, seen: Sightings) -> Sightings:
    """Without initials that are cut out of a longer run of letters: in a title that is another word."""
    some = np.flatnonzero(seen.technique == _INITIALS)
    if not len(some):
        return seen
    texts = titles.take(pa.array(seen.row[some])).to_pylist()
    spans = zip(texts, seen.start[some].tolist(), seen.end[some].tolist(), strict=True)
    beside = [text[max(a - 1, 0) : a] + text[b : b + 1] for text, a, b in spans]
    cut = np.array([any(c.isascii() and c.isalpha() for c in both) for both in beside], dtype=bool)
    return seen.take(np.delete(np.arange(len(seen)), some[cut]))
