"""Writing events: the only way into the ledger."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone.errors import NotValid
from touchstone.ledger import waking
from touchstone.ledger.canonical import canonical, commitment
from touchstone.ledger.models import Event, EventRef

Ref = tuple[str, Any]
Entry = tuple[Ref, Iterable[Ref], dict[str, Any] | None]

SALT_BYTES = 32
_TYPE = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){2}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,19}")
_MAX_ID = 200


class Who(Protocol):
    """What the ledger wants to know of an actor (accounts.actor.Actor has it)."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation_id(self) -> UUID | None: ...


def record(
    actor: Who,
    now: datetime,
    type: str,
    *,
    subject: Ref,
    refs: Iterable[Ref] = (),
    payload: dict[str, Any] | None = None,
) -> Event:
    """Write one event in the caller's transaction.

    type: `room:subject:verb_in_past`. subject and refs: (kind, id) pairs. payload: plain JSON without floats.
    Raises RuntimeError outside a transaction (an event without its change, or a change without its event, must not
    exist), NotValid for a payload, type or reference that the ledger cannot hold.
    """
    return record_many(actor, now, type, entries=[(subject, refs, payload)])[0]


def record_many(actor: Who, now: datetime, type: str, *, entries: Iterable[Entry]) -> list[Event]:
    """Write one event for each (subject, refs, payload), in order, in bulk. Else like `record`."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("ledger.record must run inside the action's transaction")
    if now.tzinfo is None:
        raise ValueError("ledger.record needs an aware time")
    if not _TYPE.fullmatch(type):
        raise NotValid(_("%(type)r is not an event type.") % {"type": type}, place="type")
    drafts = [_draft(actor, now, type, *entry) for entry in entries]
    events = Event.objects.bulk_create([event for event, _refs in drafts], batch_size=500)
    for event, (_same, refs) in zip(events, drafts, strict=True):
        for ref in refs:
            ref.event = event
    EventRef.objects.bulk_create([ref for _event, refs in drafts for ref in refs], batch_size=500)
    transaction.on_commit(waking.wake)
    return events


def _draft(
    actor: Who, now: datetime, type: str, subject: Ref, refs: Iterable[Ref], payload: dict[str, Any] | None
) -> tuple[Event, list[EventRef]]:
    names = list(dict.fromkeys(_name(ref) for ref in (subject, *refs)))
    body, salt, event_id = canonical(payload or {}), secrets.token_bytes(SALT_BYTES), uuid.uuid4()
    envelope = rfc8785.dumps(
        {
            "v": 1,
            "id": str(event_id),
            "type": type,
            "time": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "actor": {
                "kind": actor.kind,
                "id": str(actor.id),
                "organisation": str(actor.organisation_id or ""),
            },
            "subject": list(names[0]),
            "refs": [list(name) for name in names[1:]],
            "payload_commitment": commitment(salt, body),
        }
    )
    event = Event(
        uuid=event_id,
        type=type,
        actor_kind=actor.kind,
        actor_id=str(actor.id),
        actor_name=actor.name,
        organisation_id=actor.organisation_id,
        occurred_at=now,
        envelope=envelope.decode(),
        payload=body.decode(),
        salt=salt.hex(),
    )
    return event, [
        EventRef(kind=kind, object_id=object_id, is_subject=position == 0)
        for position, (kind, object_id) in enumerate(names)
    ]


def _name(ref: Ref) -> tuple[str, str]:
    kind, object_id = ref[0], str(ref[1])
    if not _KIND.fullmatch(kind):
        raise NotValid(_("%(kind)r is not a kind of object.") % {"kind": kind}, place="refs")
    if not 0 < len(object_id) <= _MAX_ID or any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in object_id):
        raise NotValid(
            _("The id of a %(kind)s must have 1 to %(max)d printable characters.") % {"kind": kind, "max": _MAX_ID},
            place="refs",
        )
    return kind, object_id
