"""Everything that is looked for in a text, in one matcher: names, everyday words around them, and the trade's words.

Each literal has tags (small integers). A tag says what the literal is evidence of; the signals ask for tags.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from touchstone.engine.arrays import among
from touchstone.engine.data import load
from touchstone.engine.rights import ANY_BRAND, Rights, late_name
from touchstone.engine.text.match import Hits, Matcher
from touchstone.engine.text.normalise import fold
from touchstone.engine.text.terms import Terms

STRENGTHS = ("strong", "medium", "weak")
# Phrases that hold a name and never mean it.
SAFE_TAG = "innocent:name"


@dataclass(frozen=True)
class Ragged:
    """For each key a short run of values: `values[offsets[k]:offsets[k + 1]]`."""

    offsets: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, lists: list[list[int]]) -> Ragged:
        """Build from one list of integers a key."""
        offsets = np.concatenate(([0], np.cumsum([len(x) for x in lists], dtype=np.int64)))
        return cls(offsets, np.array([v for x in lists for v in x], dtype=np.int64))

    def grown(self, count: int) -> Ragged:
        """With `count` more keys that have no values."""
        return Ragged(np.append(self.offsets, np.full(count, self.offsets[-1])), self.values)

    def with_value(self, keys: Sequence[int], value: int) -> Ragged:
        """With `value` as the last one of each of `keys` that does not have it."""
        lacking = sorted(k for k in set(keys) if value not in self.values[self.offsets[k] : self.offsets[k + 1]])
        offsets = self.offsets.copy()
        for key in lacking:
            offsets[key + 1 :] += 1
        return Ragged(offsets, np.insert(self.values, [self.offsets[k + 1] for k in lacking], value))

    def without_value(self, keys: Sequence[int], value: int) -> Ragged:
        """Without `value` among those of `keys`."""
        owner = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        kept = ~(np.isin(owner, keys) & (self.values == value))
        return Ragged(np.concatenate(([0], np.cumsum(kept)))[self.offsets], self.values[kept])

    def spread(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All values of `keys`: (position in keys, value) pairs."""
        counts = self.offsets[keys + 1] - self.offsets[keys]
        position = np.repeat(np.arange(len(keys)), counts)
        first = np.cumsum(counts) - counts
        inside = np.arange(len(position)) - first[position]
        return position, self.values[self.offsets[keys][position] + inside]


@dataclass(frozen=True)
class Kind:
    """Goods of one Nice class. `made_by`: which brands make them. `kin`: clothes, bags, watches, cosmetics."""

    tag: str
    made_by: np.ndarray
    kin: bool


class Lexicon:
    """The literals of one rights file and the engine's word lists, compiled once."""

    def __init__(self, rights: Rights) -> None:
        self.rights = rights
        words: dict[str, list[str]] = defaultdict(list)
        _add_lists(words)
        context = _context(rights)
        for phrase in rights.innocent:
            words[fold(phrase)].append(SAFE_TAG)
        muted: dict[str, set[int]] = defaultdict(set)
        for brand, phrase in rights.innocent_of:
            muted[fold(phrase)].add(brand)
        names: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(rights.names):
            names[fold(name.text)].append(number)
        narrow = load("pricing/data/breadth.yaml")["narrow_classes"]
        literals = list(dict.fromkeys([*names, *words, *context, *muted]))
        self.tags = {tag: i for i, tag in enumerate(dict.fromkeys([SAFE_TAG, *(t for v in words.values() for t in v)]))}
        self._tags = Ragged.of([sorted({self.tags[t] for t in words.get(x, ())}) for x in literals])
        self._names = Ragged.of([names.get(x, []) for x in literals])
        self._muted = Ragged.of([sorted(muted.get(x, ())) for x in literals])
        self.literals = literals
        self.matcher = Matcher(literals)
        self._place = {literal: i for i, literal in enumerate(literals)}
        self.terms = Terms([name.text for name in rights.names])
        # Names from here on came while in use: they are looked for beside the compiled ones.
        self.compiled = len(rights.names)
        self.is_name = np.array([x in names for x in literals], dtype=bool)
        # Context of name n: 2n where a literal supports it, 2n + 1 where one speaks against it.
        self.context = Ragged.of([sorted(set(context.get(x, ()))) for x in literals])
        self.name_usual = np.array([n.usual for n in rights.names], dtype=bool)
        self.ambiguous = np.array([n.ambiguous for n in rights.names], dtype=bool)
        self.is_alias = np.array([n.alias for n in rights.names], dtype=bool)
        self.brand_of = np.array([n.brand for n in rights.names], dtype=np.int64)
        self.model_usd = np.array([n.reference_usd for n in rights.names], dtype=float)
        self.kinds = tuple(
            Kind(name, np.array([name[6:] in goods for goods in rights.goods], dtype=bool), name[6:] in narrow)
            for name in self.tags
            if name.startswith("class:")
        )
        # What a row may be about that gives words for copies another meaning.
        self.settings = tuple(load("text/data/replica.yaml")["settings"])
        self._masks: dict[tuple[str, ...], np.ndarray] = {}

    def add_aliases(self, aliases: Sequence[tuple[int, str]]) -> list[int]:
        """More names of brands, each a (number of the brand, text), at once. Returns their numbers."""
        if not aliases:
            return []
        names = [late_name(text, brand) for brand, text in aliases]
        self.rights = replace(self.rights, names=(*self.rights.names, *names))
        self.is_alias = np.append(self.is_alias, np.ones(len(names), dtype=bool))
        self.brand_of = np.append(self.brand_of, [name.brand for name in names])
        self.model_usd = np.append(self.model_usd, [name.reference_usd for name in names])
        self.name_usual = np.append(self.name_usual, [name.usual for name in names])
        self.ambiguous = np.append(self.ambiguous, [name.ambiguous for name in names])
        return self.terms.add([name.text for name in names])

    def add_alias(self, brand: int, text: str) -> int:
        """One more name of a brand, at once. Returns its number."""
        return self.add_aliases([(brand, text)])[0]

    def remove_name(self, number: int) -> None:
        """A name is no longer looked for, at once."""
        self.terms.remove(number)

    def restore_name(self, number: int) -> None:
        """A name that was removed is looked for again, at once."""
        self.terms.restore(number)

    def add_safe(self, phrases: Sequence[tuple[int, str]]) -> None:
        """Phrases that never mean a brand, each a (number of the brand or `ANY_BRAND`, text), at once."""
        fresh = [p for p in dict.fromkeys(fold(text) for _brand, text in phrases) if p not in self._place]
        self._place |= {phrase: len(self.literals) + i for i, phrase in enumerate(fresh)}
        self.literals += fresh
        self._tags, self._muted = self._tags.grown(len(fresh)), self._muted.grown(len(fresh))
        for brand, places in self._by_brand(phrases).items():
            if brand == ANY_BRAND:
                self._tags = self._tags.with_value(places, self.tags[SAFE_TAG])
            else:
                self._muted = self._muted.with_value(places, brand)
        self._names, self.context = self._names.grown(len(fresh)), self.context.grown(len(fresh))
        self.is_name = np.append(self.is_name, np.zeros(len(fresh), dtype=bool))
        self._masks.clear()
        self.matcher.add(fresh)

    def remove_safe(self, phrases: Sequence[tuple[int, str]]) -> None:
        """Phrases are ordinary text again for their brands, at once."""
        for brand, places in self._by_brand(phrases).items():
            if brand == ANY_BRAND:
                self._tags = self._tags.without_value(places, self.tags[SAFE_TAG])
            else:
                self._muted = self._muted.without_value(places, brand)
        self._masks.clear()

    def _by_brand(self, phrases: Sequence[tuple[int, str]]) -> dict[int, list[int]]:
        """The places of phrases, by brand."""
        found: dict[int, list[int]] = defaultdict(list)
        for brand, text in phrases:
            if fold(text) in self._place:
                found[brand].append(self._place[fold(text)])
        return found

    def muted(self, hits: Hits) -> Hits:
        """Where phrases stand that mute single brands: `literal` is the brand, one entry a place and brand."""
        if not len(self._muted.values) or not len(hits):
            return Hits.none()
        position, brand = self._muted.spread(hits.literal)
        return Hits(hits.row[position], hits.start[position], hits.end[position], brand)

    def names_of(self, hits: Hits) -> tuple[np.ndarray, np.ndarray]:
        """(position in hits, number of the name) for every name that a hit may be."""
        position, name = self._names.spread(hits.literal)
        awake = self.terms.awake[name]
        return position[awake], name[awake]

    def tagged(self, *tags: str) -> np.ndarray:
        """Which literals have one of `tags`. Shape (literals,), bool; do not change it."""
        if tags not in self._masks:
            wanted = np.sort(np.array([self.tags[t] for t in tags if t in self.tags], dtype=np.int64))
            mask = np.zeros(len(self.literals), dtype=bool)
            key = np.repeat(np.arange(len(self.literals)), np.diff(self._tags.offsets))
            mask[key[among(self._tags.values, wanted)]] = True
            self._masks[tags] = mask
        return self._masks[tags]


def _context(rights: Rights) -> dict[str, list[int]]:
    """For each folded word the ambiguous names that it supports (2n) or speaks against (2n + 1)."""
    context: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(rights.names):
        for side, group in enumerate((name.support, name.against)):
            for text in group:
                context[fold(text)].append(2 * number + side)
    return context


def _add_lists(words: dict[str, list[str]]) -> None:
    replica, context = load("text/data/replica.yaml"), load("text/data/context.yaml")
    for entry in replica["words"]:
        for setting in entry.get("unless", ()):
            words[fold(str(entry["word"]))].append(f"unless:{setting}")
        words[fold(str(entry["word"]))].append(f"replica:{entry['strength']}")
    plain = {
        "negation": replica["negations"],
        "innocent:replica": replica["innocent"],
        "link": context["links"],
        "innocent:link": context["link_phrases"],
        "comparison": context["comparisons"],
        "accessory": context["accessories"],
        "secondhand": context["secondhand"],
        "repair": context["repairs"],
        "colourful": context["colourful"],
        **{f"setting:{name}": group for name, group in replica["settings"].items()},
        **{f"class:{number}": group for number, group in context["class_words"].items()},
        **{f"cheap:{kind['share']}": kind["words"] for kind in context["cheap_kinds"]},
    }
    for tag, group in plain.items():
        for word in group:
            words[fold(str(word))].append(tag)


def cheap_shares() -> list[float]:
    """The shares of the reference price that cheap kinds of goods have, cheapest first."""
    return sorted(float(kind["share"]) for kind in load("text/data/context.yaml")["cheap_kinds"])
