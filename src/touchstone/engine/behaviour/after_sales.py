"""Rates of complaints and refunds, each against the orders of the same thirty days."""

from __future__ import annotations

import polars as pl


def rates(listings: pl.DataFrame) -> pl.DataFrame:
    """Columns orders_30d, fake_claims_30d, fake_claim_rate, refund_rate; a rate is null without orders.

    Claims may concern orders of the month before, so a rate is capped at 1.
    """
    orders = pl.when(pl.col("orders_30d") > 0).then(pl.col("orders_30d"))
    return listings.select(
        "orders_30d",
        "fake_claims_30d",
        (pl.col("fake_claims_30d") / orders).clip(0, 1).alias("fake_claim_rate"),
        (pl.col("refunds_30d") / orders).clip(0, 1).alias("refund_rate"),
    )
