"""Links between pairs of sellers, from the attributes that they share.

A link needs one strong attribute (payout account, licence, resident id) or two independent families of attributes that
are strong enough together. An attribute fades with the number of sellers that have it, so that a warehouse or an agent
joins nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.linkage.weights import Weights
from touchstone.errors import NotValid


@dataclass(frozen=True)
class Attributes:
    """Who has what, as codes. Rows are distinct and sorted by attribute, then seller; only attributes that count stay.

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


@dataclass(frozen=True)
class Links:
    """a < b: seller codes; weight: strength of the link. why_*: the attributes behind it, `why_link` pointing to it.
    confirmed: a person has said so; such a link may have no attribute behind it."""

    a: np.ndarray
    b: np.ndarray
    weight: np.ndarray
    why_link: np.ndarray
    why_attribute: np.ndarray
    confirmed: np.ndarray


def attributes(identifiers: pa.Table, weights: Weights) -> Attributes:
    """Encode identifiers(seller_id, kind, digest). Unknown kinds and empty values are left out."""
    missing = {"seller_id", "kind", "digest"} - set(identifiers.column_names)
    if missing:
        raise NotValid(f"The identifiers lack the column {', '.join(sorted(missing))}.", place="identifiers")
    seller_ids = _strings(identifiers["seller_id"])
    kinds, digests = _strings(identifiers["kind"]), _strings(identifiers["digest"])
    sellers = np.sort(pc.unique(seller_ids).drop_null().to_numpy(zero_copy_only=False))
    row_seller = _codes(seller_ids, sellers)
    row_kind = _codes(kinds, np.array(weights.names, dtype=object))
    distinct = pc.unique(digests).drop_null()
    row_digest = _codes(digests, distinct)
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


def pairs(found: Attributes, weights: Weights) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every pair of sellers that shares an attribute: (a, b, attribute), a < b."""
    empty = np.zeros(0, dtype=np.int64)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [(empty, empty, empty)]
    starts = np.concatenate([[0], np.cumsum(found.size)[:-1]]) if len(found.size) else empty
    strong = np.array([k.strong for k in weights.kinds])[found.kind]
    for size in np.unique(found.size):
        which = np.flatnonzero(found.size == size)
        members = found.row_seller[starts[which][:, None] + np.arange(size)]
        if size <= weights.pairs_up_to:
            left, right = np.triu_indices(size, 1)
            parts.append(_flat(members, left, right, which))
        else:
            chained = strong[which]
            left = np.arange(size - 1)
            parts.append(_flat(members[chained], left, left + 1, which[chained]))
    return (
        np.concatenate([p[0] for p in parts]),
        np.concatenate([p[1] for p in parts]),
        np.concatenate([p[2] for p in parts]),
    )


def _flat(
    members: np.ndarray, left: np.ndarray, right: np.ndarray, attribute: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return members[:, left].ravel(), members[:, right].ravel(), np.repeat(attribute, len(left))


def links(
    found: Attributes, weights: Weights, negatives: pa.Table | None = None, positives: pa.Table | None = None
) -> Links:
    """The pairs that are links.

    negatives(seller_a, seller_b): pairs that somebody has judged to be none; positives: pairs that somebody has
    confirmed. A pair that stands in both is none: who doubts accuses nobody.
    """
    yes, no = judged(positives, found.sellers), judged(negatives, found.sellers)
    return _confirmed(_from_attributes(found, weights, no), np.setdiff1d(yes, no), len(found.sellers))


def _confirmed(given: Links, keys: np.ndarray, sellers: int) -> Links:
    """The links with those of `keys` added or raised to full weight."""
    if not len(keys):
        return given
    own = given.a * max(sellers, 1) + given.b
    key = np.union1d(own, keys)
    place = np.searchsorted(key, own)
    weight, confirmed = np.zeros(len(key)), np.isin(key, keys)
    weight[place] = given.weight
    weight[confirmed] = 1.0
    a, b = np.divmod(key, max(sellers, 1))
    return Links(a, b, weight, place[given.why_link], given.why_attribute, confirmed)


def _from_attributes(found: Attributes, weights: Weights, apart: np.ndarray) -> Links:
    a, b, attribute = pairs(found, weights)
    key = a * max(len(found.sellers), 1) + b
    if len(apart):
        allowed = ~np.isin(key, apart)
        key, attribute = key[allowed], attribute[allowed]
    families = sorted({k.family for k in weights.kinds})
    family = np.array([families.index(k.family) for k in weights.kinds])[found.kind[attribute]]
    order = np.lexsort((-found.strength[attribute], family, key))
    key, attribute, family = key[order], attribute[order], family[order]
    distinct, first = np.unique(key, return_index=True)
    if not len(distinct):
        return Links(key, key, np.zeros(0), key, attribute, np.zeros(0, dtype=bool))
    # Of a family, only the strongest attribute counts: it stands first.
    leads = np.ones(len(key), dtype=bool)
    leads[1:] = (key[1:] != key[:-1]) | (family[1:] != family[:-1])
    strength = found.strength[attribute]
    weight = 1 - np.exp(np.add.reduceat(np.where(leads, np.log1p(-strength), 0.0), first))
    strong = np.array([k.strong for k in weights.kinds])[found.kind[attribute]]
    enough = (np.add.reduceat(leads.astype(np.int64), first) >= 2) & (weight >= weights.enough)
    alone = np.maximum.reduceat(np.where(strong, strength, 0.0), first) >= weights.enough
    return _chosen(distinct, weight, enough | alone, key, attribute, len(found.sellers))


def _chosen(
    distinct: np.ndarray,
    weight: np.ndarray,
    linked: np.ndarray,
    key: np.ndarray,
    attribute: np.ndarray,
    sellers: int,
) -> Links:
    a, b = np.divmod(distinct[linked], sellers)
    row_link = np.searchsorted(distinct, key)
    kept = linked[row_link]
    sure = np.zeros(len(a), dtype=bool)
    return Links(a, b, weight[linked], (np.cumsum(linked) - 1)[row_link[kept]], attribute[kept], sure)


def judged(table: pa.Table | None, sellers: np.ndarray) -> np.ndarray:
    """Keys (a * sellers + b, a < b) of the pairs of a table(seller_a, seller_b), sorted. A pair with a seller that is
    not known, or of a seller with itself, is left out. Raises NotValid where a column is missing."""
    if table is None:
        return np.zeros(0, dtype=np.int64)
    missing = {"seller_a", "seller_b"} - set(table.column_names)
    if missing:
        raise NotValid(f"The pairs lack the column {', '.join(sorted(missing))}.", place="pairs")
    a, b = (_codes(_strings(table[name]), sellers) for name in ("seller_a", "seller_b"))
    known = (a >= 0) & (b >= 0) & (a != b)
    return np.unique(np.minimum(a, b)[known] * max(len(sellers), 1) + np.maximum(a, b)[known])


def _strings(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, pa.string())


def _codes(column: pa.ChunkedArray, values: np.ndarray | pa.Array) -> np.ndarray:
    """Place of each entry in `values`; -1 where it is not there."""
    found = pc.index_in(column, value_set=pa.array(values, type=pa.string()))
    codes: np.ndarray = pc.fill_null(found, -1).to_numpy().astype(np.int64)
    return codes
