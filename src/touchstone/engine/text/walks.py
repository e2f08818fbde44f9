"""Walks of a text through the tries of terms: by characters and what may stand for them, and by sound.

At every unit several edges may lead on: the unit itself, a character it looks like, a character that it and the next
ones make up, what an emoji is read as, a syllable, or nothing at all (a repeated letter, a sign between letters). A walk
tries all of them from every unit where a name may begin.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from touchstone.engine.text.kernel import bit_of, child

# Steps of one walk from one unit, and separators inside one match. They bound the work on hostile input.
_STEPS = 300
_SKIPS = 12
_DEEPEST = 48
# Longer runs of letters are no initials.
_LONGEST_INITIALS = 24
# Counters of a walk, eight bits each.
SELF, SKIP, GLYPH, SPLIT, EMOJI, SOUND, SPELT, LEET = range(8)
# The trie of units knows no sounds; there the counter is that of characters which are only faintly alike.
FAINT = SOUND
# Columns of a candidate. `ORIGIN`: 0 units, 1 sounds, 2 shuffled, 3 a near word, 4 one wrong. `FORM`: see terms.PLAIN.
FIRST, LAST, TERM, COUNTS, ROW, ORIGIN, FORM = range(7)
COLUMNS = 7
# Of the ends of one walk at the same place and pattern the least changed is kept; so many are looked through.
_LOOK_BACK = 16
_ENDS = _STEPS

# The place of the only bit of a word, by the upper six bits of its product with this number.
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_PLACES = np.zeros(64, dtype=np.uint8)
_PLACES[[(((1 << i) * 0x03F79D71B4CB0A89) & (2**64 - 1)) >> 58 for i in range(64)]] = np.arange(64)

_jit = numba.njit(cache=True, nogil=True)
# Small steps of the walk: a call would count references of every array on the way in and out.
_inline = numba.njit(cache=True, nogil=True, inline="always")


class Book(NamedTuple):
    """What a walk reads of the terms. Ragged arrays are indexed by the folded character.

    `table`, `masks`: a trie, and for each node bits of the symbols that lead on. `root[s]`: the node that symbol s
    leads to. `alt_*`: symbols that a character may stand for and how; `first_*`: the same, as nodes, for those that
    begin a sequence; `bits[c]`: the bits of all of them. `starts[start_row[c]]`: as a set of bits, the nodes below the root
    that c may lead to by standing for another character, `seconds[second_row[c]]` those that c leads on from, `ending`
    those where a sequence ends; bit i means `below[i]`. `part_*`: a trie over folded parts whose node n makes up
    `part_symbols[part_offsets[n]:part_offsets[n + 1]]`; `part_form[c]` is the folded part, `part_first[c]` whether one
    begins with it.
    """

    table: np.ndarray
    masks: np.ndarray
    root: np.ndarray
    alt_offsets: np.ndarray
    alt_symbols: np.ndarray
    alt_kinds: np.ndarray
    first_offsets: np.ndarray
    first_nodes: np.ndarray
    first_kinds: np.ndarray
    bits: np.ndarray
    below: np.ndarray
    start_row: np.ndarray
    starts: np.ndarray
    second_row: np.ndarray
    seconds: np.ndarray
    ending: np.ndarray
    part_form: np.ndarray
    part_first: np.ndarray
    part_table: np.ndarray
    part_offsets: np.ndarray
    part_symbols: np.ndarray


class Patterns(NamedTuple):
    """The patterns that end at a node: `head[node]` is the last of them, `link[pattern]` the one before it, -1 for none.
    `term[pattern]`, `form[pattern]`; `awake[term]`."""

    head: np.ndarray
    link: np.ndarray
    term: np.ndarray
    form: np.ndarray
    awake: np.ndarray


class Text(NamedTuple):
    """Units as arrays, see `kernel.unitize`. `bits`: what symbols each may stand for; `made`: it and the next ones make
    up a character; `open`: bits say too little here; `edge`: 1 where no name may begin, 2 where none may end before;
    `shortened`: the rows that may hold initials."""

    gentle: np.ndarray
    symbol: np.ndarray
    kind: np.ndarray
    bits: np.ndarray
    open: np.ndarray
    made: np.ndarray
    edge: np.ndarray
    shortened: np.ndarray


@_jit
def unit_bits(book, gentle, symbol, kind, start, end, bits, is_open, made, edge):
    """Fill the later columns of `Text`."""
    for u in range(len(gentle)):
        g = gentle[u]
        bits[u] = book.bits[g] if g < len(book.bits) else np.uint64(0)
        if symbol[u] != 0:
            bits[u] |= bit_of(symbol[u])
        made[u] = book.part_first[g] and _makes_up(book, gentle, kind, u)
        is_open[u] = kind[u] != 255 and (kind[u] >= 5 or made[u] or (u > 0 and gentle[u - 1] == g))
        edge[u] = 0
        if u > 0 and start[u] == end[u - 1]:
            k, b = kind[u], kind[u - 1]
            # Latin words and numbers are not cut (see `judge.boundary`, which knows the rest of the rule).
            edge[u] = ((k == 1 or k == 5) and b == 1) or (k == 2 and b == 2)
            if ((b == 1 or b == 5) and k == 1) or (b == 2 and k == 2):
                edge[u] |= 2
    _open_initials(gentle, kind, start, end, edge)


@_jit
def _open_initials(gentle, kind, start, end, edge):
    """Runs of letters that may be initials of several names are cut anywhere (see `judge.letter_run`)."""
    u = 0
    while u < len(kind):
        if kind[u] != 1:
            u += 1
            continue
        v = u
        vowels = 0
        syllables = True
        while kind[v] == 1 and (v == u or start[v] == end[v - 1]):
            g = gentle[v]
            # No syllable begins with i, u or v.
            syllables = syllables and 97 <= g <= 122 and g != 105 and g != 117 and g != 118
            vowels += g == 97 or g == 101 or g == 111
            v += 1
        length = end[v - 1] - start[u]
        if syllables and length <= _LONGEST_INITIALS and vowels * 4 <= length:
            for i in range(u + 1, v):
                edge[i] = 0
        u = v


@_jit
def _makes_up(book, gentle, kind, unit):
    """Do this unit and the next ones make up a character of a term?"""
    part = child(book.part_table, 0, book.part_form[gentle[unit]])
    ahead = unit + 1
    while part > 0 and kind[ahead] != 255:
        part = child(book.part_table, part, book.part_form[gentle[ahead]])
        ahead += 1
        if part > 0 and book.part_offsets[part] < book.part_offsets[part + 1]:
            return True
    return False


@_inline
def lowest_bit(word):
    """The number of the lowest bit that is set."""
    return np.int64(_PLACES[((word & (~word + np.uint64(1))) * _DE_BRUIJN) >> np.uint64(58)])


@_jit
def changes(counts):
    """How far a walk went from the plain way: the sum of its counters, all but SELF."""
    total = 0
    rest = counts >> 8
    while rest > 0:
        total += rest & 255
        rest >>= 8
    return total


@_inline
def _note(ends, seen, unit, node, counts):
    """Keep the end of a walk; of several at the same place and node the least changed."""
    for i in range(seen - 1, max(seen - 1 - _LOOK_BACK, -1), -1):
        if ends[i, 0] == unit and ends[i, 1] == node:
            if changes(counts) < changes(ends[i, 2]):
                ends[i, 2] = counts
            return seen
    if seen < len(ends):
        ends[seen, 0], ends[seen, 1], ends[seen, 2] = unit, node, counts
        seen += 1
    return seen


@_jit
def _told(ends, seen, first, row, origin, patterns, shortened, out, found):
    """One candidate for each pattern of the ends. Returns how many there are now."""
    for i in range(seen):
        last, counts = ends[i, 0], ends[i, 2]
        pattern = patterns.head[ends[i, 1]]
        while pattern >= 0:
            form, term = patterns.form[pattern], patterns.term[pattern]
            # Initials are only written plainly.
            if patterns.awake[term] and (form == 0 or form == 3 or (counts == last - first and shortened[row])):
                if found < len(out):
                    out[found, 0], out[found, 1], out[found, 2], out[found, 3] = first, last, term, counts
                    out[found, 4], out[found, 5], out[found, 6] = row, origin, form
                found += 1
            pattern = patterns.link[pattern]
    return found


@_jit
def walk(book, patterns, text, out, found):
    """Add the candidates of all sequences of the trie in the units, other ways of writing a character included.

    Returns how many candidates there are now; more than len(out) means: call again with more room.
    """
    table, masks, root, head = book.table, book.masks, book.root, patterns.head
    alt_offsets, alt_symbols, alt_kinds = book.alt_offsets, book.alt_symbols, book.alt_kinds
    first_offsets, first_nodes, first_kinds = book.first_offsets, book.first_nodes, book.first_kinds
    below, start_row, starts = book.below, book.start_row, book.starts
    second_row, seconds, ending = book.second_row, book.seconds, book.ending
    part_form, part_table = book.part_form, book.part_table
    part_offsets, part_symbols = book.part_offsets, book.part_symbols
    gentle, symbol, kind, bits = text.gentle, text.symbol, text.kind, text.bits
    is_open, made, edge = text.open, text.made, text.edge
    stack = np.empty((256, 4), dtype=np.int64)
    ends = np.empty((_ENDS, 3), dtype=np.int64)
    room = len(stack) - 1
    last_first, last_alt = len(first_offsets) - 1, len(alt_offsets) - 1
    row = 0
    for first in range(len(symbol)):
        if kind[first] == 255:
            row += 1
            continue
        if edge[first] & 1:
            continue
        g = np.int64(gentle[first])
        top = 0
        after = first + 1
        node = np.int64(root[symbol[first]]) if symbol[first] else np.int64(0)
        if node and (head[node] >= 0 or is_open[after] or masks[node] & bits[after]):
            stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = after, node, 1, 1
            top = 1
        if g < last_first and first_offsets[g] < first_offsets[g + 1]:
            if is_open[after]:
                for k in range(first_offsets[g], first_offsets[g + 1]):
                    if top < room:
                        stack[top, 0], stack[top, 1], stack[top, 3] = after, first_nodes[k], 1
                        stack[top, 2] = np.int64(1) << (8 * np.int64(first_kinds[k]))
                        top += 1
            else:
                here, there = start_row[g], second_row[gentle[after]] if kind[after] != 255 else 0
                for word in range(starts.shape[1]):
                    both = starts[here, word] & (seconds[there, word] | ending[word])
                    while both:
                        node = np.int64(below[64 * word + lowest_bit(both)])
                        both &= both - np.uint64(1)
                        for k in range(first_offsets[g], first_offsets[g + 1]):
                            if first_nodes[k] == node and top < room:
                                stack[top, 0], stack[top, 1], stack[top, 3] = after, node, 1
                                stack[top, 2] = np.int64(1) << (8 * np.int64(first_kinds[k]))
                                top += 1
        if made[first]:
            part = child(part_table, 0, part_form[g])
            ahead = after
            while part > 0 and kind[ahead] != 255:
                part = child(part_table, part, part_form[gentle[ahead]])
                ahead += 1
                if part > 0:
                    for k in range(part_offsets[part], part_offsets[part + 1]):
                        node = np.int64(root[part_symbols[k]])
                        if node and top < room:
                            stack[top, 0], stack[top, 1], stack[top, 3] = ahead, node, 1
                            stack[top, 2] = np.int64(1) << (8 * SPLIT)
                            top += 1
        steps = 0
        seen = 0
        while top > 0 and steps < _STEPS:
            steps += 1
            top -= 1
            unit, node, counts, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] + 1
            if head[node] >= 0 and not edge[unit] & 2:
                seen = _note(ends, seen, unit, node, counts)
            if length > _DEEPEST or kind[unit] == 255:
                continue
            g = np.int64(gentle[unit])
            after = unit + 1
            leads = masks[node]
            if symbol[unit] and leads & bit_of(symbol[unit]):
                to = child(table, node, symbol[unit])
                if to and top < room and (head[to] >= 0 or is_open[after] or masks[to] & bits[after]):
                    stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = after, to, counts + 1, length
                    top += 1
            if g < last_alt and leads & bits[unit]:
                for k in range(alt_offsets[g], alt_offsets[g + 1]):
                    if leads & bit_of(alt_symbols[k]):
                        to = child(table, node, alt_symbols[k])
                        if to and top < room and (head[to] >= 0 or is_open[after] or masks[to] & bits[after]):
                            stack[top, 0], stack[top, 1], stack[top, 3] = after, to, length
                            stack[top, 2] = counts + (np.int64(1) << (8 * np.int64(alt_kinds[k])))
                            top += 1
            if is_open[unit] and ((counts >> (8 * SKIP)) & 255) < _SKIPS and top < room:
                if kind[unit] >= 5 or g == np.int64(gentle[unit - 1]):
                    stack[top, 0], stack[top, 1], stack[top, 3] = after, node, length
                    stack[top, 2] = counts + (np.int64(1) << (8 * SKIP))
                    top += 1
            if made[unit]:
                part = child(part_table, 0, part_form[g])
                ahead = after
                while part > 0 and kind[ahead] != 255:
                    part = child(part_table, part, part_form[gentle[ahead]])
                    ahead += 1
                    if part > 0:
                        for k in range(part_offsets[part], part_offsets[part + 1]):
                            to = child(table, node, part_symbols[k])
                            if to and top < room:
                                stack[top, 0], stack[top, 1], stack[top, 3] = ahead, to, length
                                stack[top, 2] = counts + (np.int64(1) << (8 * SPLIT))
                                top += 1
        if seen:
            found = _told(ends, seen, first, row, 0, patterns, text.shortened, out, found)
    return found


class Spoken(NamedTuple):
    """What a walk by sound reads. `table`, `masks`, `root`: a trie of syllables. `offsets`, `readings`: the syllables of a
    character, digit or emoji. `spelling`, `spelt`: see `Sounds`. `shift`: the symbol of a letter in the trie is this
    more."""

    table: np.ndarray
    masks: np.ndarray
    root: np.ndarray
    offsets: np.ndarray
    readings: np.ndarray
    spelling: np.ndarray
    spelt: np.ndarray
    shift: int


@_jit
def walk_sounds(spoken, patterns, text, start, out, found):
    """As `walk`, for a trie of syllables. A character's, an emoji's or a digit's edges are its syllables, a run of
    letters is every syllable that it spells, and a letter or digit is also itself (its symbol + `shift`)."""
    table, masks, root, head = spoken.table, spoken.masks, spoken.root, patterns.head
    reading_offsets, readings = spoken.offsets, spoken.readings
    spelling, spelt, shift = spoken.spelling, spoken.spelt, spoken.shift
    gentle, symbol, kind, edge = text.gentle, text.symbol, text.kind, text.edge
    stack = np.empty((256, 4), dtype=np.int64)
    ends = np.empty((_ENDS, 3), dtype=np.int64)
    last_reading = len(reading_offsets) - 1
    # Inside a run of letters a sequence only begins where the letters before are whole syllables.
    reached = np.zeros(len(symbol) + 1, dtype=np.bool_)
    row = 0
    for first in range(len(symbol)):
        if kind[first] == 255:
            row += 1
            continue
        if kind[first] == 1:
            if first == 0 or kind[first - 1] != 1 or start[first] != start[first - 1] + 1:
                reached[first] = True
            if not reached[first]:
                continue
            letters = 0
            ahead = first
            while kind[ahead] == 1 and 97 <= gentle[ahead] <= 122:
                letters = spelling[letters, gentle[ahead] - 97]
                ahead += 1
                if letters == 0:
                    break
                if spelt[letters]:
                    reached[ahead] = True
        top = 1
        stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = first, 0, 0, -1
        steps = -1
        seen = 0
        while top > 0 and steps < _STEPS:
            steps += 1
            top -= 1
            unit, node, counts, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] + 1
            if (
                node
                and head[node] >= 0
                and not ((edge[first] & 1 or edge[unit] & 2) and not (counts >> (8 * SPELT)) & 255)
            ):
                seen = _note(ends, seen, unit, node, counts)
            if length > _DEEPEST or kind[unit] == 255:
                continue
            g = np.int64(gentle[unit])
            k = kind[unit]
            leads = masks[node]
            if (k == 2 or k == 3 or k == 6) and g < last_reading:
                way = SOUND if k == 3 else (EMOJI if k == 6 else LEET)
                for r in range(reading_offsets[g], reading_offsets[g + 1]):
                    if leads & bit_of(readings[r]):
                        more = counts + (np.int64(1) << (8 * way))
                        top = _push(stack, top, unit + 1, _step(table, root, node, readings[r]), more, length)
            if k != 3 and k != 6 and symbol[unit] != 0:
                if leads & bit_of(shift + symbol[unit]):
                    to = _step(table, root, node, shift + symbol[unit])
                    top = _push(stack, top, unit + 1, to, counts + 1, length)
                letters = 0
                ahead = unit
                while kind[ahead] == 1 and 97 <= gentle[ahead] <= 122:
                    letters = spelling[letters, gentle[ahead] - 97]
                    ahead += 1
                    if letters == 0:
                        break
                    if spelt[letters] and leads & bit_of(spelt[letters]):
                        more = counts + (np.int64(1) << (8 * SPELT))
                        top = _push(stack, top, ahead, _step(table, root, node, spelt[letters]), more, length)
            # Tone numbers after letters, and signs between characters.
            if unit > first and k != 3 and ((counts >> (8 * SKIP)) & 255) < _SKIPS:
                tone = k == 2 and kind[unit - 1] == 1 and 49 <= g <= 53
                if k >= 5 or tone:
                    top = _push(stack, top, unit + 1, node, counts + (np.int64(1) << (8 * SKIP)), length)
        if seen:
            found = _told(ends, seen, first, row, 1, patterns, text.shortened, out, found)
    return found


@_inline
def _step(table, root, node, symbol):
    return np.int64(root[symbol]) if node == 0 else child(table, node, symbol)


@_inline
def _push(stack, top, unit, node, counts, length):
    if top < len(stack) and node > 0:
        stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = unit, node, counts, length
        return top + 1
    return top
