"""How strange must a title be before a Chinese name in disguise is believed in it?

A sentence hides several words at once, and `company` lets them speak for one another. A title is stuffed with new words
that no list has, so two of them near names say nothing. Here each place stands by its own margin (what it adds as
honest text less what the disguise costs): high enough, it counts alone; less high, it needs the goods of the brand or a
sure place beside it; lower, it is an accident and not even looked at again. Set on made-up honest titles and disguises
of the famous names (tests/engine/honest_titles.py, disguises.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from touchstone.engine.text.disguise import Sightings
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.variants import TECHNIQUES

# Technique: (alone, with the brand's goods), for names of two characters, then for longer ones.
_FLOORS = {
    "homophone": ((4.5, 1.0), (7.0, 4.0)),
    "glyph": ((2.0, 0.3), (7.5, 4.0)),
    "typo": ((9.0, 9.0), (8.0, 5.0)),
    "shuffle": ((8.5, 6.0), (7.5, 5.0)),
    "pinyin": ((4.0, 1.0), (5.0, 2.0)),
    "emoji": ((5.0, 2.0), (5.0, 2.0)),
    "split": ((4.0, 2.0), (4.0, 2.0)),
    "initials": ((99.0, 3.0), (99.0, 2.0)),
}
# Names that are this many times as many come near a text by accident as many times more often.
_AS_MANY = 2000
_LONG = 3


def _floors() -> np.ndarray:
    """Shape (techniques, 2 sizes, 2 floors); -inf where a technique has none."""
    table = np.full((len(TECHNIQUES), 2, 2), -np.inf)
    for name, floors in _FLOORS.items():
        table[TECHNIQUES.index(name)] = floors
    return table


def standing(lexicon: Lexicon, seen: Sightings) -> Sightings:
    """The sightings that may mean the name; `kept` says whether a Chinese name in disguise stands alone."""
    terms = lexicon.terms
    hidden = (seen.changed > 0) & (terms.han[seen.term] > 0)
    if not hidden.any():
        return seen
    size = np.diff(terms.points.offsets)[seen.term]
    floors = _floors()[seen.technique, (size >= _LONG).astype(int)]
    names = int(np.sum((terms.han > 0) & terms.awake))
    margin = seen.added - seen.price - np.log(max(names / _AS_MANY, 1.0))
    kept = np.where(hidden, margin >= floors[:, 0], seen.kept)
    strength = np.where(hidden, 1.0 / (1.0 + np.exp(-np.clip(margin, -40, 40) / 2)), seen.strength)
    alive = ~hidden | (margin >= floors[:, 1])
    return replace(seen, kept=kept, strength=strength.astype(np.float32)).take(alive)
