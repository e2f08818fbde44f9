"""`touchstone ledger ...` and `touchstone verify` as a person meets them, each in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
from touchstone.cli import main
main()
"""
SETUP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "touchstone.project.settings"
import django
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from django.db import transaction
for app in ("ledger", "accounts"):
    call_command("migrate", app, verbosity=0)
from touchstone import ledger
from touchstone.accounts.actor import Actor
with transaction.atomic():
    for n in range(3):
        ledger.record(Actor.system("t"), datetime.now(UTC), "a:b:c", subject=("seller", "S-1"), payload={"n": n})
"""


@pytest.fixture(scope="module")
def touchstone(tmp_path_factory):
    """Runs the command line on a small SQLite ledger of three events."""
    home = tmp_path_factory.mktemp("home")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("TOUCHSTONE", "DJANGO", "LC_", "LANG"))}
    environment |= {"TOUCHSTONE_HOME": str(home), "TOUCHSTONE_LEDGER_ORIGIN": "test.example/log", "PYTHONUTF8": "1"}
    subprocess.run([sys.executable, "-c", SETUP], env=environment, check=True, cwd=home)

    def run(*arguments):
        command = [sys.executable, "-c", PROGRAM, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=home, encoding="utf-8")

    run.home = home
    return run


def test_sequence_sign_export_verify(touchstone):
    done = touchstone("ledger", "sequence")
    assert (done.stdout, done.stderr) == ("3 events appended.\n", "")
    note = touchstone("ledger", "checkpoint").stdout
    assert note.startswith("test.example/log\n3\n")
    key = touchstone("ledger", "key").stdout.split()[0]
    assert "written" in touchstone("ledger", "export", "b.zip", "--object", "seller:S-1").stdout
    done = touchstone("verify", "b.zip", "--key", key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "VERIFIED: 3 events" in done.stdout
    assert "验证通过" in touchstone("verify", "b.zip", "--lang", "zh").stdout

    bundle = touchstone.home / "b.zip"
    bundle.write_bytes(bundle.read_bytes().replace(b'\\"n\\":2', b'\\"n\\":3'))
    done = touchstone("verify", "b.zip")
    assert done.returncode == 1
    assert "events/000000000002.json (event 2, a:b:c," in done.stdout
    assert "NOT VERIFIED" in done.stdout
    bundle.write_bytes(b"not a zip")
    done = touchstone("verify", "b.zip")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert touchstone("ledger", "check").returncode == 0


def test_proofs_are_json(touchstone):
    touchstone("ledger", "sequence")
    inclusion = json.loads(touchstone("ledger", "proof", "--leaf", "1", "--size", "3").stdout)
    consistency = json.loads(touchstone("ledger", "proof", "--from", "2", "--to", "3").stdout)
    assert (inclusion["leaf_index"], len(inclusion["proof"])) == (1, 2)
    assert len(consistency["proof"]) == 1
    assert inclusion["root"] == consistency["root"]


def test_the_key_is_rotated_and_the_ledger_stays_whole(touchstone):
    touchstone("ledger", "sequence")
    before = touchstone("ledger", "key").stdout.splitlines()[0]
    touchstone("ledger", "rotate-key", "--because", "yearly")
    after = touchstone("ledger", "key").stdout.splitlines()
    assert len(after) == 2
    assert after[0].endswith("current")
    assert before.split()[0] in after[1]
    touchstone("ledger", "sequence")
    assert "is whole" in touchstone("ledger", "check").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("ledger", "export", "x.zip"),
        ("ledger", "export", "x.zip", "--object", "seller"),
        ("ledger", "export", "x.zip", "--object", "seller:nobody"),
        ("ledger", "export", "x.zip", "--from", "1"),
        ("ledger", "export", "no/such/folder/x.zip", "--object", "seller:S-1"),
        ("ledger", "proof"),
        ("ledger", "proof", "--leaf", "999"),
        ("ledger", "proof", "--from", "9", "--to", "2"),
        ("ledger", "proof", "--leaf", "1", "--size", "99999"),
        ("verify", "nothing.zip"),
        ("verify", "."),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(touchstone, arguments):
    done = touchstone(*arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert not (touchstone.home / "x.zip").exists()


def test_verify_needs_no_django(touchstone):
    probe = "import sys; from touchstone.cli import app; assert not any(m.startswith('django') for m in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe]).returncode == 0
