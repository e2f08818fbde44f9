"""No event is lost, doubled or torn from its change, whenever a process is killed and however many write at once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

KILLING = Path(__file__).with_name("killing.py")


@pytest.fixture
def run_beside(tmp_path):
    """Runs killing.py on a database of this test's own, of the kind that the tests run on; gives its reports."""
    url = os.environ.get("TOUCHSTONE_DATABASE_URL", "")
    name = f"killed_{os.getpid()}_{tmp_path.name}".lower()[:60]
    own = urlunsplit(urlsplit(url)._replace(path=f"/{name}")) if url else f"sqlite:///{tmp_path / 'own.sqlite3'}"

    def run(mode):
        environment = {**os.environ, "TOUCHSTONE_DATABASE_URL": own, "TOUCHSTONE_HOME": str(tmp_path)}
        environment.pop("TOUCHSTONE_TEST_SUFFIX", None)
        command = [sys.executable, str(KILLING), mode]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    if not url.startswith("postgres"):
        yield run
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield run
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_an_action_killed_between_any_two_statements_leaves_both_row_and_event_or_neither(run_beside):
    reports = run_beside("action")
    assert [r["moment"] for r in reports if r["killed"]] == [*range(len(reports) - 2), "commit"]
    assert len(reports) >= 10, "the action has statements to be killed between"
    for report in reports:
        assert report["left"]["rows"] == report["left"]["events"], report
        assert report["retried"] == {"rows": 1, "events": 1}, report
        assert report["problems"] == [], report
        assert report["waiting"] == 0, report
    assert reports[-1]["left"]["rows"] == 1, "killed after its commit, the action is done"
    assert any(report["left"]["rows"] == 0 for report in reports)


def test_a_sequencer_killed_between_any_two_statements_leaves_a_whole_tree(run_beside):
    reports = run_beside("sequencer")
    assert len(reports) >= 24, "the sequencer has statements to be killed between"
    for position, report in enumerate(reports):
        assert report["problems_after"] == [], report
        assert report["problems"] == [], report
        assert report["waiting"] == 0, report
        assert report["size"] == report["signed"] == 240 + 3 * (position + 1), report
    assert reports[-1]["size"] > 256, "the rounds crossed the edge of a tile"


def test_writers_and_sequencers_at_once_leave_no_gap_and_keep_each_writers_order(run_beside):
    (report,) = run_beside("concurrent")
    assert set(report["ends"]) == {0}
    assert report["indexes"] == list(range(len(report["indexes"])))
    assert report["problems"] == []
    assert report["waiting"] == 0
    for numbers in report["by_writer"]:
        assert numbers == list(range(len(numbers)))
        assert len(numbers) > 20
