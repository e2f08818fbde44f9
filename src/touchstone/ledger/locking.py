"""One writer of the tree at a time."""

from __future__ import annotations

from django.db import connection

# Any fixed number that no other part of the product uses: "ts-tree" in ASCII.
_TREE = int.from_bytes(b"ts-tree", "big")


def lock_tree() -> None:
    """Hold the tree until the transaction ends. Must be the first statement of the transaction.

    PostgreSQL: an advisory lock; the statements after it see what its last holder committed. SQLite: the transaction
    itself is the lock (BEGIN IMMEDIATE, see settings).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
