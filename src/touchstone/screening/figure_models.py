"""What the market knows of a listing, a seller, a category or a product, counted beforehand."""

from __future__ import annotations

from django.db import models


class KnownFigures(models.Model):
    """Columns of docs/formats.md by name. key: see screening/known.py. as_of: no event after it is counted."""

    key = models.CharField(max_length=110, primary_key=True)
    facts = models.JSONField()
    as_of = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
