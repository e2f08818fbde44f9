"""What a person can do from the audit trail."""

from __future__ import annotations

from datetime import datetime

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.ledger import bundle


def export(actor: Actor, now: datetime, *, kind: str, object_id: str) -> bytes:
    """The evidence bundle (zip) of everything that names the object; leaves one event. Raises NotFound, Forbidden."""
    permit(actor, "audit.view")
    return bundle.export(actor, now, refs=[(kind, object_id)])
