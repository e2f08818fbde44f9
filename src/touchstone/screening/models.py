"""Runs of the engine over the market, the verdicts they left, and what later proved true."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from touchstone.screening.figure_models import KnownFigures
from touchstone.screening.image_models import ImageEntry, ImageHit
from touchstone.screening.picture_models import Picture, PictureMark
from touchstone.screening.rule_models import Rule, RulePeriod, RuleTrial, RuleVersion, ShadowHit
from touchstone.screening.score_models import ScoreModel, ScorePeriod

__all__ = [
    "ImageEntry",
    "ImageHit",
    "KnownFigures",
    "Label",
    "LabelKind",
    "LabelSource",
    "Picture",
    "PictureMark",
    "Rule",
    "RulePeriod",
    "RuleTrial",
    "RuleVersion",
    "Run",
    "ScoreModel",
    "ScorePeriod",
    "ShadowHit",
    "Verdict",
    "VerdictKind",
]


class VerdictKind(models.TextChoices):
    PASS = "pass", _("Pass")
    REVIEW = "review", _("Review")
    BLOCK = "block", _("Block")


class LabelKind(models.TextChoices):
    COUNTERFEIT = "counterfeit", _("Counterfeit")
    GENUINE = "genuine", _("Genuine")


class LabelSource(models.TextChoices):
    DECISION = "decision", _("Decision of a reviewer")
    OUTCOME = "outcome", _("Outcome reported by an agency")


class Run(models.Model):
    """One pass of one engine, one set of rules and one state of the rights over listings."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    engine_version = models.CharField(max_length=80)
    rules_version = models.CharField(max_length=80)
    rights_version = models.CharField(max_length=80)
    listings = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    review = models.PositiveIntegerField()
    blocked = models.PositiveIntegerField()
    # Verdicts that are new; the others stood already, made from the same inputs and versions.
    stored = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-started_at"]


class Verdict(models.Model):
    """What the engine said about a listing, with everything needed to say why and to say it again.

    score: 0 to 1. brands: list of names. matches: list of {brand, text, start, end, technique} over the title.
    reasons: list of {signal, value, weight, text, text_zh}. inputs: digest of the row and the versions that went in.
    """

    listing = models.ForeignKey("market.Listing", on_delete=models.PROTECT, related_name="verdicts")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="verdicts", null=True)
    verdict = models.CharField(max_length=6, choices=VerdictKind)
    score = models.FloatField()
    brands = models.JSONField(default=list)
    matches = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    engine_version = models.CharField(max_length=80)
    rules_version = models.CharField(max_length=80)
    rights_version = models.CharField(max_length=80)
    inputs = models.CharField(max_length=64)
    # What was judged, so that a later edit is seen.
    title = models.TextField(blank=True, default="")
    images = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["current", "verdict"])]
        constraints = [
            models.UniqueConstraint(
                fields=["listing"], condition=models.Q(current=True), name="one_current_verdict_a_listing"
            ),
        ]


class Label(models.Model):
    """What a listing proved to be. The latest label of a listing counts."""

    listing = models.ForeignKey("market.Listing", on_delete=models.PROTECT, related_name="labels")
    label = models.CharField(max_length=11, choices=LabelKind)
    source = models.CharField(max_length=8, choices=LabelSource)
    source_id = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "source", "source_id", "label"], name="a_label_is_recorded_once"
            ),
        ]
