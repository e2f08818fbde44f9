"""New sellers beside those that are known: which ring each of them joins, and why."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.linkage import rings
from touchstone.engine.linkage.weights import Weights, load

JOINED = pa.schema(
    [
        ("seller_id", pa.string()),
        ("ring_id", pa.string()),
        ("through", pa.string()),
        ("weight", pa.float64()),
        ("reasons", pa.list_(rings.REASON)),
    ]
)


def attach(
    new_identifiers: pa.Table,
    known_identifiers: pa.Table,
    members: pa.Table,
    *,
    negatives: pa.Table | None = None,
    weights: Weights | None = None,
) -> pa.Table:
    """The ring that each new seller joins (schema JOINED), one row a new seller, sorted.

    new_identifiers, known_identifiers(seller_id, kind, digest); members(seller_id, ring_id): the rings as they stand.
    ring_id is null where a seller joins none; `through` is the known seller it is tied to most strongly, whether that
    one stands in a ring or not, and `reasons` say what both have. Nothing known is changed. Raises NotValid where a
    column is missing.
    """
    weights = weights or load()
    columns = ["seller_id", "kind", "digest"]
    new, known = new_identifiers.select(columns), known_identifiers.select(columns)
    newcomers = pc.unique(new["seller_id"].cast(pa.string())).drop_null()
    shared = known.filter(pc.is_in(known["digest"], value_set=pc.unique(new["digest"])))
    shared = shared.filter(pc.invert(pc.is_in(shared["seller_id"], value_set=newcomers)))
    _members, links = rings.find(pa.concat_tables([new, shared]), negatives=negatives, weights=weights)
    ring_of = dict(zip(members["seller_id"].to_pylist(), members["ring_id"].to_pylist(), strict=True))
    fresh = set(newcomers.to_pylist())
    tied: dict[str, dict[str, object]] = {}
    for row in sorted(links.to_pylist(), key=lambda r: (r["weight"], r["seller_a"], r["seller_b"])):
        for one, other in ((row["seller_a"], row["seller_b"]), (row["seller_b"], row["seller_a"])):
            # The strongest comes last; one that stands in a ring goes before one that does not.
            outside = other not in ring_of
            if one in fresh and other not in fresh and not (outside and tied.get(one, {}).get("ring_id")):
                through = {"ring_id": ring_of.get(other), "through": other}
                tied[one] = through | {"weight": row["weight"], "reasons": row["reasons"]}
    nothing: dict[str, object] = {"ring_id": None, "through": None, "weight": None, "reasons": []}
    return pa.Table.from_pylist([{"seller_id": s, **tied.get(s, nothing)} for s in sorted(fresh)], schema=JOINED)
