"""What a ring would be if some of its links were wrong."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from touchstone.engine.linkage.links import judged

PARTS = pa.schema([("seller_id", pa.string()), ("part", pa.int64())])


def without(members: pa.Table, links: pa.Table, pairs: pa.Table) -> pa.Table:
    """The parts that a ring falls into without some of its links (schema PARTS), sorted by part and seller.

    members(seller_id): one ring. links(seller_a, seller_b): those with an end outside are left out. pairs(seller_a,
    seller_b): the links to leave out, in either order. Part 0 is the largest; of two of one size the one with the
    smaller seller id comes first. Raises NotValid where a column is missing.
    """
    sellers = np.sort(pc.unique(members["seller_id"].cast(pa.string())).drop_null().to_numpy(zero_copy_only=False))
    keys = np.setdiff1d(judged(links, sellers), judged(pairs, sellers))
    a, b = np.divmod(keys, max(len(sellers), 1))
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(sellers), len(sellers)))
    label = connected_components(graph, directed=False)[1] if len(sellers) else np.zeros(0, dtype=np.int64)
    _labels, first, size = np.unique(label, return_index=True, return_counts=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(first))
    part = rank[label] if len(sellers) else np.zeros(0, dtype=np.int64)
    order = np.lexsort((np.arange(len(sellers)), part))
    return pa.table({"seller_id": pa.array(sellers[order], pa.string()), "part": pa.array(part[order], pa.int64())})
