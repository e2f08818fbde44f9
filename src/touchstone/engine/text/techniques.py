"""Codes of the techniques and small steps that all prices use, as compiled loops can read them."""

from __future__ import annotations

import numba
import numpy as np

from touchstone.engine.text import walks
from touchstone.engine.text.variants import TECHNIQUES

CODE = {name: number for number, name in enumerate(TECHNIQUES)}
EXACT, CASE, WIDTH, SEPARATOR, REPETITION, LEET, HOMOGLYPH, TRADITIONAL = (
    CODE[n] for n in ("exact", "case", "width", "separator", "repetition", "leet", "homoglyph", "traditional")
)
HOMOPHONE, PINYIN, INITIALS, GLYPH, SPLIT, EMOJI, SHUFFLE, TYPO = (
    CODE[n] for n in ("homophone", "pinyin", "initials", "glyph", "split", "emoji", "shuffle", "typo")
)
# Counters of a walk, see `walks.SELF`.
SELF_READ, LEET_READ, GLYPH_READ, SPLIT_READ, EMOJI_READ = walks.SELF, walks.LEET, walks.GLYPH, walks.SPLIT, walks.EMOJI
# What no text says by accident or on purpose: above what any evidence pays.
NEVER = np.float32(99.0)

_jit = numba.njit(cache=True, nogil=True)


@_jit
def count(counts, kind):
    """One counter of a walk."""
    return (counts >> (8 * kind)) & 255


@_jit
def layer_of(layers, one, other):
    """The first layer under which two characters are the same, or the number of layers."""
    for k in range(len(layers)):
        if layers[k, one] == layers[k, other]:
            return k
    return len(layers)
