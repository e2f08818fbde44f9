"""`touchstone serve` and `touchstone work`: the pages and the API, and what happens beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import structlog
import typer

from touchstone.project.parent import VARIABLE, end_with_parent

log = structlog.get_logger()
Task: TypeAlias = tuple[str, timedelta, Callable[[datetime], object]]


def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, help="Port to listen on."),
    processes: int = typer.Option(1, help="Web processes; more than one only with PostgreSQL."),
    worker: bool = typer.Option(True, help="Run the worker beside the pages."),
) -> None:
    """Serve the pages and the API, with the worker beside them."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ[VARIABLE] = str(os.getpid())
    beside = subprocess.Popen([sys.executable, "-m", "touchstone", "work"]) if worker else None
    # The processes share the cores; handing small tables between threads costs more than it saves.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    try:
        Granian(
            "touchstone.project.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=_threads(),
            log_access=False,
            respawn_failed_workers=True,
            workers_kill_timeout=10,  # seconds; a process that is still starting does not hear that it should stop
        ).serve()
    finally:
        if beside:
            beside.terminate()
            beside.wait(timeout=10)


def _threads() -> int:
    """Of a process. A request for a verdict only waits in its thread; on SQLite each one has a cache of its own."""
    return 32 if os.environ.get("TOUCHSTONE_DATABASE_URL", "").startswith("postgres") else 8


def work(once: bool = typer.Option(False, help="Do what is due and stop.")) -> None:
    """Do what happens without a person: append to the ledger's tree, sign checkpoints, end restrictions, read pictures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    import django

    django.setup()
    end_with_parent()
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda n, _frame: stopping.append(n))
    if once:
        take_turns([*tasks(), *slow_tasks()], stopping, once=True)
        return
    slow = threading.Thread(target=take_turns, args=(slow_tasks(), stopping), name="slow tasks", daemon=True)
    slow.start()
    take_turns(tasks(), stopping)
    slow.join(timeout=5)  # a reading is kept whole or not at all, so it may be cut off


def take_turns(tasks: list[Task], stopping: list[int], *, once: bool = False) -> None:
    """Run each task when it is due, until somebody writes into `stopping`."""
    due: dict[str, datetime] = {}
    while not stopping:
        for name, every, task in tasks:
            now = datetime.now(UTC)
            if due.get(name, now) <= now and not stopping:
                run_task(name, task, now)
                due[name] = now + every
        if once:
            return
        time.sleep(0.5)


def run_task(name: str, task: Callable[[datetime], object], now: datetime) -> None:
    """A task that fails is logged and tried again at its next turn; the others go on."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        task(now)
    except Exception:
        log.exception("task failed", task=name)


def slow_tasks() -> list[Task]:
    """What takes seconds and more, in a thread of its own, so that the ledger never waits for it."""
    from touchstone.accounts.actor import Actor
    from touchstone.cases import newcomers
    from touchstone.review import image_matches
    from touchstone.screening import figures

    return [
        (
            "new sellers",
            timedelta(seconds=2),
            lambda now: newcomers.link_new_sellers(Actor.system("rings"), now),
        ),
        ("figures", timedelta(minutes=1), figures.refresh_if_imported),
        ("pictures", timedelta(seconds=5), image_matches.look_closer),
    ]


def tasks() -> list[Task]:
    """(name, how often, what to do) of what happens without a person and is done in no time."""
    from touchstone.accounts.actor import Actor
    from touchstone.ledger import checkpoints, sequencer
    from touchstone.market import actions as market

    return [
        ("sequence", timedelta(milliseconds=500), lambda _now: sequencer.run_once()),
        ("checkpoint", timedelta(minutes=1), checkpoints.publish_if_grown),
        (
            "restrictions",
            timedelta(minutes=1),
            lambda now: market.lift_ended_restrictions(Actor.system("restrictions"), now),
        ),
    ]
