"""How fast things happen, how old they are, what changed after approval, and whose shop this was before.

Everything comes from columns that somebody else counted (a file, or `events.py`), so that a listing is judged by what
was known when it is judged.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz

from touchstone.engine.text.normalise import fold

_MONTH, _WEEK = 30, 7


def histories(listings: pl.DataFrame) -> pl.DataFrame:
    """Velocity, ages and reopening; one row a listing.

    A burst is the daily number of the last 7 days divided by that of the 23 days before, one event added to those so
    that a first sale is no burst. shop_age_days: from the opening of the shop to the day on which the listing was made.
    listing_age_days: from then to `as_of`; null where that is not known or lies before.
    """
    made, opened, asked = _day("created_at"), _day("seller_opened_on"), _day("as_of")
    shop_age = (pl.coalesce(made, asked) - opened).dt.total_days()
    listing_age = (asked - made).dt.total_days()
    return listings.select(
        "orders_1d",
        "orders_7d",
        "refunds_7d",
        "seller_listings_1d",
        "seller_listings_7d",
        _burst("orders").alias("order_burst"),
        _burst("refunds").alias("refund_burst"),
        _burst("seller_listings").alias("listing_burst"),
        pl.when(shop_age >= 0).then(shop_age).alias("shop_age_days"),
        pl.when(listing_age >= 0).then(listing_age).alias("listing_age_days"),
        pl.col("reopened_from").fill_null("").alias("reopened_from"),
        pl.when(pl.col("reopened_from").fill_null("") != "")
        .then(pl.col("reopened_shares").fill_null(1))
        .otherwise(0)
        .alias("reopened_shares"),
    )


def edits(listings: pl.DataFrame, named: pl.Series, named_before: pl.Series) -> pl.DataFrame:
    """Columns edited_title, edited_images, title_alike (0 to 1), brand_added.

    listings: title, previous_title (the one that passed), edited_after_pass (`title`, `images`, separated by `;`).
    named, named_before: whether the title, and the previous one, name a brand.
    """
    before, now = listings["previous_title"].fill_null(""), listings["title"].fill_null("")
    there = (before != "").arg_true()
    pairs = zip(before.gather(there), now.gather(there), strict=True)
    told = pl.Series([fuzz.ratio(fold(a), fold(b)) / 100 for a, b in pairs], dtype=pl.Float64)
    alike = pl.repeat(None, len(before), dtype=pl.Float64, eager=True).scatter(there, told)
    parts = listings["edited_after_pass"].fill_null("").str.to_lowercase()
    swapped = ((before != "") & (alike.fill_null(1.0) < 1.0)) | parts.str.contains("title", literal=True)
    return pl.DataFrame(
        {
            "edited_title": swapped,
            "edited_images": parts.str.contains("image", literal=True),
            "title_alike": alike,
            "brand_added": (before != "") & named & ~named_before,
        }
    )


def _burst(name: str) -> pl.Expr:
    week, month = pl.col(f"{name}_7d"), pl.col(f"{name}_30d")
    before = (month - week).clip(lower_bound=0) + 1
    return (week / _WEEK) / (before / (_MONTH - _WEEK))


def _day(name: str) -> pl.Expr:
    """The day of a column of dates or times as text; null where it is none."""
    return pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
