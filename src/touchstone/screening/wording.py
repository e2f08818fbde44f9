"""What the room's pages say about readings, signals and techniques, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from touchstone.engine.catalogue import SIGNALS as CATALOGUE

# Steps of reading: what is done, and what it is good for.
STEPS: dict[str, tuple[str | Promise, str | Promise]] = {
    "original": (_("As written"), _("with what nobody sees made visible")),
    "width": (_("Full width to half width"), _("Ｎ is N, styled letters are plain ones")),
    "case": (_("Capitals to small letters"), _("NIKE is nike")),
    "traditional": (_("Traditional to simplified"), _("愛 is 爱")),
    "homoglyph": (_("Look-alikes to letters"), _("Greek Ν is n, 🉑 is 可")),
    "separators": (_("What parts the letters left out"), _("spaces, dots, hearts, unseen characters")),
    "leet": (_("Digits and signs to letters"), _("1 is i, 0 is o, $ is s")),
    "sounds": (_("Read aloud"), _("characters in pinyin, as a buyer says them")),
}
# What became of a place that was considered.
FATES: dict[str, str | Promise] = {
    "counted": _("counts as the brand"),
    "open": _("could be an everyday word; the title says nothing for the brand"),
    "shadowed": _("another name stands here in clear"),
    "other": _("another reading of the same place is nearer"),
    "honest": _("as honest text it is likelier than as a disguise"),
    "cut": _("is cut out of another word"),
}
# What a telling word says: the label and whether it speaks for the listing or against it.
CONTEXT: dict[str, tuple[str | Promise, str]] = {
    "fits": (_("says what the goods fit"), "for"),
    "compared": (_("compares, or says that it is not the brand"), "for"),
    "accessory": (_("goods that go with those of a brand"), "for"),
    "secondhand": (_("second-hand goods"), "for"),
    "repair": (_("a service or a book, not the goods"), "for"),
    "everyday": (_("an everyday phrase that holds the name"), "for"),
    "people": (_("speaks of people, not of what the goods fit"), ""),
    "negation": (_("a negation"), ""),
    "honest_copy": (_("an honest phrase that holds a word of the trade in copies"), "for"),
    "copy_strong": (_("hardly anyone uses it for genuine goods"), "against"),
    "copy_medium": (_("used for copies and, now and then, honestly"), "against"),
    "copy_weak": (_("an everyday word that fits the pattern of copies"), "against"),
    "supports": (_("speaks for the brand"), "against"),
    "opposes": (_("speaks for the everyday thing"), "for"),
}
# Signals that mean fair use, and the sentence for each.
FAIR_USE: dict[str, str | Promise] = {
    "brand_nominative": _("The brand only says what the goods fit or are compared with."),
    "accessory": _("The goods go with those of a brand: a case, a cable, a strap."),
    "secondhand": _("The goods are second-hand."),
    "repair": _("It is a service or a book, not the goods."),
}
SIGNALS: dict[str, str | Promise] = {
    "brand": _("the brand that the listing is about, empty for none; of several, the first in the title"),
    "brand_count": _("how many brands the title or the brand column names"),
    "brand_in_title": _("the title names a brand"),
    "brand_claimed": _("the brand column names a brand"),
    "brand_in_description": _("only the description names a brand"),
    "brand_in_image": _("only the text in its pictures names a brand"),
    "brand_nominative": _("every brand in the title only says what the goods fit or are compared with"),
    "luxury_count": _("how many of the brands are luxury brands"),
    "narrow": _("the brand sells in a narrow band of prices, so that its reference price speaks"),
    "seller_status": _("authorised, unauthorised (the brand lists its sellers, not this one) or unknown"),
    "seller_confirmed_fakes": _("how often this seller was found to sell copies"),
    "price_ratio": _("price divided by the reference price of such goods, in one currency"),
    "price_percent": _("price_ratio in percent, rounded, 1 at least"),
    "price_kind": _("what the price is for: sample, part, deposit, placeholder, or empty for the goods"),
    "pack_count": _("pieces sold together; null where the title does not say"),
    "currency_unknown": _("the currency of a price for which there is no rate, '-' for none given; else null"),
    "price_to_group": _("price of one piece divided by the median of other offers of the same product"),
    "group_percent": _("price_to_group in percent, rounded, 1 at least"),
    "group_size": _("how many such offers there are"),
    "price_group_score": _("how many robust standard deviations the price lies above them"),
    "price_to_own": _("price of one piece divided by the median of the seller's other goods"),
    "own_size": _("how many other priced goods the seller has"),
    "variety": _("how many colours, styles or sizes the title offers; 0 for none"),
    "replica_strong": _("words that hardly anyone uses for genuine goods"),
    "replica_medium": _("words that are used for copies and, now and then, honestly"),
    "replica_weak": _("everyday words that fit the pattern"),
    "replica_words": _("the words found"),
    "accessory": _("the goods go with those of a brand (case, cable, strap)"),
    "secondhand": _("the goods are second-hand"),
    "repair": _("a service or a book, not the goods"),
    "review_fakes": _("how many reviews call the goods false; the same words count once"),
    "review_denials": _("how many reviews say that the goods are genuine"),
    "review_words": _("the words that call them false"),
    "orders_30d": _("orders of thirty days"),
    "fake_claims_30d": _("complaints of thirty days that the goods are false, of each known buyer one"),
    "fake_claim_rate": _("fake_claims_30d divided by orders_30d"),
    "refund_rate": _("refunds_30d divided by orders_30d"),
    "fake_rate": _("fake_claim_rate drawn towards what is usual, the more the fewer orders there are"),
    "fake_excess": _("fake_rate divided by what is usual in the category"),
    "refund_excess": _("the rate of refunds, drawn likewise, divided by what is usual in the category"),
    "orders_1d": _("orders of the last day"),
    "orders_7d": _("orders of seven days"),
    "refunds_7d": _("refunds of seven days"),
    "seller_listings_1d": _("listings that the seller made in the last day"),
    "seller_listings_7d": _("listings that the seller made in seven days"),
    "order_burst": _("orders a day of the last seven days divided by those of the 23 days before"),
    "refund_burst": _("the same of refunds"),
    "listing_burst": _("the same of the seller's new listings"),
    "shop_age_days": _("age of the shop when the listing was made"),
    "listing_age_days": _("age of the listing at as_of"),
    "reopened_from": _("a closed shop that this one continues, empty for none"),
    "reopened_shares": _("how many kinds of identifiers it shares with that shop"),
    "edited_title": _("the title was changed after the listing passed"),
    "edited_images": _("the images were changed after the listing passed"),
    "title_alike": _("how much of the title that passed is left, 0 to 1"),
    "brand_added": _("the title names a brand and the one that passed named none"),
    "origin_conflict": _("direct_mail or made_in: said to come from abroad, sent from the mainland; or empty"),
    "origin_claim": _("the words that say so"),
    "origin_hotspot": _("a place known for copies from which it is sent, empty for none"),
    "images_refused": _("images that could not be read safely"),
    "image_note": _("why the first of them was refused"),
    "images_moving": _("animated images, of which only the first frame is read"),
    "image_text": _("the text read in its images, its first 200 characters; null where none was read"),
    "image_brand": _("the first brand that the text in its images names, empty for none"),
    "image_replica_strong": _("as replica_strong, in the text of its images"),
    "image_replica_medium": _("as replica_medium, in the text of its images"),
    "image_words": _("those words"),
    "logo_brand": _("the rights holder whose mark an image shows, null for none"),
    "logo_inliers": _("how many features of the mark agree on its place, 0 for none"),
    "logo_place": _("the image and the place in it, in percent of its width and height"),
    "vision_copy": _("how likely an outside model thinks that an image shows a copy; null where not asked"),
    "bank_label": _("the image known from copies that an image of the listing equals or nearly equals"),
    "bank_brand": _("the brand whose copies that image shows, where the bank says so"),
    "bank_distance": _("bits between the two PDQ hashes, 0 to 31"),
    "genuine_label": _("the rights holder's own shot that an image of the listing equals or nearly equals"),
    "genuine_distance": _("bits between those two PDQ hashes, 0 to 31"),
    "title_length": _("characters of the title"),
    "disguised": _("how many names the title writes so that a search does not find them"),
    "title_cut": _("the title is longer than what is read"),
}


def meaning(signal: str) -> str | Promise:
    """What a signal says; of one that has no words here yet, the catalogue's own."""
    return SIGNALS.get(signal) or (CATALOGUE[signal][1] if signal in CATALOGUE else "")


def in_language(reason: dict[str, Any]) -> dict[str, Any]:
    """The reason with its sentence in the reader's language."""
    chinese = (get_language() or "en").startswith("zh")
    return {**reason, "text": (reason.get("text_zh") if chinese else "") or reason["text"]}
