"""How many variants does a title offer? "(38 styles)", "16色可选"."""

from __future__ import annotations

import polars as pl

# At most three digits that no digit or point stands before: a year (2024款) or a decimal is no count. Chinese 款 also
# follows a year of two digits (24款), so there it needs a word of choice after it.
_LATIN = r"(?:^|[^\d.])(\d{1,3}) ?\+? ?(?:different |assorted )?(?:colou?rs?|colou?rways?|styles?|designs?|options)\b"
_CHOICE = "种颜色|个颜色|种配色|个配色|色可选|色入|配色|种款式|个款式|款可选|款式|款任选|色任选|款选|色选"
_CHINESE = rf"(?:^|[^\d.])(\d{{1,3}}) ?(?:{_CHOICE})"


def variety(titles: pl.Series, colourful: pl.Series) -> pl.Series:
    """The largest count of colours or styles in each title, 0 for none; 0 where the goods are colourful by nature.

    `titles`: String, null for none. `colourful`: Boolean. Answer: Int64.
    """
    lower = titles.str.to_lowercase()
    counts = pl.DataFrame(
        {
            "latin": lower.str.extract(_LATIN, 1).cast(pl.Int64),
            "chinese": lower.str.extract(_CHINESE, 1).cast(pl.Int64),
            "colourful": colourful,
        }
    )
    largest = pl.max_horizontal("latin", "chinese").fill_null(0)
    return counts.select(pl.when("colourful").then(0).otherwise(largest).alias("variety")).to_series()
