"""What is written stays: the models refuse, and so does the database behind them."""

import pytest
from django.db import DatabaseError, connection, transaction

from touchstone.errors import Conflict
from touchstone.ledger import checking, erasure, guards, sequencer
from touchstone.ledger.models import Checkpoint, Event, EventRef, Tile

pytestmark = pytest.mark.django_db
POSTGRESQL = connection.vendor == "postgresql"
DIALECT = (
    ["UPDATE ledger_tile SET hashes = '\\x00'"]
    if POSTGRESQL
    else ["UPDATE ledger_tile SET hashes = x'00'", "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event"]
)


@pytest.fixture
def whole(write, home):
    """Three sequenced events under a checkpoint, and one that waits."""
    write(3)
    sequencer.run_once(sign=True)
    write()


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("model", [Event, EventRef, Checkpoint])
def test_a_model_is_saved_once(whole, model):
    row = model.objects.first()
    for attempt in (row.save, row.delete, model.objects.all().delete, lambda: model.objects.update(id=99)):
        with pytest.raises(Conflict, match="append-only"):
            attempt()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET envelope = '{}'",
        "UPDATE ledger_event SET payload = '{}'",
        "UPDATE ledger_event SET salt = 'ab'",
        "UPDATE ledger_event SET payload = NULL",
        "UPDATE ledger_event SET salt = NULL",
        "UPDATE ledger_event SET actor_name = 'somebody else'",
        "UPDATE ledger_event SET type = 'a:b:c'",
        "UPDATE ledger_event SET occurred_at = '2020-01-01'",
        "UPDATE ledger_event SET organisation_id = '00000000000000000000000000000001'",
        "UPDATE ledger_event SET leaf_index = leaf_index + 100 WHERE leaf_index IS NOT NULL",
        "UPDATE ledger_event SET leaf_index = NULL WHERE leaf_index IS NOT NULL",
        "UPDATE ledger_event SET id = id + 1000",
        "DELETE FROM ledger_event WHERE leaf_index IS NULL",
        "DELETE FROM ledger_event",
        "UPDATE ledger_eventref SET object_id = 'L-9'",
        "DELETE FROM ledger_eventref",
        "UPDATE ledger_checkpoint SET size = 2",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_tile",
        "UPDATE ledger_tile SET level = 3",
        *DIALECT,
    ],
)
def test_the_database_refuses_to_change_or_delete(whole, sql):
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_empty_a_table(whole):
    """TRUNCATE on PostgreSQL; SQLite has none, there it is a DELETE of all rows."""
    for table in guards._ALL:
        if table != "ledger_cosignature" or POSTGRESQL:  # row triggers have nothing to refuse in an empty table
            with pytest.raises(DatabaseError, match="append-only"):
                run(f"TRUNCATE {table} CASCADE" if POSTGRESQL else f"DELETE FROM {table}")


def test_an_event_cannot_be_born_with_a_place_in_the_tree(whole):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.create(
            type="a:b:c", actor_kind="x", actor_id="x", actor_name="x", occurred_at="2026-01-01T00:00Z",
            envelope="{}", payload="{}", salt="", leaf_index=7,
        )  # fmt: skip


def test_erasing_takes_payload_and_salt_together_and_only_once(whole):
    run("UPDATE ledger_event SET payload = NULL, salt = NULL WHERE leaf_index = 1")
    with pytest.raises(DatabaseError, match="append-only"):
        run("UPDATE ledger_event SET payload = '{}', salt = 'ab' WHERE leaf_index = 1")
    assert list(checking.problems()) == []


def test_every_guard_stands_after_all_migrations(db):
    with connection.cursor() as cursor:
        if POSTGRESQL:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'ledger%%'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%%'")
        standing = {name for (name,) in cursor.fetchall()}
    assert {f"{table}_no_{verb}" for table in guards._ALL for verb in ("update", "delete")} <= standing
    if POSTGRESQL:
        assert {f"{table}_no_truncate" for table in guards._ALL} <= standing


# --- What the check finds when somebody took the guards away --------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE ledger_event SET payload = '{\"n\":9}' WHERE leaf_index = 1", "its payload_commitment differs"),
        ("UPDATE ledger_event SET type = 'a:b:c' WHERE leaf_index = 1", "its type differs"),
        ("UPDATE ledger_event SET actor_id = 'other' WHERE leaf_index = 1", "its actor differs"),
        ("UPDATE ledger_event SET leaf_index = 9 WHERE leaf_index = 2", "leaf index 9 follows 1"),
        ("UPDATE ledger_eventref SET object_id = 'L-9' WHERE is_subject", "its subject differs"),
        ("DELETE FROM ledger_tile", "tile 0/0"),
        ("UPDATE ledger_checkpoint SET root = '00'", "its row does not say what its note says"),
        ("UPDATE ledger_checkpoint SET note = replace(note, '\n3\n', '\n2\n')", "not signed by key"),
    ],
)
def test_tampering_behind_the_guards_is_found(whole, sql, sentence):
    guards.lift(connection)
    run(sql)
    guards.install(connection)
    assert any(sentence in problem for problem in checking.problems())


def test_a_rewritten_history_is_found_and_never_signed_again(whole, write):
    """Somebody changes an envelope and rebuilds the whole tree over it: only the signed checkpoint can tell."""
    from touchstone.ledger.merkle import leaf_hash
    from touchstone.ledger.tiles import TileTree

    guards.lift(connection)
    run("UPDATE ledger_event SET envelope = replace(envelope, 'L-1', 'L-2') WHERE leaf_index = 0")
    first = "(SELECT MIN(id) FROM ledger_event)"
    run(f"UPDATE ledger_eventref SET object_id = 'L-2' WHERE is_subject AND event_id = {first}")
    Tile.objects.all().delete()
    leaves = Event.objects.exclude(leaf_index=None).order_by("leaf_index").values_list("envelope", flat=True)
    TileTree().append(0, [leaf_hash(envelope.encode()) for envelope in leaves])
    guards.install(connection)
    (problem,) = checking.problems()
    assert problem.startswith("Checkpoint 3: signed root")
    with pytest.raises(Conflict, match="does not extend the checkpoint of size 3"):
        sequencer.run_once(sign=True)
    assert Checkpoint.objects.count() == 1


def test_a_whole_ledger_has_no_problems(whole):
    sequencer.run_once(sign=True)
    assert list(checking.problems()) == []


def test_erasure_is_an_event_and_the_tree_stays(whole, actors, now):
    event = Event.objects.get(leaf_index=1)
    erased = erasure.erase_payload(actors["supervisor"], now, event_id=event.uuid, because="retention is over")
    again = erasure.erase_payload(actors["supervisor"], now, event_id=event.uuid, because="retention is over")
    assert erased.erased
    assert again.erased
    record = Event.objects.get(type="ledger:payload:erased")
    assert list(record.refs.values_list("kind", "object_id")) == [
        ("event", str(event.uuid)),
        ("listing", "L-1"),
        ("seller", "S-1"),
    ]
    sequencer.run_once(sign=True)
    assert list(checking.problems()) == []
