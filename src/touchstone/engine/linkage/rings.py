"""Rings: sellers that the same people run.

A thin first version: weighted shared attributes, links, connected components. It says why two sellers are linked and
keeps a ring's name from run to run.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from touchstone.engine.linkage import identity, roles
from touchstone.engine.linkage.links import Attributes, Links, attributes, links
from touchstone.engine.linkage.weights import Weights, load

# The kind of a reason that is a person's word and no attribute.
CONFIRMED = "confirmed"
REASON = pa.struct(
    [
        ("kind", pa.string()),
        ("sellers", pa.int64()),
        ("weight", pa.float64()),
        ("text", pa.string()),
        ("text_zh", pa.string()),
    ]
)
REASON_NAMES = [REASON.field(i).name for i in range(REASON.num_fields)]
MEMBERS = pa.schema(
    [
        ("seller_id", pa.string()),
        ("ring_id", pa.string()),
        ("role", pa.string()),
        ("score", pa.float64()),
        ("reasons", pa.list_(REASON)),
    ]
)
LINKS = pa.schema(
    [
        ("seller_a", pa.string()),
        ("seller_b", pa.string()),
        ("weight", pa.float64()),
        ("reasons", pa.list_(REASON)),
    ]
)
SHARED = pa.schema(
    [
        ("ring_id", pa.string()),
        ("kind", pa.string()),
        ("digest", pa.string()),
        ("weight", pa.float64()),
        ("sellers", pa.list_(pa.string())),
    ]
)


def find(
    identifiers: pa.Table,
    *,
    negatives: pa.Table | None = None,
    positives: pa.Table | None = None,
    weights: Weights | None = None,
    previous: pa.Table | None = None,
    facts: pa.Table | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Find the rings among sellers.

    identifiers(seller_id, kind, digest): any number of rows a seller; kinds are those of weights.yaml, others are
    ignored. negatives(seller_a, seller_b): pairs that are no link, whatever they share. positives: pairs that are one,
    also where they share nothing, if both stand in identifiers; a pair in both is none. previous(seller_id, ring_id):
    the members of the last run, so that rings keep their ids. facts(seller_id, orders, units): sales, for the roles.

    Returns members (schema MEMBERS; a seller stands in one ring at most) sorted by ring and seller, and links
    (schema LINKS, seller_a < seller_b). A score is the strength of a member's strongest link, 0 to 1. Raises NotValid
    where a column is missing.
    """
    weights = weights or load()
    found = attributes(identifiers, weights)
    joined = links(found, weights, negatives, positives)
    members = _members(found, joined, previous)
    reasons = _member_reasons(found, joined, members, weights)
    given = roles.guess(
        members,
        reasons.select("seller_id", "kind", "others"),
        pl.DataFrame(facts) if facts is not None else None,
        weights,
    )
    return _members_table(members, reasons, given, weights), _links_table(found, joined, weights)


def shared(identifiers: pa.Table, members: pa.Table, *, weights: Weights | None = None) -> pa.Table:
    """The attributes that two or more members of a ring have in common, strongest first (schema SHARED)."""
    weights = weights or load()
    found = attributes(identifiers, weights)
    rings = pl.DataFrame(members.select(["seller_id", "ring_id"]))
    rows = pl.DataFrame(
        {"seller_id": pl.Series(found.sellers[found.row_seller], dtype=pl.String), "attribute": found.row_attribute}
    ).join(rings, on="seller_id")
    groups = (
        rows.group_by("ring_id", "attribute")
        .agg(pl.col("seller_id").sort().alias("sellers"))
        .filter(pl.col("sellers").list.len() >= 2)
    )
    attribute = groups["attribute"].to_numpy()
    table = groups.with_columns(
        kind=pl.Series(np.array(weights.names, dtype=object)[found.kind[attribute]], dtype=pl.String),
        digest=pl.Series(found.digest[attribute], dtype=pl.String),
        weight=pl.Series(found.strength[attribute], dtype=pl.Float64),
    ).sort(["ring_id", "weight", "kind", "digest"], descending=[False, True, False, False])
    return table.select(SHARED.names).to_arrow().cast(SHARED)


def _members(found: Attributes, joined: Links, previous: pa.Table | None) -> pl.DataFrame:
    """One row a member: code, seller_id, ring_id, score."""
    n = len(found.sellers)
    graph = coo_array((np.ones(len(joined.a), dtype=np.int8), (joined.a, joined.b)), shape=(n, n))
    component = connected_components(graph, directed=False)[1] if n else np.zeros(0, dtype=np.int32)
    score = np.zeros(n)
    np.maximum.at(score, joined.a, joined.weight)
    np.maximum.at(score, joined.b, joined.weight)
    inside = np.flatnonzero(score > 0)
    members = pl.DataFrame(
        {
            "code": inside,
            "seller_id": pl.Series(found.sellers[inside], dtype=pl.String),
            "component": component[inside].astype(np.int64),
            "score": score[inside].round(6),
        }
    )
    former = pl.DataFrame(previous.select(["seller_id", "ring_id"])) if previous is not None else None
    ids = identity.ring_ids(members.select("component", "seller_id"), former)
    ring = pl.Series("ring_id", [ids[c] for c in members["component"]], dtype=pl.String)
    return members.with_columns(ring).drop("component").sort("ring_id", "seller_id")


def _member_reasons(found: Attributes, joined: Links, members: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """One row for each kind that a member shares in its ring: seller_id, kind, others, weight."""
    ends = pl.DataFrame(
        {
            "code": np.concatenate([joined.a[joined.why_link], joined.b[joined.why_link]]),
            "attribute": np.concatenate([joined.why_attribute, joined.why_attribute]),
        }
    ).unique()
    rows = ends.join(members.select("code", "seller_id", "ring_id"), on="code").with_columns(
        others=pl.len().over("ring_id", "attribute") - 1
    )
    attribute = rows["attribute"].to_numpy()
    return (
        rows.with_columns(
            kind=pl.Series(np.array(weights.names, dtype=object)[found.kind[attribute]], dtype=pl.String),
            weight=pl.Series(found.strength[attribute].round(6), dtype=pl.Float64),
        )
        .group_by("seller_id", "kind")
        .agg(pl.col("others").max().cast(pl.Int64), pl.col("weight").max())
        .vstack(_confirmations(joined, members))
        .sort(["seller_id", "weight", "kind"], descending=[False, True, False])
    )


def _confirmations(joined: Links, members: pl.DataFrame) -> pl.DataFrame:
    """One row for each member that a person has tied to others: seller_id, kind, others, weight."""
    a, b = joined.a[joined.confirmed], joined.b[joined.confirmed]
    return (
        pl.DataFrame({"code": np.concatenate([a, b])})
        .group_by("code")
        .agg(others=pl.len().cast(pl.Int64))
        .join(members.select("code", "seller_id"), on="code")
        .select("seller_id", pl.lit(CONFIRMED).alias("kind"), "others", pl.lit(1.0).alias("weight"))
    )


def _members_table(members: pl.DataFrame, reasons: pl.DataFrame, given: pl.DataFrame, weights: Weights) -> pa.Table:
    texts = _texts(weights, "member", "confirmed_member", reasons["kind"].to_list(), reasons["others"].to_list())
    shares = reasons.with_columns(
        sellers="others", text=pl.Series(texts[0], dtype=pl.String), text_zh=pl.Series(texts[1], dtype=pl.String)
    ).select("seller_id", *REASON_NAMES)
    says = given.select(
        "seller_id",
        kind=pl.lit("role"),
        sellers=pl.lit(0, pl.Int64),
        weight=pl.lit(0.0),
        text="role_en",
        text_zh="role_zh",
    )
    listed = (
        pl.concat([shares, says])
        .group_by("seller_id", maintain_order=True)
        .agg(pl.struct(REASON_NAMES).alias("reasons"))
    )
    table = members.join(given.select("seller_id", "role"), on="seller_id", how="left")
    table = table.join(listed, on="seller_id", how="left").sort("ring_id", "seller_id")
    return table.select(MEMBERS.names).to_arrow().cast(MEMBERS)


def _links_table(found: Attributes, joined: Links, weights: Weights) -> pa.Table:
    sure = np.flatnonzero(joined.confirmed)
    kinds = np.array(weights.names, dtype=object)[found.kind[joined.why_attribute]]
    kinds = np.concatenate([kinds, np.full(len(sure), CONFIRMED, dtype=object)])
    sizes = np.concatenate([found.size[joined.why_attribute], np.full(len(sure), 2)])
    texts = _texts(weights, "pair", CONFIRMED, kinds.tolist(), sizes.tolist())
    why = pl.DataFrame(
        {
            "link": np.concatenate([joined.why_link, sure]),
            "kind": pl.Series(kinds, dtype=pl.String),
            "sellers": pl.Series(sizes, dtype=pl.Int64),
            "weight": np.concatenate([found.strength[joined.why_attribute], np.ones(len(sure))]).round(6),
            "text": pl.Series(texts[0], dtype=pl.String),
            "text_zh": pl.Series(texts[1], dtype=pl.String),
        }
    ).sort(["link", "weight", "kind"], descending=[False, True, False])
    listed = why.group_by("link", maintain_order=True).agg(pl.struct(REASON_NAMES).alias("reasons"))
    table = pl.DataFrame(
        {
            "link": np.arange(len(joined.a)),
            "seller_a": pl.Series(found.sellers[joined.a], dtype=pl.String),
            "seller_b": pl.Series(found.sellers[joined.b], dtype=pl.String),
            "weight": joined.weight.round(6),
        }
    ).join(listed, on="link", how="left")
    return table.sort("link").select(LINKS.names).to_arrow().cast(LINKS)


def _texts(
    weights: Weights, form: str, confirmed: str, kinds: list[str], numbers: list[int]
) -> tuple[list[str], list[str]]:
    """Sentences in English and Chinese; each distinct one is written once. `form` speaks of a shared attribute,
    `confirmed` of what a person has said."""
    labels = {k.name: (k.en, k.zh) for k in weights.kinds}
    written: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, n in set(zip(kinds, numbers, strict=True)):
        forms = weights.reasons[confirmed if kind == CONFIRMED else form]
        en, zh = labels.get(kind, ("", ""))
        written[kind, n] = forms["en"].format(kind=en, n=n), forms["zh"].format(kind=zh, n=n)
    both = [written[pair] for pair in zip(kinds, numbers, strict=True)]
    return [b[0] for b in both], [b[1] for b in both]
