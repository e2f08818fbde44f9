"""What the same product costs elsewhere, and what a seller's other goods cost: robust figures a listing, from all prices.

Prices are in US dollars and for one piece. Samples, parts, deposits and placeholders are left out, and second-hand goods
are compared with second-hand goods. A listing never counts in its own figures.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.data import load
from touchstone.engine.pricing.kinds import GOODS, priced
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.text.normalise import fold

# Fewer other prices tell nothing.
LEAST = 4
COLUMNS = ("group_size", "group_price_usd", "group_spread", "own_size", "own_price_usd")
# From the median distance to the median, in log space, to a standard deviation.
_MAD = 1.4826


def distributions(listings: pa.Table, groups: pa.Table, rates: Rates | None = None) -> pa.Table:
    """The columns of COLUMNS for typed `listings` (see `schema.typed`), in their order, null where too few are known.

    `groups`: listing_id and group_id, as `touchstone group` gives them. group_price_usd is the median of the other
    prices of the group; group_spread their median distance from it in natural logarithms; own_price_usd the median of the
    seller's other goods.
    """
    frame = _frame(listings, groups, rates)
    return _told(_others(frame, ["group_id", "used"]), _others(frame, ["seller"]))


def of_whole_groups(listings: pa.Table, groups: pa.Table, rates: Rates | None = None) -> pa.Table:
    """As `distributions`, with the row itself counted: what the group and the seller's goods cost for a listing to come."""
    frame = _frame(listings, groups, rates)
    return _told(_all(frame, ["group_id", "used"]), _all(frame, ["seller"]))


def _told(group: pl.DataFrame, own: pl.DataFrame) -> pa.Table:
    return pa.table(
        {
            "group_size": group["size"].to_arrow(),
            "group_price_usd": group["middle"].exp().to_arrow(),
            "group_spread": group["spread"].to_arrow(),
            "own_size": own["size"].to_arrow(),
            "own_price_usd": own["middle"].exp().to_arrow(),
        }
    )


def _frame(listings: pa.Table, groups: pa.Table, rates: Rates | None) -> pl.DataFrame:
    """index, listing_id, seller (null for none), group_id, used, and log: the logarithm of the usual price of one piece."""
    money = rates or Rates()
    price = series(listings["price"]).cast(pl.Float64).fill_null(np.nan).to_numpy()
    usd = price / money.usd_column(series(listings["currency"]))
    what = priced(listings["title"], price, usd)
    usual = (what.kind == GOODS) & (usd > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(usual, np.log(per_piece(usd, what.pack)), np.nan)
    frame = pl.DataFrame(
        {
            "listing_id": series(listings["listing_id"]),
            "seller": series(listings["seller_id"]),
            "used": used(listings["title"]),
            "log": pl.Series(log).fill_nan(None),
        }
    ).with_row_index()
    named = pl.DataFrame(groups.select(["listing_id", "group_id"])).with_columns(pl.all().cast(pl.String))
    frame = frame.with_columns(pl.col("listing_id", "seller").cast(pl.String)).join(
        named.unique("listing_id"), on="listing_id", how="left", maintain_order="left"
    )
    return frame.with_columns(pl.when(pl.col("seller") != "").then("seller").alias("seller"))


def _all(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """size, middle and spread of `log` over all rows with the same `by`, in the order of the rows.

    Only of more than LEAST rows, so that each of them has others enough.
    """
    middle = pl.col("log").median().over(by)
    told = frame.drop_nulls([*by, "log"]).select(
        "index",
        pl.len().over(by).cast(pl.Int64).alias("size"),
        middle.alias("middle"),
        (pl.col("log") - middle).abs().median().over(by).alias("spread"),
    )
    return frame.select("index").join(
        told.filter(pl.col("size") > LEAST), on="index", how="left", maintain_order="left"
    )


def used(titles: pa.ChunkedArray) -> pl.Series:
    """Which titles offer second-hand goods."""
    words = [fold(str(word)) for word in load("text/data/context.yaml")["secondhand"]]
    texts = pl.Series([fold(t or "") for t in titles.to_pylist()], dtype=pl.String)
    latin = "|".join(w.replace(" ", r"\s") for w in words if w.isascii())
    return texts.str.contains_any([w for w in words if not w.isascii()]) | texts.str.contains(rf"\b(?:{latin})\b")


def _others(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """size, middle and spread of `log` over the other rows with the same `by`, in the order of the rows.

    The median of all but one is the middle one of its neighbours in the sorted run, so no run is sorted twice.
    """
    known = frame.drop_nulls([*by, "log"]).sort(*by, "log", "index")
    place = pl.int_range(pl.len()).over(by)
    count = pl.len().over(by)
    ordered = known.with_columns(place.alias("place"), count.alias("count"))
    ordered = ordered.with_columns(_without("log", by).alias("middle"), (pl.col("count") - 1).alias("size"))
    spread = (pl.col("log") - pl.col("log").median().over(by)).abs().median().over(by)
    ordered = ordered.with_columns(spread.alias("spread")).filter(pl.col("size") >= LEAST)
    answer = ordered.select("index", pl.col("size").cast(pl.Int64), "middle", "spread")
    # Rows without a price of their own are not compared, and need no figures.
    return frame.select("index").join(answer, on="index", how="left", maintain_order="left")


def _without(name: str, by: list[str]) -> pl.Expr:
    """The median of a sorted run without the row itself."""
    count, place = pl.col("count"), pl.col("place")
    low = (count - 2) // 2
    high = (count - 1) // 2
    # Positions at or after the row itself move up by one.
    low, high = (at + (at >= place).cast(pl.Int64) for at in (low, high))
    last = count - 1
    pick = [pl.col(name).gather(at.clip(0, last)).over(by) for at in (low, high)]
    return (pick[0] + pick[1]) / 2


def per_piece(price_usd: np.ndarray, pack: pl.Series) -> np.ndarray:
    """Prices of one piece."""
    return price_usd / pack.fill_null(1).to_numpy()


def robust_distance(log_ratio: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """How many standard deviations, estimated robustly, a price lies from the median; a spread below 10 % counts as 10 %."""
    return log_ratio / np.maximum(_MAD * spread, 0.1)
