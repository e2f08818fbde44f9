"""Names of rings that last: a ring keeps its id for as long as most of it stays together."""

from __future__ import annotations

import hashlib

import polars as pl


def ring_ids(members: pl.DataFrame, previous: pl.DataFrame | None) -> dict[int, str]:
    """The id of every component.

    members(component, seller_id); previous(seller_id, ring_id) is the last run's result. The component that shares most
    sellers with a former ring takes over its id (ties: the smaller id, then the component of the smaller seller). A new
    ring is named after its first seller by id, so that the same input gives the same name everywhere.
    """
    firsts = dict(members.group_by("component").agg(pl.col("seller_id").min()).sort("seller_id").iter_rows())
    given: dict[int, str] = {}
    taken: set[str] = set()
    if previous is not None and not previous.is_empty():
        overlap = (
            members.join(previous, on="seller_id")
            .group_by("component", "ring_id")
            .agg(pl.len().alias("shared"))
            .with_columns(pl.col("component").replace_strict(firsts, return_dtype=pl.String).alias("first"))
            .sort(["shared", "ring_id", "first"], descending=[True, False, False])
        )
        for component, ring_id in overlap.select("component", "ring_id").iter_rows():
            if component not in given and ring_id not in taken:
                given[component] = ring_id
                taken.add(ring_id)
        taken |= set(previous["ring_id"])
    for component, first in firsts.items():
        if component not in given:
            given[component] = _new_id(first, taken)
            taken.add(given[component])
    return given


def _new_id(first_seller: str, taken: set[str]) -> str:
    turn = 0
    while True:
        text = first_seller if not turn else f"{first_seller}#{turn}"
        name = "R-" + hashlib.sha256(text.encode()).hexdigest()[:10].upper()
        if name not in taken:
            return name
        turn += 1
