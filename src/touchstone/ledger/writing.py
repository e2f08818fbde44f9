"""Writing an event: the one function through which anything gets into the ledger."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import rfc8785
from django.db import transaction

from touchstone.ledger.models import Event, EventRef

if TYPE_CHECKING:
    from touchstone.accounts.actor import Actor

Ref = tuple[str, Any]


def record(
    actor: Actor,
    now: datetime,
    type: str,
    *,
    subject: Ref,
    refs: Iterable[Ref] = (),
    payload: dict[str, Any] | None = None,
) -> Event:
    """Write one event in the caller's transaction.

    type: `room:subject:verb-in-past`. subject and refs: (kind, id) pairs. payload: plain JSON without floats.
    Raises RuntimeError outside a transaction: an event without its change, or a change without its event, must not exist.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("ledger.record must run inside the action's transaction")
    named = [(subject[0], str(subject[1]), True)]
    named += [(kind, str(id), False) for kind, id in refs if (kind, str(id)) != named[0][:2]]
    body = rfc8785.dumps(payload or {})
    event_id = uuid.uuid4()
    envelope = rfc8785.dumps(
        {
            "id": str(event_id),
            "type": type,
            "time": now.isoformat(),
            "actor": {
                "kind": actor.kind,
                "id": actor.id,
                "organisation": str(actor.organisation_id or ""),
            },
            "subject": list(named[0][:2]),
            "refs": [list(n[:2]) for n in named[1:]],
            "payload_sha256": hashlib.sha256(body).hexdigest(),
        }
    )
    event = Event.objects.create(
        uuid=event_id,
        type=type,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        organisation_id=actor.organisation_id,
        occurred_at=now,
        envelope=envelope.decode(),
        payload=body.decode(),
    )
    EventRef.objects.bulk_create(
        EventRef(event=event, kind=kind, object_id=id, is_subject=is_subject)
        for kind, id, is_subject in dict.fromkeys(named)
    )
    return event
