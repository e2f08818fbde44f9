"""Compiled loops: a trie over code points in one hash table, and the walk of a text through it.

A text is a row of units (letters, characters, emoji; separators are gone). At every unit several edges may lead on: the
unit itself, a character it looks like, a character that it and the next one make up, what an emoji is read as, or
nothing at all (a repeated letter, a sign between letters). The walk tries all of them from every unit.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

# An entry of the table is node << 42 | symbol << 21 | child. Nodes and symbols have 21 bits.
BITS = 21
_MASK = (1 << BITS) - 1
EMPTY = -1
# Steps of one walk from one unit, and separators inside one match. They bound the work on hostile input.
_STEPS = 300
_SKIPS = 6
_DEEPEST = 48
# Counters of a walk, eight bits each.
SELF, SKIP, GLYPH, SPLIT, EMOJI, SOUND, SPELT, LEET = range(8)
# The trie of units knows no sounds; there the counter is that of characters which are only faintly alike.
FAINT = SOUND

_jit = numba.njit(cache=True, nogil=True)
# Small steps of the walk: a call would count references of every array on the way in and out.
_inline = numba.njit(cache=True, nogil=True, inline="always")


@_inline
def find_slot(table, node, symbol):
    """Where the entry of (node, symbol) is, or where it would go."""
    key = (np.int64(node) << BITS) | np.int64(symbol)
    mask = np.uint64(len(table) - 1)
    place = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)
    place = place & mask
    while table[place] != EMPTY and (table[place] >> BITS) != key:
        place = (place + np.uint64(1)) & mask
    return place


@_inline
def child(table, node, symbol):
    """The node that `symbol` leads to from `node`; 0 if none (the root is nobody's child)."""
    entry = table[find_slot(table, node, symbol)]
    return np.int64(0) if entry == EMPTY else entry & _MASK


@_jit
def insert(table, used, symbols, offsets, ends):
    """Insert sequences `symbols[offsets[i]:offsets[i+1]]`; `ends[i]` becomes the node where i ends.

    `used` is the number of nodes so far, root included; returns the new number, or -1 if the table is too full.
    """
    for i in range(len(offsets) - 1):
        node = np.int64(0)
        for j in range(offsets[i], offsets[i + 1]):
            place = find_slot(table, node, symbols[j])
            if table[place] == EMPTY:
                if used * 3 > len(table) or used > _MASK:
                    return -1
                table[place] = (((node << BITS) | np.int64(symbols[j])) << BITS) | np.int64(used)
                node = np.int64(used)
                used += 1
            else:
                node = table[place] & _MASK
        ends[i] = node
    return used


@_jit
def unitize(points, starts, gentle, symbol, kind, out_gentle, out_symbol, out_kind, out_start, out_end):
    """Units of joined rows; a unit of symbol 0 and kind 255 ends each row. Returns their number.

    Of more than three equal letters in a row the rest belongs to the third.
    """
    n = 0
    for row in range(len(starts) - 1):
        run = 0
        for place in range(starts[row], starts[row + 1]):
            point = points[place]
            k = kind[point]
            if k == 0:
                continue
            g = gentle[point]
            run = run + 1 if run > 0 and out_gentle[n - 1] == g else 1
            if run > 3:
                out_end[n - 1] = place + 1
                run = 3
                continue
            out_gentle[n] = g
            out_symbol[n] = symbol[point]
            out_kind[n] = k
            out_start[n] = place
            out_end[n] = place + 1
            n += 1
        out_gentle[n] = 0
        out_symbol[n] = 0
        out_kind[n] = 255
        out_start[n] = starts[row + 1]
        out_end[n] = starts[row + 1]
        n += 1
    return n


class Book(NamedTuple):
    """What a walk reads of the terms. Ragged arrays are indexed by the folded character.

    `table`, `terminal`, `masks`: a trie, where its sequences end, and for each node bits of the symbols that lead on.
    `root[s]`: the node that symbol s leads to. `alt_*`: symbols that a character may stand for and how; `first_*`: the
    same, as nodes, for those that begin a sequence; `bits[c]`: the bits of all of them. `part_*`: a trie over folded
    parts whose node n makes up `part_symbols[part_offsets[n]:part_offsets[n + 1]]`; `part_form[c]` is the folded part,
    `part_first[c]` whether one begins with it.
    """

    table: np.ndarray
    terminal: np.ndarray
    masks: np.ndarray
    root: np.ndarray
    alt_offsets: np.ndarray
    alt_symbols: np.ndarray
    alt_kinds: np.ndarray
    first_offsets: np.ndarray
    first_nodes: np.ndarray
    first_kinds: np.ndarray
    bits: np.ndarray
    part_form: np.ndarray
    part_first: np.ndarray
    part_table: np.ndarray
    part_offsets: np.ndarray
    part_symbols: np.ndarray


class Text(NamedTuple):
    """Units as arrays, see `unitize`. `bits`: what symbols each may stand for; `made`: it and the next ones make up
    a character; `open`: bits say too little here."""

    gentle: np.ndarray
    symbol: np.ndarray
    kind: np.ndarray
    bits: np.ndarray
    open: np.ndarray
    made: np.ndarray


@_inline
def bit_of(symbol):
    """One of 64 bits for a symbol."""
    return np.uint64(1) << ((np.uint64(symbol) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(58))


@_jit
def masks_of(table, masks):
    """For each node the bits of the symbols that lead on from it."""
    for entry in table:
        if entry != EMPTY:
            masks[entry >> (2 * BITS)] |= bit_of((entry >> BITS) & _MASK)


@_jit
def unit_bits(book, gentle, symbol, kind, bits, is_open, made):
    """Fill `Text.bits`, `Text.open` and `Text.made`."""
    for u in range(len(gentle)):
        g = gentle[u]
        bits[u] = book.bits[g] if g < len(book.bits) else np.uint64(0)
        if symbol[u] != 0:
            bits[u] |= bit_of(symbol[u])
        made[u] = book.part_first[g] and _makes_up(book, gentle, kind, u)
        is_open[u] = kind[u] != 255 and (kind[u] >= 5 or made[u] or (u > 0 and gentle[u - 1] == g))


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


def walk(book: Book, text: Text, out: np.ndarray) -> int:
    """Find all sequences of the trie in the units, other ways of writing a character included.

    Rows of `out`: first unit, last unit + 1, node, counters. Returns how many there are; more than len(out) means:
    call again with more room.
    """
    return int(_walk(*book, *text, out))


@_jit
def _walk(
    table,
    terminal,
    masks,
    root,
    alt_offsets,
    alt_symbols,
    alt_kinds,
    first_offsets,
    first_nodes,
    first_kinds,
    _bits,
    part_form,
    _part_first,
    part_table,
    part_offsets,
    part_symbols,
    gentle,
    symbol,
    kind,
    bits,
    is_open,
    made,
    out,
):
    # One long function on purpose: what is called with arrays pays for every one of them on every call.
    stack = np.empty((256, 4), dtype=np.int64)
    room = len(stack) - 1
    found = 0
    last_first, last_alt = len(first_offsets) - 1, len(alt_offsets) - 1
    for first in range(len(symbol)):
        if kind[first] == 255:
            continue
        g = np.int64(gentle[first])
        top = 0
        after = first + 1
        node = np.int64(root[symbol[first]]) if symbol[first] else np.int64(0)
        if node and (terminal[node] or is_open[after] or masks[node] & bits[after]):
            stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = after, node, 1, 1
            top = 1
        if g < last_first:
            for k in range(first_offsets[g], first_offsets[g + 1]):
                node = np.int64(first_nodes[k])
                if top < room and (terminal[node] or is_open[after] or masks[node] & bits[after]):
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
        while top > 0 and steps < _STEPS:
            steps += 1
            top -= 1
            unit, node, counts, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] + 1
            if terminal[node]:
                if found < len(out):
                    out[found, 0], out[found, 1], out[found, 2], out[found, 3] = first, unit, node, counts
                found += 1
            if length > _DEEPEST or kind[unit] == 255:
                continue
            g = np.int64(gentle[unit])
            after = unit + 1
            leads = masks[node]
            if symbol[unit] and leads & bit_of(symbol[unit]):
                to = child(table, node, symbol[unit])
                if to and top < room and (terminal[to] or is_open[after] or masks[to] & bits[after]):
                    stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = after, to, counts + 1, length
                    top += 1
            if g < last_alt:
                for k in range(alt_offsets[g], alt_offsets[g + 1]):
                    if leads & bit_of(alt_symbols[k]):
                        to = child(table, node, alt_symbols[k])
                        if to and top < room and (terminal[to] or is_open[after] or masks[to] & bits[after]):
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
    return found


@_inline
def _push_sound(stack, top, unit, node, counts, length):
    if top < len(stack) and node > 0:
        stack[top, 0] = unit
        stack[top, 1] = node
        stack[top, 2] = counts
        stack[top, 3] = length
        return top + 1
    return top


@_jit
def walk_sounds(
    table,
    terminal,
    gentle,
    symbol,
    kind,
    start,
    reading_offsets,
    readings,
    spelling,
    spelt,
    shift,
    out,
):
    """As `walk`, for a trie of syllables. A character's, an emoji's or a digit's edges are its syllables, a run of
    letters is every syllable that it spells, and a letter or digit is also itself (its symbol + `shift`)."""
    stack = np.empty((256, 4), dtype=np.int64)
    found = 0
    # Inside a run of letters a sequence only begins where the letters before are whole syllables.
    reached = np.zeros(len(symbol) + 1, dtype=np.bool_)
    for first in range(len(symbol)):
        if kind[first] == 255:
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
        top = _sound_steps(
            table,
            gentle,
            symbol,
            kind,
            reading_offsets,
            readings,
            spelling,
            spelt,
            shift,
            first,
            first,
            np.int64(0),
            np.int64(0),
            np.int64(0),
            stack,
            0,
        )
        steps = 0
        while top > 0 and steps < _STEPS:
            steps += 1
            top -= 1
            unit, node, counts, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
            if terminal[node]:
                if found < len(out):
                    out[found, 0] = first
                    out[found, 1] = unit
                    out[found, 2] = node
                    out[found, 3] = counts
                found += 1
            if length < _DEEPEST and kind[unit] != 255:
                top = _sound_steps(
                    table,
                    gentle,
                    symbol,
                    kind,
                    reading_offsets,
                    readings,
                    spelling,
                    spelt,
                    shift,
                    first,
                    unit,
                    node,
                    counts,
                    length + 1,
                    stack,
                    top,
                )
    return found


@_inline
def _sound_steps(
    table,
    gentle,
    symbol,
    kind,
    reading_offsets,
    readings,
    spelling,
    spelt,
    shift,
    first,
    unit,
    node,
    counts,
    length,
    stack,
    top,
):
    g = np.int64(gentle[unit])
    k = kind[unit]
    if (k == 2 or k == 3 or k == 6) and g < len(reading_offsets) - 1:
        way = SOUND if k == 3 else (EMOJI if k == 6 else LEET)
        for r in range(reading_offsets[g], reading_offsets[g + 1]):
            top = _push_sound(
                stack, top, unit + 1, child(table, node, readings[r]), counts + (np.int64(1) << (8 * way)), length
            )
    if k != 3 and k != 6 and symbol[unit] != 0:
        top = _push_sound(stack, top, unit + 1, child(table, node, shift + symbol[unit]), counts + 1, length)
        letters = 0
        ahead = unit
        while kind[ahead] == 1 and 97 <= gentle[ahead] <= 122:
            letters = spelling[letters, gentle[ahead] - 97]
            ahead += 1
            if letters == 0:
                break
            if spelt[letters]:
                top = _push_sound(
                    stack, top, ahead, child(table, node, spelt[letters]), counts + (np.int64(1) << (8 * SPELT)), length
                )
    # Tone numbers after letters, and signs between characters.
    tone = k == 2 and unit > first and kind[unit - 1] == 1 and 49 <= g <= 53
    if unit > first and ((counts >> (8 * SKIP)) & 255) < _SKIPS and (k >= 5 or tone):
        top = _push_sound(stack, top, unit + 1, node, counts + (np.int64(1) << (8 * SKIP)), length)
    return top


@_inline
def _note(keys, total, first, end, gap, found, out):
    place = slot_of(keys, total)
    if keys[place] == 0:
        return found
    if found < len(out):
        out[found, 0], out[found, 1], out[found, 2], out[found, 3] = first, end, place, gap
    return found + 1


@_jit
def windows(gentle, kind, lengths, keys, out):
    """Windows of units, Chinese at both ends, that have the same characters as a term in any order.

    `keys` are order-free hashes, open-addressed. Rows of `out`: first unit, last unit + 1, slot of the hash, and the
    one unit inside that is no part of it, -1 for none, -2 for all between the first and the last.
    """
    found = 0
    n = len(gentle)
    sums = np.empty(n + 1, dtype=np.uint64)
    sums[0] = 0
    for i in range(n):
        sums[i + 1] = sums[i] + mix(np.uint64(gentle[i]))
    for first in range(n):
        if kind[first] != 3:
            continue
        for length in lengths:
            end = first + length
            if end > n:
                break
            if kind[end - 1] == 3:
                whole = sums[end] - sums[first]
                found = _note(keys, whole + np.uint64(length), first, end, -1, found, out)
            # Two units of a name of two, moved apart by two others.
            if length == 2 and end + 2 <= n and kind[end + 1] == 3 and kind[end] != 255 and kind[end - 1] != 255:
                rest = sums[end + 2] - sums[end + 1] + sums[first + 1] - sums[first]
                found = _note(keys, rest + np.uint64(2), first, end + 2, -2, found, out)
            # One more unit, somebody else's, inside.
            if end < n and length > 1 and kind[end] == 3:
                whole = sums[end + 1] - sums[first]
                for gap in range(first + 1, end):
                    if kind[gap] == 255:
                        continue
                    rest = whole - (sums[gap + 1] - sums[gap])
                    found = _note(keys, rest + np.uint64(length), first, end + 1, gap, found, out)
    return found


@_jit
def mix(value):
    """A random-looking 64-bit number for a number (splitmix64)."""
    z = value + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@_jit
def reinsert(table, entries):
    """Put entries into an empty table."""
    for entry in entries:
        place = find_slot(table, entry >> (2 * BITS), (entry >> BITS) & _MASK)
        table[place] = entry


@_jit
def order_free(points):
    """A hash of the characters in any order, never 0."""
    total = np.uint64(len(points))
    for point in points:
        total += mix(np.uint64(point))
    return total


@_jit
def hash_without(points, start, end, gap):
    """`language.token_hash` of points[start:end] without the one at `gap`."""
    value = np.uint64(1469598103934665603)
    for i in range(start, end):
        if i != gap:
            value = (value ^ np.uint64(points[i])) * np.uint64(1099511628211)
    return mix(value) | np.uint64(1)


@_jit
def slot_of(keys, key):
    """Where `key` is in an open-addressed table of hashes, or the empty place where it would go."""
    mask = np.uint64(len(keys) - 1)
    place = (key ^ (key >> np.uint64(32))) & mask
    while keys[place] != 0 and keys[place] != key:
        place = (place + np.uint64(1)) & mask
    return place


@_jit
def chain(hashes, first, keys, head, link):
    """Enter hashes from `first` on."""
    for i in range(first, len(hashes)):
        place = slot_of(keys, hashes[i])
        keys[place] = hashes[i]
        link[i] = head[place]
        head[place] = i


@_jit
def patterns_of(nodes, head, link):
    """All chained entries: (position in nodes, entry)."""
    total = 0
    for i in range(len(nodes)):
        entry = head[nodes[i]]
        while entry >= 0:
            total += 1
            entry = link[entry]
    position = np.empty(total, dtype=np.int64)
    entries = np.empty(total, dtype=np.int64)
    n = 0
    for i in range(len(nodes)):
        entry = head[nodes[i]]
        while entry >= 0:
            position[n] = i
            entries[n] = entry
            n += 1
            entry = link[entry]
    return position, entries


@_jit
def changes(counts):
    """How far each walk went from the plain way: the sum of its counters, all but SELF."""
    out = np.zeros(len(counts), dtype=np.int64)
    for i in range(len(counts)):
        rest = counts[i] >> 8
        while rest > 0:
            out[i] += rest & 255
            rest >>= 8
    return out


@_jit
def same_characters(found, term, gentle, term_points, term_offsets, gentle_table):
    """Windows that hold exactly the characters of their term, in another order or with unit `found[:, 3]` between."""
    out = np.zeros(len(found), dtype=np.bool_)
    for c in range(len(found)):
        first, last, gap = found[c, 0], found[c, 1], found[c, 3]
        begin, stop = term_offsets[term[c]], term_offsets[term[c] + 1]
        if gap != -2 and last - first - (gap >= 0) != stop - begin:
            continue
        if gap == -2:
            # Only in the order of the name.
            out[c] = (
                stop - begin == 2
                and gentle[first] == gentle_table[term_points[begin]]
                and gentle[last - 1] == gentle_table[term_points[begin + 1]]
            )
            continue
        moved = gap >= 0
        good = True
        i = begin
        for u in range(first, last):
            if u == gap:
                continue
            moved |= gentle[u] != gentle_table[term_points[i]]
            i += 1
            here, there = 0, 0
            for v in range(first, last):
                here += v != gap and gentle[v] == gentle[u]
            for k in range(begin, stop):
                there += gentle_table[term_points[k]] == gentle[u]
            good &= here == there
        out[c] = moved and good
    return out


@_jit
def without_overlaps(row, term, start, end, twins):
    """Positions to keep, the first come first, so that sightings of one term in one row do not overlap.

    Sorted by row and term. With `twins`, those over the very same span may all stay.
    """
    keep = np.empty(len(row), dtype=np.int64)
    n = 0
    group = 0
    for i in range(len(row)):
        if i > 0 and (row[i] != row[i - 1] or term[i] != term[i - 1]):
            group = n
        free = True
        for k in range(max(group, n - 64), n):
            j = keep[k]
            if twins and start[i] == start[j] and end[i] == end[j]:
                continue
            if start[i] < end[j] and start[j] < end[i]:
                free = False
                break
        if free:
            keep[n] = i
            n += 1
    return keep[:n]


@_jit
def roots_of(table, root):
    """For each symbol the node that it leads to from the root."""
    for entry in table:
        if entry != EMPTY and (entry >> (2 * BITS)) == 0:
            root[(entry >> BITS) & _MASK] = entry & _MASK


@_jit
def alt_bits(owner, symbols, bits):
    """For each character the bits of all symbols that it may stand for."""
    for i in range(len(owner)):
        bits[owner[i]] |= bit_of(symbols[i])


@_inline
def placed(point, place):
    """A random-looking number for a character at a place."""
    return mix(np.uint64(point) | (np.uint64(place + 1) << np.uint64(32)))


@_jit
def hashes_but_one(points, out):
    """For each place the hash of the others with their places, never 0 but by a freak."""
    total = np.uint64(len(points))
    for i in range(len(points)):
        total += placed(points[i], i)
    for i in range(len(points)):
        out[i] = total - placed(points[i], i)


@_jit
def but_one(gentle, kind, lengths, keys, out):
    """Windows of Chinese characters that are a term save one unit. Rows of `out`: first, last + 1, slot, that unit."""
    found = 0
    n = len(gentle)
    for first in range(n):
        if kind[first] == 255:
            continue
        for length in lengths:
            end = first + length
            if end > n:
                break
            total = np.uint64(length)
            strangers = 0
            for i in range(length):
                total += placed(gentle[first + i], i)
                strangers += kind[first + i] != 3
                if kind[first + i] == 255:
                    strangers = 9
            if strangers > 1:
                continue
            for i in range(length):
                if strangers == 1 and kind[first + i] == 3:
                    continue
                found = _note(keys, total - placed(gentle[first + i], i), first, end, first + i, found, out)
    return found


@_jit
def one_differs(found, term, gentle, term_points, term_offsets, gentle_table):
    """Windows that are their term in all places but unit `found[:, 3]`."""
    out = np.zeros(len(found), dtype=np.bool_)
    for c in range(len(found)):
        first, last = found[c, 0], found[c, 1]
        begin = term_offsets[term[c]]
        good = last - first == term_offsets[term[c] + 1] - begin
        differs = 0
        for i in range(last - first):
            if good:
                same = gentle[first + i] == gentle_table[term_points[begin + i]]
                differs += not same
                good = good and (same or first + i == found[c, 3])
        out[c] = good and differs == 1
    return out
