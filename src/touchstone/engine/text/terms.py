"""The terms that are looked for, in every way they may be written, in tries that can grow while in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from touchstone.engine.text import kernel, slips, walks, windows
from touchstone.engine.text.normalise import codes, text_of
from touchstone.engine.text.spellings import SHIFT, Sequences, as_spoken, with_initials
from touchstone.engine.text.tables.folding import DIGIT, HAN, LETTER, POINTS, folding
from touchstone.engine.text.tables.likeness import likeness
from touchstone.engine.text.tables.parts import alike, decompositions, part_forms
from touchstone.engine.text.tables.pictures import readings
from touchstone.engine.text.tables.sounds import sounds

# What a sequence of a trie is: the term itself, its initials, initials and characters mixed, a picture for a word of it.
PLAIN, INITIALS, MIXED, PICTURE = range(4)
_SHUFFLE_FROM, _SHUFFLE_TO = 2, 8
_TYPO_FROM = 4
_BUT_ONE_FROM = 3
# The more names of two characters, the more honest texts come near one by accident. At this many, prices are as written.
_FEW, _MANY = 50, 1000


class Trie:
    """Sequences of symbols to patterns. `head[node]` is the last pattern that ends at a node, `link[pattern]` the one
    before it, -1 for none. `masks[node]`: bits of the symbols that lead on. `root[s]`: where symbol s leads to."""

    def __init__(self, symbols: int) -> None:
        self.table = np.full(1 << 12, kernel.EMPTY, dtype=np.int64)
        self.used = 1
        self.head = np.full(1 << 10, -1, dtype=np.int32)
        self.masks = np.zeros(1 << 10, dtype=np.uint64)
        self.root = np.zeros(symbols, dtype=np.int32)
        self.link = np.empty(0, dtype=np.int32)
        self.term = np.empty(0, dtype=np.int32)
        self.form = np.empty(0, dtype=np.uint8)

    def add(self, more: Sequences) -> None:
        """Add sequences, each of the term and form beside it."""
        if not len(more.terms):
            return
        ends = np.empty(len(more.terms), dtype=np.int64)
        self.table = kernel.with_room(self.table, self.used, len(more.symbols))
        self.used = kernel.insert(self.table, self.used, more.symbols, more.offsets, ends)
        if self.used < 0:
            raise MemoryError("too many terms for one trie")
        self.head = kernel.grown(self.head, self.used, -1)
        self.masks = kernel.grown(self.masks, len(self.head), 0)
        kernel.lead_on(self.table, more.symbols, more.offsets, self.masks, self.root)
        self.link = np.concatenate((self.link, np.empty(len(ends), dtype=np.int32)))
        kernel.chain_nodes(ends, self.head, self.link)
        self.term = np.concatenate((self.term, more.terms))
        self.form = np.concatenate((self.form, more.forms))

    def patterns(self, awake: np.ndarray) -> walks.Patterns:
        """The patterns as a walk reads them."""
        return walks.Patterns(self.head, self.link, self.term, self.form, awake)


@dataclass
class Flat:
    """Ragged arrays that grow at the end."""

    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def empty(cls, kind: type) -> Flat:
        """Nothing yet."""
        return cls(np.empty(0, dtype=kind), np.zeros(1, dtype=np.int64))

    def add(self, values: np.ndarray, sizes: np.ndarray) -> None:
        """Append runs of the given sizes, joined."""
        ends = self.offsets[-1] + np.cumsum(sizes, dtype=np.int64)
        self.values = np.concatenate((self.values, values))
        self.offsets = np.concatenate((self.offsets, ends))


class Terms:
    """Compiled terms. Numbers of terms count up and are never used twice; a removed term is only asleep.

    `crowd`: what names of two characters pay more because there are so many of them. `signed[t]`: the name has signs
    that are no letters ("A&F"). `gaps`, `anchors`: see `windows.Spelled`.
    """

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self.texts: list[str] = []
        self.awake = np.empty(0, dtype=bool)
        self._findable = np.empty(0, dtype=bool)
        self.units, self.sounds, self.parts = Trie(POINTS), Trie(SHIFT + POINTS), Trie(POINTS)
        self.points = Flat.empty(np.uint32)
        self.folded = Flat.empty(np.uint32)
        self.signed = np.empty(0, dtype=bool)
        self.gaps = np.empty(0, dtype=np.uint8)
        self.anchors = np.empty((0, 2), dtype=np.int64)
        self.letters = np.empty(0, dtype=np.int32)
        self.han = np.empty(0, dtype=np.int32)
        self.shuffles, self.typos, self.but_one = Table(), Table(), Table()
        self._targets: set[str] = set()
        # Character in a text, symbol of a term that it may stand for, how.
        self._alternatives = np.empty((0, 3), dtype=np.int64)
        self.part_offsets = np.zeros(2, dtype=np.int64)
        self.part_symbols = np.empty(0, dtype=np.int64)
        self.add(texts)

    def __len__(self) -> int:
        return len(self.texts)

    def add(self, texts: Sequence[str]) -> list[int]:
        """Add terms; returns their numbers. A text without a letter, digit or character gets a number, and is never found."""
        first = len(self.texts)
        numbers = np.arange(first, first + len(texts), dtype=np.int32)
        self.texts.extend(texts)
        fold = folding()
        points = codes("".join(texts))
        whole = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        owner = np.repeat(np.arange(len(texts)), whole)
        blanks = np.bincount(owner[points == ord(" ")], minlength=len(texts))
        unit = np.flatnonzero(fold.symbol[points] != 0)
        points, owner = points[unit], owner[unit]
        apart = np.zeros(len(unit), dtype=np.uint8)
        apart[1:] = (np.diff(unit) > 1) & (owner[1:] == owner[:-1])
        sizes = np.bincount(owner, minlength=len(texts))
        self.signed = np.concatenate((self.signed, sizes + blanks < whole))
        kinds, gentle = fold.kind[points], fold.gentle[points]
        letters = np.bincount(owner[(kinds == LETTER) | (kinds == DIGIT)], minlength=len(texts))
        han = np.bincount(owner[kinds == HAN], minlength=len(texts))
        self.points.add(points, sizes)
        self.folded.add(gentle, sizes)
        self.gaps = np.concatenate((self.gaps, apart))
        ends = np.empty((len(texts), 2), dtype=np.int64)
        slips.anchors(self.folded.values, self.folded.offsets[first:], self.gaps, ends)
        self.anchors = np.concatenate((self.anchors, ends))
        self.letters = np.concatenate((self.letters, letters)).astype(np.int32)
        self.han = np.concatenate((self.han, han)).astype(np.int32)
        # What is left of "C+" or of a character beside signs is everywhere: such a term is not looked for at all.
        findable = (sizes > 1) | ((sizes == whole) & (whole > 0))
        self.awake = np.concatenate((self.awake, findable))
        self._findable = np.concatenate((self._findable, findable))
        self._count()
        fresh = _Fresh(gentle, sizes, numbers, han, kinds)
        self._add_units(fresh)
        self._add_sounds(fresh)
        self._add_shuffles(fresh)
        self._add_typos(fresh)
        self._add_but_one(fresh)
        self._add_targets({chr(c) for c in np.unique(gentle).tolist()} - self._targets)
        return numbers.tolist()

    def remove(self, number: int) -> None:
        """Put a term to sleep."""
        self.awake[number] = False
        self._count()

    def restore(self, number: int) -> None:
        """Wake a term that was put to sleep."""
        self.awake[number] = self._findable[number]
        self._count()

    def _count(self) -> None:
        """What does not depend on the order in which terms came and went."""
        short = self.awake & (self.han == 2) & (self.letters == 0)
        self.crowd = float(np.log(max(int(np.sum(short)), _FEW) / _MANY))

    def _add_units(self, fresh: _Fresh) -> None:
        symbol = folding().symbol
        some = fresh.take(fresh.sizes > 0)
        plain = np.full(len(some.terms), PLAIN, np.uint8)
        self.units.add(Sequences(symbol[some.points].astype(np.int64), some.offsets, some.terms, plain))
        chinese = fresh.take(fresh.han >= 2)
        ways = with_initials(chinese.points, chinese.offsets, chinese.terms)
        self.units.add(ways._replace(symbols=symbol[ways.symbols].astype(np.int64)))
        self.units.add(_with_pictures(chinese))

    def _add_sounds(self, fresh: _Fresh) -> None:
        chinese = fresh.take(fresh.han >= 2)
        symbols = folding().symbol[chinese.points]
        self.sounds.add(as_spoken(chinese.points, symbols, chinese.offsets, chinese.terms))

    def _add_shuffles(self, fresh: _Fresh) -> None:
        right = (fresh.han >= 2) & (fresh.sizes >= _SHUFFLE_FROM) & (fresh.sizes <= _SHUFFLE_TO) & fresh.varied()
        some = fresh.take(right)
        hashes = np.empty(len(some.terms), np.uint64)
        pairs = np.empty(int((some.sizes * (some.sizes - 1) // 2).sum()), np.uint64)
        windows.shuffle_hashes(some.points, some.offsets, hashes, pairs)
        self.shuffles.add(hashes, some.terms, pairs, some.sizes)

    def _add_typos(self, fresh: _Fresh) -> None:
        some = fresh.take(fresh.all_latin() & (fresh.sizes >= _TYPO_FROM))
        self._add_slips(some.points, some.offsets, some.terms)
        ends = self.anchors[some.terms]
        several = ends[:, 1] - ends[:, 0] >= _TYPO_FROM
        ends, terms = ends[several], some.terms[several]
        inside = [self.folded.values[begin:end] for begin, end in ends.tolist()]
        offsets = np.concatenate(([0], np.cumsum(ends[:, 1] - ends[:, 0])))
        self._add_slips(np.concatenate(inside) if inside else np.empty(0, np.uint32), offsets, terms)

    def _add_slips(self, points: np.ndarray, offsets: np.ndarray, terms: np.ndarray) -> None:
        """Words that terms are found by when one is near them in a text."""
        sizes = np.diff(offsets)
        hashes = np.empty(int((sizes + 2).sum()), np.uint64)
        owners = np.empty(len(hashes), np.int64)
        slips.slip_hashes(points, offsets, hashes, owners)
        self.typos.add(hashes, terms[owners], hashes, sizes)

    def _add_but_one(self, fresh: _Fresh) -> None:
        """Chinese names of three and more characters with one of them left open."""
        some = fresh.take((fresh.han == fresh.sizes) & (fresh.sizes >= _BUT_ONE_FROM) & (fresh.sizes <= _SHUFFLE_TO))
        hashes = np.empty(int(some.sizes.sum()), np.uint64)
        owners = np.empty(len(hashes), np.int64)
        pairs = np.empty(3 * len(some.terms), np.uint64)
        windows.wrong_hashes(some.points, some.offsets, hashes, owners, pairs)
        self.but_one.add(hashes, some.terms[owners], pairs, some.sizes)

    def _add_targets(self, fresh: set[str]) -> None:
        """Characters that occur in terms for the first time: what looks like them, makes them up or is read as them."""
        self._targets |= fresh
        symbol = folding().symbol
        if fresh:
            new = alternatives(fresh)
            new[:, 1] = symbol[new[:, 1]]
            every = np.concatenate((self._alternatives, new))
            self._alternatives = every[np.argsort(every[:, 0], kind="stable")]
            self._add_parts(fresh)
        self.book = self._book()
        self.spoken = self._spoken()

    def _book(self) -> walks.Book:
        """All that the walk needs, laid out flat."""
        trie = self.units
        owner, symbols, kinds = (np.ascontiguousarray(column) for column in self._alternatives.T)
        nodes = trie.root[symbols]
        begins = nodes > 0
        top = int(owner[-1]) + 2 if len(owner) else 1
        bits = np.zeros(top, dtype=np.uint64)
        kernel.alt_bits(owner, symbols, bits)
        return walks.Book(
            trie.table, trie.masks, trie.root, _offsets(owner, top), symbols, kinds,
            _offsets(owner[begins], top), nodes[begins], kinds[begins], bits, *self._pairs(owner, symbols), part_forms(),
            self.parts.root[part_forms()] > 0, self.parts.table, self.part_offsets, self.part_symbols,
        )  # fmt: skip

    def _pairs(
        self, owner: np.ndarray, symbols: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Which pairs of characters may begin a term, as sets of nodes, see `walks.Book`."""
        trie, own = self.units, folding().symbol
        parent, symbol, node = kernel.edges(trie.table)
        below = node[parent == 0]
        width = (len(below) + 63) // 64
        bit = np.full(max(trie.used, 1), -1, dtype=np.int64)
        bit[below] = np.arange(len(below))
        second = bit[parent] >= 0
        # Row 0 is empty; then one row for each symbol that leads on, then one for each character with alternatives.
        led, row_of = np.unique(symbol[second], return_inverse=True)
        characters, character = np.unique(owner, return_inverse=True)
        seconds = np.zeros((1 + len(led) + len(characters), width), dtype=np.uint64)
        kernel.set_bits(seconds, 1 + row_of, bit[parent[second]])
        symbol_row = np.zeros(POINTS, dtype=np.int32)
        symbol_row[led] = 1 + np.arange(len(led))
        kernel.join_rows(seconds, 1 + len(led) + character, symbol_row[symbols])
        kernel.join_rows(seconds, 1 + len(led) + np.arange(len(characters)), symbol_row[own[characters]])
        second_row = symbol_row[own]
        second_row[characters] = 1 + len(led) + np.arange(len(characters))
        starts = np.zeros((1 + len(characters), width), dtype=np.uint64)
        begins = trie.root[symbols] > 0
        kernel.set_bits(starts, 1 + character[begins], bit[trie.root[symbols[begins]]])
        start_row = np.zeros(POINTS, dtype=np.int32)
        start_row[characters] = 1 + np.arange(len(characters))
        ending = np.zeros((1, width), dtype=np.uint64)
        last = np.flatnonzero(trie.head[below] >= 0)
        kernel.set_bits(ending, np.zeros(len(last), dtype=np.int64), last)
        return below, start_row, starts, second_row, seconds, ending[0]

    def _spoken(self) -> walks.Spoken:
        trie, table = self.sounds, sounds()
        return walks.Spoken(
            trie.table, trie.masks, trie.root, table.offsets, table.folded, table.spelling, table.spelt, SHIFT
        )

    @property
    def spelled(self) -> windows.Spelled:
        """The characters of the terms, folded."""
        return windows.Spelled(self.folded.values, self.folded.offsets, self.awake, self.gaps, self.anchors)

    def _add_parts(self, fresh: set[str]) -> None:
        symbol = folding().symbol
        made = decompositions()
        pairs = _letter_pairs()
        sequences: list[Sequence[str]] = []
        targets: list[int] = []
        for character in sorted(fresh):
            for way in [*made.get(character, ()), *pairs.get(character, ())]:
                sequences.append(way)
                targets.append(int(symbol[ord(character)]))
        self.parts.add(_joined(sequences, np.array(targets, dtype=np.int32), PLAIN))
        lists: list[list[int]] = []
        for node in range(self.parts.used):
            listed, pattern = [], int(self.parts.head[node])
            while pattern >= 0:
                listed.append(int(self.parts.term[pattern]))
                pattern = int(self.parts.link[pattern])
            lists.append(listed)
        self.part_offsets = np.concatenate(([0], np.cumsum([len(x) for x in lists], dtype=np.int64)))
        self.part_symbols = np.array([v for x in lists for v in x], dtype=np.int64)


@dataclass(frozen=True)
class _Fresh:
    """Terms that come: joined folded characters and, one entry a term, how many, whose, how many are Chinese."""

    points: np.ndarray
    sizes: np.ndarray
    terms: np.ndarray
    han: np.ndarray
    kinds: np.ndarray

    @property
    def offsets(self) -> np.ndarray:
        """Where each begins, one more than terms."""
        return np.concatenate(([0], np.cumsum(self.sizes)))

    def take(self, mask: np.ndarray) -> _Fresh:
        """Those of a mask."""
        inside = np.repeat(mask, self.sizes)
        return _Fresh(self.points[inside], self.sizes[mask], self.terms[mask], self.han[mask], self.kinds[inside])

    def _whole(self, mask: np.ndarray) -> np.ndarray:
        owner = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return np.bincount(owner[mask], minlength=len(self.sizes)) == self.sizes

    def all_latin(self) -> np.ndarray:
        """Which have letters a to z alone."""
        return self._whole((self.points >= 97) & (self.points <= 122))

    def varied(self) -> np.ndarray:
        """Which have two different characters."""
        first = self.points[np.repeat(np.minimum(self.offsets[:-1], max(len(self.points) - 1, 0)), self.sizes)]
        return ~self._whole(self.points == first)


def _joined(texts: Sequence[Sequence[str]], terms: np.ndarray, form: int) -> Sequences:
    """Texts as sequences of code points."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    points = codes("".join("".join(t) for t in texts)).astype(np.int64)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    return Sequences(points, offsets, terms, np.full(len(texts), form, dtype=np.uint8))


def _offsets(owner: np.ndarray, top: int) -> np.ndarray:
    """Sorted owners below `top` - 1 as offsets of their runs. Shape (top,)."""
    return np.searchsorted(owner, np.arange(top))


class Table:
    """An open-addressed multimap of 64-bit hashes to terms, and a bitmap that is asked first, see `windows.Index`."""

    def __init__(self) -> None:
        self.keys = np.zeros(16, dtype=np.uint64)
        self.head = np.full(16, -1, dtype=np.int32)
        self.link = np.empty(0, dtype=np.int32)
        self.term = np.empty(0, dtype=np.int32)
        self.bits = np.zeros(16, dtype=np.uint64)
        self.lengths = np.empty(0, dtype=np.int64)
        self._hashes = np.empty(0, dtype=np.uint64)
        self._asked = np.empty(0, dtype=np.uint64)

    def __len__(self) -> int:
        return len(self.term)

    @property
    def index(self) -> windows.Index:
        """As a search reads it."""
        return windows.Index(self.keys, self.head, self.link, self.term, self.bits, self.lengths)

    def add(self, hashes: np.ndarray, terms: np.ndarray, asked: np.ndarray, lengths: np.ndarray) -> None:
        """Add pairs of hash and term, what the bitmap is to know, and the lengths of the terms. What is more than a
        third full is laid out anew."""
        if not len(hashes):
            return
        first = len(self._hashes)
        self._hashes = np.concatenate((self._hashes, hashes))
        self.term = np.concatenate((self.term, terms)).astype(np.int32)
        self.link = np.concatenate((self.link, np.full(len(hashes), -1, dtype=np.int32)))
        self.lengths = np.unique(np.concatenate((self.lengths, lengths)))
        if len(self._hashes) * 3 > len(self.keys):
            size = _power(len(self.keys), len(self._hashes) * 3)
            self.keys = np.zeros(size, dtype=np.uint64)
            self.head = np.full(size, -1, dtype=np.int32)
            first = 0
        kernel.chain(self._hashes, first, self.keys, self.head, self.link)
        self._asked = np.concatenate((self._asked, asked))
        if len(self._asked) > 4 * len(self.bits):
            self.bits = np.zeros(_power(len(self.bits), len(self._asked) // 4), dtype=np.uint64)
            asked = self._asked
        windows.enter(self.bits, asked)


def _power(size: int, least: int) -> int:
    """`size` doubled until it is at least `least`."""
    while size < least:
        size *= 2
    return size


def alternatives(targets: set[str]) -> np.ndarray:
    """(character in the text, character of a term that it may stand for, how) for the given characters of terms.

    Shape (pairs, 3), int64, each pair once a way.
    """
    like = alike()
    near = np.array([(ord(s), ord(t)) for t in targets for s in like.get(t, ())], dtype=np.int64).reshape(-1, 2)
    source, target, rare = likeness().nearest(targets)
    fresh = ~np.isin(source.astype(np.int64) << 21 | target, near[:, 0] << 21 | near[:, 1])
    # A rare character is strange enough; it may be as far off as it likes.
    ways = np.where(rare, walks.GLYPH, walks.FAINT)[fresh]
    listed = [(ord(s), ord(t), walks.EMOJI) for s, read in readings().characters.items() for t in read if t in targets]
    listed += [(ord(source), ord(t), walks.LEET) for source, t in _signs() if t in targets]
    return np.concatenate(
        (
            np.column_stack((near, np.full(len(near), walks.GLYPH))),
            np.column_stack((source[fresh], target[fresh], ways)).astype(np.int64),
            np.array(sorted(set(listed)), dtype=np.int64).reshape(-1, 3),
        )
    )


def _signs() -> list[tuple[str, str]]:
    from touchstone.engine.data import load

    leet, like = load("text/data/leet.yaml"), load("text/data/lookalikes.yaml")
    pairs = [(str(sign), str(letter)) for sign, letter in leet["signs"].items()]
    pairs += [(str(digit), character) for digit, group in leet["digits"].items() for character in group]
    pairs += [(character, str(letter)) for letter, group in like["ideographs"].items() for character in group]
    return pairs


def _letter_pairs() -> dict[str, list[tuple[str, ...]]]:
    from touchstone.engine.data import load

    out: dict[str, list[tuple[str, ...]]] = {}
    for pair, letter in load("text/data/leet.yaml")["pairs"].items():
        out.setdefault(letter, []).append(tuple(pair))
    return out


def _with_pictures(names: _Fresh) -> Sequences:
    """Chinese names with one word of each as an emoji."""
    words = readings().words
    begins = {word[:2] for word in words}
    ways: list[str] = []
    terms: list[int] = []
    text = text_of(names.points)
    for begin, size, term in zip(names.offsets.tolist(), names.sizes.tolist(), names.terms.tolist(), strict=False):
        name = text[begin : begin + size]
        for start in range(size - 1):
            if name[start : start + 2] not in begins:
                continue
            for end in range(start + 2, size + 1):
                for sign in words.get(name[start:end], ()):
                    ways.append(name[:start] + sign + name[end:])
                    terms.append(term)
    return _joined(ways, np.array(terms, dtype=np.int32), PICTURE)
