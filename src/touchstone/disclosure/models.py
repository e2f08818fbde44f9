"""What the public sees of a shop, as it was last counted."""

from __future__ import annotations

import uuid

from django.db import models


class IndexRun(models.Model):
    """One counting of all shops. `digest`: SHA-256 of the whole table, so that anybody with the data can repeat it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    as_of = models.DateTimeField()
    shops = models.PositiveIntegerField()
    definition_version = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]


class SellerIndex(models.Model):
    """The figures of one shop: rows of disclosure.index.COLUMNS without the seller, days as ISO 8601."""

    seller = models.OneToOneField("market.Seller", on_delete=models.CASCADE, related_name="index")
    run = models.ForeignKey(IndexRun, on_delete=models.PROTECT, related_name="shops_counted")
    computed_at = models.DateTimeField()
    definition_version = models.CharField(max_length=100)
    metrics = models.JSONField()
