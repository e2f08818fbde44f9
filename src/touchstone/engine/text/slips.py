"""Latin names written with a slip: a letter missing, added, wrong or moved, a word turned round or written as it sounds.

A text's words are looked up by their hashes without each of their letters (deletion neighbourhood), which meet those of
the names. Of a name of several words the longest is its anchor: where a word of the text is near it, the words beside it
are compared with the rest, each with a slip of its own at most.
"""

from __future__ import annotations

import numba
import numpy as np

from touchstone.engine.text.kernel import mix, placed, slot_of
from touchstone.engine.text.spoken_words import SHORTEST, key_of
from touchstone.engine.text.windows import NEAR, has, put

# How a word stands to a name (column FORM of a candidate).
SLIP, SWAP, REVERSED, SOUNDS, WORDS = range(5)
# Words of so many letters may be a Latin name with a slip.
SHORTEST_WORD, LONGEST_WORD = 4, 30
# Words of a name with fewer letters are written as they are.
_SHORTEST_SLIPPED = 4
# Characters between two words of a name, and slips in all of them.
_WIDEST_GAP, MOST_SLIPS = 3, 3
# Words that are near no term, whatever stands beside them, are remembered by their hash: most words come again and again.
_REMEMBERED = 1 << 14
# Sets hashes of sounds apart from those of letters.
_SOUND = np.uint64(0x5851F42D4C957F2D)

_jit = numba.njit(cache=True, nogil=True)
_inline = numba.njit(cache=True, nogil=True, inline="always")


@_jit
def slip_hashes(points, offsets, hashes, owners):
    """For each word the hashes of it, of it without each of its letters and of its sound, and whose they are."""
    n = 0
    key = np.empty(2 * max(1, len(points)), dtype=np.uint32)
    for t in range(len(offsets) - 1):
        begin, end = offsets[t], offsets[t + 1]
        first = n
        n = _slips(points, begin, end, hashes, n)
        hashes[n] = _sound(points, begin, end, key)
        n += 1
        owners[first:n] = t


@_inline
def _whole(points, begin, end):
    """The hash of a word."""
    whole = np.uint64(0)
    for i in range(begin, end):
        whole += placed(points[i], i - begin)
    return mix(whole + np.uint64(end - begin)) | np.uint64(1)


@_inline
def _slips(points, begin, end, hashes, n):
    """The hash of a word, then that without its first letter, its second and so on."""
    whole = np.uint64(0)
    rest = np.uint64(0)
    for i in range(begin, end):
        whole += placed(points[i], i - begin)
        rest += placed(points[i], i - begin - 1)
    hashes[n] = mix(whole + np.uint64(end - begin)) | np.uint64(1)
    before = np.uint64(0)
    for i in range(begin, end):
        rest -= placed(points[i], i - begin - 1)
        hashes[n + 1 + i - begin] = mix(before + rest + np.uint64(end - begin - 1)) | np.uint64(1)
        before += placed(points[i], i - begin)
    return n + 1 + end - begin


@_inline
def _sound(points, begin, end, key):
    """A hash of how a word sounds."""
    total = _SOUND
    length = key_of(points, begin, end, key)
    for i in range(length):
        total += placed(key[i], i)
    return mix(total + np.uint64(length)) | np.uint64(1)


@_inline
def _turned(points, begin, end):
    """The hash of a word read backwards."""
    whole = np.uint64(0)
    for i in range(begin, end):
        whole += placed(points[i], end - 1 - i)
    return mix(whole + np.uint64(end - begin)) | np.uint64(1)


@_jit
def near_words(index, spelled, gentle, kind, start, out, found):
    """Add words (letters a to z that stand together), or several of them, that are near a term; form: see SLIP to WORDS.
    The counts of WORDS have a bit for each word that has a slip. Returns how many candidates there are now."""
    hashes = np.empty(LONGEST_WORD + 3, dtype=np.uint64)
    key = np.empty(2 * LONGEST_WORD, dtype=np.uint32)
    other = np.empty(2 * LONGEST_WORD, dtype=np.uint32)
    barren = np.zeros(_REMEMBERED, dtype=np.uint64)
    tried = np.zeros(len(spelled.awake), dtype=np.int64)
    row = 0
    u = 0
    while u < len(kind):
        if kind[u] != 1 or gentle[u] > 122:
            row += kind[u] == 255
            u += 1
            continue
        v = _end_of_word(gentle, kind, start, u)
        if SHORTEST_WORD <= v - u <= LONGEST_WORD:
            whole = _whole(gentle, u, v)
            place = whole & np.uint64(_REMEMBERED - 1)
            if barren[place] != whole:
                found, near = _near(
                    index, spelled, gentle, kind, start, u, v, row, hashes, key, other, tried, out, found
                )
                if not near:
                    barren[place] = whole
        u = v
    return found


@_inline
def _end_of_word(gentle, kind, start, u):
    v = u + 1
    while kind[v] == 1 and gentle[v] <= 122 and start[v] == start[v - 1] + 1:
        v += 1
    return v


@_jit
def _near(index, spelled, gentle, kind, start, first, last, row, hashes, key, other, tried, out, found):
    """(candidates with those of a word, whether the word is near any term or the anchor of one)."""
    near = False
    n = _slips(gentle, first, last, hashes, 0)
    hashes[n] = _sound(gentle, first, last, key)
    hashes[n + 1] = _turned(gentle, first, last)
    own = found
    for k in range(n + 2):
        if not has(index.bits, hashes[k]):
            continue
        place = slot_of(index.keys, hashes[k])
        if index.keys[place] == 0:
            continue
        entry = index.head[place]
        while entry >= 0:
            term = index.term[entry]
            entry = index.link[entry]
            fresh = spelled.awake[term] and (k >= n or tried[term] != first + 1)
            for c in range(own, min(found, len(out))):
                fresh &= out[c, 2] != term
            if not fresh:
                continue
            # By its letters a word is compared once, whichever of them is left out.
            tried[term] = first + 1
            lower, upper = spelled.offsets[term], spelled.offsets[term + 1]
            slip = _met(spelled.points, lower, upper, gentle, first, last, k < n, key, other)
            if slip > 0:
                near = True
                found = put(out, found, first, last, term, 0, row, NEAR, slip - 1)
            elif slip < 0 and spelled.anchors[term, 1] > spelled.anchors[term, 0]:
                begin, end = spelled.anchors[term, 0], spelled.anchors[term, 1]
                slip = _met(spelled.points, begin, end, gentle, first, last, k < n, key, other)
                slip = _fitting(slip, spelled.points, begin, end, gentle, first)
                if slip >= 0:
                    near = True
                    found = _words(spelled, term, slip, gentle, kind, start, first, last, row, key, other, out, found)
    return found, near


@_jit
def anchors(points, offsets, gaps, ends):
    """Fill `ends`, shape (terms, 2): the first letter and the end of the longest word of each term, the same where it is
    a single word."""
    for t in range(len(offsets) - 1):
        lower, upper = offsets[t], offsets[t + 1]
        begin = lower
        ends[t, 0], ends[t, 1] = lower, lower
        for i in range(lower + 1, upper + 1):
            if i == upper or gaps[i]:
                if i - begin > ends[t, 1] - ends[t, 0]:
                    ends[t, 0], ends[t, 1] = begin, i
                begin = i
        if ends[t, 1] - ends[t, 0] == upper - lower:
            ends[t, 1] = ends[t, 0]


@_jit
def _words(spelled, term, slip, gentle, kind, start, first, last, row, key, other, out, found):
    """Add the words around text[first:last], `slip` away from the anchor (`alike`), if all are near those of the term."""
    lower, upper = spelled.offsets[term], spelled.offsets[term + 1]
    begin, end = spelled.anchors[term, 0], spelled.anchors[term, 1]
    which = 0
    for i in range(lower + 1, begin + 1):
        which += spelled.gaps[i]
    slipped = np.int64(slip > 0) << which
    left, right = first, last
    i, number = begin, which
    while i > lower:
        j = i - 1
        while not spelled.gaps[j] and j > lower:
            j -= 1
        number -= 1
        v = left
        if v == 0 or kind[v - 1] != 1 or gentle[v - 1] > 122 or not 1 < start[v] - start[v - 1] <= 1 + _WIDEST_GAP:
            return found
        u = v - 1
        while u > 0 and kind[u - 1] == 1 and gentle[u - 1] <= 122 and start[u] == start[u - 1] + 1:
            u -= 1
        slip = _beside(spelled.points, j, i, gentle, u, v, key, other)
        if slip < 0:
            return found
        slipped |= np.int64(slip > 0) << number
        left, i = u, j
    i, number = end, which
    while i < upper:
        j = i + 1
        while j < upper and not spelled.gaps[j]:
            j += 1
        number += 1
        u = right
        if kind[u] != 1 or gentle[u] > 122 or not 1 < start[u] - start[u - 1] <= 1 + _WIDEST_GAP:
            return found
        v = _end_of_word(gentle, kind, start, u)
        slip = _beside(spelled.points, i, j, gentle, u, v, key, other)
        if slip < 0:
            return found
        slipped |= np.int64(slip > 0) << number
        right, i = v, j
    total = np.int64(0)
    rest = slipped
    while rest:
        total += rest & 1
        rest >>= 1
    if total == 0 or total > MOST_SLIPS:
        return found
    return put(out, found, left, right, term, slipped, row, NEAR, WORDS)


@_jit
def _beside(points, begin, stop, text, first, last, key, other):
    """How a word of several stands to that of the name, as `alike`; short ones must be as they are, others begin right."""
    if last - first > LONGEST_WORD:
        return -1
    return _fitting(alike(points, begin, stop, text, first, last, key, other), points, begin, stop, text, first)


@_inline
def _fitting(slip, points, begin, stop, text, first):
    """The slip of a word of several, -1 where it is none for such."""
    if slip == REVERSED + 1 or (slip > 0 and stop - begin < _SHORTEST_SLIPPED and slip != SWAP + 1):
        return -1
    if slip == SLIP + 1 and text[first] != points[begin]:
        return -1
    return slip


@_jit
def _met(points, begin, stop, text, first, last, by_letters, key, other):
    """As `alike`, of words whose hashes met: by letters, then no sound needs to be looked at unless the first letter is
    another; or by sound or backwards."""
    if by_letters:
        slip = one_slip(points, begin, stop, text, first, last)
        if slip != SLIP + 1 or text[first] == points[begin]:
            return slip
    return alike(points, begin, stop, text, first, last, key, other)


@_jit
def alike(points, begin, stop, text, first, last, key, other):
    """How text[first:last] stands to the word points[begin:stop]: 0 equal, 1 + SLIP, 1 + SWAP, 1 + REVERSED, 1 + SOUNDS,
    -1 further away."""
    slip = one_slip(points, begin, stop, text, first, last)
    if slip >= 0 and not (slip == SLIP + 1 and text[first] != points[begin]):
        return slip
    n, m = last - first, stop - begin
    if n == m:
        turned = True
        for i in range(n):
            turned = turned and text[last - 1 - i] == points[begin + i]
        if turned:
            return REVERSED + 1
    if n > LONGEST_WORD or m > LONGEST_WORD:
        return slip
    length = key_of(text, first, last, key)
    if length < SHORTEST or length != key_of(points, begin, stop, other):
        return slip
    for i in range(length):
        if key[i] != other[i]:
            return slip
    return SOUNDS + 1


@_jit
def one_slip(points, begin, stop, text, first, last):
    """0: equal; 1 + SLIP: one letter missing, added or another; 1 + SWAP: two neighbours swapped; -1: further away."""
    n, m = last - first, stop - begin
    head = 0
    while head < n and head < m and text[first + head] == points[begin + head]:
        head += 1
    tail = 0
    while tail < n - head and tail < m - head and text[last - 1 - tail] == points[stop - 1 - tail]:
        tail += 1
    a, b = n - head - tail, m - head - tail
    if a == 0 and b == 0:
        return 0
    if a <= 1 and b <= 1:
        return SLIP + 1
    if a == 2 and b == 2:
        x, y = text[first + head], text[first + head + 1]
        if x == points[begin + head + 1] and y == points[begin + head]:
            return SWAP + 1
    return -1
