"""Windows of a text that are a term but for their order or for one character (for words see `slips`).

Each search first asks a bitmap whether two characters ever stand so in a term; nearly all windows end there.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from touchstone.engine.text.kernel import mix, placed, slot_of

SHUFFLED, NEAR, ONE_WRONG = 2, 3, 4
# How two characters stand to one another in a bitmap of pairs: in any order, next to each other, one apart.
_ANY, _NEXT, _APART = np.uint64(1), np.uint64(2), np.uint64(3)

_jit = numba.njit(cache=True, nogil=True)
_inline = numba.njit(cache=True, nogil=True, inline="always")


class Index(NamedTuple):
    """Hashes of terms. `keys`: open-addressed; `head[slot]` and `link` chain the entries of a hash, `term[entry]`.
    `bits`: the bitmap that is asked first. `lengths`: of the terms, sorted."""

    keys: np.ndarray
    head: np.ndarray
    link: np.ndarray
    term: np.ndarray
    bits: np.ndarray
    lengths: np.ndarray


class Spelled(NamedTuple):
    """The terms' characters, folded: term t is `points[offsets[t]:offsets[t + 1]]`. `awake[t]`. `gaps[i]`: a word of the
    term begins at character i. `anchors[t]`: first character and end of the longest of its words, shape (terms, 2)."""

    points: np.ndarray
    offsets: np.ndarray
    awake: np.ndarray
    gaps: np.ndarray
    anchors: np.ndarray


@_inline
def has(bits, value):
    """May `value`, a random-looking number, be in the bitmap?"""
    place = (value >> np.uint64(6)) & np.uint64(len(bits) - 1)
    return (bits[place] >> (value & np.uint64(63))) & np.uint64(1) != 0


@_jit
def enter(bits, values):
    """Put values into a bitmap of a power of two of 64-bit words."""
    for value in values:
        place = (value >> np.uint64(6)) & np.uint64(len(bits) - 1)
        bits[place] |= np.uint64(1) << (value & np.uint64(63))


@_inline
def _pair(one, other, how):
    """A number for two mixed characters that stand to one another as `how` says."""
    if how == _ANY:
        value = (one + other) ^ (one * other)
    else:
        value = one * np.uint64(3) + other * how
    value *= np.uint64(0x9E3779B97F4A7C15)
    return value ^ (value >> np.uint64(29))


@_inline
def put(out, found, first, last, term, counts, row, origin, form):
    if found < len(out):
        out[found, 0], out[found, 1], out[found, 2], out[found, 3] = first, last, term, counts
        out[found, 4], out[found, 5], out[found, 6] = row, origin, form
    return found + 1


@_jit
def shuffle_hashes(points, offsets, hashes, pairs):
    """For each run of characters its hash in any order, never 0, and all its pairs. Returns how many pairs."""
    n = 0
    for t in range(len(offsets) - 1):
        total = np.uint64(offsets[t + 1] - offsets[t])
        for i in range(offsets[t], offsets[t + 1]):
            total += mix(np.uint64(points[i]))
            for j in range(i + 1, offsets[t + 1]):
                pairs[n] = _pair(mix(np.uint64(points[i])), mix(np.uint64(points[j])), _ANY)
                n += 1
        hashes[t] = total
    return n


@_jit
def shuffled(index, spelled, gentle, kind, out, found):
    """Add windows, Chinese at both ends, that have the characters of a term in another order, or with one more unit
    inside (form 1), or a name of two moved apart by two units (form 2). Returns how many candidates there are now."""
    n = len(gentle)
    mixed = np.empty(n, dtype=np.uint64)
    sums = np.empty(n + 1, dtype=np.uint64)
    sums[0] = 0
    for i in range(n):
        mixed[i] = mix(np.uint64(gentle[i]))
        sums[i + 1] = sums[i] + mixed[i]
    row = 0
    stop = -1
    for first in range(n):
        if kind[first] == 255:
            row += 1
            continue
        if kind[first] != 3:
            continue
        if stop <= first:
            stop = first
            while kind[stop] != 255:
                stop += 1
        beside = first + 1 < stop and has(index.bits, _pair(mixed[first], mixed[first + 1], _ANY))
        over = first + 2 < stop and has(index.bits, _pair(mixed[first], mixed[first + 2], _ANY))
        if first + 3 < stop and kind[first + 3] == 3 and index.lengths[0] == 2:
            if has(index.bits, _pair(mixed[first], mixed[first + 3], _ANY)):
                total = mixed[first] + mixed[first + 3] + np.uint64(2)
                found = _shuffled(index, spelled, gentle, total, first, first + 4, -2, row, out, found)
        if not (beside or over):
            continue
        for length in index.lengths:
            end = first + length
            if end > stop:
                break
            if beside and kind[end - 1] == 3:
                total = sums[end] - sums[first] + np.uint64(length)
                found = _shuffled(index, spelled, gentle, total, first, end, -1, row, out, found)
            if end < stop and kind[end] == 3:
                whole = sums[end + 1] - sums[first] + np.uint64(length)
                for gap in range(first + 1, end):
                    if beside if gap > first + 1 else over:
                        total = whole - mixed[gap]
                        found = _shuffled(index, spelled, gentle, total, first, end + 1, gap, row, out, found)
    return found


@_jit
def _shuffled(index, spelled, gentle, total, first, last, gap, row, out, found):
    place = slot_of(index.keys, total)
    if index.keys[place] == 0:
        return found
    entry = index.head[place]
    while entry >= 0:
        term = index.term[entry]
        if spelled.awake[term] and _same_characters(spelled, term, gentle, first, last, gap):
            form = 1 if gap >= 0 else 2 if gap == -2 else 0
            found = put(out, found, first, last, term, gap, row, SHUFFLED, form)
        entry = index.link[entry]
    return found


@_jit
def _same_characters(spelled, term, gentle, first, last, gap):
    """Does the window hold exactly the characters of the term, in another order or with unit `gap` between?"""
    begin, stop = spelled.offsets[term], spelled.offsets[term + 1]
    points = spelled.points
    if gap == -2:
        # Only in the order of the name.
        return stop - begin == 2 and gentle[first] == points[begin] and gentle[last - 1] == points[begin + 1]
    if last - first - (gap >= 0) != stop - begin:
        return False
    moved = gap >= 0
    i = begin
    for u in range(first, last):
        if u == gap:
            continue
        moved |= gentle[u] != points[i]
        i += 1
        here, there = 0, 0
        for v in range(first, last):
            here += v != gap and gentle[v] == gentle[u]
        for k in range(begin, stop):
            there += points[k] == gentle[u]
        if here != there:
            return False
    return moved


@_jit
def wrong_hashes(points, offsets, hashes, owners, pairs):
    """For each run of characters and each of its places the hash of the others with their places, and whose it is; and
    the pairs that may begin a window."""
    n = 0
    for t in range(len(offsets) - 1):
        begin, size = offsets[t], offsets[t + 1] - offsets[t]
        total = np.uint64(size)
        for i in range(size):
            total += placed(points[begin + i], i)
        for i in range(size):
            hashes[n] = total - placed(points[begin + i], i)
            owners[n] = t
            n += 1
        one, two, three = (
            mix(np.uint64(points[begin])),
            mix(np.uint64(points[begin + 1])),
            mix(np.uint64(points[begin + 2])),
        )
        pairs[3 * t], pairs[3 * t + 1], pairs[3 * t + 2] = (
            _pair(one, two, _NEXT),
            _pair(two, three, _NEXT),
            _pair(one, three, _APART),
        )


@_jit
def one_wrong(index, spelled, gentle, kind, out, found):
    """Add windows of Chinese characters that are a term save one unit. Returns how many candidates there are now."""
    n = len(gentle)
    longest = index.lengths[-1]
    row = 0
    stop = -1
    for first in range(n):
        if kind[first] == 255:
            row += 1
            continue
        if stop <= first:
            stop = first
            while kind[stop] != 255:
                stop += 1
        if first + 3 > stop or (kind[first] != 3) + (kind[first + 1] != 3) + (kind[first + 2] != 3) > 1:
            continue
        one, two = mix(np.uint64(gentle[first])), mix(np.uint64(gentle[first + 1]))
        three = mix(np.uint64(gentle[first + 2]))
        later = has(index.bits, _pair(one, two, _NEXT))
        at_first = has(index.bits, _pair(two, three, _NEXT))
        at_second = has(index.bits, _pair(one, three, _APART))
        if not (later or at_first or at_second):
            continue
        total = np.uint64(0)
        strangers = 0
        which = 0
        for i in range(min(longest, stop - first)):
            total += placed(gentle[first + i], i)
            strangers += kind[first + i] != 3
            strange = kind[first + i] != 3
            which = first + i if strange else which
            if strangers > 1:
                break
            if not _listed(index.lengths, i + 1):
                continue
            whole = total + np.uint64(i + 1)
            for gap in range(first, first + i + 1):
                if strangers == 1 and gap != which:
                    continue
                if at_first if gap == first else at_second if gap == first + 1 else later:
                    rest = whole - placed(gentle[gap], gap - first)
                    found = _one_wrong(index, spelled, gentle, rest, first, first + i + 1, gap, row, out, found)
    return found


@_inline
def _listed(lengths, length):
    there = False
    for one in lengths:
        there |= one == length
    return there


@_jit
def _one_wrong(index, spelled, gentle, total, first, last, gap, row, out, found):
    place = slot_of(index.keys, total)
    if index.keys[place] == 0:
        return found
    entry = index.head[place]
    while entry >= 0:
        term = index.term[entry]
        begin = spelled.offsets[term]
        good = spelled.awake[term] and last - first == spelled.offsets[term + 1] - begin
        differs = 0
        for i in range(last - first):
            if good:
                same = gentle[first + i] == spelled.points[begin + i]
                differs += not same
                good = same or first + i == gap
        if good and differs == 1:
            found = put(out, found, first, last, term, gap, row, ONE_WRONG, 0)
        entry = index.link[entry]
    return found
