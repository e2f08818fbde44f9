"""What the agencies hear when rings are searched for, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from touchstone.accounts.actor import Actor
from touchstone.agencies.records import match_records
from touchstone.agencies.ring_alerts import tell_owners
from touchstone.cases.ring_store import Change


def on_rings_searched(sender: object, *, actor: Actor, now: datetime, changes: Sequence[Change], **_more: Any) -> None:
    """Match all records against all sellers, then tell each owner of a record which new or changed ring it touches."""
    system = Actor.system("matching")
    match_records(system, now)
    if standing := {change.ring_id for change in changes if change.verb != "lost"}:
        tell_owners(system, now, ring_ids=standing)
