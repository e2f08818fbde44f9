"""Compiled loops of the exact search: tables of buckets over chunks of a hash, probed one changed bit wide.

A hash of 256 bits is a ring of sixteen chunks of sixteen bits. Let two hashes differ in at most r <= 31 bits. By the
cycle lemma (the pigeonring principle of Qin and Xiao, VLDB 2018) some chunk begins a run round the ring whose every
prefix differs in at most its share of r: the chunk itself in r // 16 <= 1 bits, three chunks together in 3 r // 16 <= 5.
So for each chunk it is enough to look into the bucket of the query's own value and the sixteen that are one bit away, and
of what lies there only at entries whose next two chunks agree well enough. Those two chunks, the excerpt, lie beside
each other in the order of the buckets: a probe reads one short run of memory and rejects all but one entry in some
thousands without touching the hash.

Words: shape (n, 4), uint64; chunk k of a hash is bits 16 (k % 4) upwards of word k // 4.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

CHUNKS = 16
BUCKETS = 1 << 16
WIDEST = 31
UNLIMITED = 1 << 62
# Entries of an excerpt in one line of the cache.
_LINE = 16
# Of a long bucket so many entries are looked at before the cap is asked again.
_RUN = 1024
# A long bucket is read in order, which the processor foresees by itself.
_AHEAD = 64 * _LINE

_jit = numba.njit(cache=True, nogil=True)
_inline = numba.njit(cache=True, nogil=True, inline="always")


def _popcount(typingctx, value):
    """The number of set bits; one instruction of the processor."""

    def codegen(context, builder, signature, args):
        return builder.ctpop(args[0])

    return value(value), codegen


def _prefetch(typingctx, array, index):
    """Ask memory for the line of the cache that holds array[index]; the answer is not waited for."""

    def codegen(context, builder, signature, args):
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        place = builder.bitcast(builder.gep(data, [args[1]]), byte)
        builder.call(call, [place, word(0), word(3), word(1)])  # to read, into the nearest cache, data
        return context.get_dummy_value()

    return types.void(array, index), codegen


popcount: Any = intrinsic(_popcount)
prefetch: Any = intrinsic(_prefetch)


@_inline
def chunk(words, row, k):
    """Chunk k of a hash, 0 to 65535."""
    return (words[row, k >> 2] >> np.uint64((k & 3) << 4)) & np.uint64(0xFFFF)


@_inline
def excerpt(words, row, k):
    """The two chunks behind chunk k, as 32 bits."""
    return np.uint32(chunk(words, row, (k + 1) & 15) | (chunk(words, row, (k + 2) & 15) << np.uint64(16)))


@_jit
def fill(words, k, offsets, rows, excerpts):
    """Sort the hashes into the buckets of chunk k.

    offsets: (BUCKETS + 1,) uint32, zero at the start; bucket b is offsets[b]:offsets[b + 1]. rows, excerpts: (n,) uint32.
    """
    for row in range(len(words)):
        offsets[chunk(words, row, k) + np.uint64(1)] += np.uint32(1)
    for bucket in range(BUCKETS):
        offsets[bucket + 1] += offsets[bucket]
    place = offsets[:BUCKETS].copy()
    for row in range(len(words)):
        bucket = chunk(words, row, k)
        at = place[bucket]
        rows[at] = row
        excerpts[at] = excerpt(words, row, k)
        place[bucket] = at + np.uint32(1)


@_inline
def distance(a, i, b, j):
    """Bits in which hash i of a and hash j of b differ; more than WIDEST as soon as that is certain."""
    bits = popcount(a[i, 0] ^ b[j, 0]) + popcount(a[i, 1] ^ b[j, 1])
    if bits > np.uint64(WIDEST):
        return np.int64(bits)
    return np.int64(bits + popcount(a[i, 2] ^ b[j, 2]) + popcount(a[i, 3] ^ b[j, 3]))


@_inline
def leads(a, i, b, j, k, one, three):
    """True if chunk k begins a run as the search looks for it."""
    first = popcount(chunk(a, i, k) ^ chunk(b, j, k))
    if first > one:
        return False
    return first + np.uint64(popcount(excerpt(a, i, k) ^ excerpt(b, j, k))) <= three


@_inline
def least(excerpts, low, high, wanted):
    """The fewest bits in which an entry of the run differs from `wanted`."""
    best = np.uint32(32)
    for at in range(low, high):
        best = min(best, popcount(excerpts[at] ^ wanted))
    return best


@_inline
def grown(found):
    """The same hits with room for as many again."""
    larger = np.empty((3, 2 * found.shape[1]), np.int64)
    larger[:, : found.shape[1]] = found
    return larger


@_inline
def aim(offsets, excerpts, queries, query, k, ways, begins, ends):
    """Find the buckets of one chunk of a query and ask memory for them, so that they are there a moment later."""
    value = chunk(queries, query, k)
    for way in range(ways):
        bucket = value if way == 0 else value ^ (np.uint64(1) << np.uint64(way - 1))
        begin, end = np.int64(offsets[k, bucket]), np.int64(offsets[k, bucket + np.uint64(1)])
        begins[way], ends[way] = begin, end
        at = begin
        while at < min(end, begin + _AHEAD):
            prefetch(excerpts[k], at)
            at += _LINE


@_inline
def seen_before(queries, query, words, row, k, one, three):
    """True if an earlier chunk than k leads to this row too."""
    for earlier in range(k):
        if leads(queries, query, words, row, earlier, one, three):
            return True
    return False


@_jit
def probe(words, live, offsets, rows, excerpts, queries, low, high, radius, cap, best_only):
    """Hits of queries[low:high]: an array (3, hits) of query, row and distance, unordered; with best_only, one a query.

    live: (n,) int32, rows with 0 are passed over. offsets: (CHUNKS, BUCKETS + 1); rows, excerpts: (CHUNKS, n). cap: a
    query stops at so many hits. best_only: the nearest row, of equally near ones the first.
    """
    one, three = np.uint64(radius // CHUNKS), np.uint64(3 * radius // CHUNKS)
    ways = 1 + CHUNKS * np.int64(one)
    begins, ends = np.empty((2, 1 + CHUNKS), np.int64), np.empty((2, 1 + CHUNKS), np.int64)
    found = np.empty((3, 64), np.int64)
    hits = start = 0
    reach = np.int64(radius)
    if low < high:
        aim(offsets, excerpts, queries, low, 0, ways, begins[0], ends[0])
    for step in range((high - low) * CHUNKS):
        query, k, now = low + step // CHUNKS, step % CHUNKS, step & 1
        if step + 1 < (high - low) * CHUNKS:
            then = step + 1
            aim(offsets, excerpts, queries, low + then // CHUNKS, then % CHUNKS, ways, begins[1 - now], ends[1 - now])
        if k == 0:
            start, reach = hits, np.int64(radius)
        wanted = excerpt(queries, query, k)
        for way in range(ways):
            begin, end = begins[now, way], ends[now, way]
            limit = three if way == 0 else three - np.uint64(1)
            while begin < end and hits - start < cap:
                stop = min(begin + _RUN, end)
                if least(excerpts[k], begin, stop, wanted) > limit:
                    begin = stop
                    continue
                for at in range(begin, stop):
                    if popcount(excerpts[k, at] ^ wanted) > limit or hits - start >= cap:
                        continue
                    row = np.int64(rows[k, at])
                    bits = distance(queries, query, words, row)
                    if bits > reach or live[row] <= 0:
                        continue
                    if best_only and hits > start:
                        if bits == reach and found[1, start] <= row:
                            continue
                        hits = start
                    if best_only:
                        reach = bits
                    elif seen_before(queries, query, words, row, k, one, three):
                        continue
                    if hits == found.shape[1]:
                        found = grown(found)
                    found[0, hits], found[1, hits], found[2, hits] = query, row, bits
                    hits += 1
                begin = stop
    return found[:, :hits].copy()


@_jit
def scan(words, live, count, queries, low, high, radius, cap, best_only):
    """As `probe`, over the first `count` hashes one by one."""
    found = np.empty((3, 64), np.int64)
    hits = 0
    for query in range(low, high):
        start, reach = hits, np.int64(radius)
        for row in range(count):
            bits = distance(queries, query, words, row)
            if bits > reach or live[row] <= 0 or hits - start >= cap:
                continue
            if best_only and hits > start:
                if bits == reach:
                    continue
                hits = start
            if best_only:
                reach = bits
            if hits == found.shape[1]:
                found = grown(found)
            found[0, hits], found[1, hits], found[2, hits] = query, row, bits
            hits += 1
    return found[:, :hits].copy()


@_jit
def distinct(words, table, number):
    """Number equal hashes alike, in the order of their first row; how many there are.

    table: a power of two of int32, more than n, all -1. number: (n,) int32, filled.
    """
    mask = np.uint64(len(table) - 1)
    first = np.empty(len(words), np.int32)
    seen = 0
    for row in range(len(words)):
        mixed = np.uint64(0)
        for part in range(4):
            mixed = (mixed ^ words[row, part]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        place = mixed & mask
        while table[place] >= 0:
            other = first[table[place]]
            if (
                words[other, 0] == words[row, 0]
                and words[other, 1] == words[row, 1]
                and words[other, 2] == words[row, 2]
                and words[other, 3] == words[row, 3]
            ):
                break
            place = (place + np.uint64(1)) & mask
        if table[place] < 0:
            table[place] = seen
            first[seen] = row
            seen += 1
        number[row] = table[place]
    return seen


@_jit
def places_of(ids, wanted):
    """The positions of `ids` that are in `wanted`, which is sorted."""
    out = np.empty(16, np.int64)
    count = 0
    for at in range(len(ids)):
        low, high = 0, len(wanted)
        while low < high:
            middle = (low + high) >> 1
            if wanted[middle] < ids[at]:
                low = middle + 1
            else:
                high = middle
        if low < len(wanted) and wanted[low] == ids[at]:
            if count == len(out):
                larger = np.empty(2 * count, np.int64)
                larger[:count] = out
                out = larger
            out[count] = at
            count += 1
    return out[:count].copy()


@_jit
def first_alive(first, alive, rows):
    """For each row the position of its first entry that is alive; a row without one gives its last."""
    out = np.empty(len(rows), np.int64)
    for i in range(len(rows)):
        at, last = first[rows[i]], first[rows[i] + 1] - 1
        while at < last and not alive[at]:
            at += 1
        out[i] = at
    return out


@_jit
def merge(parent, a, b):
    """Put the sets of a[i] and b[i] together, for every i. parent: (n,) int64, a forest whose roots are least."""
    for i in range(len(a)):
        x, y = a[i], b[i]
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        while parent[y] != y:
            parent[y] = parent[parent[y]]
            y = parent[y]
        if x < y:
            parent[y] = x
        elif y < x:
            parent[x] = y


@_jit
def roots(parent):
    """The root of every element, in place."""
    for i in range(len(parent)):
        parent[i] = parent[parent[i]]
