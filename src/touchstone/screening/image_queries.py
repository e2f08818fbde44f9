"""Reading the bank of images."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import NotFound
from touchstone.market.models import Listing
from touchstone.screening.image_models import ImageEntry, ImageHit, ImageKind, ImageState

SORTS = {
    "": ("-added_at", "-id"),
    "hits": ("listings", "id"),
    "-hits": ("-listings", "id"),
    "added": ("added_at", "id"),
    "-added": ("-added_at", "-id"),
}


def entries(actor: Actor, *, search: str = "", state: str = "", kind: str = "", sort: str = "") -> QuerySet[ImageEntry]:
    """The bank, filtered: `search` in brand, name, reason or the beginning of the hash. Raises Forbidden."""
    permit(actor, "image.view")
    found = ImageEntry.objects.select_related("listing")
    if search:
        words = Q(brand__icontains=search) | Q(name__icontains=search) | Q(because__icontains=search)
        found = found.filter(words | Q(pdq__startswith=search.lower()))
    if state in ImageState.values:
        found = found.filter(state=state)
    if kind in ImageKind.values:
        found = found.filter(kind=kind)
    return found.order_by(*SORTS.get(sort, SORTS[""]))


def entry(actor: Actor, entry_id: UUID) -> ImageEntry:
    """One entry. Raises Forbidden, NotFound."""
    permit(actor, "image.view")
    found = ImageEntry.objects.select_related("listing").filter(id=entry_id).first()
    if found is None:
        raise NotFound(_("There is no such image in the bank."))
    return found


def hits(actor: Actor, entry_id: UUID) -> QuerySet[ImageHit]:
    """The listings that showed the entry, the nearest first. Raises Forbidden."""
    permit(actor, "image.view")
    return ImageHit.objects.filter(entry=entry_id).select_related("listing__seller")


def hits_of(actor: Actor, listing: Listing) -> QuerySet[ImageHit]:
    """The entries that the listing showed, without those that were withdrawn. Raises Forbidden."""
    permit(actor, "image.view")
    found = ImageHit.objects.filter(listing=listing).exclude(entry__state=ImageState.WITHDRAWN)
    return found.select_related("entry")


def listings_showing(entries: Iterable[ImageEntry]) -> list[str]:
    """External ids of the listings that show a confirmed copy among these entries."""
    ids = [entry.id for entry in entries if entry.kind == ImageKind.FAKE]
    found = ImageHit.objects.filter(entry__in=ids, entry__state=ImageState.CONFIRMED)
    return sorted(set(found.values_list("listing__listing_id", flat=True)))


def counts() -> dict[str, int]:
    """How many entries there are of each state."""
    rows = ImageEntry.objects.order_by().values_list("state").annotate(n=Count("id"))
    return {**dict.fromkeys(ImageState.values, 0), **dict(rows)}


def copies_shown() -> int:
    """How many listings show a confirmed copy."""
    found = ImageHit.objects.filter(entry__kind=ImageKind.FAKE, entry__state=ImageState.CONFIRMED)
    return found.values("listing").distinct().count()
