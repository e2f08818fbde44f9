"""Compiled loops: a trie over code points in one hash table, tables of hashes, and the cutting of text into units.

A text is a row of units (letters, characters, emoji; separators are gone). See `walks` and `windows` for the searches.
"""

from __future__ import annotations

import numba
import numpy as np

# An entry of the table is node << 42 | symbol << 21 | child. Nodes and symbols have 21 bits.
BITS = 21
_MASK = (1 << BITS) - 1
EMPTY = -1

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


def with_room(table: np.ndarray, used: int, more: int) -> np.ndarray:
    """The table, or a larger one with the same entries, so that `more` entries leave it under a third full."""
    size = len(table)
    while size < (used + more + 1) * 3:
        size *= 2
    if size == len(table):
        return table
    larger = np.full(size, EMPTY, dtype=np.int64)
    reinsert(larger, table)
    return larger


def grown(array: np.ndarray, size: int, fill: int) -> np.ndarray:
    """The array, or a longer one of the same values, that has at least `size` entries."""
    if size <= len(array):
        return array
    longer = np.full(max(size, 2 * len(array)), fill, dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def edges(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(node, symbol, the node that it leads to) for every step of a trie."""
    entry = table[table != EMPTY]
    return entry >> (2 * BITS), (entry >> BITS) & _MASK, entry & _MASK


@_jit
def set_bits(sets, row, bit):
    """Set bits of rows of 64-bit words."""
    for i in range(len(row)):
        sets[row[i], bit[i] >> 6] |= np.uint64(1) << np.uint64(bit[i] & 63)


@_jit
def join_rows(sets, to, source):
    """Add the bits of the row `source[i]` to the row `to[i]`."""
    for i in range(len(to)):
        if source[i] != to[i] and source[i] > 0:
            for word in range(sets.shape[1]):
                sets[to[i], word] |= sets[source[i], word]


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


@_inline
def bit_of(symbol):
    """One of 64 bits for a symbol."""
    return np.uint64(1) << ((np.uint64(symbol) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(58))


@_jit
def lead_on(table, symbols, offsets, masks, root):
    """Enter the steps of sequences that are in the trie: for each node the bits of the symbols that lead on from it, for
    each symbol the node that it leads to from the root."""
    for i in range(len(offsets) - 1):
        node = np.int64(0)
        for j in range(offsets[i], offsets[i + 1]):
            masks[node] |= bit_of(symbols[j])
            node = child(table, node, symbols[j])
            if j == offsets[i]:
                root[symbols[j]] = node


@_jit
def chain_nodes(ends, head, link):
    """Chain new patterns, the last of `link`, to the nodes where they end."""
    first = len(link) - len(ends)
    for i in range(len(ends)):
        link[first + i] = head[ends[i]]
        head[ends[i]] = first + i


@_jit
def mix(value):
    """A random-looking 64-bit number for a number (splitmix64)."""
    z = value + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@_jit
def reinsert(table, entries):
    """Put the entries of another table into an empty one."""
    for entry in entries:
        if entry == EMPTY:
            continue
        place = find_slot(table, entry >> (2 * BITS), (entry >> BITS) & _MASK)
        table[place] = entry


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
def alt_bits(owner, symbols, bits):
    """For each character the bits of all symbols that it may stand for."""
    for i in range(len(owner)):
        bits[owner[i]] |= bit_of(symbols[i])


@_inline
def placed(point, place):
    """A random-looking number for a character at a place."""
    return mix(np.uint64(point) | (np.uint64(place + 1) << np.uint64(32)))


@_jit
def ask_context(hits, row, name, first, literal, offsets, values, support, against):
    """Fill for the given hits whether the literals of their row (`literal[first[row]:first[row + 1]]`) support the name
    or speak against it: the context of a literal is sorted, 2n for the one and 2n + 1 for the other (`Lexicon.context`)."""
    for h in hits:
        for i in range(first[row[h]], first[row[h] + 1]):
            low, end = offsets[literal[i]], offsets[literal[i] + 1]
            high = end
            while low < high:
                middle = (low + high) // 2
                if values[middle] < 2 * name[h]:
                    low = middle + 1
                else:
                    high = middle
            if low < end and values[low] == 2 * name[h]:
                support[h] = True
                low += 1
            if low < end and values[low] == 2 * name[h] + 1:
                against[h] = True
