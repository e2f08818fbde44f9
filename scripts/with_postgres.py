#!/usr/bin/env python3
"""Run a command beside a PostgreSQL cluster of its own, in a temporary folder, and take both down afterwards.

    scripts/with_postgres.py pytest tests/ledger
    scripts/with_postgres.py --durable touchstone bench api

With --durable a commit is on the disk before it is one, as in production; without, tests run faster.
The command finds the cluster in TOUCHSTONE_DATABASE_URL. Debian's PostgreSQL is used; as root it is installed
where it is missing. Where there is truly none, the script says so and exits with 77 (skipped), and with 1 where CI
is set. Standard library only.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
INITDB = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


UNSAFE = " -c fsync=off -c full_page_writes=off"
DURABLE = "--durable"


def main(command: list[str]) -> int:
    durable = command[0] == DURABLE
    binaries = find_binaries() or install()
    if binaries is None:
        print("PostgreSQL is not installed (Debian: apt-get install postgresql): its tests are skipped.")
        return 1 if os.environ.get("CI") else SKIPPED
    with tempfile.TemporaryDirectory(prefix="touchstone-pg-", ignore_cleanup_errors=True) as folder:
        return run_beside_cluster(binaries, Path(folder), command[durable:], "" if durable else UNSAFE)


def find_binaries() -> Path | None:
    """The newest PostgreSQL that has initdb: on PATH or where Debian puts it."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: float(p.split("/")[4]))
    return Path(debian[-1]).parent if debian else None


def install() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Debian's PostgreSQL for the tests ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "postgresql"]):
        done = subprocess.run(["apt-get", *step], env=environment, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr[-2000:])
    return find_binaries()


def run_beside_cluster(binaries: Path, folder: Path, command: list[str], more: str) -> int:
    as_owner = unprivileged(folder)
    data = folder / "data"
    subprocess.run(
        [*as_owner, binaries / "initdb", "-D", data, "-U", "touchstone", *INITDB],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    # A socket in the folder, no port: two runs beside each other do not meet.
    options = f"-k {folder} -c listen_addresses='' -c max_connections=100{more}"
    control = [*as_owner, binaries / "pg_ctl", "-D", data, "-w"]
    subprocess.run(
        [*control, "-l", folder / "log", "-o", options, "start"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        url = f"postgresql://touchstone@{str(folder).replace('/', '%2F')}/postgres"
        return subprocess.run(command, env={**os.environ, "TOUCHSTONE_DATABASE_URL": url}).returncode
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd=folder)


def unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as its own user, who owns the folder."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["runuser", "-u", "postgres", "--"]


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1:] == [DURABLE]:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
