"""Which pairs are worth comparing: for each listing the few that share most of its rare words, codes and images.

A token that few titles have is a block. Tokens that many have make blocks two by two. What is still larger than `CAP` is
not opened; neighbours in two orders of the titles stand in for it. So the work grows with the number of listings.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from touchstone.engine.grouping.goods import Goods, Runs
from touchstone.engine.grouping.words import PART, QUANTITY, VARIANT

# Listings of the largest block that is opened, and entries of blocks that one listing looks at, the smallest first.
CAP = 600
BUDGET = 3000
# Of the frequent tokens of a listing the rarest so many are paired.
PAIRED = 6
# Candidates a listing keeps, those it weighs exactly, and neighbours in each order and direction.
KEPT = 12
WEIGHED = 40
NEIGHBOURS = 4

_jit = numba.njit(cache=True, nogil=True)


def candidates(goods: Goods) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (left, right), left < right, each once, sorted. Two arrays of int64."""
    count = len(goods)
    if count < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    v = goods.vocabulary
    worth = np.where(np.isin(v.kind, (PART, VARIANT, QUANTITY)), 0.5, 1.0).astype(np.float32) * v.idf
    keys, weights = _keys(goods.title, v.df, worth, v.kind == VARIANT)
    blocks, numbers, sizes = _index(keys, count)
    near = _neighbours(goods)
    norm = _norms(goods.title.offsets, goods.title.ids, worth)
    found = np.full((count, KEPT), -1, dtype=np.int32)

    def search(low: int, high: int) -> None:
        _search(
            low, high, keys.offsets, numbers, weights, blocks.offsets, blocks.ids, sizes,
            goods.title.offsets, goods.title.ids, worth, norm, near, found,
        )  # fmt: skip

    threads(search, count)
    left = np.repeat(np.arange(count), KEPT)
    right = found.ravel()
    return distinct_pairs(
        np.concatenate((left[right >= 0], *(p[0] for p in _exact(goods)))),
        np.concatenate((right[right >= 0], *(p[1] for p in _exact(goods)))),
        count,
    )


def threads(work: Callable[[int, int], object], count: int) -> None:
    """Call `work(low, high)` over 0 to `count` in parts, on all cores. `work` lets go of the interpreter's lock."""
    workers = os.cpu_count() or 1
    step = max(1000, -(-count // (4 * workers)))
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda low: work(low, min(low + step, count)), range(0, count, step)):
            pass


def distinct_pairs(left: np.ndarray, right: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The different pairs of different listings below `count`, the smaller first, sorted."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    key = np.unique(low[low < high] * count + high[low < high])
    return key // count, key % count


def _exact(goods: Goods) -> list[tuple[np.ndarray, np.ndarray]]:
    """Chains of listings with the same GTIN, and of those with the same image."""
    known = np.flatnonzero(goods.gtin)
    order = known[np.argsort(goods.gtin[known], kind="stable")]
    same = goods.gtin[order][1:] == goods.gtin[order][:-1]
    pairs = [(order[:-1][same], order[1:][same])]
    if len(goods.image):
        image = np.lexsort((goods.image_row, *goods.image.T))
        words, row = goods.image[image], goods.image_row[image]
        equal = (words[1:] == words[:-1]).all(axis=1)
        pairs.append((row[:-1][equal], row[1:][equal]))
    return pairs


def _keys(title: Runs, df: np.ndarray, worth: np.ndarray, never: np.ndarray) -> tuple[Runs, np.ndarray]:
    """Runs of block keys a listing, and the weight of each: tokens by number, pairs of frequent ones by a hash."""
    counts = _count_keys(title.offsets, title.ids, df, worth, never)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    keys = np.empty(int(offsets[-1]), dtype=np.int64)
    weights = np.empty(int(offsets[-1]), dtype=np.float32)
    _fill_keys(title.offsets, title.ids, df, worth, never, offsets, keys, weights)
    return Runs(offsets, keys), weights


@_jit
def _frequent(ids, low, high, df, worth, never, into):
    """The rarest tokens above CAP, at most PAIRED, as numbers in `into`; answers how many."""
    held = 0
    for place in range(low, high):
        token = ids[place]
        if df[token] <= CAP or never[token]:
            continue
        if held < PAIRED:
            into[held] = token
            held += 1
        else:
            worst = 0
            for k in range(1, PAIRED):
                if worth[into[k]] < worth[into[worst]]:
                    worst = k
            if worth[token] > worth[into[worst]]:
                into[worst] = token
    into[:held].sort()
    return held


@_jit
def _count_keys(offsets, ids, df, worth, never):
    out = np.zeros(len(offsets) - 1, dtype=np.int64)
    into = np.empty(PAIRED, dtype=np.int64)
    for i in range(len(out)):
        held = _frequent(ids, offsets[i], offsets[i + 1], df, worth, never, into)
        out[i] = held * (held - 1) // 2
        for place in range(offsets[i], offsets[i + 1]):
            out[i] += 2 <= df[ids[place]] <= CAP and not never[ids[place]]
    return out


@_jit
def _fill_keys(offsets, ids, df, worth, never, starts, keys, weights):
    into = np.empty(PAIRED, dtype=np.int64)
    for i in range(len(starts) - 1):
        at = starts[i]
        for place in range(offsets[i], offsets[i + 1]):
            token = ids[place]
            if 2 <= df[token] <= CAP and not never[token]:
                keys[at] = token
                weights[at] = worth[token] * worth[token]
                at += 1
        held = _frequent(ids, offsets[i], offsets[i + 1], df, worth, never, into)
        for a in range(held):
            for b in range(a + 1, held):
                keys[at] = -1 - ((into[a] * 2654435761 + into[b]) & 0x3FFFFFFFFFFFFFF)
                weights[at] = worth[into[a]] * worth[into[b]]
                at += 1


def _index(keys: Runs, count: int) -> tuple[Runs, np.ndarray, np.ndarray]:
    """(listings of each block, the block of each key, the size of each block)."""
    _, numbers = np.unique(keys.ids, return_inverse=True)
    sizes = np.bincount(numbers)
    row = np.repeat(np.arange(count, dtype=np.int32), np.diff(keys.offsets))
    order = np.argsort(numbers, kind="stable")
    return Runs(np.concatenate(([0], np.cumsum(sizes))), row[order]), numbers, sizes


def _neighbours(goods: Goods) -> np.ndarray:
    """For each listing those next to it when titles are sorted, by letters and by their rarest tokens. (count, n), int32."""
    count = len(goods)
    orders = [np.argsort(np.array(goods.text, dtype=object), kind="stable")]
    rarest = _signature(goods.title.offsets, goods.title.ids, goods.vocabulary.idf, goods.vocabulary.df)
    orders.append(np.lexsort(rarest.T[::-1]))
    out = np.full((count, 4 * NEIGHBOURS), -1, dtype=np.int32)
    for number, order in enumerate(orders):
        for step in range(1, NEIGHBOURS + 1):
            column = 2 * NEIGHBOURS * number + 2 * (step - 1)
            out[order[:-step], column] = order[step:]
            out[order[step:], column + 1] = order[:-step]
    return out


@_jit
def _signature(offsets, ids, idf, df):
    """The four rarest tokens that are not of one title only, -1 where there are fewer. (listings, 4)."""
    out = np.full((len(offsets) - 1, 4), -1, dtype=np.int64)
    for i in range(len(out)):
        for place in range(offsets[i], offsets[i + 1]):
            token = ids[place]
            if df[token] < 2:
                continue
            slot = 3
            if out[i, 3] >= 0 and df[out[i, 3]] <= df[token]:
                continue
            while slot > 0 and (out[i, slot - 1] < 0 or df[out[i, slot - 1]] > df[token]):
                out[i, slot] = out[i, slot - 1]
                slot -= 1
            out[i, slot] = token
    return out


@_jit
def _norms(offsets, ids, worth):
    out = np.zeros(len(offsets) - 1, dtype=np.float32)
    for i in range(len(out)):
        total = 1e-9
        for place in range(offsets[i], offsets[i + 1]):
            total += worth[ids[place]] * worth[ids[place]]
        out[i] = math.sqrt(total)
    return out


@_jit
def _cosine(offsets, ids, worth, norm, a, b):
    i, j, total = offsets[a], offsets[b], 0.0
    while i < offsets[a + 1] and j < offsets[b + 1]:
        if ids[i] < ids[j]:
            i += 1
        elif ids[j] < ids[i]:
            j += 1
        else:
            total += worth[ids[i]] * worth[ids[i]]
            i += 1
            j += 1
    return total / (norm[a] * norm[b])


@_jit
def _search(low, high, starts, numbers, weights, block_starts, members, sizes, offsets, ids, worth, norm, near, found):
    """Fill the rows `low` to `high` of found (listings, KEPT): the best candidates of each, -1 where there are fewer."""
    score = np.zeros(len(norm), dtype=np.float32)
    touched = np.empty(BUDGET + CAP + near.shape[1], dtype=np.int32)
    for i in range(low, high):
        held = _touch(i, starts, numbers, weights, block_starts, members, sizes, score, touched)
        for k in range(near.shape[1]):
            j = near[i, k]
            if j >= 0 and score[j] == 0.0:
                score[j] = 1e-6
                touched[held] = j
                held += 1
        _keep(i, held, touched, score, norm, offsets, ids, worth, near.shape[1], found[i])
        for k in range(held):
            score[touched[k]] = 0.0


@_jit
def _touch(i, starts, numbers, weights, block_starts, members, sizes, score, touched):
    """Add up the weights of the blocks that listings share with i, the smallest blocks first, as far as the budget."""
    low, high = starts[i], starts[i + 1]
    order = np.argsort(sizes[numbers[low:high]])
    held = visited = 0
    for place in order:
        block = numbers[low + place]
        if sizes[block] > CAP:
            break
        if visited + sizes[block] > BUDGET:
            break
        visited += sizes[block]
        w = weights[low + place]
        for k in range(block_starts[block], block_starts[block + 1]):
            j = members[k]
            if j == i:
                continue
            if score[j] == 0.0:
                touched[held] = j
                held += 1
            score[j] += w
    return held


@_jit
def _keep(i, held, touched, score, norm, offsets, ids, worth, always, out):
    """Weigh the best of the touched exactly, and the neighbours, and keep the best of these."""
    rough = np.empty(held, dtype=np.float32)
    for k in range(held):
        rough[k] = -score[touched[k]] / norm[touched[k]]
    order = np.argsort(rough, kind="mergesort")
    take = min(held, WEIGHED)
    exact = np.empty(take + always, dtype=np.float32)
    which = np.empty(take + always, dtype=np.int32)
    filled = 0
    for k in range(held):
        j = touched[order[k]]
        if k < take or score[j] <= 1e-6:
            if filled == len(exact):
                break
            which[filled] = j
            exact[filled] = -_cosine(offsets, ids, worth, norm, i, j)
            filled += 1
    best = np.argsort(exact[:filled], kind="mergesort")
    for k in range(min(KEPT, filled)):
        out[k] = which[best[k]]
