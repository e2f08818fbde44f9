"""Rates of complaints and refunds, each against the orders of the same thirty days and against what is usual.

A rate of few orders says little. It is drawn towards the usual rate of the category as if `worth` further orders had
gone the usual way (the mean of a beta-binomial): 1 claim of 2 orders is hardly news, 30 of 600 is.
"""

from __future__ import annotations

import polars as pl

from touchstone.engine.data import load


def rates(listings: pl.DataFrame) -> pl.DataFrame:
    """Columns orders_30d, fake_claims_30d, fake_claim_rate, refund_rate, fake_rate, fake_excess, refund_excess.

    A rate is null without orders. Claims may concern orders of the month before, so a plain rate is capped at 1.
    `fake_rate` is drawn towards the usual; an excess is such a rate divided by the usual one. Where the buyers behind
    the claims are known (`fake_buyers_30d`), each counts once.
    """
    orders = pl.when(pl.col("orders_30d") > 0).then(pl.col("orders_30d"))
    claims = pl.coalesce("fake_buyers_30d", "fake_claims_30d")
    fake, usual_fake = _drawn("fake", claims, orders, "category_fake_rate")
    refunds, usual_refund = _drawn("refund", pl.col("refunds_30d"), orders, "category_refund_rate")
    return listings.select(
        "orders_30d",
        claims.alias("fake_claims_30d"),
        (claims / orders).clip(0, 1).alias("fake_claim_rate"),
        (pl.col("refunds_30d") / orders).clip(0, 1).alias("refund_rate"),
        fake.alias("fake_rate"),
        (fake / usual_fake).alias("fake_excess"),
        (refunds / usual_refund).alias("refund_excess"),
    )


def _drawn(kind: str, count: pl.Expr, orders: pl.Expr, category: str) -> tuple[pl.Expr, pl.Expr]:
    """(rate drawn towards the usual one, the usual one: that of the category where it is known)"""
    usual = load("behaviour/data/behaviour.yaml")["usual"][kind]
    known = pl.when((pl.col(category) > 0) & (pl.col(category) < 1)).then(pl.col(category))
    rate = known.fill_null(usual["rate"])
    return (count.clip(upper_bound=orders) + rate * usual["worth"]) / (orders + usual["worth"]), rate
