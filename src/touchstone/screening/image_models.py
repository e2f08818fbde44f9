"""The bank of images: entries, and which listings showed them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImageKind(models.TextChoices):
    FAKE = "fake", _("Image of copies")
    GENUINE = "genuine", _("Genuine shot")
    NEGATIVE = "negative", _("Says nothing")


class ImageState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    SET_ASIDE = "set_aside", _("Set aside")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ImageEntry(models.Model):
    """An image that is known. `hashes`: PDQ in hex, `;`-separated, of all orientations that are looked for, `pdq` first.

    `ceiling`: how many listings the entry may match, where a person raised it; empty means what the settings say.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pdq = models.CharField(max_length=64, db_index=True)
    hashes = models.TextField()
    kind = models.CharField(max_length=8, choices=ImageKind)
    state = models.CharField(max_length=9, choices=ImageState)
    brand = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the picture in the media store
    listing = models.ForeignKey(
        "market.Listing", on_delete=models.PROTECT, related_name="image_entries", null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(null=True, blank=True)  # which of the listing's images it is
    because = models.CharField(max_length=500)
    added_by = models.CharField(max_length=100)
    added_by_name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    settled_by_name = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_because = models.CharField(max_length=500, blank=True)
    ceiling = models.PositiveIntegerField(null=True, blank=True)
    listings = models.PositiveIntegerField(default=0)  # that showed it, and
    sellers = models.PositiveIntegerField(default=0)  # of how many sellers

    class Meta:
        ordering = ["-added_at", "-id"]
        indexes = [models.Index(fields=["state", "kind"])]
        constraints = [
            models.UniqueConstraint(
                fields=["pdq", "kind"], condition=~models.Q(state="withdrawn"), name="one_entry_an_image_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.brand, self.name))) or self.pdq[:12]


class ImageHit(models.Model):
    """A listing that showed the image of an entry; `distance` in bits when it was first seen."""

    entry = models.ForeignKey(ImageEntry, on_delete=models.PROTECT, related_name="hits")
    listing = models.ForeignKey("market.Listing", on_delete=models.PROTECT, related_name="image_hits")
    distance = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["distance", "listing_id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "listing"], name="a_listing_hits_an_entry_once"),
        ]
