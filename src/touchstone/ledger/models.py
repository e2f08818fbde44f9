"""Events, what they are about, the Merkle tree over them, and the signed statements about that tree."""

from __future__ import annotations

import uuid

from django.db import models

from touchstone.ledger.appendonly import AppendOnly


class Event(AppendOnly):
    """One thing that happened. `envelope` is the canonical JSON (RFC 8785) whose bytes are the leaf of the Merkle tree.

    The envelope commits to the payload by SHA-256(salt || payload); both are null once the payload has been erased.
    """

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=100, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=200)
    organisation_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(db_index=True)
    envelope = models.TextField()
    # Null says "erased"; {} says "nothing to add".
    payload = models.TextField(null=True)
    salt = models.CharField(max_length=64, null=True)
    # Set by the sequencer, in commit order and without gaps.
    leaf_index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="ledger_waiting", condition=models.Q(leaf_index=None)),
        ]

    @property
    def erased(self) -> bool:
        return self.payload is None


class EventRef(AppendOnly):
    """An object that an event names: its subject, or another that the event belongs to."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="refs")
    kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=200)
    is_subject = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "object_id", "event"], name="ledger_ref_object")]
        constraints = [
            models.UniqueConstraint(fields=["event", "kind", "object_id"], name="ledger_ref_once"),
        ]


class Tile(models.Model):
    """Up to 256 neighbouring hashes of one level of the tree (the layout of C2SP tlog-tiles).

    Tile (level, index) holds the nodes index*256 ... index*256+255 of height 8*level, 32 bytes each. Tiles only grow.
    """

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_tile_once")]


class Checkpoint(AppendOnly):
    """A signed statement: the tree of this size has this root (hex). `note` is the C2SP signed note."""

    size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    origin = models.CharField(max_length=200)
    key_id = models.CharField(max_length=8)
    note = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]


class Cosignature(AppendOnly):
    """A witness's statement that it saw this checkpoint and that it extends what it saw before."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    key_id = models.CharField(max_length=8)
    line = models.TextField()
    cosigned_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness", "key_id"], name="ledger_one_cosignature_per_witness"
            ),
        ]


class LogKey(models.Model):
    """The public half of a key that signs or signed checkpoints. `endorsement`: what its predecessor signed for it."""

    key_id = models.CharField(max_length=8, unique=True)
    vkey = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    endorsement = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
