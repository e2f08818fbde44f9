"""Names in clear that are glued to another word: guccibag, newadidas. The language says whether the rest is a word, and
whether all of it is one (pineapple)."""

from __future__ import annotations

import numba

from touchstone.engine.text.kernel import bit_of, child
from touchstone.engine.text.slips import LONGEST_WORD
from touchstone.engine.text.windows import put

GLUED = 5
# Shorter names stand in many words; shorter rests are endings.
SHORTEST_NAME, _SHORTEST_REST = 4, 3

_jit = numba.njit(cache=True, nogil=True)


@_jit
def glued(table, masks, root, patterns, spelled, gentle, symbol, kind, start, out, found):
    """Add Latin names at the beginning or end of a longer run of letters. Returns how many candidates there are now."""
    row = 0
    u = 0
    while u < len(kind):
        if kind[u] != 1 or gentle[u] > 122:
            row += kind[u] == 255
            u += 1
            continue
        v = u + 1
        while kind[v] == 1 and gentle[v] <= 122 and start[v] == start[v - 1] + 1:
            v += 1
        if SHORTEST_NAME + _SHORTEST_REST <= v - u <= LONGEST_WORD:
            found = _names(table, masks, root, patterns, spelled, gentle, symbol, u, u, v, row, out, found)
            for first in range(u + _SHORTEST_REST, v - SHORTEST_NAME + 1):
                node = root[symbol[first]]
                if node and masks[node] & bit_of(symbol[first + 1]):
                    found = _names(table, masks, root, patterns, spelled, gentle, symbol, u, first, v, row, out, found)
        u = v
    return found


@_jit
def _names(table, masks, root, patterns, spelled, gentle, symbol, begin, first, last, row, out, found):
    """Names that begin at `first`: from the beginning of the run up to a rest, or from there to its end."""
    node = root[symbol[first]]
    i = first + 1
    while node and i < last:
        if not masks[node] & bit_of(symbol[i]):
            return found
        node = child(table, node, symbol[i])
        i += 1
        if node and i - first >= SHORTEST_NAME and (i <= last - _SHORTEST_REST if first == begin else i == last):
            pattern = patterns.head[node]
            while pattern >= 0:
                term = patterns.term[pattern]
                if patterns.form[pattern] == 0 and patterns.awake[term] and _same(spelled, term, gentle, first, i):
                    found = put(out, found, first, i, term, i - first, row, GLUED, 0)
                pattern = patterns.link[pattern]
    return found


@_jit
def _same(spelled, term, gentle, first, last):
    """Letter by letter, not only by what leet writes for one another."""
    begin = spelled.offsets[term]
    if spelled.offsets[term + 1] - begin != last - first:
        return False
    for i in range(last - first):
        if spelled.points[begin + i] != gentle[first + i]:
            return False
    return True
