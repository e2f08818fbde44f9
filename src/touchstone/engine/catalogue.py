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
    "review_fakes": (pl.Int64, "how many reviews call the goods false; the same words count once"),
    "review_denials": (pl.Int64, "how many reviews say that the goods are genuine"),
    "review_words": (pl.String, "the words that call them false"),
    "orders_30d": (pl.Int64, "orders of thirty days"),
    "fake_claims_30d": (pl.Int64, "complaints of thirty days that the goods are false, of each known buyer one"),
    "fake_claim_rate": (pl.Float64, "fake_claims_30d divided by orders_30d"),
    "refund_rate": (pl.Float64, "refunds_30d divided by orders_30d"),
    "fake_rate": (pl.Float64, "fake_claim_rate drawn towards what is usual, the more the fewer orders there are"),
    "fake_excess": (pl.Float64, "fake_rate divided by what is usual in the category"),
    "refund_excess": (pl.Float64, "the rate of refunds, drawn likewise, divided by what is usual in the category"),
    "orders_1d": (pl.Int64, "orders of the last day"),
    "orders_7d": (pl.Int64, "orders of seven days"),
    "refunds_7d": (pl.Int64, "refunds of seven days"),
    "seller_listings_1d": (pl.Int64, "listings that the seller made in the last day"),
    "seller_listings_7d": (pl.Int64, "listings that the seller made in seven days"),
    "order_burst": (pl.Float64, "orders a day of the last seven days divided by those of the 23 days before"),
    "refund_burst": (pl.Float64, "the same of refunds"),
    "listing_burst": (pl.Float64, "the same of the seller's new listings"),
    "shop_age_days": (pl.Int64, "age of the shop when the listing was made"),
    "listing_age_days": (pl.Int64, "age of the listing at as_of"),
    "reopened_from": (pl.String, "a closed shop that this one continues, empty for none"),
    "reopened_shares": (pl.Int64, "how many kinds of identifiers it shares with that shop"),
    "edited_title": (pl.Boolean, "the title was changed after the listing passed"),
    "edited_images": (pl.Boolean, "the images were changed after the listing passed"),
    "title_alike": (pl.Float64, "how much of the title that passed is left, 0 to 1"),
    "brand_added": (pl.Boolean, "the title names a brand and the one that passed named none"),
    "origin_conflict": (
        pl.String,
        "direct_mail or made_in: said to come from abroad, sent from the mainland; or empty",
    ),
    "origin_claim": (pl.String, "the words that say so"),
    "origin_hotspot": (pl.String, "a place known for copies from which it is sent, empty for none"),
    "images_refused": (pl.Int64, "images that could not be read safely"),
    "image_note": (pl.String, "why the first of them was refused"),
    "bank_label": (pl.String, "the image known from copies that an image of the listing equals or nearly equals"),
    "bank_brand": (pl.String, "the brand whose copies that image shows, where the bank says so"),
    "bank_distance": (pl.Int64, "bits between the two PDQ hashes, 0 to 31"),
    "genuine_label": (pl.String, "the rights holder's own shot that an image of the listing equals or nearly equals"),
    "genuine_distance": (pl.Int64, "bits between those two PDQ hashes, 0 to 31"),
    "title_length": (pl.Int64, "characters of the title"),
    "disguised": (pl.Int64, "how many names the title writes so that a search does not find them"),
    "title_cut": (pl.Boolean, "the title is longer than what is read"),
}


# Which way a signal points: 1 where more of it makes copies likelier, -1 where less of it does. A learnt score may only
# follow these directions (scoring/features.py). A signal that is not listed has none of its own and is not learnt from.
DIRECTIONS: dict[str, int] = {
    "brand_count": 1,
    "brand_in_title": 1,
    "brand_claimed": 1,
    "brand_in_description": 1,
    "brand_nominative": -1,
    "luxury_count": 1,
    "narrow": 1,
    "disguised": 1,
    "seller_confirmed_fakes": 1,
    "price_ratio": -1,
    "variety": 1,
    "replica_strong": 1,
    "replica_medium": 1,
    "replica_weak": 1,
    "accessory": -1,
    "secondhand": -1,
    "repair": -1,
    "review_fakes": 1,
    "review_denials": -1,
    "fake_claims_30d": 1,
    "fake_excess": 1,
    "refund_excess": 1,
    "order_burst": 1,
    "refund_burst": 1,
    "seller_listings_7d": 1,
    "listing_burst": 1,
    "shop_age_days": -1,
    "reopened_shares": 1,
    "edited_title": 1,
    "edited_images": 1,
    "title_alike": -1,
    "brand_added": 1,
    "bank_distance": -1,
    "images_refused": 1,
    "title_cut": 1,
}
# The same for the values of a signal that is text; "*" is any value but the empty one.
VALUE_DIRECTIONS: dict[str, dict[str, int]] = {
    "seller_status": {"authorised": -1, "unauthorised": 1},
    "origin_conflict": {"direct_mail": 1, "made_in": 1},
    "origin_hotspot": {"*": 1},
    "bank_label": {"*": 1},
}


def empty() -> pl.DataFrame:
    """A frame of no rows with every signal in its type."""
    return pl.DataFrame(schema={name: kind for name, (kind, _) in SIGNALS.items()})
