"""Marks: pictures of a brand's logo that its rights holder gave, looked for in the pictures of listings."""

from __future__ import annotations

import uuid

from django.db import models


class Mark(models.Model):
    """One mark, numbered as they came. `sha256` is of the picture in the media store (market/media.py)."""

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("rights.Brand", on_delete=models.PROTECT, related_name="marks")
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    added_by_name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    withdrawn_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "sha256"],
                condition=models.Q(withdrawn_at=None),
                name="one_live_mark_a_brand_and_picture",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.brand.name, self.name)))

    def party_ids(self) -> set[uuid.UUID]:
        return self.brand.party_ids()

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
