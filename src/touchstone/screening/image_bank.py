"""The bank that live screening looks at: one a process, brought up to date before every look.

Every change of an entry leaves an event `screening:image:...`. Where the number of new events is what it should be, only
the entries that they name are read again; else, as after a commit out of order, all are. So an entry is looked for with
the next listing after its commit, in every process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from uuid import UUID

import numpy as np
import pyarrow as pa

from touchstone.engine.images.bank import Bank
from touchstone.engine.images.bank_rows import ENTRIES
from touchstone.engine.images.search import unpack
from touchstone.ledger import queries as ledger
from touchstone.screening.image_models import ImageEntry, ImageState

EVENTS = "screening:image:"
_AT_ONCE = 5_000
_lock = threading.Lock()


class _Live:
    """A bank, the database it mirrors, and the state of the events that it has seen."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.bank = Bank()
        self.seen = (0, 0)
        self._known: set[str] = set()

    def follow(self) -> None:
        """Read what has changed since."""
        state = ledger.state_of(EVENTS)
        if state == self.seen:
            return
        changed = ledger.subjects_after(EVENTS, self.seen[0])
        if len(changed) == state[1] - self.seen[1]:
            self._renew(set(changed))
        else:
            self.bank, self._known = Bank(), set()
            self._renew(None)
        self.seen = state
        self.bank.version = _version(self._known)

    def _renew(self, ids: set[str] | None) -> None:
        """Read these entries again, or all."""
        if ids:
            self.bank.remove(ids & self._known)
            self._known -= ids
        live = ImageEntry.objects.filter(state=ImageState.CONFIRMED).order_by("added_at", "id")
        found = live if ids is None else live.filter(id__in=ids)
        chunk: list[ImageEntry] = []
        for entry in found.iterator(chunk_size=_AT_ONCE):
            chunk.append(entry)
            if len(chunk) == _AT_ONCE:
                self._take(chunk)
                chunk = []
        self._take(chunk)

    def _take(self, entries: list[ImageEntry]) -> None:
        if entries:
            self.bank.add(as_rows(entries))
            self._known |= {str(entry.id) for entry in entries}


def _version(ids: set[str]) -> str:
    """Names the content: an entry never changes, so the set of those that are looked for does, in whatever order."""
    total = 0
    for one in ids:
        total ^= UUID(one).int
    return f"images-{len(ids)}-{total:032x}"


_live: dict[str, _Live] = {}


def bank() -> Bank:
    """The bank as of now. The same object as long as nothing out of order happened, so ask before every look."""
    database = ledger.database()
    with _lock:
        if database not in _live:
            _live.clear()
            _live[database] = _Live(database)
        _live[database].follow()
        return _live[database].bank


def as_rows(entries: Iterable[ImageEntry]) -> tuple[np.ndarray, pa.Table]:
    """Entries as `Bank.add` takes them: one row a hash."""
    rows, hashes = [], []
    for entry in entries:
        for pdq in entry.hashes.split(";"):
            hashes.append(pdq)
            rows.append(
                {"id": str(entry.id), "name": str(entry), "brand": entry.brand, "kind": str(entry.kind),
                 "orientations": False, "state": ImageState.CONFIRMED.value}
            )  # fmt: skip
    return unpack(hashes)[0], pa.Table.from_pylist(rows, schema=ENTRIES)
