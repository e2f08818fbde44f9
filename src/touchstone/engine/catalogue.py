"""The signals, by name and type. Rules and the scorecard may name these columns and no others."""

from __future__ import annotations

import polars as pl

# name: (type, what it says). Null means "not known", never "no".
SIGNALS: dict[str, tuple[type[pl.DataType], str]] = {
    "brand": (pl.String, "the brand that the listing is about, empty for none; of several, the first in the title"),
    "brand_count": (pl.Int64, "how many brands the title or the brand column names"),
    "brand_in_title": (pl.Boolean, "the title names a brand"),
    "brand_claimed": (pl.Boolean, "the brand column names a brand"),
    "brand_in_description": (pl.Boolean, "only the description names a brand"),
    "brand_nominative": (pl.Boolean, "every brand in the title only says what the goods fit or are compared with"),
    "luxury_count": (pl.Int64, "how many of the brands are luxury brands"),
    "narrow": (pl.Boolean, "the brand sells in a narrow band of prices, so that its reference price speaks"),
    "seller_status": (pl.String, "authorised, unauthorised (the brand lists its sellers, not this one) or unknown"),
    "seller_confirmed_fakes": (pl.Int64, "how often this seller was found to sell copies"),
    "price_ratio": (pl.Float64, "price divided by the reference price of such goods, in one currency"),
    "price_percent": (pl.Int64, "price_ratio in percent, rounded, 1 at least"),
    "variety": (pl.Int64, "how many colours, styles or sizes the title offers; 0 for none"),
    "replica_strong": (pl.Int64, "words that hardly anyone uses for genuine goods"),
    "replica_medium": (pl.Int64, "words that are used for copies and, now and then, honestly"),
    "replica_weak": (pl.Int64, "everyday words that fit the pattern"),
    "replica_words": (pl.String, "the words found"),
    "accessory": (pl.Boolean, "the goods go with those of a brand (case, cable, strap)"),
    "secondhand": (pl.Boolean, "the goods are second-hand"),
    "repair": (pl.Boolean, "a service or a book, not the goods"),
    "review_fakes": (pl.Int64, "how many words of the reviews call the goods false"),
    "review_words": (pl.String, "those words"),
    "orders_30d": (pl.Int64, "orders of thirty days"),
    "fake_claims_30d": (pl.Int64, "complaints of thirty days that the goods are false"),
    "fake_claim_rate": (pl.Float64, "fake_claims_30d divided by orders_30d"),
    "refund_rate": (pl.Float64, "refunds_30d divided by orders_30d"),
    "images_refused": (pl.Int64, "images that could not be read safely"),
    "image_note": (pl.String, "why the first of them was refused"),
    "bank_label": (pl.String, "the known image that an image of the listing equals or nearly equals"),
    "bank_distance": (pl.Int64, "bits between the two PDQ hashes, 0 to 31"),
    "title_length": (pl.Int64, "characters of the title"),
    "disguised": (pl.Int64, "how many names the title writes so that a search does not find them"),
    "title_cut": (pl.Boolean, "the title is longer than what is read"),
}


def empty() -> pl.DataFrame:
    """A frame of no rows with every signal in its type."""
    return pl.DataFrame(schema={name: kind for name, (kind, _) in SIGNALS.items()})
