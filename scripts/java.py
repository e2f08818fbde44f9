#!/usr/bin/env python3
"""Java for the tests of `--engine spark`: Debian's is installed where it is missing and that is allowed.

Where there is truly none, it says so; the tests of Spark are skipped then. Standard library only.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess

PACKAGE = "default-jre-headless"


def bring() -> None:
    """Install Java if there is none."""
    if found():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's Java for the tests of Spark ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-q"], ["install", "-qy", "--no-install-recommends", PACKAGE]):
            done = subprocess.run(["apt-get", *step], env=environment, capture_output=True, text=True)
            if done.returncode:
                print(done.stderr[-2000:])
    if not found():
        print(f"Java is not installed (Debian: apt-get install {PACKAGE}): the tests of Spark are skipped.")


def found() -> bool:
    """Is there a Java, by JAVA_HOME, on PATH or where Debian puts it?"""
    home = os.environ.get("JAVA_HOME")
    return bool((home and os.path.exists(f"{home}/bin/java")) or shutil.which("java")) or bool(
        glob.glob("/usr/lib/jvm/*-openjdk-*/bin/java")
    )
