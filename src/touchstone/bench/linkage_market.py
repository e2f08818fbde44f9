"""Rings of the synthetic market, on seeds that nothing was set on, beside plain connected components.

Ring F1 is pairwise: of all pairs of sellers in one ring, found and true. A member that is not found counts against
recall; its role counts where it is found. A seller outside every true ring that sells no fakes is honest; each one
that is drawn into a ring is listed with the reasons.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from touchstone.demo.market import generate
from touchstone.engine.linkage import rings, sources

Figure = dict[str, Any]
SEEDS, LISTINGS = (101, 102, 103, 104, 105), 50_000
PEER = "connected components over equal identifiers of the sellers"
_AS_OF = date(2026, 10, 31)


def figures(seeds: tuple[int, ...] = SEEDS, listings: int = LISTINGS) -> Iterator[Figure]:
    """Ring precision, recall and F1, role accuracy, honest sellers drawn in and seconds, for each seed."""
    for seed in seeds:
        tables = generate(seed=seed, listings=listings, as_of=_AS_OF, image_share=0.3).tables
        shops, wares, sold, truth = (
            pl.DataFrame(tables[name]) for name in ("sellers", "listings", "orders", "truth_sellers")
        )
        for how in ("identifiers alone", "with listings and orders"):
            yield from _measured(seed, how, shops, wares, sold, truth)


def _measured(
    seed: int, how: str, shops: pl.DataFrame, wares: pl.DataFrame, sold: pl.DataFrame, truth: pl.DataFrame
) -> Iterator[Figure]:
    full = how == "with listings and orders"
    start = time.perf_counter()
    own = sources.of_sellers(shops)
    identifiers = sources.keyed(pl.concat(own + (sources.of_listings(wares) if full else [])).unique())
    facts = sources.facts(shops, wares if full else None, sold if full else None).to_arrow()
    members, links = rings.find(identifiers.to_arrow(), facts=facts)
    took = time.perf_counter() - start
    alone = sources.keyed(pl.concat(own).unique())
    mine = pl.DataFrame(members.select(["seller_id", "ring_id", "role"])).rename({"ring_id": "found", "role": "as"})
    judged = truth.join(mine, on="seller_id", how="left").join(_plain(alone), on="seller_id", how="left")
    inside = judged.filter(pl.col("found").is_not_null())
    for what, value, other in zip(
        ("precision", "recall", "F1"), _scores(judged, "found"), _scores(judged, "plain"), strict=True
    ):
        yield _figure(seed, how, f"ring {what}, pairs", value, "share", other)
    right = inside.filter(pl.col("ring_id") != "")
    accuracy = float((right["role"] == right["as"]).mean() or 0.0)  # type: ignore[arg-type]
    yield _figure(seed, how, "role accuracy, members found", accuracy, "share", None)
    honest = inside.filter((pl.col("ring_id") == "") & ~pl.col("sells_fakes"))["seller_id"].to_list()
    plain = judged.filter((pl.col("ring_id") == "") & ~pl.col("sells_fakes")).drop_nulls("plain").height
    each = 1000 / len(truth)
    yield _figure(seed, how, "honest sellers drawn in, per thousand", len(honest) * each, "sellers", plain * each) | {
        "wrong": _wrong(honest, links)
    }
    yield _figure(seed, how, "time", took, "s", None)


def _figure(seed: int, how: str, what: str, value: float, unit: str, peer: float | None) -> Figure:
    return {
        "figure": f"synthetic market {seed}, {how}: {what}", "value": round(value, 4), "unit": unit,
        "peer": PEER if peer is not None else None, "peer_value": None if peer is None else round(peer, 4),
    }  # fmt: skip


def _wrong(honest: list[str], links: pa.Table) -> list[dict[str, Any]]:
    """Every link of an honest seller, with its reasons."""
    asked = set(honest)
    return [
        {"sellers": [row["seller_a"], row["seller_b"]], "reasons": [r["text"] for r in row["reasons"]]}
        for row in links.to_pylist()
        if asked & {row["seller_a"], row["seller_b"]}
    ]


def _plain(identifiers: pl.DataFrame) -> pl.DataFrame:
    """seller_id, plain: the component of each seller that shares anything with another."""
    coded = identifiers.with_columns(
        seller=pl.col("seller_id").rank("dense") - 1, value=pl.struct("kind", "digest").rank("dense") - 1
    )
    seller, value = (coded[c].to_numpy().astype(np.int64) for c in ("seller", "value"))
    n = int(seller.max(initial=-1)) + 1
    size = n + int(value.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(seller), dtype=np.int8), (seller, n + value)), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    return coded.select("seller_id", plain=pl.Series(label[seller].astype(str))).unique("seller_id")


def _scores(judged: pl.DataFrame, column: str) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1; a seller in no ring is in no pair."""
    true = judged.filter(pl.col("ring_id") != "")
    found = judged.drop_nulls(column)
    right = _pairs(true.drop_nulls(column), [column, "ring_id"])
    of_found, of_true = _pairs(found, [column]), _pairs(true, ["ring_id"])
    return right / max(of_found, 1), right / max(of_true, 1), 2 * right / max(of_found + of_true, 1)


def _pairs(rows: pl.DataFrame, by: list[str]) -> int:
    size = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((size * (size - 1) // 2).sum())
