"""How likely is it that an honest text says this? Words of Chinese and English with their frequencies.

The cost of a text is the sum of -ln(frequency) over its best cut into words. The cost that a window adds to its row
(`added`) is what the disguise explanation competes with: a window cut out of two ordinary words adds little or less than
nothing, two rare characters side by side add a lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numba
import numpy as np
import polars as pl
from spellchecker import SpellChecker

from touchstone.engine.data import load
from touchstone.engine.text.kernel import BITS, child, insert, mix
from touchstone.engine.text.normalise import codes
from touchstone.engine.text.tables.folding import HANGUL_FILLERS, folding

_LONGEST_WORD = 8
# What a word of the trade costs.
_SHOP_WORD = 9.0
_SHOP_TOKEN = 6.0
# Costs of what no word list knows.
UNKNOWN_CHARACTER = np.float32(17.5)
_LETTERS, _PER_LETTER = np.float32(4.0), np.float32(2.6)
_DIGITS, _SIGN, _INVISIBLE, _FOREIGN = np.float32(4.0), np.float32(1.0), np.float32(6.0), np.float32(5.0)
_PICTURE = np.float32(8.0)
# Entries of the English list that are rarer are abbreviations and the like as often as words.
_RAREST_WORD = np.float32(17.2)

_jit = numba.njit(cache=True, nogil=True)


@dataclass(frozen=True)
class Language:
    """`words`: trie over simplified characters; `costs[node]`, inf where no word ends. `latin_keys`, `latin_costs`:
    open-addressed table of hashes of lower-case words. `kind[c]`: how the walk reads a code point, see `_kinds`.
    `shop_keys`: hashes of Latin words of goods and trade, in such a table, too."""

    words: np.ndarray
    costs: np.ndarray
    latin_keys: np.ndarray
    latin_costs: np.ndarray
    plain: np.ndarray
    kind: np.ndarray
    shop_keys: np.ndarray

    def cost(self, word: str) -> float:
        """The cost of one Latin word or token."""
        points = self.plain[codes(word)]
        return float(token_cost(points, 0, len(points), self.latin_keys, self.latin_costs))

    def cost_of_text(self, text: str) -> float:
        """The cost of a whole text over its best cut into words."""
        points = codes(text)
        forward, backward = np.empty(len(points) + 1, np.float32), np.empty(len(points) + 1, np.float32)
        costs_of_rows(
            points, self.plain, self.kind, np.array([0, len(points)]), np.zeros(1, dtype=np.int64), self.words,
            self.costs, self.latin_keys, self.latin_costs, forward, backward,
        )  # fmt: skip
        return float(forward[-1])


@cache
def language() -> Language:
    """Both word lists; about a second to build."""
    words, costs = _chinese()
    latin_keys, latin_costs = _latin()
    layers = folding().layers
    return Language(words, costs, latin_keys, latin_costs, layers[3], _kinds(layers[3]), _shop_keys())


def _chinese() -> tuple[np.ndarray, np.ndarray]:
    # The package itself is not imported: it needs a second to start and is not wanted.
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("jieba")
    raw = (Path(spec.submodule_search_locations[0]) / "dict.txt").read_bytes()
    frame = pl.read_csv(raw, separator=" ", has_header=False, new_columns=["word", "count", "tag"], quote_char=None)
    frame = frame.filter(pl.col("word").str.len_chars() <= _LONGEST_WORD)
    total = float(frame["count"].sum())
    frame = pl.concat([frame.select("word", "count"), _shop_words(float(frame["count"].sum()))])
    lengths = frame["word"].str.len_chars().to_numpy()
    symbols = folding().layers[3][codes("".join(frame["word"].to_list()))].astype(np.int64)
    offsets = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    table = np.full(1 << 21, -1, dtype=np.int64)
    ends = np.zeros(len(frame), dtype=np.int64)
    used = insert(table, 1, symbols, offsets, ends)
    costs = np.full(used, np.inf, dtype=np.float32)
    np.minimum.at(costs, ends, np.log(total / np.maximum(frame["count"].to_numpy(), 0.5)).astype(np.float32))
    return table, costs


def _shop_words(total: float) -> pl.DataFrame:
    """Words of shops, and those of the engine's own lists, as common as a common noun."""
    context, replica = load("text/data/context.yaml"), load("text/data/replica.yaml")
    listed = [*load("text/data/words.yaml")["words"], *(str(entry["word"]) for entry in replica["words"])]
    for group in (
        *replica["settings"].values(), *context["class_words"].values(), context["accessories"],
        context["secondhand"], context["repairs"],
    ):  # fmt: skip
        listed += [str(w) for w in group]
    words = [w for w in dict.fromkeys(listed) if 2 <= len(w) <= _LONGEST_WORD and w.isalpha() and not w.isascii()]
    return pl.DataFrame(
        {"word": words, "count": [int(total / np.exp(_SHOP_WORD))] * len(words)}, schema_overrides={"count": pl.Int64}
    )


def _latin() -> tuple[np.ndarray, np.ndarray]:
    listed = SpellChecker().word_frequency
    total = listed.total_words
    known = {w: float(n) for w, n in listed.dictionary.items() if w.isascii()}
    for token in load("text/data/words.yaml")["tokens"]:
        known[token] = max(known.get(token, 0.0), total / float(np.exp(_SHOP_TOKEN)))
    words = list(known)
    counts = np.array(list(known.values()))
    points, offsets = _joined(words)
    keys = np.zeros(1 << 19, dtype=np.uint64)
    costs = np.zeros(1 << 19, dtype=np.float32)
    _fill(points, offsets, np.log(total / counts).astype(np.float32), keys, costs)
    return keys, costs


def _shop_keys() -> np.ndarray:
    context, replica = load("text/data/context.yaml"), load("text/data/replica.yaml")
    listed = [*load("text/data/words.yaml")["glued"], *(str(entry["word"]) for entry in replica["words"])]
    for group in (
        *context["class_words"].values(), *(kind["words"] for kind in context["cheap_kinds"]), context["accessories"],
        context["secondhand"],
    ):  # fmt: skip
        listed += [str(word) for word in group]
    points, offsets = _joined([w for w in dict.fromkeys(listed) if w.isascii() and w.isalpha() and w.islower()])
    keys = np.zeros(1 << 12, dtype=np.uint64)
    _fill(points, offsets, np.zeros(len(offsets), dtype=np.float32), keys, np.zeros(len(keys), dtype=np.float32))
    return keys


def _joined(words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """ASCII words one after the other, and where each begins, one more than words."""
    points = np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8).astype(np.uint32)
    return points, np.concatenate(([0], np.cumsum([len(w) for w in words])))


def _kinds(plain: np.ndarray) -> np.ndarray:
    """0 sign or space, 1 letter a to z, 2 digit, 3 Chinese character, 4 other letter, 5 invisible, 6 emoji. uint8."""
    fold = folding()
    kind = np.zeros(len(plain), dtype=np.uint8)
    kind[(fold.kind == 1) | (fold.kind == 4)] = 4
    kind[fold.kind == 6] = 6
    kind[fold.kind == 3] = 3
    kind[(plain >= 97) & (plain <= 122)] = 1
    kind[(plain >= 48) & (plain <= 57)] = 2
    for start, end in ((0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0xFE00, 0xFE0F), (0xE0000, 0xE0200)):
        kind[start:end] = 5
    kind[list(HANGUL_FILLERS)] = kind[0x2800] = 5
    # A keycap around a digit is drawn as a picture, too.
    kind[0x61C] = kind[0x17B4:0x17B6] = kind[0x180B:0x180E] = kind[0x1D173:0x1D17B] = 5
    kind[0xAD] = kind[0x34F] = kind[0xFEFF] = kind[0x180E] = kind[0x20E3] = 5
    return kind


@_jit
def token_hash(points, start, end):
    """A hash of points[start:end], never 0."""
    value = np.uint64(1469598103934665603)
    for i in range(start, end):
        value = (value ^ np.uint64(points[i])) * np.uint64(1099511628211)
    return mix(value) | np.uint64(1)


@_jit
def _fill(points, offsets, word_costs, keys, costs):
    mask = np.uint64(len(keys) - 1)
    for i in range(len(offsets) - 1):
        key = token_hash(points, offsets[i], offsets[i + 1])
        place = key & mask
        while keys[place] != 0 and keys[place] != key:
            place = (place + np.uint64(1)) & mask
        keys[place] = key
        costs[place] = word_costs[i]


@_jit
def token_cost(points, start, end, keys, costs):
    """The cost of a run of letters: that of the word, at most that of an unknown one of its length."""
    unknown = _LETTERS + _PER_LETTER * np.float32(end - start)
    key = token_hash(points, start, end)
    mask = np.uint64(len(keys) - 1)
    place = key & mask
    while keys[place] != 0:
        if keys[place] == key:
            return min(costs[place], unknown)
        place = (place + np.uint64(1)) & mask
    return unknown


@_jit
def is_word(points, start, end, keys, costs):
    """Is a run of letters a word or token of the list, and not one of its rarest?"""
    key = token_hash(points, start, end)
    mask = np.uint64(len(keys) - 1)
    place = key & mask
    while keys[place] != 0:
        if keys[place] == key:
            return costs[place] < _RAREST_WORD
        place = (place + np.uint64(1)) & mask
    return False


@_jit
def is_listed(points, start, end, keys):
    """Is the run of letters a word of the table?"""
    key = token_hash(points, start, end)
    mask = np.uint64(len(keys) - 1)
    place = key & mask
    while keys[place] != 0 and keys[place] != key:
        place = (place + np.uint64(1)) & mask
    return keys[place] == key


@_jit
def _ahead(points, kind, place, end, latin_keys, latin_costs):
    """(length, cost) of what is not Chinese at `place`."""
    k = kind[points[place]]
    stop = place + 1
    if k == 1 or k == 2:
        while stop < end and kind[points[stop]] == k:
            stop += 1
        if k == 1:
            return stop - place, token_cost(points, place, stop, latin_keys, latin_costs)
        return stop - place, _DIGITS + np.float32(min(stop - place, 6))
    if k == 0:
        return 1, _SIGN
    if k == 5:
        return 1, _INVISIBLE
    return 1, _PICTURE if k == 6 else _FOREIGN


@_jit
def costs_of_rows(points, plain, kind, starts, rows, words, word_costs, latin_keys, latin_costs, forward, backward):
    """Fill, for the given rows, the cost of everything before and from each place on. Both have len(points) + rows
    entries: place p of row r is at p + r. Inside a run of letters or digits both are infinite, save at its ends."""
    text = np.empty(0, dtype=np.uint32)
    for row in rows:
        start, end = starts[row], starts[row + 1]
        n = end - start
        if len(text) < n:
            text = np.empty(n, dtype=np.uint32)
        for i in range(n):
            text[i] = plain[points[start + i]]
        base = start + row
        for i in range(n + 1):
            forward[base + i] = np.inf
            backward[base + i] = np.inf
        forward[base] = 0
        backward[base + n] = 0
        i = 0
        while i < n:
            if kind[text[i]] == 3:
                node = np.int64(0)
                j = i
                while j < n and j - i < 8:
                    node = child(words, node, text[j])
                    if node == 0:
                        break
                    j += 1
                    if word_costs[node] < np.inf:
                        forward[base + j] = min(forward[base + j], forward[base + i] + word_costs[node])
                forward[base + i + 1] = min(forward[base + i + 1], forward[base + i] + UNKNOWN_CHARACTER)
                i += 1
            else:
                length, cost = _ahead(text, kind, i, n, latin_keys, latin_costs)
                forward[base + i + length] = min(forward[base + i + length], forward[base + i] + cost)
                i += length
        i = n - 1
        while i >= 0:
            k = kind[text[i]]
            if k == 3:
                node = np.int64(0)
                j = i
                while j < n and j - i < 8:
                    node = child(words, node, text[j])
                    if node == 0:
                        break
                    j += 1
                    if word_costs[node] < np.inf:
                        backward[base + i] = min(backward[base + i], backward[base + j] + word_costs[node])
                backward[base + i] = min(backward[base + i], backward[base + i + 1] + UNKNOWN_CHARACTER)
                i -= 1
            else:
                first = i
                while (k == 1 or k == 2) and first > 0 and kind[text[first - 1]] == k:
                    first -= 1
                length, cost = _ahead(text, kind, first, n, latin_keys, latin_costs)
                backward[base + first] = min(backward[base + first], backward[base + first + length] + cost)
                i = first - 1


__all__ = ["BITS", "Language", "costs_of_rows", "is_word", "language", "token_cost", "token_hash"]
