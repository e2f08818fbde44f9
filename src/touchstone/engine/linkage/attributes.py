"""Who has which attribute, as codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.linkage.weights import Weights
from touchstone.errors import NotValid


@dataclass(frozen=True)
class Attributes:
    """Who has what. Rows are distinct and sorted by attribute, then seller; only attributes that count stay.

    sellers: all seller ids, sorted. row_seller, row_attribute: one entry a row. kind, size, strength, digest: one entry
    an attribute.
    """

    sellers: np.ndarray
    row_seller: np.ndarray
    row_attribute: np.ndarray
    kind: np.ndarray
    size: np.ndarray
    strength: np.ndarray
    digest: np.ndarray


def attributes(identifiers: pa.Table, weights: Weights) -> Attributes:
    """Encode identifiers(seller_id, kind, digest). Unknown kinds and empty values are left out."""
    missing = {"seller_id", "kind", "digest"} - set(identifiers.column_names)
    if missing:
        raise NotValid(f"The identifiers lack the column {', '.join(sorted(missing))}.", place="identifiers")
    seller_ids = strings(identifiers["seller_id"])
    kinds, digests = strings(identifiers["kind"]), strings(identifiers["digest"])
    sellers = np.sort(pc.unique(seller_ids).drop_null().to_numpy(zero_copy_only=False))
    row_seller = codes(seller_ids, sellers)
    row_kind = codes(kinds, np.array(weights.names, dtype=object))
    distinct = pc.unique(digests).drop_null()
    row_digest = codes(digests, distinct)
    good = (row_seller >= 0) & (row_kind >= 0) & (row_digest >= 0)
    if "" in (values := distinct.to_pylist()):
        good &= row_digest != values.index("")
    key = row_kind[good] * max(len(values), 1) + row_digest[good]
    names, attribute = np.unique(key, return_inverse=True)
    rows = np.unique(attribute * max(len(sellers), 1) + row_seller[good])
    row_attribute, row_seller = np.divmod(rows, max(len(sellers), 1))
    return _counting(sellers, row_seller, row_attribute, names, np.array(values, dtype=object), weights)


def _counting(
    sellers: np.ndarray,
    row_seller: np.ndarray,
    row_attribute: np.ndarray,
    names: np.ndarray,
    values: np.ndarray,
    weights: Weights,
) -> Attributes:
    """Keep the attributes that two or more sellers share and that are not too faint."""
    size = np.bincount(row_attribute, minlength=len(names))
    kind, digest = np.divmod(names, max(len(values), 1))
    strength = weights.strengths(kind, np.maximum(size, 2))
    keep = (size >= 2) & (strength >= weights.least)
    renumbered = np.cumsum(keep) - 1
    rows = keep[row_attribute] if len(row_attribute) else np.zeros(0, dtype=bool)
    return Attributes(
        sellers=sellers,
        row_seller=row_seller[rows],
        row_attribute=renumbered[row_attribute[rows]],
        kind=kind[keep],
        size=size[keep],
        strength=strength[keep],
        digest=values[digest[keep]] if len(values) else values,
    )


def strings(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as text."""
    return pc.cast(column, pa.string())


def codes(column: pa.ChunkedArray, values: np.ndarray | pa.Array) -> np.ndarray:
    """Place of each entry in `values`; -1 where it is not there."""
    found = pc.index_in(column, value_set=pa.array(values, type=pa.string()))
    numbers: np.ndarray = pc.fill_null(found, -1).to_numpy().astype(np.int64)
    return numbers
