"""Tells a sequencer in this process that something was committed. Where none waits, this costs a flag."""

from __future__ import annotations

import threading

_committed = threading.Event()


def wake() -> None:
    _committed.set()


def wait(seconds: float) -> None:
    """Return when something was committed in this process since the last call, or after the time."""
    _committed.wait(seconds)
    _committed.clear()
