"""Which sellers are one legal person: the same licence or the same resident id."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from touchstone.engine.linkage.attributes import Attributes, attributes
from touchstone.engine.linkage.weights import Weights, load

FAMILY = "identity"


def entities(identifiers: pa.Table, *, weights: Weights | None = None) -> pa.Table:
    """(seller_id, entity_id) of every seller in identifiers(seller_id, kind, digest), sorted by seller.

    The id is made from the entity's first seller by id. Raises NotValid where a column is missing.
    """
    weights = weights or load()
    found = attributes(identifiers, weights)
    component = legal_persons(found, weights)
    n = len(component)
    _distinct, first, which = np.unique(component, return_index=True, return_inverse=True)
    names = np.array([_entity_id(found.sellers[i]) for i in first], dtype=object)
    ids = names[which] if n else names
    return pa.table({"seller_id": pa.array(found.sellers, pa.string()), "entity_id": pa.array(ids, pa.string())})


def legal_persons(found: Attributes, weights: Weights) -> np.ndarray:
    """The number of the legal person of each seller: one licence, or one resident id."""
    n = len(found.sellers)
    identity = np.array([k.family == FAMILY and k.strong for k in weights.kinds])
    rows = identity[found.kind[found.row_attribute]] if len(found.kind) else np.zeros(0, dtype=bool)
    # Sellers and attributes are the two sides of a graph; an attribute joins all that have it.
    ends = found.row_seller[rows], n + found.row_attribute[rows]
    size = n + len(found.kind)
    graph = coo_array((np.ones(int(rows.sum()), dtype=np.int8), ends), shape=(size, size))
    person: np.ndarray = connected_components(graph, directed=False)[1][:n] if n else np.zeros(0, dtype=np.int32)
    return person.astype(np.int64)


def _entity_id(first_seller: str) -> str:
    return "E-" + hashlib.sha256(first_seller.encode()).hexdigest()[:10].upper()
