"""How alike two listings are: one row of features a pair, each the same whichever listing comes first."""

from __future__ import annotations

import math

import numba
import numpy as np
from rapidfuzz import fuzz, process

from touchstone.engine.grouping.goods import Goods
from touchstone.engine.grouping.words import CODE, NUMBER, PART, QUANTITY, VARIANT, lists

# name: +1 where more of it speaks for one product, -1 against, 0 either way.
FEATURES: dict[str, int] = {
    "cosine": 1,
    "jaccard": 0,
    "covers_shorter": 0,
    "covers_longer": 0,
    "rarest_shared": 0,
    "rarest_apart_least": 0,
    "rarest_apart_most": 0,
    "apart_least": 0,
    "code_shared": 1,
    "part_shared": 1,
    "code_conflict": -1,
    "code_one_side": 0,
    "told_code": 1,
    "number_shared": 0,
    "number_conflict": -1,
    "quantity_shared": 0,
    "quantity_conflict": -1,
    "colour_shared": 0,
    "colour_conflict": -1,
    "variant_conflict": -1,
    "variant_one_side": 0,
    "brand": 1,
    "price_apart": -1,
    "sorted_ratio": 0,
    "set_ratio": 0,
    "text_ratio": 0,
    "length_ratio": 0,
}
NAMES = tuple(FEATURES)
_COLUMN = {name: i for i, name in enumerate(NAMES)}
# Pairs whose strings are compared at once.
_CHUNK = 1 << 18

_jit = numba.njit(cache=True, nogil=True)


def features(goods: Goods, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Features of the pairs (left[i], right[i]). Shape (pairs, len(NAMES)), float32, NaN where not known."""
    out = np.full((len(left), len(NAMES)), np.nan, dtype=np.float32)
    v, title, told, brand = goods.vocabulary, goods.title, goods.told, goods.brand
    _tokens(
        left, right, title.offsets, title.ids, told.offsets, told.ids, brand.offsets, brand.ids,
        v.kind, v.group, v.idf, *lists().counts, out,
    )  # fmt: skip
    out[:, _COLUMN["price_apart"]] = np.abs(goods.price[left] - goods.price[right])
    _strings(goods, left, right, out)
    return out


def _strings(goods: Goods, left: np.ndarray, right: np.ndarray, out: np.ndarray) -> None:
    for low in range(0, len(left), _CHUNK):
        rows = slice(low, low + _CHUNK)
        a, b = left[rows].tolist(), right[rows].tolist()
        words = [goods.words[i] for i in a], [goods.words[i] for i in b]
        text = [goods.text[i] for i in a], [goods.text[i] for i in b]
        for name, scorer, pair in (
            ("sorted_ratio", fuzz.token_sort_ratio, words),
            ("set_ratio", fuzz.token_set_ratio, words),
            ("text_ratio", fuzz.ratio, text),
        ):
            out[rows, _COLUMN[name]] = process.cpdist(*pair, scorer=scorer, dtype=np.float32, workers=-1) / 100
        lengths = np.array([[len(x), len(y)] for x, y in zip(*text, strict=True)], dtype=np.float32)
        out[rows, _COLUMN["length_ratio"]] = lengths.min(axis=1) / np.maximum(lengths.max(axis=1), 1)


def image_bits(goods: Goods, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Bits between the nearest images of the two, -1 where one has none. Shape (pairs,), int64."""
    if not len(goods.image):
        return np.full(len(left), -1, dtype=np.int64)
    first = np.searchsorted(goods.image_row, np.arange(len(goods) + 1))
    return _nearest(left, right, first, goods.image)


@_jit
def _nearest(left, right, first, words):
    out = np.full(len(left), -1, dtype=np.int64)
    for k in range(len(left)):
        best = 999
        for i in range(first[left[k]], first[left[k] + 1]):
            for j in range(first[right[k]], first[right[k] + 1]):
                bits = 0
                for w in range(4):
                    x = words[i, w] ^ words[j, w]
                    while x:
                        x &= x - np.uint64(1)
                        bits += 1
                best = min(best, bits)
        if best < 999:
            out[k] = best
    return out


@_jit
def _holds(ids, low, high, wanted):
    """Is `wanted` among the sorted ids[low:high]?"""
    while low < high:
        middle = (low + high) // 2
        if ids[middle] < wanted:
            low = middle + 1
        elif ids[middle] > wanted:
            high = middle
        else:
            return True
    return False


@_jit
def _tokens(
    left, right, offsets, ids, told_offsets, told, brand_offsets, brand, kind, group, idf, variants, groups, out
):
    """Fill what comes from tokens: one merge of two sorted runs a pair. Group 0 is colour."""
    colour = 0
    for k in range(len(left)):
        a, b = left[k], right[k]
        i, i_end, j, j_end = offsets[a], offsets[a + 1], offsets[b], offsets[b + 1]
        shared = square = only_a = only_b = square_a = square_b = 0.0
        rarest_shared = rarest_a = rarest_b = 0.0
        code_shared = part_shared = code_a = code_b = number_shared = quantity_shared = colour_shared = 0.0
        groups_a = groups_b = groups_both = np.uint64(0)
        while i < i_end or j < j_end:
            side = 0
            if j >= j_end or (i < i_end and ids[i] < ids[j]):
                token, side = ids[i], 1
                i += 1
            elif i >= i_end or ids[j] < ids[i]:
                token, side = ids[j], 2
                j += 1
            else:
                token = ids[i]
                i += 1
                j += 1
            what, w = kind[token], idf[token]
            if what == PART:
                if side == 0:
                    part_shared = max(part_shared, w)
                continue
            bit = np.uint64(0) if group[token] < 0 else np.uint64(1) << np.uint64(group[token])
            if side == 0:
                shared += w
                square += w * w
                rarest_shared = max(rarest_shared, w)
                groups_both |= bit
                if what == CODE:
                    code_shared = max(code_shared, w)
                elif what == NUMBER:
                    number_shared += w
                elif what == QUANTITY:
                    quantity_shared += w
                elif what == VARIANT and group[token] == colour:
                    colour_shared += 1
            elif side == 1:
                only_a += w
                square_a += w * w
                rarest_a = max(rarest_a, w)
                groups_a |= bit
                if what == CODE:
                    code_a = max(code_a, w)
            else:
                only_b += w
                square_b += w * w
                rarest_b = max(rarest_b, w)
                groups_b |= bit
                if what == CODE:
                    code_b = max(code_b, w)
        row = out[k]
        norm = math.sqrt((square + square_a) * (square + square_b))
        row[0] = square / norm if norm > 0 else 0.0
        row[1] = shared / max(shared + only_a + only_b, 1e-9)
        row[2] = shared / max(shared + min(only_a, only_b), 1e-9)
        row[3] = shared / max(shared + max(only_a, only_b), 1e-9)
        row[4] = rarest_shared
        row[5] = min(rarest_a, rarest_b)
        row[6] = max(rarest_a, rarest_b)
        row[7] = min(only_a, only_b)
        row[8] = code_shared
        row[9] = part_shared
        row[10] = min(code_a, code_b)
        row[11] = max(code_a, code_b)
        row[13] = number_shared
        row[15] = quantity_shared
        row[17] = colour_shared
        clash = groups_a & groups_b
        row[16] = row[14] = row[18] = row[19] = row[20] = 0.0
        one = (groups_a ^ groups_b) & ~groups_both
        for g in range(groups):
            bit = np.uint64(1) << np.uint64(g)
            if not (clash | one) & bit:
                continue
            weight = 0.0
            if clash & bit:
                weight = 0.5 if groups_both & bit else 1.0
            if g == colour:
                row[18] = weight
            elif g < variants:
                row[19] += weight
                if one & bit:
                    row[20] += 1
            elif g == groups - 1:
                row[14] = weight
            else:
                row[16] += weight
        row[12] = _told(a, b, offsets, ids, told_offsets, told, kind, idf)
        row[12] = max(row[12], _told(b, a, offsets, ids, told_offsets, told, kind, idf))
        row[21] = _brand(a, b, offsets, ids, brand_offsets, brand, idf)


@_jit
def _told(a, b, offsets, ids, told_offsets, told, kind, idf):
    """The rarest part of a code of a's title that b's description has."""
    best = 0.0
    for place in range(told_offsets[b], told_offsets[b + 1]):
        token = told[place]
        if idf[token] > best and _holds(ids, offsets[a], offsets[a + 1], token):
            best = idf[token]
    return best


@_jit
def _brand(a, b, offsets, ids, brand_offsets, brand, idf):
    """How much of the brand of one the other has as brand or in its title: -1 none, 1 all, NaN where none is given."""
    answer = np.nan
    for x, y in ((a, b), (b, a)):
        if brand_offsets[x] == brand_offsets[x + 1]:
            continue
        found = 0.0
        for place in range(brand_offsets[x], brand_offsets[x + 1]):
            token = brand[place]
            there = _holds(brand, brand_offsets[y], brand_offsets[y + 1], token)
            found += there or _holds(ids, offsets[y], offsets[y + 1], token)
        score = 2 * found / (brand_offsets[x + 1] - brand_offsets[x]) - 1
        # One side that has no brand column and no brand in its title says little.
        if score < 0 and brand_offsets[y] == brand_offsets[y + 1]:
            score = -0.25
        answer = score if math.isnan(answer) else max(answer, score)
    return answer
