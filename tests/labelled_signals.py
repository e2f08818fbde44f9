"""Signals with a known truth behind them, drawn from a seed."""

from __future__ import annotations

import numpy as np
import polars as pl

from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.scoring.training import Labelled


def drawn(rows: int = 1500, seed: int = 1) -> Labelled:
    """Copies are likelier at a low price, with words of the trade, complaints, and a seller without authorisation."""
    rng = np.random.default_rng(seed)
    price = rng.lognormal(-0.3, 0.7, rows)
    words = rng.binomial(1, 0.15, rows)
    claims = rng.poisson(0.4, rows)
    status = rng.choice(["authorised", "unauthorised", "unknown"], rows, p=[0.2, 0.3, 0.5])
    odds = -1.2 - 1.6 * np.log(price) + 2.2 * words + 0.8 * claims - 4.0 * (status == "authorised")
    truth = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    given = {
        "brand": pl.Series(["Nike"] * rows),
        "brand_count": pl.Series(np.ones(rows, dtype=np.int64)),
        "brand_in_title": pl.Series([True] * rows),
        "narrow": pl.Series([True] * rows),
        "price_ratio": pl.Series(price),
        "price_percent": pl.Series((price * 100).round().astype(np.int64)),
        "replica_medium": pl.Series(words),
        "replica_words": pl.Series(np.where(words, "复刻", "")),
        "fake_claims_30d": pl.Series(claims),
        "orders_30d": pl.Series(np.full(rows, 100)),
        "seller_status": pl.Series(status),
    }
    columns = [
        given[name].cast(kind).alias(name) if name in given else pl.lit(None, dtype=kind).alias(name)
        for name, (kind, _) in SIGNALS.items()
    ]
    return Labelled(pl.select(columns), truth, 20_000 + np.arange(rows) // 10, np.ones(rows))
