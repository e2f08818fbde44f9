"""The queue of suspected listings and what people settled about them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    CLAIMED = "claimed", _("Claimed")
    DECIDED = "decided", _("Decided")


class OutcomeKind(models.TextChoices):
    KEEP = "keep", _("Keep")
    REMOVE = "remove", _("Remove")


class Task(models.Model):
    """A listing that waits for a person. At most one undecided task a listing.

    A claim runs out at `claim_until`; from then on the task counts as open although its state still says claimed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    listing = models.ForeignKey("market.Listing", on_delete=models.PROTECT, related_name="tasks")
    verdict = models.OneToOneField("screening.Verdict", on_delete=models.PROTECT, related_name="task")
    # The brand that the verdict is about, to filter by; empty where it names none.
    brand = models.CharField(max_length=100, blank=True)
    # Block before review, then score, then orders at stake; see review/priority.py.
    priority = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=TaskState, default=TaskState.OPEN)
    created_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claimed_tasks", null=True
    )
    claimed_at = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-priority", "created_at", "id"]
        indexes = [
            models.Index(fields=["decided_at", "-priority", "created_at", "id"]),
            models.Index(fields=["decided_at", "brand"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=~models.Q(state="decided"),
                name="one_undecided_task_a_listing",
            ),
        ]


class Decision(models.Model):
    """What a person (or a rule allowed to) settled about a listing, with facts and basis."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="decision")
    listing = models.ForeignKey("market.Listing", on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=6, choices=OutcomeKind)
    finding = models.CharField(max_length=40, blank=True)
    facts = models.TextField()
    basis = models.TextField()
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions", null=True
    )
    decided_at = models.DateTimeField()
    automated = models.BooleanField(default=False)
    pack_version = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-decided_at"]

    def party_ids(self) -> set[uuid.UUID]:
        organisation = self.listing.seller.organisation_id
        return {organisation} if organisation else set()
