"""Find terms in columns of text however they are written: scan, judge, and keep the best reading of each place."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.text import company, kernel
from touchstone.engine.text import judge as rules
from touchstone.engine.text.language import costs_of_rows, language
from touchstone.engine.text.normalise import codes
from touchstone.engine.text.tables.folding import folding
from touchstone.engine.text.tables.sounds import sounds
from touchstone.engine.text.terms import SHIFT, Terms, Trie
from touchstone.engine.text.variants import TECHNIQUES

# Rows are scanned in blocks of about so many characters, so that memory stays flat.
_BLOCK = 1 << 17
# How much a place may lack to be worth other evidence; the price of what nobody writes.
_WEAK, _NEVER = 6.0, 90.0
# The compiled loops run without the interpreter's lock, so blocks can be scanned side by side.
_WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Sightings:
    """Places where a term stands, disguised or not. One entry each; `start` and `end` count characters in the row.

    `technique` is an index into variants.TECHNIQUES. `strength` is 0 to 1. `added` is what the place costs as honest
    text and `price` what the disguise costs; a place is kept when it adds more than the price.
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    term: np.ndarray
    technique: np.ndarray
    strength: np.ndarray
    added: np.ndarray
    price: np.ndarray
    changed: np.ndarray
    kept: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    def take(self, index: np.ndarray) -> Sightings:
        """The sightings at `index` (a mask or positions)."""
        return Sightings(*(getattr(self, f.name)[index] for f in fields(self)))

    @classmethod
    def none(cls) -> Sightings:
        """Nothing seen."""
        whole, part = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        return cls(whole, whole, whole, whole, whole, part, part, part, whole, np.empty(0, dtype=bool))

    @classmethod
    def joined(cls, parts: Sequence[Sightings]) -> Sightings:
        """One after the other."""
        if not parts:
            return cls.none()
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def techniques(self) -> list[str]:
        """The names of the techniques."""
        return [TECHNIQUES[i] for i in self.technique.tolist()]


@dataclass(frozen=True)
class Units:
    """Rows of text as units, see `kernel`. `starts` are the rows' first places in `points`, one more than rows."""

    points: np.ndarray
    starts: np.ndarray
    gentle: np.ndarray
    symbol: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray, starts: np.ndarray) -> Units:
        """Cut joined rows into units."""
        fold = folding()
        room = len(points) + len(starts)
        gentle, symbol = np.empty(room, np.uint32), np.empty(room, np.uint32)
        kind, start, end = np.empty(room, np.uint8), np.empty(room, np.int32), np.empty(room, np.int32)
        n = kernel.unitize(points, starts, fold.gentle, fold.symbol, fold.kind, gentle, symbol, kind, start, end)
        return cls(points, starts, gentle[:n], symbol[:n], kind[:n], start[:n], end[:n])


def find(terms: Terms, column: pa.Array, *, everything: bool = False, weak: bool = False) -> Sightings:
    """All places in a column of strings where a term is written, in whatever way, sorted by row and start.

    With `weak`, those that would need some other evidence are there too, and with `everything` all that were considered;
    they have `kept` False.
    """
    column = column.cast(pa.large_string()).fill_null("")
    lengths = pc.utf8_length(column).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.cumsum(lengths)
    cuts = [0]
    while cuts[-1] < len(column):
        before = ends[cuts[-1] - 1] if cuts[-1] else 0
        cuts.append(max(int(np.searchsorted(ends, before + _BLOCK, side="right")), cuts[-1] + 1))

    def block(place: int) -> Sightings:
        first, last = cuts[place], cuts[place + 1]
        part = _find_block(terms, column.slice(first, last - first), lengths[first:last], everything, weak)
        return replace(part, row=part.row + first)

    places = range(len(cuts) - 1)
    if len(places) < 2 or _WORKERS < 2:
        return Sightings.joined([block(place) for place in places])
    with ThreadPoolExecutor(_WORKERS) as pool:
        return Sightings.joined(list(pool.map(block, places)))


def _find_block(terms: Terms, column: pa.Array, lengths: np.ndarray, everything: bool, weak: bool) -> Sightings:
    starts = np.concatenate(([0], np.cumsum(lengths)))
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    if offsets[0] == offsets[-1] or not len(terms):
        return Sightings.none()
    points = codes(bytes(memoryview(column.buffers()[2])[offsets[0] : offsets[-1]]).decode())
    units = Units.of(points, starts)
    candidates = _candidates(terms, units)
    if not len(candidates.found):
        return Sightings.none()
    forward, backward = _costs(units, candidates.found[:, 4])
    seen = _together(terms, _judged(terms, units, candidates, forward, backward), lengths)
    if everything:
        return seen
    believed = seen.kept | (weak & (seen.price < _NEVER) & (seen.added >= seen.price - _WEAK) & (seen.price > 0))
    return best(unshadowed(seen.take(believed)))


@dataclass(frozen=True)
class Candidates:
    """`found`: first unit, last unit + 1, node, counters, row. `origin`: 0 units, 1 sounds, 2 shuffled, 3 near words,
    4 one wrong."""

    found: np.ndarray
    term: np.ndarray
    form: np.ndarray
    origin: np.ndarray


def _candidates(terms: Terms, units: Units) -> Candidates:
    parts = [
        _walked(terms, units),
        _sounded(terms, units),
        _shuffled(terms, units),
        _near(terms, units),
        _one_wrong(terms, units),
    ]
    found = np.concatenate([p.found for p in parts])
    row = np.searchsorted(units.starts, units.start[found[:, 0]], side="right") - 1 if len(found) else found[:, 0]
    found[:, 4] = row
    joined = Candidates(found, *(np.concatenate([getattr(p, n) for p in parts]) for n in ("term", "form", "origin")))
    awake = terms.awake[joined.term]
    return (
        joined
        if awake.all()
        else Candidates(found[awake], joined.term[awake], joined.form[awake], joined.origin[awake])
    )


def _grow(call: Callable[[np.ndarray], int], columns: int, guess: int) -> np.ndarray:
    """Call a scan with room for `guess` rows, and again with more where that was too little."""
    out = np.empty((guess, columns), dtype=np.int64)
    n = call(out)
    while n > len(out):
        out = np.empty((n, columns), dtype=np.int64)
        n = call(out)
    return out[:n]


def _walked(terms: Terms, units: Units) -> Candidates:
    trie, book = terms.units, terms.book
    size = len(units.kind)
    text = kernel.Text(
        units.gentle, units.symbol, units.kind, np.empty(size, np.uint64), np.empty(size, bool), np.empty(size, bool)
    )
    kernel.unit_bits(book, *text)
    raw = _grow(lambda out: kernel.walk(book, text, out), 4, size + 256)
    return _spread(trie, raw, 0)


def _sounded(terms: Terms, units: Units) -> Candidates:
    trie, table = terms.sounds, sounds()
    raw = _grow(
        lambda out: kernel.walk_sounds(
            trie.table, trie.terminal, units.gentle, units.symbol, units.kind, units.start, table.offsets, table.folded,
            table.spelling, table.spelt, SHIFT, out,
        ), 4, len(units.kind) + 256,
    )  # fmt: skip
    return _spread(trie, raw, 1)


def _spread(trie: Trie, raw: np.ndarray, origin: int) -> Candidates:
    """One candidate a pattern that ends at a node; of several ways to the same pattern the one with fewest changes."""
    if not len(raw):
        return _no_candidates()
    rows, pattern = kernel.patterns_of(raw[:, 2], trie.head, trie.link)
    # First unit, length, pattern and changes in one number: 20, 6, 29 and 8 bits.
    weight = np.minimum(kernel.changes(raw[:, 3]), 255)[rows]
    length = np.minimum(raw[rows, 1] - raw[rows, 0], 63)
    key = (((raw[rows, 0] << 6 | length) << 29 | pattern) << 8) | weight
    order = np.argsort(key)
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (key[order][1:] >> 8) != (key[order][:-1] >> 8)
    chosen = order[fresh]
    rows, pattern = rows[chosen], pattern[chosen]
    found = np.zeros((len(rows), 5), dtype=np.int64)
    found[:, :4] = raw[rows]
    return Candidates(found, trie.term[pattern], trie.form[pattern], np.full(len(found), origin, dtype=np.uint8))


def _shuffled(terms: Terms, units: Units) -> Candidates:
    table = terms.shuffles
    if not len(terms.lengths):
        return _no_candidates()
    room = len(units.kind) + 256
    raw = _grow(lambda out: kernel.windows(units.gentle, units.kind, terms.lengths, table.keys, out), 4, room)
    rows, entry = kernel.patterns_of(raw[:, 2], table.head, table.link)
    found = np.zeros((len(rows), 5), dtype=np.int64)
    found[:, :2], found[:, 3] = raw[rows, :2], raw[rows, 3]
    term, points = table.term[entry], terms.points
    honest = kernel.same_characters(found, term, units.gentle, points.values, points.offsets, folding().gentle)
    found, term = found[honest], term[honest]
    form = np.select([found[:, 3] >= 0, found[:, 3] == -2], [1, 2], 0).astype(np.uint8)
    return Candidates(found, term, form, np.full(len(term), 2, dtype=np.uint8))


def _near(terms: Terms, units: Units) -> Candidates:
    table = terms.typos
    if not len(table.term):
        return _no_candidates()
    spans = _grow(lambda out: rules.token_spans(units.gentle, units.kind, units.start, 4, out), 2, 1024)
    raw = _grow(
        lambda out: rules.near_words(
            spans, units.gentle, table.keys, table.head, table.link, table.term, terms.awake, terms.points.values,
            terms.points.offsets, folding().gentle, out,
        ), 4, 256,
    )  # fmt: skip
    found = np.zeros((len(raw), 5), dtype=np.int64)
    found[:, :2] = raw[:, :2]
    return Candidates(
        found, raw[:, 2].astype(np.int32), raw[:, 3].astype(np.uint8), np.full(len(raw), 3, dtype=np.uint8)
    )


def _one_wrong(terms: Terms, units: Units) -> Candidates:
    """Chinese names with one character that has nothing to do with theirs."""
    table, points = terms.but_one, terms.points
    if not len(terms.but_one_lengths):
        return _no_candidates()
    lengths, room = terms.but_one_lengths, len(units.kind) + 256
    raw = _grow(lambda out: kernel.but_one(units.gentle, units.kind, lengths, table.keys, out), 4, room)
    rows, entry = kernel.patterns_of(raw[:, 2], table.head, table.link)
    found = np.zeros((len(rows), 5), dtype=np.int64)
    found[:, :2], found[:, 3] = raw[rows, :2], raw[rows, 3]
    term = table.term[entry]
    true = kernel.one_differs(found, term, units.gentle, points.values, points.offsets, folding().gentle)
    found, term = found[true], term[true]
    return Candidates(found, term, np.zeros(len(term), np.uint8), np.full(len(term), 4, dtype=np.uint8))


def _no_candidates() -> Candidates:
    none = np.empty(0, dtype=np.int32)
    return Candidates(np.empty((0, 5), dtype=np.int64), none, none.astype(np.uint8), none.astype(np.uint8))


def _costs(units: Units, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Costs before and from each place, for rows with candidates (see `language.costs_of_rows`)."""
    tongue = language()
    room = len(units.points) + len(units.starts)
    forward, backward = np.empty(room, np.float32), np.empty(room, np.float32)
    costs_of_rows(
        units.points, tongue.plain, tongue.kind, units.starts, np.unique(rows), tongue.words, tongue.costs,
        tongue.latin_keys, tongue.latin_costs, forward, backward,
    )  # fmt: skip
    return forward, backward


def _judged(terms: Terms, units: Units, c: Candidates, forward: np.ndarray, backward: np.ndarray) -> Sightings:
    fold, table = folding(), sounds()
    n = len(c.found)
    keep, technique = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    strength, reasons = np.zeros(n, dtype=np.float32), np.zeros((n, 3), dtype=np.float32)
    spans = np.zeros((n, 2), dtype=np.int64)
    rules.judge(
        c.found, c.origin, c.form, units.points, units.starts, units.gentle, units.kind, units.start, units.end,
        fold.layers, fold.symbol, fold.kind, c.term, terms.points.values, terms.points.offsets, terms.han, forward,
        backward, table.offsets, table.plain, table.spelling, table.spelt, keep, technique, strength, reasons, spans,
        np.float32(terms.crowd),
    )  # fmt: skip
    row = c.found[:, 4]
    base = units.starts[row]
    return Sightings(
        row, spans[:, 0] - base, spans[:, 1] - base, c.term.astype(np.int64), technique, strength, reasons[:, 0],
        reasons[:, 1], reasons[:, 2].astype(np.int64), keep,
    )  # fmt: skip


def _together(terms: Terms, seen: Sightings, lengths: np.ndarray) -> Sightings:
    """Chinese names in disguise are kept by what their row says, see `company`."""
    hidden = np.flatnonzero((seen.changed > 0) & (seen.price < _NEVER) & (seen.price != 0) & (terms.han[seen.term] > 0))
    hidden = hidden[seen.added[hidden] > seen.price[hidden] - company.CHEAPER]
    if not len(hidden):
        return seen
    names = int(np.sum((terms.han > 0) & terms.awake))
    part = seen.take(hidden)
    margin = company.margins(part.row, part.start, part.end, part.added - part.price, lengths, names)
    kept, strength = seen.kept.copy(), seen.strength.copy()
    kept[hidden] = margin > 0
    strength[hidden] = 1 / (1 + np.exp(-margin / 2))
    return replace(seen, kept=kept, strength=strength)


def unshadowed(seen: Sightings) -> Sightings:
    """Without disguises that lie in a place where another term stands in clear: its letters mean that one."""
    plain = seen.take(seen.changed == 0)
    if not len(plain) or len(plain) == len(seen):
        return seen
    stride = int(seen.end.max()) + 1
    order = np.argsort(plain.row * stride + plain.start, kind="stable")
    at = (plain.row * stride + plain.start)[order]
    reach = np.maximum.accumulate((plain.row * stride + plain.end)[order])
    last = np.searchsorted(at, seen.row * stride + seen.start, side="right") - 1
    inside = (last >= 0) & (reach[np.maximum(last, 0)] >= seen.row * stride + seen.end)
    return seen.take((seen.changed == 0) | ~inside)


def best(seen: Sightings) -> Sightings:
    """Of sightings of the same term that overlap, the one with the fewest changes, then the cheapest, the longest."""
    if len(seen) < 2:
        return seen
    order = np.lexsort((seen.start - seen.end, seen.price, seen.changed, seen.term, seen.row))
    chosen = kernel.without_overlaps(seen.row[order], seen.term[order], seen.start[order], seen.end[order], False)
    index = order[chosen]
    return seen.take(index[np.lexsort((seen.term[index], -seen.end[index], seen.start[index], seen.row[index]))])
