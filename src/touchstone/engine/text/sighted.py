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
from touchstone.engine.text.match import outermost
from touchstone.engine.text.variants import TECHNIQUES

CODE = {name: number for number, name in enumerate(TECHNIQUES)}
_PLAIN = [CODE[n] for n in ("exact", "case", "width")]
# Nobody writes a name so by accident.
_DELIBERATE = [
    CODE[n]
    for n in ("separator", "repetition", "leet", "homoglyph", "traditional", "glyph", "split", "emoji", "pinyin")
]
# Those that hide it.
_HIDDEN = [CODE[n] for n in ("separator", "leet", "homoglyph", "homophone", "glyph", "split", "emoji", "shuffle")]
# What is written so of an everyday word is still hardly the word.
_UNMISTAKABLE = [CODE[n] for n in ("leet", "homoglyph", "split", "emoji")]
# `Found.how` of a name that stands in clear.
IN_CLEAR = -1
_INITIALS, _SEPARATOR = CODE["initials"], CODE["separator"]
_TYPO, _SHUFFLE = CODE["typo"], CODE["shuffle"]
# Shorter names are too near to other words to count at once when only the sound, the order or a letter is right.
_LONG_HAN, _LONG_LATIN, _LONG_TYPO = 3, 6, 8
# A Latin name that is shorter without its signs ("A&F") is only looked for as it is written.
_LONG_STUB = 5
# Letters that each piece of a name has, on average, which is written as several words and not spelt out.
_PIECE = 2
# A disguise of this strength is so strange a text that nothing else explains it.
_STRANGE = 0.95
# A Chinese name in clear with less strength than this is rather a part of other words.
_HARDLY = 0.4


def sight(lexicon: Lexicon, titles: pa.Array) -> Sightings:
    """All names in a column of titles, however written. Initials and what is read aloud only where the title is Chinese."""
    seen = find(lexicon.terms, titles, weak=True, chinese_initials=True)
    size = np.diff(lexicon.terms.points.offsets)[seen.term]
    initials = np.isin(seen.technique, (_INITIALS, CODE["homophone"])) | (
        (seen.technique == CODE["pinyin"]) & (size < _LONG_HAN)
    )
    stub = np.isin(seen.technique, _PLAIN) & (seen.changed == 0) & (lexicon.terms.han[seen.term] == 0)
    stub &= (size < _LONG_STUB) & (seen.term < lexicon.compiled)
    seen, initials = seen.take(~stub), initials[~stub]
    if initials.any():
        chinese = pc.match_substring_regex(titles.take(pa.array(seen.row[initials])), r"\p{Han}.*\p{Han}")
        bad = np.flatnonzero(initials)[~pc.fill_null(chinese, False).to_numpy(zero_copy_only=False)]
        seen = seen.take(np.delete(np.arange(len(seen)), bad))
    return _apart(seen)


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
    found = _doubted(lexicon, reading.found, seen)
    extra = _uncovered(lexicon, reading, seen)
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
    """Sightings that lie in no name or innocent phrase that stands there in clear, one a place and brand."""
    clear = outermost(reading.hits.take((lexicon.is_name | lexicon.tagged("innocent:name"))[reading.hits.literal]))
    fresh = seen.take(~_inside(seen, clear.row, clear.start, clear.end))
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


def _counts(lexicon: Lexicon, seen: Sightings, how: np.ndarray) -> np.ndarray:
    """Which names in disguise count without other words for them."""
    terms = lexicon.terms
    size = np.diff(terms.points.offsets)[seen.term]
    chinese = terms.han[seen.term] > 0
    ambiguous = lexicon.ambiguous[seen.term]
    long = np.where(chinese, size >= _LONG_HAN, size >= _LONG_LATIN)
    sure = np.isin(how, _DELIBERATE) & (chinese | (size >= 4))
    near = np.isin(how, [CODE["homophone"], _SHUFFLE]) & long
    near |= (how == _TYPO) & (size >= _LONG_TYPO)
    near |= how == IN_CLEAR
    near |= chinese & np.isin(how, [CODE["homophone"], _SHUFFLE]) & (seen.strength >= _STRANGE)
    near |= chinese & _in_company(seen)
    counts = np.where(ambiguous, np.isin(how, _UNMISTAKABLE) & (size >= 4), sure | near)
    return counts & seen.kept


def _in_company(seen: Sightings) -> np.ndarray:
    """Chinese names hidden in a row that hides another one elsewhere, too."""
    hidden = np.flatnonzero(seen.kept & (seen.changed > 0))
    out = np.zeros(len(seen), dtype=bool)
    if len(hidden):
        places = np.unique(np.column_stack((seen.row[hidden], seen.start[hidden])), axis=0)
        out[hidden] = np.bincount(places[:, 0])[seen.row[hidden]] > 1
    return out
