"""Processes of a measurement: their processor time, read from /proc, and their end."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """What the server and the database had used when the measurement began. `load`: of the machine, over a minute."""

    server: int
    database: int
    before: dict[str, float]
    load: float

    @classmethod
    def since(cls, server: int, database: int) -> Spent:
        """From now on. Process ids of `touchstone serve` and of the postmaster."""
        before = {"server": cpu_seconds(server), "database": cpu_seconds(database)}
        return cls(server, database, before, os.getloadavg()[0])

    def until_now(self) -> dict[str, float]:
        """Seconds of processor time since then: `server` with its worker, `database`."""
        now = {"server": cpu_seconds(self.server), "database": cpu_seconds(self.database)}
        return {name: now[name] - value for name, value in self.before.items()}


def cpu_seconds(root: int) -> float:
    """Processor seconds of a process and all that come from it, the ended ones included."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        stats[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    family, found = {root}, 0
    while len(family) > found:
        found = len(family)
        family |= {pid for pid, (parent, _ticks) in stats.items() if parent in family}
    return sum(stats[pid][1] for pid in family if pid in stats) / _TICK


def end(served: subprocess.Popen[bytes], patience: float = 30.0) -> None:
    """End `touchstone serve`. One that is told to while its processes start may not hear it; they end when it is gone."""
    served.terminate()
    try:
        served.wait(patience)
    except subprocess.TimeoutExpired:
        served.kill()
        served.wait()
        time.sleep(2)  # they look twice a second whether it is there
