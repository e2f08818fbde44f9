"""Processes that end when the one that started them is gone, however it ended."""

from __future__ import annotations

import os
import signal
import threading
import time

# Set by `touchstone serve` for the processes beside it.
VARIABLE = "TOUCHSTONE_SERVED_BY"
_EVERY = 0.5  # seconds


def end_with_parent() -> bool:
    """Stop this process as by SIGTERM when `touchstone serve`, which started it, is no longer there.

    Does nothing in a process that `touchstone serve` did not start itself; whether it did.
    """
    parent = os.environ.get(VARIABLE, "")
    served = parent == str(os.getppid())
    if served:
        threading.Thread(target=_watch, args=(int(parent),), daemon=True, name="end-with-parent").start()
    return served


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
