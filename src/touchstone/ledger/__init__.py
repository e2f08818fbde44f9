"""The append-only record of everything that happened. Rooms call `ledger.record` inside their action's transaction."""

from __future__ import annotations

from typing import Any


def record(*args: Any, **kwargs: Any) -> Any:
    """See touchstone.ledger.writing.record; here so that rooms can say `ledger.record` before Django has loaded."""
    from touchstone.ledger.writing import record as write

    return write(*args, **kwargs)


def record_many(*args: Any, **kwargs: Any) -> Any:
    """See touchstone.ledger.writing.record_many: one event per entry, in bulk."""
    from touchstone.ledger.writing import record_many as write

    return write(*args, **kwargs)
