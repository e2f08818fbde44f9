"""Database triggers that keep the ledger append-only, whoever writes the SQL.

An event's row may change in two ways: the sequencer gives it its leaf index, once; and its payload may be erased
together with its salt. A tile may grow. Everything else, DELETE and (on PostgreSQL) TRUNCATE included, is refused. A
migration that rebuilds one of these tables on SQLite must call `install` again: SQLite drops triggers with the table.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_FIXED = ("id", "uuid", "type", "actor_kind", "actor_id", "actor_name", "organisation_id", "occurred_at", "envelope")
_WRITE_ONCE = ("ledger_eventref", "ledger_checkpoint", "ledger_cosignature")
_ALL = ("ledger_event", *_WRITE_ONCE, "ledger_tile")
_SENTENCE = "the ledger is append-only"

_ERASED = "NEW.payload IS NULL AND NEW.salt IS NULL"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers (again, where they stand already)."""
    lift(connection)
    _run(connection, _sqlite_guards() if connection.vendor == "sqlite" else _postgresql_guards())


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. For the test set-up, which empties tables between tests, and for migrations; nothing else."""
    names = [(t, f"{t}_no_{verb}") for t in _ALL for verb in ("update", "delete", "insert", "truncate")]
    if connection.vendor == "sqlite":
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for _, name in names])
    else:
        _run(connection, [f"DROP TRIGGER IF EXISTS {name} ON {table}" for table, name in names])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _event_change(differs: str) -> str:
    """When a change of an event's row is refused. `differs`: the dialect's inequality that knows NULL."""

    def changed(column: str) -> str:
        return f"NEW.{column} {differs} OLD.{column}"

    return " OR ".join(
        [
            *(changed(column) for column in _FIXED),
            f"(OLD.leaf_index IS NOT NULL AND {changed('leaf_index')})",
            f"(({changed('payload')} OR {changed('salt')}) AND NOT ({_ERASED}))",
        ]
    )


def _sqlite_guards() -> list[str]:
    def trigger(table: str, verb: str, when: str = "") -> str:
        return (
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} FOR EACH ROW "
            f"{f'WHEN {when} ' if when else ''}BEGIN SELECT RAISE(ABORT, '{_SENTENCE} ({table})'); END"
        )

    # INSERT OR REPLACE deletes without firing the delete trigger, so inserts over a known row are refused as well.
    known = (
        "NEW.leaf_index IS NOT NULL OR EXISTS (SELECT 1 FROM ledger_event e WHERE e.id = NEW.id OR e.uuid = NEW.uuid)"
    )
    shrinks = (
        'NEW.level <> OLD.level OR NEW."index" <> OLD."index" OR '
        "substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes"
    )
    return [
        trigger("ledger_event", "update", _event_change("IS NOT")),
        trigger("ledger_event", "insert", known),
        trigger("ledger_tile", "update", shrinks),
        *(trigger(table, "update") for table in _WRITE_ONCE),
        *(trigger(table, "delete") for table in _ALL),
        *(
            trigger(table, "insert", f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id)")  # noqa: S608
            for table in (*_WRITE_ONCE, "ledger_tile")
        ),
    ]


def _postgresql_guards() -> list[str]:
    refuse = (
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_SENTENCE} (%)', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )

    def trigger(table: str, verb: str, when: str = "") -> str:
        each = "STATEMENT" if verb == "truncate" else "ROW"
        condition = f"WHEN ({when}) " if when else ""
        return (
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH {each} {condition}EXECUTE FUNCTION ledger_refuse()"
        )

    shrinks = (
        "NEW.level <> OLD.level OR NEW.index <> OLD.index OR "
        "substring(NEW.hashes from 1 for length(OLD.hashes)) <> OLD.hashes"
    )
    return [
        refuse,
        trigger("ledger_event", "update", _event_change("IS DISTINCT FROM")),
        trigger("ledger_event", "insert", "NEW.leaf_index IS NOT NULL"),
        trigger("ledger_tile", "update", shrinks),
        *(trigger(table, "update") for table in _WRITE_ONCE),
        *(trigger(table, verb) for table in _ALL for verb in ("delete", "truncate")),
    ]
