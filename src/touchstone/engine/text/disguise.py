"""Find terms in columns of text however they are written: scan, judge, and keep the best reading of each place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa

from touchstone.engine.text import company, kernel, slips, walks, windows
from touchstone.engine.text import judge as rules
from touchstone.engine.text.characters import Characters, in_blocks, text_column
from touchstone.engine.text.compose import Composed, composed
from touchstone.engine.text.glued import glued
from touchstone.engine.text.language import costs_of_rows, language
from touchstone.engine.text.tables.folding import HAN, folding
from touchstone.engine.text.tables.sounds import sounds
from touchstone.engine.text.techniques import CODE
from touchstone.engine.text.terms import Terms
from touchstone.engine.text.variants import TECHNIQUES

# How much a place may lack to be worth other evidence.
_WEAK = 1.5
_TYPO = CODE["typo"]
_NEAR = (_TYPO, CODE["shuffle"])


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
    def of(cls, text: Characters) -> Units:
        """Cut rows into units."""
        fold, points, starts = folding(), text.points, text.starts
        room = len(points) + len(starts)
        gentle, symbol = np.empty(room, np.uint32), np.empty(room, np.uint32)
        kind, start, end = np.empty(room, np.uint8), np.empty(room, np.int32), np.empty(room, np.int32)
        n = kernel.unitize(points, starts, fold.gentle, fold.symbol, fold.kind, gentle, symbol, kind, start, end)
        return cls(points, starts, gentle[:n], symbol[:n], kind[:n], start[:n], end[:n])


def find(
    terms: Terms, column: pa.Array, *, everything: bool = False, weak: bool = False, chinese_initials: bool = False
) -> Sightings:
    """All places in a column of strings where a term is written, in whatever way, sorted by row and start.

    With `weak`, those that would need some other evidence are there too, and with `everything` all that were considered;
    they have `kept` False. With `chinese_initials`, initials are looked for only in rows with two Chinese characters.
    """
    if not len(terms):
        return Sightings.none()

    wide = text_column(column)
    whole = composed(wide)

    def wanted(seen: Sightings) -> Sightings:
        near = weak & (seen.added >= seen.price - _WEAK) & (seen.price > 0)
        return seen if everything else seen.take(seen.kept | near)

    parts = [_found(terms, whole, chinese_initials, wanted)]
    if whole.moved:
        # Controls that turn nothing of a name around only lie in it.
        rows = np.array(sorted(whole.moved))
        as_stored = _found(terms, composed(wide.take(pa.array(rows)), turn=False), chinese_initials, wanted)
        as_stored = as_stored.take(~np.isin(as_stored.technique, _NEAR))
        parts.append(replace(as_stored, row=rows[as_stored.row]))
    seen = Sightings.joined(parts)
    return seen if everything else best(unshadowed(seen))


def _found(
    terms: Terms, whole: Composed, chinese_initials: bool, wanted: Callable[[Sightings], Sightings]
) -> Sightings:
    """What is wanted of all that was considered in a composed column, by places in the original."""

    def block(rows: pa.Array, first: int) -> Sightings:
        units = Units.of(Characters.of(rows))
        seen = wanted(_together(terms, _judged(terms, units, chinese_initials), np.diff(units.starts)))
        return replace(seen, row=seen.row + first)

    seen = Sightings.joined(in_blocks(whole.column, block))
    start, end = whole.places(seen.row, seen.start, seen.end)
    if whole.moved:
        # What stands in clear where it is drawn was stored in another order.
        turned = whole.in_disorder(seen.row, seen.start, seen.end) & (seen.changed == 0)
        seen = replace(
            seen,
            technique=np.where(turned, CODE["separator"], seen.technique),
            changed=np.where(turned, seen.end - seen.start, seen.changed),
        )
    return replace(seen, start=start, end=end)


def _judged(terms: Terms, units: Units, chinese_initials: bool) -> Sightings:
    """All readings of the units as a term, each with what speaks for and against it."""
    found = _candidates(terms, units, chinese_initials)
    fold, table, tongue = folding(), sounds(), language()
    n = len(found)
    technique, spans, runs = np.empty(n, np.int64), np.empty((n, 2), np.int64), np.empty((n, 2), np.int64)
    reasons = np.empty((n, 3), dtype=np.float32)
    n = rules.price(
        found, units.points, units.starts, units.gentle, units.kind, units.start, units.end, fold.layers, fold.symbol,
        fold.kind, fold.telling, terms.points.values, terms.points.offsets, terms.gaps, terms.letters, terms.han,
        table.offsets, table.plain, table.folded, table.spelling, table.spelt, np.float32(terms.crowd),
        tongue.latin_keys, tongue.latin_costs, technique, reasons, spans, runs,
    )  # fmt: skip
    found, reasons, spans = found[:n], reasons[:n], spans[:n]
    forward, backward = _costs(units, found[:, walks.ROW])
    keep, strength = np.empty(n, dtype=bool), np.empty(n, dtype=np.float32)
    rules.weigh(
        found, units.points, units.starts, units.kind, units.start, units.end, tongue.plain, tongue.latin_keys,
        tongue.latin_costs, tongue.shop_keys, forward, backward, terms.han, reasons, spans, runs, keep, strength,
    )  # fmt: skip
    row = found[:, walks.ROW]
    base = units.starts[row]
    return Sightings(
        row, spans[:, 0] - base, spans[:, 1] - base, found[:, walks.TERM], technique[:n], strength, reasons[:, 0],
        reasons[:, 1], reasons[:, 2].astype(np.int64), keep,
    )  # fmt: skip


def _candidates(terms: Terms, units: Units, chinese_initials: bool) -> np.ndarray:
    """All places that are near a term in some way. Columns: see `walks.FIRST` and those after it."""
    size, spelled = len(units.kind), terms.spelled
    text = walks.Text(
        units.gentle, units.symbol, units.kind, np.empty(size, np.uint64), np.empty(size, bool), np.empty(size, bool),
        np.empty(size, np.uint8), _shortened(units, chinese_initials),
    )  # fmt: skip
    walks.unit_bits(
        terms.book, text.gentle, text.symbol, text.kind, units.start, units.end, text.bits, text.open, text.made,
        text.edge,
    )  # fmt: skip
    plain, spoken = terms.units.patterns(terms.awake), terms.sounds.patterns(terms.awake)
    shuffles, wrong, typos = terms.shuffles.index, terms.but_one.index, terms.typos.index
    gentle, kind, start = units.gentle, units.kind, units.start
    scans: list[Callable[[np.ndarray, int], int]] = [lambda out, n: walks.walk(terms.book, plain, text, out, n)]
    if len(terms.sounds.term):
        scans.append(lambda out, n: walks.walk_sounds(terms.spoken, spoken, text, start, out, n))
    if len(terms.shuffles):
        scans.append(lambda out, n: windows.shuffled(shuffles, spelled, gentle, kind, out, n))
    if len(terms.typos):
        scans.append(lambda out, n: slips.near_words(typos, spelled, gentle, kind, start, out, n))
        trie, symbol = terms.book, units.symbol
        scans.append(
            lambda out, n: glued(trie.table, trie.masks, trie.root, plain, spelled, gentle, symbol, kind, start, out, n)
        )
    if len(terms.but_one):
        scans.append(lambda out, n: windows.one_wrong(wrong, spelled, gentle, kind, out, n))
    return _gathered(scans, size // 4 + 256)


def _shortened(units: Units, chinese_initials: bool) -> np.ndarray:
    """The rows in which initials are looked for."""
    if not chinese_initials:
        return np.ones(len(units.starts), dtype=bool)
    row = np.cumsum(units.kind == 255)[units.kind == HAN]
    return np.bincount(row, minlength=len(units.starts)) >= 2


def _gathered(scans: Sequence[Callable[[np.ndarray, int], int]], room: int) -> np.ndarray:
    """What the scans add one after the other to an array, which grows as it must."""
    out = np.empty((room, walks.COLUMNS), dtype=np.int64)
    n = 0
    for scan in scans:
        total = scan(out, n)
        if total > len(out):
            out = np.concatenate((out[:n], np.empty((2 * total - n, walks.COLUMNS), dtype=np.int64)))
            total = scan(out, n)
        n = total
    return out[:n]


def _costs(units: Units, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Costs before and from each place, for rows with candidates (see `language.costs_of_rows`)."""
    tongue = language()
    room = len(units.points) + len(units.starts)
    forward, backward = np.empty(room, np.float32), np.empty(room, np.float32)
    there = np.zeros(len(units.starts) - 1, dtype=bool)
    there[rows] = True
    costs_of_rows(
        units.points, tongue.plain, tongue.kind, units.starts, np.flatnonzero(there), tongue.words, tongue.costs,
        tongue.latin_keys, tongue.latin_costs, forward, backward,
    )  # fmt: skip
    return forward, backward


def _together(terms: Terms, seen: Sightings, lengths: np.ndarray) -> Sightings:
    """Chinese names in disguise are kept by what their row says, see `company`."""
    hidden = np.flatnonzero((seen.changed > 0) & (terms.han[seen.term] > 0))
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
    """Of sightings of the same term that overlap, the one with the fewest changes, then the cheapest, the longest. A name
    in clear comes first, a slip last: it leaves something out."""
    if len(seen) < 2:
        return seen
    order = np.lexsort(
        (seen.start - seen.end, seen.price, seen.changed, seen.price > 0, seen.technique == _TYPO, seen.term, seen.row)
    )
    chosen = kernel.without_overlaps(seen.row[order], seen.term[order], seen.start[order], seen.end[order], False)
    index = order[chosen]
    return seen.take(index[np.lexsort((seen.term[index], -seen.end[index], seen.start[index], seen.row[index]))])
