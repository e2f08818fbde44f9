"""`touchstone serve` and `touchstone work` as processes."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

TOUCHSTONE = [sys.executable, "-m", "touchstone"]
PATIENCE = 60  # seconds
REGISTER = """
from django.utils import timezone
from touchstone.accounts import actions
from touchstone.accounts.actor import Actor
founder = Actor(kind="system", id="setup", name="setup", roles=frozenset({"engineer"}))
actions.register_organisation(founder, timezone.now(), %s)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The environment of a process of its own, with an SQLite database in which nothing has happened."""
    own = {
        "TOUCHSTONE_HOME": str(tmp_path_factory.mktemp("home")),
        "DJANGO_SETTINGS_MODULE": "touchstone.project.settings",
    }
    env = {k: v for k, v in os.environ.items() if not k.startswith("TOUCHSTONE_")} | own
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=env, check=True)
    return env


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def until(found) -> bool:
    end = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=5) as page:
            return page.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(number) for number in found.stdout.split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind_however_the_server_ends(home, ending):
    port = free_port()
    server = subprocess.Popen([*TOUCHSTONE, "serve", "--port", str(port)], env=home, stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: answers(port))
        beside = children(server.pid)
        assert len(beside) >= 2  # the worker and one web process
        server.send_signal(ending)
        server.wait(PATIENCE)
        assert until(lambda: all(map(is_gone, beside)))
    finally:
        server.kill()


def test_work_once_seals_what_waits_and_stops(home):
    organisation = "kind='agency', name='City Police', agency_type='police'"
    subprocess.run(
        [sys.executable, "-m", "django", "shell", "-v0", "-c", REGISTER % organisation], env=home, check=True
    )
    subprocess.run([*TOUCHSTONE, "work", "--once"], env=home, check=True, timeout=PATIENCE)
    with sqlite3.connect(Path(home["TOUCHSTONE_HOME"]) / "touchstone.sqlite3") as database:
        assert database.execute("SELECT leaf_index FROM ledger_event").fetchall() == [(0,)]
        assert database.execute("SELECT size FROM ledger_checkpoint").fetchall() == [(1,)]
