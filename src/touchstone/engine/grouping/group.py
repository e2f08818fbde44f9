"""Listings in, groups out: every listing of one product has the same `group_id`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from touchstone.engine.arrays import series
from touchstone.engine.grouping.blocking import candidates, distinct_pairs
from touchstone.engine.grouping.clusters import clusters
from touchstone.engine.grouping.goods import Goods, read
from touchstone.engine.grouping.gtin import canonical
from touchstone.engine.grouping.model import Model
from touchstone.engine.grouping.words import folded

OUTPUT = pa.schema([("listing_id", pa.string()), ("group_id", pa.string())])
# Of a set of listings that hang together by pairs, all pairs are compared up to this size.
COMPLETE = 40
# Pairs that are scored at once.
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Pairs:
    """`left < right`, and the log-odds that they are one product."""

    left: np.ndarray
    right: np.ndarray
    odds: np.ndarray


def group(listings: pa.Table, *, model: Model | None = None) -> pa.Table:
    """The group of each typed listing (see `schema.typed`), in the order of the table, with the columns of OUTPUT.

    A `group_id` is made from the smallest listing_id of the group. The order of the rows changes nothing.
    """
    order = np.argsort(series(listings["listing_id"]).to_numpy(), kind="stable")
    ordered = listings.take(pa.array(order))
    alike, first = _alike(ordered)
    goods = read(ordered.take(pa.array(first)))
    numbers = groups_of(goods, model or Model.default())[alike]
    ids = series(ordered["listing_id"]).to_list()
    names = _names(ids, numbers)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return pa.table([listings["listing_id"].cast(pa.string()), names.take(pa.array(back))], schema=OUTPUT)


def groups_of(goods: Goods, model: Model) -> np.ndarray:
    """The group of each of `goods`, as the number of its first member.

    In large sets of similar listings not all pairs are compared, so what belongs together may be in pieces: there the
    first members of the pieces are grouped once more, as long as that joins any.
    """
    group, open_ = _round(goods, model)
    while len(open_) > 1:
        again, still = _round(goods.take(open_), model)
        joined = again != np.arange(len(open_))
        if not joined.any():
            break
        target = np.arange(len(goods))
        target[open_] = open_[again]
        group = target[group]
        open_ = np.intersect1d(open_[still], group)
    return group


def _round(goods: Goods, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """(the group of each, the first members of groups in sets too large to compare all pairs)."""
    pairs = _scored(goods, model, *candidates(goods))
    part = _parts(pairs, len(goods), model.border)
    size = np.bincount(part)[part] if len(part) else part
    more = _scored(goods, model, *_missing(pairs, part, size))
    both = Pairs(*(np.concatenate((getattr(pairs, f), getattr(more, f))) for f in ("left", "right", "odds")))
    group = clusters(len(goods), both.left, both.right, both.odds, model.border)
    return group, np.unique(group[size > COMPLETE])


def _alike(listings: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Listings that say the same are one: (which of the different ones each is, the first row of each of these)."""
    columns = [listings["title"], listings["brand"]]
    said = [pl.Series([" ".join(folded(t or "").split()) for t in column.to_pylist()]) for column in columns]
    frame = pl.DataFrame({"title": said[0], "brand": said[1], "gtin": canonical(series(listings["gtin"]))})
    numbers = frame.select(pl.struct(pl.all()).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    _, first, alike = np.unique(numbers, return_index=True, return_inverse=True)
    return alike, first


def _scored(goods: Goods, model: Model, left: np.ndarray, right: np.ndarray) -> Pairs:
    parts = [
        model.odds(goods, left[low : low + _CHUNK], right[low : low + _CHUNK]) for low in range(0, len(left), _CHUNK)
    ]
    return Pairs(left, right, np.concatenate([np.empty(0), *parts]))


def _parts(pairs: Pairs, count: int, border: float) -> np.ndarray:
    """Sets that hang together by good pairs: the number of the set of each listing."""
    good = pairs.odds >= border
    graph = coo_array((np.ones(good.sum()), (pairs.left[good], pairs.right[good])), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _missing(pairs: Pairs, part: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that were not compared, of sets that are not too large."""
    count = len(part)
    rows = np.flatnonzero((size > 2) & (size <= COMPLETE))
    rows = rows[np.argsort(part[rows], kind="stable")]
    width = size[rows]
    # Each listing with every one of its set.
    left = np.repeat(rows, width)
    start = np.repeat(np.searchsorted(part[rows], part[rows]), width)
    inside = np.arange(len(left)) - np.repeat(np.cumsum(width) - width, width)
    low, high = distinct_pairs(left, rows[start + inside], count)
    known = np.isin(low * count + high, pairs.left * count + pairs.right)
    return low[~known], high[~known]


def _names(ids: list[str], numbers: np.ndarray) -> pa.Array:
    """`g-` and sixteen hex digits of the smallest listing_id of the group. Rows are in the order of their ids."""
    _, first, place = np.unique(numbers, return_index=True, return_inverse=True)
    names = [f"g-{hashlib.sha256(ids[int(row)].encode()).hexdigest()[:16]}" for row in first]
    return pa.array(names, pa.string()).take(pa.array(place))
