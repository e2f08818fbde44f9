"""Checks the whole ledger in the database against itself and its signatures: `touchstone ledger check`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC

from touchstone.errors import Conflict
from touchstone.ledger import merkle, verifier
from touchstone.ledger.canonical import commitment
from touchstone.ledger.checkpoints import note_of
from touchstone.ledger.models import Checkpoint, Event, LogKey
from touchstone.ledger.signatures import verify_signature
from touchstone.ledger.tiles import TileTree, stored_width


class Frontier:
    """The roots of the complete subtrees at the right edge: enough to compute the root after every append."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        carried, rest = leaf, self.size
        while rest & 1:
            carried = merkle.node_hash(self._peaks.pop(), carried)
            rest >>= 1
        self._peaks.append(carried)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return merkle.EMPTY_ROOT
        result = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            result = merkle.node_hash(peak, result)
        return result


def problems() -> Iterator[str]:
    """One sentence for each thing that is wrong; none if the ledger is whole. Reads every event once."""
    frontier, checkpoints = Frontier(), {c.size: c for c in Checkpoint.objects.prefetch_related("cosignatures")}
    yield from _wrong_signatures(checkpoints)
    yield from _wrong_root(frontier, checkpoints)
    events = Event.objects.exclude(leaf_index=None).order_by("leaf_index").prefetch_related("refs")
    for event in events.iterator(chunk_size=2000):
        if event.leaf_index != frontier.size:
            yield f"Event {event.uuid}: leaf index {event.leaf_index} follows {frontier.size - 1}."
            return
        yield from _contradictions(event)
        frontier.append(merkle.leaf_hash(event.envelope.encode()))
        yield from _wrong_root(frontier, checkpoints)
    yield from (f"Checkpoint {size}: the ledger has only {frontier.size} events." for size in sorted(checkpoints))
    if stored_width() != frontier.size:
        yield f"The stored tree has {stored_width()} leaves, the ledger {frontier.size} sequenced events."
    try:
        if TileTree().root(frontier.size) != frontier.root():
            yield f"The stored tree of size {frontier.size} has another root than its events."
    except Conflict as damage:
        yield str(damage)
    for event in Event.objects.filter(leaf_index=None).prefetch_related("refs").iterator(chunk_size=2000):
        yield from _contradictions(event)


def _wrong_root(frontier: Frontier, checkpoints: dict[int, Checkpoint]) -> Iterator[str]:
    checkpoint = checkpoints.pop(frontier.size, None)
    if checkpoint and checkpoint.root != frontier.root().hex():
        found = frontier.root().hex()
        yield f"Checkpoint {checkpoint.size}: signed root {checkpoint.root}, but the events give {found}."


def _wrong_signatures(checkpoints: dict[int, Checkpoint]) -> Iterator[str]:
    known = {key.key_id: key.vkey for key in LogKey.objects.all()}
    for checkpoint in checkpoints.values():
        try:
            note = verifier.parse_note(note_of(checkpoint).encode())
            key = verifier.parse_key(known.get(checkpoint.key_id, ""))
            _origin, size, root = verifier.parse_checkpoint(note.text)
        except verifier.FormError as error:
            yield f"Checkpoint {checkpoint.size}: its note or key {checkpoint.key_id} cannot be read ({error})."
            continue
        if not verifier.signed_by(note, key, verify_signature):
            yield f"Checkpoint {checkpoint.size}: not signed by key {checkpoint.key_id}."
        if (size, root.hex()) != (checkpoint.size, checkpoint.root):
            yield f"Checkpoint {checkpoint.size}: its row does not say what its note says."


def _contradictions(event: Event) -> Iterator[str]:
    """Where an event's columns, refs or payload differ from what its envelope says."""
    said = json.loads(event.envelope)
    named = _refs(event)
    moment = event.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    stored = {
        "v": 1,
        "id": str(event.uuid),
        "type": event.type,
        "time": moment,
        "actor": {
            "kind": event.actor_kind,
            "id": event.actor_id,
            "organisation": str(event.organisation_id or ""),
        },
        "subject": named[0],
        "refs": named[1:],
        "payload_commitment": said["payload_commitment"] if event.erased else _commitment(event),
    }
    for part in sorted(stored):
        if stored[part] != said.get(part):
            yield f"Event {event.uuid} (leaf {event.leaf_index}): its {part} differs from its envelope."


def _refs(event: Event) -> list[list[str]]:
    refs = sorted(event.refs.all(), key=lambda ref: ref.pk)
    return [[ref.kind, ref.object_id] for ref in refs] or [[]]


def _commitment(event: Event) -> str:
    return commitment(bytes.fromhex(event.salt or ""), (event.payload or "").encode())
