"""Gives committed events their place in the tree, in commit order and without gaps.

Any number of processes may run this at once: one appends, the others wait their turn. A batch is one transaction (tiles
and leaf indexes together), so a process killed at any point leaves a whole tree behind.

Order: by event id among what is committed. An event whose transaction began after another had committed always comes
after it: it has the larger id, and whoever sees it sees the other. Of two transactions that ran at the same time either
may come first. See docs/adr/0021.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from touchstone.errors import TouchstoneError
from touchstone.ledger import checkpoints, waking
from touchstone.ledger.locking import lock_tree
from touchstone.ledger.merkle import leaf_hash
from touchstone.ledger.models import Event
from touchstone.ledger.tiles import TileTree, tree_size

BATCH = 1000
SIGN_EVERY = timedelta(minutes=1)
_log = logging.getLogger(__name__)


def run_once(batch: int = BATCH, *, sign: bool = False) -> int:
    """Append all that is committed now; returns how many events. `sign`: and sign a checkpoint if the tree grew."""
    appended = last = sequence(batch)
    while last == batch:
        last = sequence(batch)
        appended += last
    if sign:
        checkpoints.publish_if_grown(timezone.now())
    return appended


def sequence(batch: int = BATCH) -> int:
    """Append at most `batch` waiting events to the tree in one transaction. Returns how many."""
    if not Event.objects.filter(leaf_index=None).exists():
        return 0  # without taking the lock
    with transaction.atomic():
        lock_tree()
        waiting = list(Event.objects.filter(leaf_index=None).order_by("id").values_list("id", "envelope")[:batch])
        size = tree_size()
        TileTree().append(size, [leaf_hash(envelope.encode()) for _id, envelope in waiting])
        _number([id for id, _envelope in waiting], size)
    return len(waiting)


def run_forever(interval: float = 1.0, stopped: Callable[[], bool] = lambda: False) -> None:
    """Run after each commit of this process and every `interval` seconds, sign once a minute, until `stopped()`.

    A failure (database away, key missing) is logged and tried again; nothing is lost, events wait in their table.
    """
    while not stopped():
        try:
            close_old_connections()
            run_once()
            checkpoints.publish_if_grown(timezone.now(), every=SIGN_EVERY)
        except (DatabaseError, TouchstoneError, OSError):
            _log.exception("the sequencer failed and will try again")
        waking.wait(interval)


def _number(ids: list[int], start: int) -> None:
    """The one permitted change of an event: from no leaf index to its own, for ever."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ledger_event SET leaf_index = %s WHERE id = %s",
            [(start + position, id) for position, id in enumerate(ids)],
        )
