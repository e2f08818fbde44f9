"""Sellers, listings and verdicts for the tests of the rooms that work on them."""

from __future__ import annotations

from datetime import date, datetime

from touchstone.market.models import Listing, Seller
from touchstone.screening.models import Verdict


def a_seller(now: datetime, seller_id: str = "S-1", **values) -> Seller:
    values = {"shop_name": f"Shop {seller_id}", "opened_on": date(2024, 1, 1), "changed_at": now, **values}
    return Seller.objects.get_or_create(seller_id=seller_id, defaults=values)[0]


def a_listing(now: datetime, listing_id: str = "L-1", seller_id: str = "S-1", **values) -> Listing:
    values = {"title": "N1KE running shoes", "price_minor": 9900, "currency": "CNY", "changed_at": now, **values}
    return Listing.objects.create(listing_id=listing_id, seller=a_seller(now, seller_id), **values)


def a_verdict(listing: Listing, now: datetime, verdict: str = "review", score: float = 0.7, **values) -> Verdict:
    values = {
        "brands": ["Nike"],
        "matches": [{"brand": "Nike", "text": "N1KE", "start": 0, "end": 4, "technique": "leet"}],
        "reasons": [
            {
                "signal": "brand_in_title",
                "value": "Nike",
                "weight": 1.0,
                "text": "The title names Nike.",
                "text_zh": "标题写有Nike。",
            },
            {
                "signal": "price_ratio",
                "value": "0.12",
                "weight": 1.8,
                "text": "The price is 12 % of what such goods of Nike cost.",
                "text_zh": "价格仅为Nike同类正品的12%。",
            },
            {
                "signal": "secondhand",
                "value": "true",
                "weight": -1.2,
                "text": "Offered as second-hand, so a low price is normal.",
                "text_zh": "标明二手，低价属正常。",
            },
        ],
        **values,
    }
    return Verdict.objects.create(
        listing=listing,
        verdict=verdict,
        score=score,
        engine_version="1+a",
        rules_version="r1",
        rights_version="g1",
        inputs="0" * 64,
        at=now,
        **values,
    )
