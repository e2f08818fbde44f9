"""Signed statements about the tree (C2SP tlog-checkpoint) and what witnesses say about them (C2SP tlog-cosignature)."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.ledger import keys, merkle, verifier
from touchstone.ledger.locking import lock_tree
from touchstone.ledger.models import Checkpoint, Cosignature
from touchstone.ledger.signatures import verify_signature
from touchstone.ledger.tiles import TileTree, tree_size


def publish(now: datetime) -> Checkpoint:
    """Sign the tree as it stands. The same size is signed once; asking again gives the same checkpoint.

    Raises Conflict, and signs nothing, if the stored tree does not extend the last checkpoint. Records no event: an
    event would make the tree grow, which would ask for the next checkpoint.
    """
    with transaction.atomic():
        lock_tree()
        size, tree = tree_size(), TileTree()
        last = Checkpoint.objects.first()
        if last and last.size == size:
            return last
        root = tree.root(size)
        if last:
            _must_extend(last, size, root, tree)
        signer = keys.current(now)
        text = f"{signer.name}\n{size}\n{base64.b64encode(root).decode()}\n"
        return Checkpoint.objects.create(
            size=size,
            root=root.hex(),
            origin=signer.name,
            key_id=signer.key_id,
            note=signer.sign(text),
            created_at=now,
        )


def publish_if_grown(now: datetime, every: timedelta = timedelta(0)) -> None:
    """`publish`, without taking a lock where there is nothing new, or where the last one is younger than `every`."""
    last = Checkpoint.objects.first()
    if last is None and tree_size() == 0:
        return
    if last is None or (last.created_at + every <= now and last.size < tree_size()):
        publish(now)


def note_of(checkpoint: Checkpoint) -> str:
    """The checkpoint's note with the witnesses' lines."""
    return checkpoint.note + "".join(c.line for c in checkpoint.cosignatures.all())


def add_cosignature(*, size: int, line: str, witness_key: str) -> Cosignature:
    """Store a witness's line for the checkpoint of this size; the same line again changes nothing.

    witness_key: `name+id+base64(4 || public key)`. Raises NotFound, or NotValid if the line is not by that key over
    that checkpoint.
    """
    checkpoint = Checkpoint.objects.filter(size=size).first()
    if checkpoint is None:
        raise NotFound(_("There is no checkpoint of size %(size)d.") % {"size": size})
    try:
        key = verifier.parse_key(witness_key)
        note = verifier.parse_note((checkpoint.note + line.strip("\n") + "\n").encode())
    except (verifier.FormError, UnicodeEncodeError) as error:
        raise NotValid(_("The cosignature cannot be read: %(why)s.") % {"why": error}) from None
    if key.type != 4 or not verifier.signed_by(note, key, verify_signature):
        raise NotValid(
            _("The line is not a cosignature of this checkpoint by the witness %(name)s.") % {"name": key.name}
        )
    seconds = struct.unpack(">Q", note.signatures[-1][1][4:12])[0]
    cosignature, _made = Cosignature.objects.get_or_create(
        checkpoint=checkpoint,
        witness=key.name,
        key_id=key.key_id,
        defaults={"line": line.strip("\n") + "\n", "cosigned_at": _moment(seconds)},
    )
    return cosignature


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotValid(_("The cosignature's time is not a time.")) from None


def _must_extend(last: Checkpoint, size: int, root: bytes, tree: TileTree) -> None:
    proof = tree.consistency_proof(last.size, size) if size >= last.size else []
    if not merkle.verify_consistency(last.size, size, bytes.fromhex(last.root), root, proof):
        raise Conflict(
            _("The stored tree does not extend the checkpoint of size %(size)d; nothing was signed.")
            % {"size": last.size},
            remedy=_("Run `touchstone ledger check` and restore the database from a backup."),
        )
