"""Events, what they are about, and the Merkle tree over them."""

from __future__ import annotations

import uuid

from django.db import models


class Event(models.Model):
    """One thing that happened. `envelope` is the canonical JSON (RFC 8785) whose bytes are the leaf of the Merkle tree."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=100, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=200)
    organisation_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(db_index=True)
    envelope = models.TextField()
    payload = models.TextField()
    # Set by the sequencer, in commit order and without gaps.
    leaf_index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        ordering = ["id"]


class EventRef(models.Model):
    """An object that an event names: its subject, or another that the event belongs to."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="refs")
    kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=100)
    is_subject = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"])]
