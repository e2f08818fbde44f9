"""`touchstone bench`: what it costs, beside what others need for the same in the same run. One JSON object a line."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from touchstone.errors import NotValid

SUITES = ("screen", "text", "linkage", "group", "images", "signals", "api")
_DEFAULT_DATA = Path("../shared/data")


def run_suite(suite: str, *, data: Path | None, rows: int) -> None:
    """Run a suite and print its figures. Raises NotValid for a suite or a folder that does not exist."""
    if suite not in SUITES:
        raise NotValid(f"there is no suite {suite!r}", remedy=f"The suites are {', '.join(SUITES)}.")
    if data is not None and not data.is_dir():
        raise NotValid("the folder does not exist", place=str(data))
    folder = data or (_DEFAULT_DATA if _DEFAULT_DATA.is_dir() else None)
    try:
        figures = import_module(f"touchstone.bench.{suite}").figures
    except ModuleNotFoundError as error:
        remedy = "Install what the tests need: make .venv/.dev, or the extra `dev`."
        raise NotValid(f"a peer is not installed: {error.name}", remedy=remedy) from None
    for figure in figures(folder, rows):
        line = json.dumps({"suite": suite, **figure, "machine": machine()}, ensure_ascii=False)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
