"""Rules that people write: their versions, when which is in force, what trials and shadows found."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RuleMode(models.TextChoices):
    LIVE = "live", pgettext_lazy("rule", "Live")
    SHADOW = "shadow", _("In shadow")


class RuleVerdict(models.TextChoices):
    REVIEW = "review", _("Review")
    BLOCK = "block", _("Block")


class RuleState(models.TextChoices):
    """What a version is at a moment; it follows from its approval and its periods."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    SHADOW = "shadow", _("In shadow")
    LIVE = "live", pgettext_lazy("rule", "Live")
    RETIRED = "retired", _("Retired")


def _person() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)


class Rule(models.Model):
    """A rule by its name; what it says stands in its versions. Its row is what actions on the rule lock."""

    rule_id = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["rule_id"]

    def __str__(self) -> str:
        return self.rule_id


class RuleVersion(models.Model):
    """What a rule says: where the condition holds, the verdict is at least `then`. Approved, it never changes.

    because: why this version was written. trial: the one on which the approval rests. retired_at: given up for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    condition = models.TextField()
    then = models.CharField(max_length=6, choices=RuleVerdict)
    reason = models.CharField(max_length=500)
    reason_zh = models.CharField(max_length=500, blank=True)
    because = models.CharField(max_length=500, blank=True)
    author = _person()
    written_at = models.DateTimeField()
    approver = _person()
    approved_at = models.DateTimeField(null=True, blank=True)
    trial = models.ForeignKey("RuleTrial", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rule__rule_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="a_version_of_a_rule_has_its_number"),
            models.CheckConstraint(
                condition=~models.Q(approver=models.F("author")) | models.Q(approver=None),
                name="nobody_approves_their_own_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.rule_id} {self.number}"

    @property
    def content(self) -> str:
        """A digest of what the version says."""
        parts = (self.rule.rule_id, self.condition, self.then, self.reason, self.reason_zh)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

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


class RulePeriod(models.Model):
    """A version of a rule is put to `share` per cent of the listings, from a moment until another.

    One that was called off before it began ends when it begins.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="periods")
    mode = models.CharField(max_length=6, choices=RuleMode)
    share = models.PositiveSmallIntegerField(default=100)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(null=True, blank=True, db_index=True)
    started_by = _person()
    ended_by = _person()
    because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gte=1) & models.Q(share__lte=100), name="a_share_is_from_1_to_100"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gte=models.F("starts_at")),
                name="a_period_ends_after_it_starts",
            ),
        ]

    def covers(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or self.ends_at > now)

    @property
    def cancelled(self) -> bool:
        return self.ends_at is not None and self.ends_at <= self.starts_at


class RuleTrial(models.Model):
    """What a version would have done: against the labels that there are, and on the market as it stands.

    content: digest of what the version said; rules_version: the rules that it was put beside; figures: see
    screening/rule_trials.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="trials")
    content = models.CharField(max_length=64)
    rules_version = models.CharField(max_length=80)
    engine_version = models.CharField(max_length=80)
    rights_version = models.CharField(max_length=80)
    figures = models.JSONField(default=dict)
    by = _person()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "id"]


class ShadowHit(models.Model):
    """A rule in shadow applied to a listing (external id): what the verdict was, and what it would have been."""

    period = models.ForeignKey(RulePeriod, on_delete=models.CASCADE, related_name="hits")
    listing_id = models.CharField(max_length=100)
    verdict = models.CharField(max_length=6)
    would_be = models.CharField(max_length=6)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["period", "listing_id"], name="a_shadow_counts_a_listing_once"),
        ]
