"""Requests that wait at the same time are answered together: one table for the engine, one transaction for the database.

One thread a process works through them, with the process's screener and one connection. It never waits for more to come:
what arrives while a batch is under way is the next batch, so batches grow with the traffic by themselves.

A request gets its answer after the commit that stores its verdict, or None: then it is no plain case (its key was
revoked, its Idempotency-Key is known, its listing breaks something), and the ordinary way through Django answers it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.utils import timezone

from touchstone.accounts.actor import Actor
from touchstone.api.answers import Answer, give
from touchstone.api.keys import live_keys
from touchstone.screening.api import LISTING_SCHEMA
from touchstone.screening.row_actions import Judged, judge_rows, store_judged
from touchstone.screening.screeners import screener

MOST = 64
CONTENT_TYPE = "application/json; charset=utf-8"
# What stands for a database that was away, or two transactions that met: worth one more try.
_TRIES = 2
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Waiting:
    """A request: who asks (`key_id` is the actor's API key), for which listing, under which Idempotency-Key if any."""

    actor: Actor
    key_id: UUID
    row: dict[str, Any]
    idempotency_key: str | None = None
    request_sha256: str = ""
    answer: bytes | None = None
    _done: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._done.acquire()

    def finish(self) -> None:
        """Let `wait` return."""
        self._done.release()

    def wait(self) -> bytes | None:
        """The answer's body once it is known; None where the ordinary way must answer."""
        self._done.acquire()
        return self.answer


class Desk:
    """Takes requests from any thread, works in its own."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True, name="screening")
        self._thread.start()

    def ask(self, waiting: Waiting) -> bytes | None:
        """The answer to a request, see `Waiting.wait`."""
        self._queue.put(waiting)
        return waiting.wait()

    def close(self) -> None:
        """Answer what waits, then end the thread and its connection."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        self._warm()
        while batch := self._next():
            try:
                answer(batch)
            except Exception:
                log.exception("a batch of %s could not be answered together", len(batch))
            finally:
                for waiting in batch:
                    waiting.finish()
        connection.close()

    def _next(self) -> list[Waiting]:
        """All that wait, one at least and MOST at most; none once the desk is closed."""
        batch: list[Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == MOST:
                return batch
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return batch
        if batch:
            self._queue.put(None)  # closed, once these are answered
        return batch

    def _warm(self) -> None:
        """Build the screener before somebody waits for it."""
        try:
            screener(timezone.now())
        except Exception:
            log.exception("the screener could not be built yet")


@cache
def desk() -> Desk:
    """The desk of this process."""
    return Desk()


def answer(batch: Sequence[Waiting]) -> None:
    """Answer those that can be answered together; where one breaks the batch, each alone."""
    close_old_connections()
    try:
        _answer(batch)
    except Exception:
        if len(batch) == 1:
            raise
        log.warning("a batch of %s is answered one by one", len(batch), exc_info=True)
        for waiting in batch:
            _alone(waiting)


def _alone(waiting: Waiting) -> None:
    try:
        _answer([waiting])
    except Exception:
        log.warning("a listing is answered the ordinary way", exc_info=True)


def _answer(batch: Sequence[Waiting]) -> None:
    """Judge, store, answer. Raises whatever the engine or the database raises; then nothing was stored."""
    for tries_left in reversed(range(_TRIES)):
        try:
            _try(batch)
            return
        except (DatabaseError, InterfaceError):
            if not tries_left:
                raise
            connection.close_if_unusable_or_obsolete()


def _try(batch: Sequence[Waiting]) -> None:
    now = timezone.now()
    alive = live_keys({waiting.key_id for waiting in batch})
    batch = [waiting for waiting in batch if waiting.key_id in alive]
    if not batch:
        return
    # `judge_rows` and `store_judged` ask the policy; of many callers each is asked for when their verdict is stored.
    judged = judge_rows(batch[0].actor, now, rows=_table(batch))
    bodies = [orjson.dumps(verdict) for verdict in judged.verdicts.to_pylist()]
    with transaction.atomic():
        fresh = _store(batch, bodies, judged, now)
    for place in fresh:
        batch[place].answer = bodies[place]


def _store(batch: Sequence[Waiting], bodies: list[bytes], judged: Judged, now: datetime) -> list[int]:
    """Keep the answers and the verdicts; the places of those that were not answered before."""
    first: dict[tuple[UUID, str], int] = {}
    for place, waiting in enumerate(batch):
        if waiting.idempotency_key is not None:
            first.setdefault((waiting.key_id, waiting.idempotency_key), place)
    named = [
        Answer(name, batch[place].request_sha256, 200, CONTENT_TYPE, bodies[place]) for name, place in first.items()
    ]
    new = {first[name] for name in give(named, now)}
    fresh = [place for place, waiting in enumerate(batch) if waiting.idempotency_key is None or place in new]
    store_judged([waiting.actor for waiting in batch], now, judged=judged, keep=fresh)
    return fresh


def _table(batch: Sequence[Waiting]) -> pa.Table:
    return pa.Table.from_pylist([waiting.row for waiting in batch], LISTING_SCHEMA)
