"""`{% load rooms %}`: what a room's page shows of the rooms above it, which the room itself cannot ask.

Each tag answers None, or nothing, where there is none or the actor may not see it.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import may
from touchstone.cases import queries as cases
from touchstone.cases.models import Ring
from touchstone.errors import NotFound
from touchstone.market.models import Listing, Seller
from touchstone.penalties.meters import Meter, meters
from touchstone.review import queries as review
from touchstone.review.models import Decision
from touchstone.review.prefill import reasons_in_language
from touchstone.screening import image_queries, picture_queries
from touchstone.screening import queries as screening
from touchstone.screening.image_models import ImageHit
from touchstone.screening.models import Verdict
from touchstone.screening.picture_queries import Told

register = template.Library()
_MOST = 10


@register.simple_tag
def verdict_of(actor: Actor, listing: Listing) -> Verdict | None:
    """`{% verdict_of actor listing as verdict %}`: the current verdict."""
    if not may(actor, "verdict.view", listing):
        return None
    try:
        return screening.current_verdict(actor, listing.listing_id)
    except NotFound:
        return None


@register.filter
def told(verdict: Verdict) -> list[dict[str, Any]]:
    """The verdict's reasons in the reader's language, heaviest first."""
    return reasons_in_language(verdict)


@register.simple_tag
def decisions_of(actor: Actor, listing: Listing) -> list[Decision]:
    """`{% decisions_of actor listing as decisions %}`: the newest first."""
    if not may(actor, "decision.view", listing):
        return []
    return list(review.decisions(actor, listing_id=listing.listing_id)[:_MOST])


@register.simple_tag
def image_hits_of(actor: Actor, listing: Listing) -> list[ImageHit]:
    """`{% image_hits_of actor listing as hits %}`: the images of the bank that the listing showed."""
    return list(image_queries.hits_of(actor, listing)[:_MOST]) if may(actor, "image.view") else []


@register.simple_tag
def told_by_pictures(actor: Actor, listing: Listing) -> list[Told]:
    """`{% told_by_pictures actor listing as told %}`: the text and marks found in them, for `review/_pictures.html`."""
    return picture_queries.told_by(actor, listing) if may(actor, "verdict.view", listing) else []


@register.simple_tag
def ring_of(actor: Actor, seller: Seller) -> Ring | None:
    """`{% ring_of actor seller as ring %}`: the ring that the shop is in."""
    return cases.ring_of(seller.seller_id) if may(actor, "ring.view") else None


@register.simple_tag
def meters_of(actor: Actor, seller: Seller) -> list[Meter]:
    """`{% meters_of actor seller as meters %}`: points a class, for `penalties/_meters.html`."""
    return meters(seller, timezone.now()) if may(actor, "penalty.view", seller) else []
