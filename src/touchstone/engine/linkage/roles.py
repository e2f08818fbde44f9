"""A first guess at what each member does in its ring, from simple facts that a reader can check."""

from __future__ import annotations

import polars as pl

from touchstone.engine.linkage.weights import Weights

ROLES = ("cash_out", "courier", "maker", "wholesaler", "front_shop")


def guess(members: pl.DataFrame, shared: pl.DataFrame, facts: pl.DataFrame | None, weights: Weights) -> pl.DataFrame:
    """Give (seller_id, role, role_en, role_zh) for every member.

    members(seller_id, ring_id); shared(seller_id, kind, others): how many other members of the ring use an attribute of
    that kind with the seller; facts(seller_id, orders, units): what it sold in the period looked at; each may be missing.

    The first rule that fits gives the role:
    cash_out    no orders of its own, and its payout account is used by at least `shared_by` other members
    courier     no orders of its own, and its waybill account is used by at least `shared_by` other members
    maker       sells at least `bulk` units an order, and at least `shared_by` other members ship from its address
    wholesaler  sells at least `bulk` units an order
    front_shop  everything else, also where nothing is known of its sales
    """
    table = members.select("seller_id")
    for kind in ("payout_account", "waybill_account", "ship_from_address"):
        of_kind = shared.filter(pl.col("kind") == kind).select("seller_id", pl.col("others").alias(kind))
        table = table.join(of_kind, on="seller_id", how="left").with_columns(pl.col(kind).fill_null(0))
    known = ["orders", "units"]
    facts = pl.DataFrame(schema={"seller_id": pl.String}) if facts is None else facts
    sold = facts.select(
        "seller_id",
        *(pl.col(c).cast(pl.Float64) if c in facts.columns else pl.lit(None, pl.Float64).alias(c) for c in known),
    )
    table = table.join(sold.unique("seller_id", keep="first"), on="seller_id", how="left")
    table = table.with_columns(per_order=pl.when(pl.col("orders") > 0).then(pl.col("units") / pl.col("orders")))
    return _with_reasons(_with_roles(table, weights), weights)


def _with_roles(table: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    idle = pl.col("orders") == 0
    bulk = pl.col("per_order") >= weights.roles["bulk"]
    enough = weights.roles["shared_by"]
    return table.with_columns(
        role=pl.when(idle & (pl.col("payout_account") >= enough))
        .then(pl.lit("cash_out"))
        .when(idle & (pl.col("waybill_account") >= enough))
        .then(pl.lit("courier"))
        .when(bulk & (pl.col("ship_from_address") >= enough))
        .then(pl.lit("maker"))
        .when(bulk)
        .then(pl.lit("wholesaler"))
        .otherwise(pl.lit("front_shop"))
    ).with_columns(
        why=pl.when(pl.col("orders").is_null() & (pl.col("role") == "front_shop"))
        .then(pl.lit("unknown"))
        .otherwise(pl.col("role")),
        n=pl.when(pl.col("role") == "cash_out")
        .then(pl.col("payout_account"))
        .when(pl.col("role") == "courier")
        .then(pl.col("waybill_account"))
        .otherwise(pl.col("ship_from_address")),
    )


def _with_reasons(table: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    texts = weights.roles["reasons"]
    per_order = table["per_order"].round(1).fill_null(0)
    for language in ("en", "zh"):
        told = [
            texts[why][language].format(n=n, units=f"{units:g}")
            for why, n, units in zip(table["why"], table["n"], per_order, strict=True)
        ]
        table = table.with_columns(pl.Series(f"role_{language}", told, dtype=pl.String))
    return table.select("seller_id", "role", "role_en", "role_zh")
