"""Rings: sellers that the same people run.

Links (links.py) make components; a very large one is cut into communities; sellers that openly belong to one legal
person are no ring. Each link and member carries its reasons, and a ring keeps its name from run to run.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.linkage import communities, identity, roles
from touchstone.engine.linkage.attributes import Attributes, attributes
from touchstone.engine.linkage.entities import legal_persons
from touchstone.engine.linkage.links import Links, components, links
from touchstone.engine.linkage.weights import Weights, load

# The kind of a reason that is a person's word and no attribute.
CONFIRMED = "confirmed"
# The kind of a reason that stands by what groups share.
AROUND = "around"
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
    the members of the last run, so that rings keep their ids. facts(seller_id, ...): how sellers act, see conduct.

    Sellers with one licence or resident id are one legal person who hides nothing: alone they are no ring.

    Returns members (schema MEMBERS; a seller stands in one ring at most) sorted by ring and seller, and links
    (schema LINKS, seller_a < seller_b). A score is the strength of a member's strongest link, 0 to 1. Raises NotValid
    where a column is missing.
    """
    weights = weights or load()
    found = attributes(identifiers, weights)
    label, joined = _groups(found, links(found, weights, negatives, positives, facts), weights)
    members = _members(found, joined, label, previous)
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


def _groups(found: Attributes, joined: Links, weights: Weights) -> tuple[np.ndarray, Links]:
    """The group of each seller, and the links inside groups that are rings."""
    n = len(found.sellers)
    label = components(joined.a * max(n, 1) + joined.b, n)
    sure = joined.alone(weights)
    core = components(joined.a[sure] * max(n, 1) + joined.b[sure], n)
    label = communities.split(label, core, joined.a, joined.b, joined.weight)
    person = legal_persons(found, weights)
    persons = np.unique(np.stack((label, person)), axis=1)[0] if n else label
    ring = np.bincount(persons, minlength=int(label.max(initial=-1)) + 1) > 1
    ring[label[joined.a[joined.confirmed]]] = True
    return label, joined.take((label[joined.a] == label[joined.b]) & ring[label[joined.a]])


def _members(found: Attributes, joined: Links, label: np.ndarray, previous: pa.Table | None) -> pl.DataFrame:
    """One row a member: code, seller_id, ring_id, score."""
    n = len(found.sellers)
    score = np.zeros(n)
    np.maximum.at(score, joined.a, joined.weight)
    np.maximum.at(score, joined.b, joined.weight)
    inside = np.flatnonzero(score > 0)
    members = pl.DataFrame(
        {
            "code": inside,
            "seller_id": pl.Series(found.sellers[inside], dtype=pl.String),
            "component": label[inside].astype(np.int64),
            "score": score[inside].round(6),
        }
    )
    former = pl.DataFrame(previous.select(["seller_id", "ring_id"])) if previous is not None else None
    ids = identity.ring_ids(members.select("component", "seller_id"), former)
    ring = pl.Series("ring_id", [ids[c] for c in members["component"]], dtype=pl.String)
    return members.with_columns(ring).drop("component").sort("ring_id", "seller_id")


def _member_reasons(found: Attributes, joined: Links, members: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """One row for each kind that a member shares in its ring: seller_id, kind, others, weight."""
    why, link = joined.why, joined.why_link
    names = np.array(weights.names, dtype=object)
    ends = pl.DataFrame(
        {
            "code": np.concatenate([joined.a[link], joined.b[link]]),
            "kind": pl.Series(np.tile(names[why.kind], 2), dtype=pl.String),
            "attribute": np.tile(why.attribute, 2),
            "weight": np.tile(why.strength, 2).round(6),
        }
    )
    rows = (
        ends.group_by("code", "kind", "attribute")
        .agg(pl.col("weight").max(), partners=pl.len())
        .join(members.select("code", "seller_id", "ring_id"), on="code")
    )
    users = pl.len().over("ring_id", "attribute") - 1
    return (
        rows.with_columns(others=pl.when(pl.col("attribute") >= 0).then(users).otherwise("partners"))
        .group_by("seller_id", "kind")
        .agg(pl.col("others").max().cast(pl.Int64), pl.col("weight").max())
        .vstack(_by_mark(joined, joined.confirmed, CONFIRMED, 1.0, members))
        .vstack(_by_mark(joined, joined.around, AROUND, 0.0, members))
        .sort(["seller_id", "weight", "kind"], descending=[False, True, False])
    )


def _by_mark(joined: Links, mark: np.ndarray, kind: str, weight: float, members: pl.DataFrame) -> pl.DataFrame:
    """One row for each member with links so marked: seller_id, kind, others, weight."""
    return (
        pl.DataFrame({"code": np.concatenate([joined.a[mark], joined.b[mark]])})
        .group_by("code")
        .agg(others=pl.len().cast(pl.Int64))
        .join(members.select("code", "seller_id"), on="code")
        .select("seller_id", pl.lit(kind).alias("kind"), "others", pl.lit(weight).alias("weight"))
    )


def _members_table(members: pl.DataFrame, reasons: pl.DataFrame, given: pl.DataFrame, weights: Weights) -> pa.Table:
    texts = _texts(weights, "member", reasons["kind"].to_list(), reasons["others"].to_list())
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
    marked = [(np.flatnonzero(joined.confirmed), CONFIRMED, 1.0), (np.flatnonzero(joined.around), AROUND, 0.0)]
    kinds = np.concatenate(
        [
            np.array(weights.names, dtype=object)[joined.why.kind],
            *(np.full(len(rows), kind, dtype=object) for rows, kind, _ in marked),
        ]
    )
    sizes = np.concatenate([joined.why.size, *(np.full(len(rows), 2) for rows, _, _ in marked)])
    strength = np.concatenate([joined.why.strength, *(np.full(len(rows), weight) for rows, _, weight in marked)])
    texts = _texts(weights, "pair", kinds.tolist(), sizes.tolist())
    why = pl.DataFrame(
        {
            "link": np.concatenate([joined.why_link, *(rows for rows, _, _ in marked)]),
            "kind": pl.Series(kinds, dtype=pl.String),
            "sellers": pl.Series(sizes, dtype=pl.Int64),
            "weight": strength.round(6),
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


def _texts(weights: Weights, form: str, kinds: list[str], numbers: list[int]) -> tuple[list[str], list[str]]:
    """Sentences in English and Chinese; each distinct one is written once. form: `pair` or `member`."""
    of = {k.name: k for k in weights.kinds}
    written: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, n in set(zip(kinds, numbers, strict=True)):
        if kind in (CONFIRMED, AROUND):
            forms, en, zh = weights.reasons[kind if form == "pair" else f"{kind}_member"], "", ""
        else:
            en, zh = of[kind].en, of[kind].zh
            forms = weights.reasons[form] if form == "member" else of[kind].says or weights.reasons[form]
        written[kind, n] = forms["en"].format(kind=en, n=n), forms["zh"].format(kind=zh, n=n)
    both = [written[pair] for pair in zip(kinds, numbers, strict=True)]
    return [b[0] for b in both], [b[1] for b in both]
