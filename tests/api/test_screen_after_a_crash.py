"""A web process is killed while it works: every answer that was given is stored, once, and a retry gets it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from shops import a_listing
from touchstone.api.models import GivenAnswer
from touchstone.bench.processes import end
from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening.models import Verdict

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two web processes need PostgreSQL"),
]
REQUESTS, PROGRAMS, PATIENCE = 120, 12, 240.0


@pytest.fixture
def address(actors, now, tmp_path):
    """Where `touchstone serve --processes 2` listens, over the database of the test, and its process id."""
    path = tmp_path / "rights.csv"
    path.write_text("brand,aliases,reference_price,currency\nNike,耐克,600,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = connection.settings_dict
    host = given["HOST"].replace("/", "%2F")
    url = f"postgresql://{given['USER']}@{host}/{given['NAME']}"
    environment = {
        **os.environ,
        "TOUCHSTONE_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "touchstone.project.settings",
    }
    command = [sys.executable, "-m", "touchstone", "serve", "--processes", "2", "--no-worker", "--port", str(port)]
    served = subprocess.Popen(command, env=environment)
    try:
        yield port, served.pid
    finally:
        end(served)


def post(port, secret, row, key):
    """The body of the answer; sent again under the same key until there is one."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Idempotency-Key": key}
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            line.request("POST", "/api/v1/screen", json.dumps(row).encode(), headers)
            answer = line.getresponse()
            body = answer.read()
            if answer.status == 200:
                return body
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            line.close()
    raise AssertionError("no answer")


def children(pid):
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(pid):
    """The web processes: what `serve` started beside Python's own helpers."""
    telling = [(n, Path(f"/proc/{n}/cmdline").read_bytes()) for n in children(pid)]
    return [n for n, line in telling if b"resource_tracker" not in line]


def test_a_process_that_is_killed_loses_and_doubles_nothing(address, secret_of, now):
    port, pid = address
    secret = secret_of("engineer")
    rows = [{"listing_id": f"L-{n}", "title": f"Nike shoes {n}", "seller_id": "S-9"} for n in range(REQUESTS)]
    for row in rows:
        a_listing(now, row["listing_id"], "S-9", title=row["title"])
    first = post(port, secret, rows[0], "k-0")
    with ThreadPoolExecutor(PROGRAMS) as threads:
        asked = [threads.submit(post, port, secret, row, f"k-{n}") for n, row in enumerate(rows)]
        while Verdict.objects.count() < REQUESTS // 4:
            time.sleep(0.02)
        os.kill(workers(pid)[0], signal.SIGKILL)
        answers = [future.result() for future in asked]
    assert answers[0] == first
    kept = {given.idempotency_key: bytes(given.body) for given in GivenAnswer.objects.all()}
    assert kept == {f"k-{n}": answer for n, answer in enumerate(answers)}
    assert Verdict.objects.count() == Verdict.objects.filter(current=True).count() == REQUESTS
    assert Event.objects.filter(type="screening:verdict:stored").count() == REQUESTS
