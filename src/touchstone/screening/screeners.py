"""The screener over the rights in force: built once a thread, built again when the rights or the day change."""

from __future__ import annotations

import threading
from datetime import date, datetime

from touchstone.engine.screen import Screener
from touchstone.law.calendar import local_day
from touchstone.ledger import queries as ledger
from touchstone.rights import queries as rights

# A screener is not for two threads at once, so each thread has its own.
_kept = threading.local()


def screener(now: datetime) -> Screener:
    """The screener for the day of `now`. Every change of the rights leaves an event: their number is the state."""
    state = _state(local_day(now))
    if getattr(_kept, "state", None) != state:
        _kept.screener = Screener(rights.rights_table(local_day(now)))
        _kept.state = state
    found: Screener = _kept.screener
    return found


def _state(day: date) -> tuple[date, str, int, int]:
    latest, count = ledger.state_of("rights:")
    return day, ledger.database(), latest, count
