"""Learnt scores: their files, who approved them, when which judged, and what those in shadow would have done."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models

from touchstone.screening.rule_models import RuleMode, RuleState


def _person() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)


class ScoreModel(models.Model):
    """A learnt score. `file`: the bytes that `touchstone train` wrote, which never change; `digest`: their SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    file = models.BinaryField()
    because = models.CharField(max_length=500, blank=True)
    author = _person()
    drafted_at = models.DateTimeField()
    approver = _person()
    approved_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-drafted_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(approver=models.F("author")) | models.Q(approver=None),
                name="nobody_approves_their_own_model",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, now: datetime) -> str:
        """A value of RuleState. Reads the periods, which a page prefetches."""
        periods = list(self.periods.all())
        for mode in RuleMode.values:
            if any(p.mode == mode and p.covers(now) for p in periods):
                return mode
        if any(p.starts_at > now and not p.cancelled for p in periods):
            return RuleState.SCHEDULED
        if self.retired_at or any(p.mode == RuleMode.LIVE and not p.cancelled for p in periods):
            return RuleState.RETIRED
        return RuleState.APPROVED if self.approved_at else RuleState.DRAFT


class ScorePeriod(models.Model):
    """A model judges, or watches in shadow, from a moment until another; one called off ends when it begins.

    moves: of a shadow, how many verdicts it would have changed, by "pass to review" and the like; seen: of how many.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="periods")
    mode = models.CharField(max_length=6, choices=RuleMode)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(null=True, blank=True, db_index=True)
    started_by = _person()
    ended_by = _person()
    because = models.CharField(max_length=500, blank=True)
    seen = models.PositiveBigIntegerField(default=0)
    moves = models.JSONField(default=dict)

    class Meta:
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gte=models.F("starts_at")),
                name="a_model_ends_after_it_starts",
            ),
        ]

    def covers(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or self.ends_at > now)

    @property
    def cancelled(self) -> bool:
        return self.ends_at is not None and self.ends_at <= self.starts_at
