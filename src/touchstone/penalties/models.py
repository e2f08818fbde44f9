"""Points and measures: what a seller was given, by which rule, and how it was counted."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LedgerClass(models.TextChoices):
    GENERAL = "GENERAL", _("General breaches")
    SERIOUS = "SERIOUS", _("Serious breaches")
    COUNTERFEIT = "COUNTERFEIT", _("Sale of counterfeits")


class PenaltyState(models.TextChoices):
    IN_FORCE = "in_force", _("In force")
    REVERSED = "reversed", _("Reversed")


class MeasureState(models.TextChoices):
    IN_FORCE = "in_force", _("In force")
    LIFTED = "lifted", _("Lifted")


class Account(models.Model):
    """One row a seller, held while the seller's points are counted, so that two decisions take turns."""

    seller = models.OneToOneField("market.Seller", on_delete=models.PROTECT, primary_key=True, related_name="+")


class Penalty(models.Model):
    """Points for one decision. The row never changes but for its reversal: totals are recomputed from the rows.

    act_date: the day of the act, which decides the rule in force and the window of a cap.
    calculation: {nominal, cap, in_window, points, before, after, crossed: [thresholds], strikes} as `penalties.impose`
    counted them; `penalties.wording.calculation` says it in words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seller = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="penalties")
    decision_id = models.UUIDField(unique=True)
    listing_id = models.CharField(max_length=100, blank=True, db_index=True)
    ledger_class = models.CharField(max_length=11, choices=LedgerClass)
    finding = models.CharField(max_length=40)
    points = models.PositiveIntegerField()
    pack_version = models.CharField(max_length=100)
    facts = models.TextField()
    basis = models.TextField()
    calculation = models.JSONField()
    state = models.CharField(max_length=8, choices=PenaltyState, default=PenaltyState.IN_FORCE)
    act_date = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reversed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["seller", "ledger_class", "decided_at"])]

    def party_ids(self) -> set[uuid.UUID]:
        return {self.seller.organisation_id} if self.seller.organisation_id else set()


class Measure(models.Model):
    """What a threshold brought. `ends_at` is empty for a measure without end."""

    seller = models.ForeignKey("market.Seller", on_delete=models.PROTECT, related_name="measures")
    penalty = models.ForeignKey(Penalty, on_delete=models.PROTECT, related_name="measures")
    # Points at which the measure came; 0 for one that strikes brought.
    threshold = models.PositiveIntegerField()
    kinds = models.JSONField()
    # False where the pack marks the threshold as not checked against the rule's text.
    verified = models.BooleanField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=MeasureState, default=MeasureState.IN_FORCE)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_at", "-threshold"]

    def party_ids(self) -> set[uuid.UUID]:
        return {self.seller.organisation_id} if self.seller.organisation_id else set()

    def runs(self, now: datetime) -> bool:
        return self.state == MeasureState.IN_FORCE and (self.ends_at is None or self.ends_at > now)
