#!/usr/bin/env python3
"""The whole suite: everything on SQLite, then what touches a database again on PostgreSQL. Called by `make test`.

Arguments go to pytest: `scripts/run_tests.py -k ledger`. Exits with the first pass that fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import java

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77
# These know no database (or drive the pages, which the SQLite pass has done): once is enough.
WITHOUT_DATABASE = ("engine", "cli", "law", "demo/market", "browser", "bench")


def main(arguments: list[str]) -> int:
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        os.environ.get("TOUCHSTONE_TEST_WORKERS", "2"),
    ]
    java.bring()
    sqlite = subprocess.run([*pytest, *arguments], cwd=ROOT, env=without_database_url())
    if sqlite.returncode:
        return sqlite.returncode
    print("\nOnce more on PostgreSQL:", flush=True)
    ignored = [f"--ignore=tests/{folder}" for folder in WITHOUT_DATABASE]
    beside = [sys.executable, str(ROOT / "scripts" / "with_postgres.py")]
    postgres = subprocess.run([*beside, *pytest, *ignored, *arguments], cwd=ROOT)
    return 0 if postgres.returncode == SKIPPED else postgres.returncode


def without_database_url() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "TOUCHSTONE_DATABASE_URL"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
