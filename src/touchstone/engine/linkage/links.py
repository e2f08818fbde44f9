"""Links between pairs of sellers, from the attributes that they share and from how they act.

A link needs one strong attribute (payout account, licence, resident id) or two independent families of evidence that
are strong enough together. An attribute fades with the number of sellers that have it, so that a warehouse or an agent
joins nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from touchstone.engine.linkage import conduct
from touchstone.engine.linkage.attributes import Attributes, codes, strings
from touchstone.engine.linkage.weights import Weights
from touchstone.errors import NotValid

_ROUNDS = 6


@dataclass(frozen=True)
class Evidence:
    """What speaks for pairs of sellers, one entry a pair and reason. key: a * sellers + b, a < b; kind: index into
    weights.kinds; attribute: index into Attributes, -1 where the reason is conduct; size: sellers that have it."""

    key: np.ndarray
    kind: np.ndarray
    attribute: np.ndarray
    strength: np.ndarray
    size: np.ndarray

    def take(self, rows: np.ndarray) -> Evidence:
        return Evidence(self.key[rows], self.kind[rows], self.attribute[rows], self.strength[rows], self.size[rows])


@dataclass(frozen=True)
class Links:
    """a < b: seller codes; weight: strength of the link. why: the evidence behind it, `why_link` pointing to the link.
    confirmed: a person has said so; such a link may have no evidence behind it. around: it stands by what the groups of
    the two share, not by the two alone."""

    a: np.ndarray
    b: np.ndarray
    weight: np.ndarray
    why_link: np.ndarray
    why: Evidence
    confirmed: np.ndarray
    around: np.ndarray

    def alone(self, weights: Weights) -> np.ndarray:
        """Whether one reason alone makes the link: a strong attribute, or a person's word."""
        strong = np.array([k.strong for k in weights.kinds])[self.why.kind] & (self.why.strength >= weights.enough)
        sure = self.confirmed.copy()
        sure[self.why_link[strong]] = True
        return sure

    def take(self, kept: np.ndarray) -> Links:
        """The links where `kept` is true."""
        rows = kept[self.why_link]
        number = np.cumsum(kept) - 1
        return Links(
            self.a[kept],
            self.b[kept],
            self.weight[kept],
            number[self.why_link[rows]],
            self.why.take(rows),
            self.confirmed[kept],
            self.around[kept],
        )


def pairs(found: Attributes, weights: Weights, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every pair of sellers that shares an attribute: (a, b, attribute), a < b, without those of `apart`.

    A strong attribute that too many share joins them one after the other; where one of these steps is judged apart,
    also each with the one after the next, so that one judgement does not cut off the rest.
    """
    empty = np.zeros(0, dtype=np.int64)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [(empty, empty, empty)]
    starts = np.concatenate([[0], np.cumsum(found.size)[:-1]]) if len(found.size) else empty
    strong = np.array([k.strong for k in weights.kinds])[found.kind]
    for size in np.unique(found.size):
        which = np.flatnonzero(found.size == size)
        if size > weights.pairs_up_to:
            which = which[strong[which]]
        members = found.row_seller[starts[which][:, None] + np.arange(size)]
        if size <= weights.pairs_up_to:
            parts.append(_flat(members, *np.triu_indices(size, 1), which))
            continue
        step = np.arange(size - 1)
        parts.append(_flat(members, step, step + 1, which))
        broken = np.isin(parts[-1][0] * len(found.sellers) + parts[-1][1], apart).reshape(len(which), -1).any(axis=1)
        parts.append(_flat(members[broken], step[:-1], step[:-1] + 2, which[broken]))
    a, b, attribute = (np.concatenate([p[i] for p in parts]) for i in range(3))
    if len(apart):
        allowed = ~np.isin(a * len(found.sellers) + b, apart)
        a, b, attribute = a[allowed], b[allowed], attribute[allowed]
    return a, b, attribute


def _flat(
    members: np.ndarray, left: np.ndarray, right: np.ndarray, attribute: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return members[:, left].ravel(), members[:, right].ravel(), np.repeat(attribute, len(left))


def links(
    found: Attributes,
    weights: Weights,
    negatives: pa.Table | None = None,
    positives: pa.Table | None = None,
    facts: pa.Table | None = None,
) -> Links:
    """The pairs that are links.

    negatives(seller_a, seller_b): pairs that somebody has judged to be none; positives: pairs that somebody has
    confirmed. A pair that stands in both is none: who doubts accuses nobody. facts: see conduct.
    """
    no, yes = judged(negatives, found.sellers), judged(positives, found.sellers)
    yes = np.setdiff1d(yes, no)
    seen = evidence(found, weights, no, facts)
    families = _families(seen, weights)
    scored = _combined(families, "key", weights)
    keys = scored.filter("linked")["key"].to_numpy()
    grown = _grown(scored, families, np.union1d(keys, yes), weights, len(found.sellers))
    weight = pl.concat([scored.filter("linked").select("key", "weight", around=pl.lit(False)), grown])
    return _table(seen, weight, yes, len(found.sellers))


def evidence(found: Attributes, weights: Weights, apart: np.ndarray, facts: pa.Table | None) -> Evidence:
    """Everything that speaks for a pair: the attributes that it shares and, of such pairs, how they act."""
    a, b, attribute = pairs(found, weights, apart)
    n = max(len(found.sellers), 1)
    shared = Evidence(a * n + b, found.kind[attribute], attribute, found.strength[attribute], found.size[attribute])
    acts = conduct.read(facts, found.sellers)
    if acts is None:
        return shared
    distinct = np.unique(shared.key)
    parts = [shared]
    own = np.where(np.array([k.own for k in weights.kinds])[shared.kind], shared.strength, 0.0)
    most = np.zeros(len(distinct))
    np.maximum.at(most, np.searchsorted(distinct, shared.key), own)
    for name, rows_of, strengths in conduct.pairwise(acts, *np.divmod(distinct, n)):
        kind = weights.names.index(name)
        heard = most[rows_of] >= weights.kinds[kind].beside
        which, strength = rows_of[heard], strengths[heard]
        rows = len(which)
        parts.append(
            Evidence(
                distinct[which],
                np.full(rows, kind),
                np.full(rows, -1),
                weights.kinds[kind].weight * strength,
                np.full(rows, 2),
            )
        )
    return Evidence(*(np.concatenate([getattr(p, f) for p in parts]) for f in Evidence.__dataclass_fields__))


def _families(seen: Evidence, weights: Weights) -> pl.DataFrame:
    """One row a pair and family, with the strongest reason of it: key, family, strength, alone, door."""
    families = sorted({k.family for k in weights.kinds})
    family = np.array([families.index(k.family) for k in weights.kinds], dtype=np.int64)
    kinds = weights.kinds
    strong = np.array([k.strong for k in kinds])[seen.kind]
    return (
        pl.DataFrame(
            {
                "key": seen.key,
                "family": family[seen.kind],
                "strength": seen.strength,
                "alone": np.where(strong, seen.strength, 0.0),
                "own": np.where(np.array([k.own for k in kinds])[seen.kind], seen.strength, 0.0),
                "door": np.array([k.door for k in kinds])[seen.kind],
                "home": np.array([k.family in weights.household for k in kinds])[seen.kind],
            }
        )
        .group_by("key", "family")
        .agg(pl.col("strength", "alone", "own").max(), pl.col("door", "home").any())
        .sort("key", "family")
    )


def _combined(frame: pl.DataFrame, by: str, weights: Weights) -> pl.DataFrame:
    """Of each `by`: its weight, and whether that is a link (by, weight, linked).

    Of a family only the strongest reason counts. Where two share a door, the telephone and the computer of the household
    come with it: all that is one family.
    """
    household = pl.col("door").any().over(by) & pl.col("home")
    return (
        frame.with_columns(pl.when(household).then(-1).otherwise("family").alias("family"))
        .group_by(by, "family")
        .agg(pl.col("strength", "alone", "own").max())
        .group_by(by)
        .agg(
            weight=1 - (1 - pl.col("strength")).product(),
            families=pl.len(),
            alone=pl.col("alone").max(),
            own=pl.col("own").max(),
        )
        .with_columns(
            linked=(
                (pl.col("families") >= 2) & (pl.col("weight") >= weights.enough) & (pl.col("own") >= weights.least_own)
            )
            | (pl.col("alone") >= weights.enough)
        )
        .select(by, "weight", "linked")
        .sort(by)
    )


def _grown(
    scored: pl.DataFrame, seen: pl.DataFrame, linked: np.ndarray, weights: Weights, sellers: int
) -> pl.DataFrame:
    """Links between groups that together share what no two of their members share alone: key, weight, around.

    seen: what speaks for pairs. Two sellers that hang together by one telephone are no link; if one of them and a partner
    of the other also use one courier account, the groups share two families of evidence. Repeated until nothing changes.
    """
    added = [pl.DataFrame(schema={"key": pl.Int64, "weight": pl.Float64, "around": pl.Boolean})]
    for _round in range(_ROUNDS):
        label = components(linked, sellers)
        a, b = np.divmod(seen["key"].to_numpy(), max(sellers, 1))
        one, other = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
        between = seen.with_columns(groups=pl.Series(one * max(sellers, 1) + other)).filter(pl.Series(one != other))
        # Of two sellers alone everything has been said already.
        both = between.group_by("groups").agg(pl.col("key").n_unique().alias("pairs")).filter(pl.col("pairs") > 1)
        between = between.join(both, on="groups", how="semi")
        joined = _combined(between, "groups", weights).filter("linked")
        if joined.is_empty():
            break
        # The strongest pair of each family carries the link.
        bridges = (
            between.join(joined.select("groups", "weight"), on="groups")
            .sort(["groups", "family", "strength", "key"], descending=[False, False, True, False])
            .unique(["groups", "family"], keep="first", maintain_order=True)
            .group_by("key")
            .agg(pl.col("weight").max())
            .sort("key")
            .with_columns(around=pl.lit(True))
        )
        added.append(bridges)
        linked = np.union1d(linked, bridges["key"].to_numpy())
    return pl.concat(added).filter(~pl.col("key").is_in(scored.filter("linked")["key"].implode()))


def components(keys: np.ndarray, sellers: int) -> np.ndarray:
    """Connected part of each seller, given links as keys."""
    a, b = np.divmod(keys, max(sellers, 1))
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(sellers, sellers))
    label: np.ndarray = connected_components(graph, directed=False)[1].astype(np.int64) if sellers else a
    return label


def _table(seen: Evidence, weight: pl.DataFrame, confirmed: np.ndarray, sellers: int) -> Links:
    """The links, those that a person has confirmed among them at full weight."""
    given = weight.unique("key", keep="first", maintain_order=True).sort("key")
    key = np.union1d(given["key"].to_numpy(), confirmed)
    place = np.searchsorted(key, given["key"].to_numpy())
    strength, around, sure = np.zeros(len(key)), np.zeros(len(key), dtype=bool), np.isin(key, confirmed)
    strength[place], around[place] = given["weight"].to_numpy(), given["around"].to_numpy()
    strength[sure] = 1.0
    a, b = np.divmod(key, max(sellers, 1))
    rows = np.flatnonzero(np.isin(seen.key, key))
    return Links(a, b, strength, np.searchsorted(key, seen.key[rows]), seen.take(rows), sure, around & ~sure)


def judged(table: pa.Table | None, sellers: np.ndarray) -> np.ndarray:
    """Keys (a * sellers + b, a < b) of the pairs of a table(seller_a, seller_b), sorted. A pair with a seller that is
    not known, or of a seller with itself, is left out. Raises NotValid where a column is missing."""
    if table is None:
        return np.zeros(0, dtype=np.int64)
    missing = {"seller_a", "seller_b"} - set(table.column_names)
    if missing:
        raise NotValid(f"The pairs lack the column {', '.join(sorted(missing))}.", place="pairs")
    a, b = (codes(strings(table[name]), sellers) for name in ("seller_a", "seller_b"))
    known = (a >= 0) & (b >= 0) & (a != b)
    return np.unique(np.minimum(a, b)[known] * max(len(sellers), 1) + np.maximum(a, b)[known])
