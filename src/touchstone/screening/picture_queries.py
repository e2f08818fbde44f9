"""What the closer look at a listing's pictures has found, for pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.market import shown
from touchstone.market.models import Listing
from touchstone.screening.picture_models import Picture, PictureMark


@dataclass(frozen=True)
class Box:
    """A mark in a picture: its place in percent of the picture's width and height."""

    brand: str
    inliers: int
    left: int
    top: int
    width: int
    height: int


@dataclass
class Told:
    """A picture that said something. `number` counts from 1; `url` is of its thumbnail."""

    number: int
    url: str
    text: str
    boxes: list[Box] = field(default_factory=list)


def told_by(actor: Actor, listing: Listing) -> list[Told]:
    """The pictures of the listing in which text was read or a mark was found, in order. Raises Forbidden."""
    permit(actor, "verdict.view", listing)
    places = shown.pictures_table([listing.listing_id]).to_pylist()
    known = Picture.objects.in_bulk([place["sha256"] for place in places])
    marks: dict[str, list[Box]] = {}
    found = PictureMark.objects.filter(picture__in=known, mark__withdrawn_at=None).select_related("mark__brand")
    for seen in found:
        marks.setdefault(seen.picture_id, []).append(_box(seen))
    return [
        Told(
            place["position"] + 1, reverse("market:picture", args=[listing.listing_id, place["position"]]), text, boxes
        )
        for place in places
        if place["sha256"] in known
        for text, boxes in [(known[place["sha256"]].text, marks.get(place["sha256"], []))]
        if text or boxes
    ]


def _box(seen: PictureMark) -> Box:
    left, top, right, bottom = (round(100 * share) for share in (seen.left, seen.top, seen.right, seen.bottom))
    return Box(seen.mark.brand.name, seen.inliers, left, top, max(1, right - left), max(1, bottom - top))


def figures() -> dict[str, int]:
    """Pictures that were opened, that were read, and in which a mark was found."""
    return {
        "opened": Picture.objects.count(),
        "read": Picture.objects.exclude(reader="").count(),
        "marked": Picture.objects.filter(marks__isnull=False).distinct().count(),
    }
