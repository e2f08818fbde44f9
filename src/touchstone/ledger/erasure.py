"""Forgetting what an event said, without forgetting that it happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone.errors import NotFound
from touchstone.ledger.models import Event
from touchstone.ledger.writing import Who, record


@transaction.atomic
def erase_payload(actor: Who, now: datetime, *, event_id: UUID, because: str) -> Event:
    """Delete an event's payload and salt for ever; the envelope, and so the tree, stays as it is.

    Records one event that says what was erased and why; erasing twice changes nothing. The caller has checked that the
    actor may. Raises NotFound.
    """
    event = Event.objects.select_for_update().filter(uuid=event_id).first()
    if event is None:
        raise NotFound(_("There is no event %(event)s.") % {"event": event_id})
    if event.erased:
        return event
    Event._base_manager.filter(pk=event.pk).update(payload=None, salt=None)
    record(
        actor,
        now,
        "ledger:payload:erased",
        subject=("event", event.uuid),
        refs=[(ref.kind, ref.object_id) for ref in event.refs.all()],
        payload={"event_type": event.type, "because": because},
    )
    event.refresh_from_db()
    return event
