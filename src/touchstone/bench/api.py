"""Suite `api`: verdicts by HTTP on PostgreSQL with two processes, each stored with its event, at a fixed rate.

    scripts/with_postgres.py --durable touchstone bench api        (or: make load)

Needs TOUCHSTONE_DATABASE_URL of a PostgreSQL whose user may make databases; it works in one of its own, which goes at
the end. The rights are the product's famous brands, 50 rules of the database are live, every request has its own
Idempotency-Key and another listing that the market knows. The rates rise to the goal; missing it is exit status 1.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from touchstone.bench import api_setup
from touchstone.bench.load import Outcome, moments, quantile, send
from touchstone.bench.processes import Spent, end
from touchstone.errors import NotValid, TouchstoneError

RATE, P99_MS = 500, 50.0
RATES = (100, 250, RATE)
PROCESSES, RULES, WARM_UP = 2, 50, 300
MOST_REQUESTS = 15_000
RETRIES = 200
Figure = dict[str, Any]


class Missed(TouchstoneError):
    """The goal was not reached."""

    code = "missed"
    exit_status = 1


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """One figure a rate, of at most `rows` requests. Raises Missed after the last where the goal was not met, NotValid
    without PostgreSQL."""
    count = min(rows, MOST_REQUESTS)
    with _database() as url, tempfile.TemporaryDirectory(prefix="touchstone-load-") as home:
        os.environ |= {"TOUCHSTONE_DATABASE_URL": url, "TOUCHSTONE_HOME": home, "TOUCHSTONE_LOG": "ERROR"}
        scene = api_setup.build(listings=min(count, 5_000), rules=RULES)
        with _served() as (address, served):
            _measure(scene, address, served, WARM_UP, 50)
            for rate in RATES:
                figure = _measure(scene, address, served, count if rate == RATE else min(count, rate * 10), rate)
                yield {**figure, "versions": _versions(scene)}
    if not figure["met"]:
        raise Missed(
            f"at {RATE} requests a second p99 was {figure['p99_ms']} ms, not under {P99_MS:.0f} ms, or a verdict was wrong"
        )


def _measure(
    scene: api_setup.Scene, address: tuple[str, int], served: subprocess.Popen[bytes], count: int, rate: int
) -> Figure:
    before, keys = scene.counts(), [str(uuid4()) for _ in range(count)]
    requests = [scene.request(address, number, key) for number, key in enumerate(keys)]
    spent = Spent.since(served.pid, scene.postmaster())
    outcome = send(address, requests, moments(count, rate, seed=rate))
    cpu = spent.until_now()
    replayed = send(address, requests[:RETRIES], moments(min(RETRIES, count), 100, seed=1))
    after = scene.counts()
    good = [status == 200 for status in outcome.status]
    exact = {
        "verdicts_stored": after.verdicts - before.verdicts,
        "events": after.events - before.events,
        "answers_kept": after.answers - before.answers,
    }
    sound = (
        all(good)
        and all(value == count for value in exact.values())
        and after.doubled == 0
        and replayed.body == outcome.body[: len(replayed.body)]
        and scene.answered_as_stored(keys, outcome.body)
    )
    seconds = sorted(outcome.seconds)
    p99 = quantile(seconds, 0.99) * 1000
    return {
        "figure": "verdicts by API",
        "rate": rate,
        "requests": count,
        "reached": round(count / outcome.lasted, 1),
        "p50_ms": round(quantile(seconds, 0.5) * 1000, 1),
        "p95_ms": round(quantile(seconds, 0.95) * 1000, 1),
        "p99_ms": round(p99, 1),
        "max_ms": round(seconds[-1] * 1000, 1),
        "errors": good.count(False),
        **exact,
        "doubled": after.doubled,
        "retries_answered_alike": replayed.body == outcome.body[: len(replayed.body)],
        "cpu_ms_a_request": _a_request(cpu, outcome, count),
        "load_before": round(spent.load, 2),
        "sender_late_ms": round(outcome.late * 1000, 1),
        "met": sound and p99 < P99_MS and count / outcome.lasted >= 0.97 * rate,
    }


def _a_request(cpu: dict[str, float], outcome: Outcome, count: int) -> dict[str, float]:
    parts = {**cpu, "sender": outcome.cpu}
    return {name: round(value / count * 1000, 2) for name, value in {**parts, "all": sum(parts.values())}.items()}


@contextlib.contextmanager
def _database() -> Iterator[str]:
    """A database of the server that TOUCHSTONE_DATABASE_URL names, for this run alone."""
    import psycopg

    server = os.environ.get("TOUCHSTONE_DATABASE_URL", "")
    if not server.startswith("postgres"):
        raise NotValid(
            "the suite api measures on PostgreSQL, and TOUCHSTONE_DATABASE_URL names none",
            remedy="Run make load, or scripts/with_postgres.py --durable touchstone bench api.",
        )
    name = f"touchstone_load_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            from django.db import connections

            connections.close_all()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def _served() -> Iterator[tuple[tuple[str, int], subprocess.Popen[bytes]]]:
    """`touchstone serve` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    command = [sys.executable, "-m", "touchstone", "serve", "--processes", str(PROCESSES), "--port", str(address[1])]
    served = subprocess.Popen(command, stdout=sys.stderr)
    try:
        _wait_for(address, served)
        yield address, served
    finally:
        end(served)


def _wait_for(address: tuple[str, int], served: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and served.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            time.sleep(10)  # both processes build their screener
            return
        time.sleep(0.2)
    raise NotValid("the server did not start")


def _versions(scene: api_setup.Scene) -> dict[str, str]:
    names = ("django", "granian", "polars", "psycopg", "pyarrow")
    return {**{name: version(name) for name in names}, "postgresql": scene.postgresql()}
