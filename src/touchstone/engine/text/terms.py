"""The terms that are looked for, in every way they may be written, in tries that can grow while in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from touchstone.engine.text import kernel
from touchstone.engine.text.language import token_hash
from touchstone.engine.text.normalise import codes
from touchstone.engine.text.tables.folding import DIGIT, HAN, LETTER, POINTS, folding
from touchstone.engine.text.tables.likeness import likeness
from touchstone.engine.text.tables.parts import alike, decompositions, part_forms
from touchstone.engine.text.tables.pictures import readings
from touchstone.engine.text.tables.sounds import initials, sounds

# What a sequence of a trie is: the term itself, its initials, initials and characters mixed, a picture for a word of it.
PLAIN, INITIALS, MIXED, PICTURE = range(4)
# Syllables have numbers from 1; the symbol of a letter in the trie of sounds is this more.
SHIFT = 1 << 12
_SPELLINGS = 4
_MIXED_UP_TO = 4
_SHUFFLE_FROM, _SHUFFLE_TO = 2, 8
_TYPO_FROM = 5
_BUT_ONE_FROM = 3
# The more names of two characters, the more honest texts come near one by accident. At this many, prices are as written.
_FEW, _MANY = 50, 1000


class Trie:
    """Sequences of symbols to patterns. `head[node]` is the last pattern that ends at a node, `link[pattern]` the one
    before it, -1 for none."""

    def __init__(self) -> None:
        self.table = np.full(1 << 12, kernel.EMPTY, dtype=np.int64)
        self.used = 1
        self.head = np.full(1 << 10, -1, dtype=np.int32)
        self.link = np.empty(0, dtype=np.int32)
        self.term = np.empty(0, dtype=np.int32)
        self.form = np.empty(0, dtype=np.uint8)
        self._symbols: list[np.ndarray] = []

    @property
    def terminal(self) -> np.ndarray:
        """Where a sequence ends. One entry a node, at least `used`."""
        return self.head >= 0

    def add(self, sequences: Sequence[Sequence[int]], terms: Sequence[int], forms: Sequence[int]) -> None:
        """Add sequences, each of the term and form beside it."""
        if not sequences:
            return
        offsets = np.concatenate(([0], np.cumsum([len(s) for s in sequences], dtype=np.int64)))
        symbols = np.fromiter((x for s in sequences for x in s), dtype=np.int64, count=int(offsets[-1]))
        ends = np.empty(len(sequences), dtype=np.int64)
        self._make_room(len(symbols))
        self.used = kernel.insert(self.table, self.used, symbols, offsets, ends)
        if self.used < 0:
            raise MemoryError("too many terms for one trie")
        if self.used > len(self.head):
            grown = np.full(max(self.used, 2 * len(self.head)), -1, dtype=np.int32)
            grown[: len(self.head)] = self.head
            self.head = grown
        first = len(self.link)
        link = np.empty(len(ends), dtype=np.int32)
        for i, node in enumerate(ends.tolist()):
            link[i] = self.head[node]
            self.head[node] = first + i
        self.link = np.concatenate((self.link, link))
        self.term = np.concatenate((self.term, np.asarray(terms, dtype=np.int32)))
        self.form = np.concatenate((self.form, np.asarray(forms, dtype=np.uint8)))

    def _make_room(self, more: int) -> None:
        """Grow the table so that it stays under a third full."""
        wanted = (self.used + more + 1) * 3
        size = len(self.table)
        if wanted <= size:
            return
        while size < wanted:
            size *= 2
        entries = self.table[self.table != kernel.EMPTY]
        self.table = np.full(size, kernel.EMPTY, dtype=np.int64)
        kernel.reinsert(self.table, entries)


@dataclass
class Flat:
    """Ragged arrays that grow at the end."""

    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def empty(cls, kind: type) -> Flat:
        """Nothing yet."""
        return cls(np.empty(0, dtype=kind), np.zeros(1, dtype=np.int64))

    def add(self, runs: Sequence[np.ndarray]) -> None:
        """Append runs."""
        if not runs:
            return
        ends = self.offsets[-1] + np.cumsum([len(r) for r in runs], dtype=np.int64)
        self.values = np.concatenate((self.values, *runs)).astype(self.values.dtype)
        self.offsets = np.concatenate((self.offsets, ends))


class Terms:
    """Compiled terms. Numbers of terms count up and are never used twice; a removed term is only asleep.

    `crowd`: what names of two characters pay more because there are so many of them.
    """

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self.texts: list[str] = []
        self.awake = np.empty(0, dtype=bool)
        self._findable = np.empty(0, dtype=bool)
        self.units, self.sounds, self.parts = Trie(), Trie(), Trie()
        self.points = Flat.empty(np.uint32)
        self.symbols = Flat.empty(np.uint32)
        self.letters = np.empty(0, dtype=np.int32)
        self.han = np.empty(0, dtype=np.int32)
        self.shuffles = Table()
        self.typos = Table()
        self.but_one = Table()
        self._targets: set[str] = set()
        # Character in a text, symbol of a term that it may stand for, how.
        self._alternatives = np.empty((0, 3), dtype=np.int64)
        self.lengths = np.empty(0, dtype=np.int64)
        self.but_one_lengths = np.empty(0, dtype=np.int64)
        self.part_offsets = np.zeros(2, dtype=np.int64)
        self.part_symbols = np.empty(0, dtype=np.int64)
        self.add(texts)

    def __len__(self) -> int:
        return len(self.texts)

    def add(self, texts: Sequence[str]) -> list[int]:
        """Add terms; returns their numbers. A text without a letter, digit or character gets a number, and is never found."""
        first = len(self.texts)
        numbers = list(range(first, first + len(texts)))
        self.texts.extend(texts)
        self.awake = np.concatenate((self.awake, np.ones(len(texts), dtype=bool)))
        fold = folding()
        points = [codes(text) for text in texts]
        units = [p[fold.symbol[p] != 0] for p in points]
        self.points.add(units)
        self.symbols.add([fold.symbol[u] for u in units])
        kinds = [fold.kind[u] for u in units]
        self.letters = np.concatenate(
            (self.letters, [int(np.sum((k == LETTER) | (k == DIGIT))) for k in kinds])
        ).astype(np.int32)
        self.han = np.concatenate((self.han, [int(np.sum(k == HAN)) for k in kinds])).astype(np.int32)
        for number, text, unit in zip(numbers, texts, units, strict=True):
            # What is left of "C+" or of a character beside signs is everywhere: such a term is not looked for at all.
            self.awake[number] = len(unit) > 1 or len(unit) == len(text) > 0
        self._findable = np.concatenate((self._findable, self.awake[first:]))
        self._count()
        gentle = ["".join(map(chr, fold.gentle[u])) for u in units]
        self._add_units(numbers, gentle)
        self._add_sounds(numbers, gentle)
        self._add_shuffles(numbers, gentle)
        self._add_typos(numbers, gentle)
        self._add_but_one(numbers, gentle)
        self._add_targets({c for text in gentle for c in text} - self._targets)
        return numbers

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

    def _add_units(self, numbers: list[int], gentle: list[str]) -> None:
        sequences: list[Sequence[int]] = []
        terms: list[int] = []
        forms: list[int] = []
        symbol = folding().symbol
        words = readings().words
        for number, text in zip(numbers, gentle, strict=True):
            ways: list[tuple[Sequence[int], int]] = [([int(symbol[ord(c)]) for c in text], PLAIN)]
            if self.han[number] >= 2:
                ways += [([int(symbol[ord(c)]) for c in way], form) for way, form in _with_initials(text)]
                ways += [([ord(c) for c in way], PICTURE) for way in _with_pictures(text, words)]
            for sequence, form in ways:
                if sequence:
                    sequences.append(sequence)
                    terms.append(number)
                    forms.append(form)
        self.units.add(sequences, terms, forms)

    def _add_sounds(self, numbers: list[int], gentle: list[str]) -> None:
        table = sounds()
        symbol = folding().symbol
        sequences: list[Sequence[int]] = []
        terms: list[int] = []
        for number, text in zip(numbers, gentle, strict=True):
            if self.han[number] < 2:
                continue
            options = []
            for character in text:
                point = ord(character)
                read = table.folded[table.offsets[point] : table.offsets[point + 1]] if point < 0x30000 else ()
                options.append(list(dict.fromkeys(int(sound) for sound in read)) or [SHIFT + int(symbol[point])])
            for count, sequence in enumerate(product(*options)):
                if count == _SPELLINGS:
                    break
                sequences.append(sequence)
                terms.append(number)
        self.sounds.add(sequences, terms, [PLAIN] * len(terms))

    def _add_shuffles(self, numbers: list[int], gentle: list[str]) -> None:
        hashes, terms = [], []
        for number, text in zip(numbers, gentle, strict=True):
            if self.han[number] >= 2 and _SHUFFLE_FROM <= len(text) <= _SHUFFLE_TO and len(set(text)) > 1:
                hashes.append(kernel.order_free(codes(text)))
                terms.append(number)
        self.shuffles.add(hashes, terms)
        seen = set(self.lengths.tolist()) | {len(gentle[t - numbers[0]]) for t in terms}
        self.lengths = np.array(sorted(seen), dtype=np.int64)

    def _add_typos(self, numbers: list[int], gentle: list[str]) -> None:
        hashes: list[int] = []
        terms: list[int] = []
        for number, text in zip(numbers, gentle, strict=True):
            if self.han[number] == 0 and len(text) >= _TYPO_FROM and text.isascii() and text.isalpha():
                points = codes(text)
                keys = {int(token_hash(points, 0, len(points)))}
                keys.update(int(kernel.hash_without(points, 0, len(points), i)) for i in range(len(points)))
                hashes.extend(keys)
                terms.extend([number] * len(keys))
        self.typos.add(hashes, terms)

    def _add_but_one(self, numbers: list[int], gentle: list[str]) -> None:
        """Chinese names of three and more characters with one of them left open."""
        hashes: list[int] = []
        terms: list[int] = []
        lengths = set(self.but_one_lengths.tolist())
        for number, text in zip(numbers, gentle, strict=True):
            if _BUT_ONE_FROM <= self.han[number] == len(text) <= _SHUFFLE_TO:
                keys = np.empty(len(text), dtype=np.uint64)
                kernel.hashes_but_one(codes(text), keys)
                hashes.extend(keys.tolist())
                terms.extend([number] * len(text))
                lengths.add(len(text))
        self.but_one.add(hashes, terms)
        self.but_one_lengths = np.array(sorted(lengths), dtype=np.int64)

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

    def _book(self) -> kernel.Book:
        """All that the walk needs, laid out flat."""
        trie = self.units
        masks = np.zeros(len(trie.head), dtype=np.uint64)
        kernel.masks_of(trie.table, masks)
        root = np.zeros(POINTS, dtype=np.int32)
        kernel.roots_of(trie.table, root)
        owner, symbols, kinds = (np.ascontiguousarray(column) for column in self._alternatives.T)
        nodes = root[symbols]
        begins = nodes > 0
        top = int(owner[-1]) + 2 if len(owner) else 1
        bits = np.zeros(top, dtype=np.uint64)
        kernel.alt_bits(owner, symbols, bits)
        parts = np.zeros(POINTS, dtype=np.int32)
        kernel.roots_of(self.parts.table, parts)
        return kernel.Book(
            trie.table, trie.terminal, masks, root, _offsets(owner, top), symbols, kinds,
            _offsets(owner[begins], top), nodes[begins], kinds[begins], bits, part_forms(),
            parts[part_forms()] > 0, self.parts.table, self.part_offsets, self.part_symbols,
        )  # fmt: skip

    def _add_parts(self, fresh: set[str]) -> None:
        symbol = folding().symbol
        made = decompositions()
        pairs = _letter_pairs()
        sequences, targets = [], []
        for character in sorted(fresh):
            for way in [*made.get(character, ()), *pairs.get(character, ())]:
                sequences.append([ord(c) for c in way])
                targets.append(int(symbol[ord(character)]))
        self.parts.add(sequences, targets, [PLAIN] * len(targets))
        lists: list[list[int]] = []
        for node in range(self.parts.used):
            listed, pattern = [], int(self.parts.head[node])
            while pattern >= 0:
                listed.append(int(self.parts.term[pattern]))
                pattern = int(self.parts.link[pattern])
            lists.append(listed)
        self.part_offsets = np.concatenate(([0], np.cumsum([len(x) for x in lists], dtype=np.int64)))
        self.part_symbols = np.array([v for x in lists for v in x], dtype=np.int64)


def _offsets(owner: np.ndarray, top: int) -> np.ndarray:
    """Sorted owners below `top` - 1 as offsets of their runs. Shape (top,)."""
    return np.searchsorted(owner, np.arange(top))


class Table:
    """An open-addressed multimap of 64-bit hashes to terms. `head[slot]` and `link` chain the terms of a hash."""

    def __init__(self) -> None:
        self.keys = np.zeros(16, dtype=np.uint64)
        self.head = np.full(16, -1, dtype=np.int32)
        self.link = np.empty(0, dtype=np.int32)
        self.term = np.empty(0, dtype=np.int32)
        self._hashes = np.empty(0, dtype=np.uint64)

    def add(self, hashes: Sequence[int], terms: Sequence[int]) -> None:
        """Add pairs. The table is laid out anew when it is half full."""
        if not len(hashes):
            return
        fresh = np.asarray(hashes, dtype=np.uint64)
        first = len(self._hashes)
        self._hashes = np.concatenate((self._hashes, fresh))
        self.term = np.concatenate((self.term, np.asarray(terms, dtype=np.int32)))
        self.link = np.concatenate((self.link, np.full(len(fresh), -1, dtype=np.int32)))
        if len(self._hashes) * 3 > len(self.keys):
            size = len(self.keys)
            while len(self._hashes) * 3 > size:
                size *= 2
            self.keys = np.zeros(size, dtype=np.uint64)
            self.head = np.full(size, -1, dtype=np.int32)
            first = 0
        kernel.chain(self._hashes, first, self.keys, self.head, self.link)


def alternatives(targets: set[str]) -> np.ndarray:
    """(character in the text, character of a term that it may stand for, how) for the given characters of terms.

    Shape (pairs, 3), int64, each pair once a way.
    """
    like = alike()
    near = np.array([(ord(s), ord(t)) for t in targets for s in like.get(t, ())], dtype=np.int64).reshape(-1, 2)
    source, target, rare = likeness().nearest(targets)
    fresh = ~np.isin(source.astype(np.int64) << 21 | target, near[:, 0] << 21 | near[:, 1])
    # A rare character is strange enough; it may be as far off as it likes.
    ways = np.where(rare, kernel.GLYPH, kernel.FAINT)[fresh]
    listed = [(ord(s), ord(t), kernel.EMOJI) for s, read in readings().characters.items() for t in read if t in targets]
    listed += [(ord(source), ord(t), kernel.LEET) for source, t in _signs() if t in targets]
    return np.concatenate(
        (
            np.column_stack((near, np.full(len(near), kernel.GLYPH))),
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


def _with_initials(text: str) -> list[tuple[str, int]]:
    """The initials of a Chinese name, and, where it is short, characters and initials mixed."""
    first = initials(text)
    if not all(first):
        return []
    ways = [("".join(first), INITIALS)]
    if len(text) <= _MIXED_UP_TO:
        for keep in range(1, 2 ** len(text) - 1):
            way = "".join(c if keep >> i & 1 else first[i] for i, c in enumerate(text))
            if way != text and way != ways[0][0]:
                ways.append((way, MIXED))
    return list(dict.fromkeys(ways))


def _with_pictures(text: str, words: dict[str, tuple[str, ...]]) -> list[str]:
    """The name with one word of it as an emoji."""
    out = []
    for start in range(len(text) - 1):
        for end in range(start + 2, len(text) + 1):
            out += [text[:start] + sign + text[end:] for sign in words.get(text[start:end], ())]
    return out
