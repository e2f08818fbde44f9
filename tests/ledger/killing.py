"""Runs beside the tests, on a database of its own: kills writers and sequencers between any two SQL statements.

    python killing.py action|sequencer|concurrent     (TOUCHSTONE_DATABASE_URL and TOUCHSTONE_HOME say where)

Writes one JSON report per line; the test reads them. Every victim is a forked process that gets SIGKILL: no `finally`,
no rollback and no goodbye to the database runs in it.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def main(mode: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "touchstone.project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    for app in ("ledger", "accounts"):
        call_command("migrate", app, verbosity=0)
    {"action": kill_actions, "sequencer": kill_sequencers, "concurrent": write_at_once}[mode]()


def kill_actions() -> None:
    """Kill `register_organisation` before and after each statement, and at last just after its commit."""
    from touchstone.accounts.models import Organisation
    from touchstone.ledger import checking, sequencer
    from touchstone.ledger.models import Event

    def found(name):
        rows = list(Organisation.objects.filter(name=name))
        events = Event.objects.filter(payload__contains=f'"{name}"').count()
        return {"rows": len(rows), "events": events}

    n, completed = 0, False
    while not completed:
        name = f"organisation {n}"
        completed = not killed(lambda name=name: register(name), moment=n)
        report = {"moment": n, "killed": not completed, "left": found(name)}
        register(name)
        sequencer.run_once(sign=True)
        say(**report, retried=found(name), problems=list(checking.problems()), waiting=waiting())
        n += 1
    killed(lambda: register("committed"), after_commit=True)
    report = {"moment": "commit", "killed": True, "left": found("committed")}
    register("committed")
    sequencer.run_once(sign=True)
    say(**report, retried=found("committed"), problems=list(checking.problems()), waiting=waiting())


def kill_sequencers() -> None:
    """Kill `run_once` before and after each statement. Batches of two, across the edge of the first tile."""
    from touchstone.ledger import checking, sequencer
    from touchstone.ledger.models import Checkpoint
    from touchstone.ledger.tiles import tree_size

    write("start", 240)
    sequencer.run_once(sign=True)
    n, completed = 0, False
    while not completed:
        write(f"round {n}", 3)
        completed = not killed(lambda: sequencer.run_once(batch=2, sign=True), moment=n)
        report = {"moment": n, "killed": not completed, "problems_after": list(checking.problems())}
        sequencer.run_once(batch=2, sign=True)
        signed = Checkpoint.objects.first().size
        say(**report, problems=list(checking.problems()), waiting=waiting(), size=tree_size(), signed=signed)
        n += 1


def write_at_once(writers: int = 4, sequencers: int = 3, rounds: int = 25) -> None:
    """Several writers, a quarter of whose transactions roll back, and several sequencers, all at once."""
    from touchstone.ledger import checking, sequencer
    from touchstone.ledger.models import Event

    finished = Path(os.environ["TOUCHSTONE_HOME"]) / "finished"

    def run_sequencer():
        while not finished.exists():
            sequencer.run_once(batch=7, sign=True)
            time.sleep(0.005)

    running = [child(lambda k=k: write_rounds(k, rounds)) for k in range(writers)]
    appending = [child(run_sequencer) for _ in range(sequencers)]
    ends = [os.waitpid(pid, 0)[1] for pid in running]
    finished.touch()
    ends += [os.waitpid(pid, 0)[1] for pid in appending]
    sequencer.run_once(sign=True)
    rows = list(Event.objects.order_by("leaf_index").values_list("leaf_index", "actor_id", "payload"))
    by_writer = {k: [json.loads(p)["n"] for _, actor, p in rows if actor == f"writer {k}"] for k in range(writers)}
    say(
        ends=ends,
        indexes=[index for index, _, _ in rows],
        by_writer=list(by_writer.values()),
        problems=list(checking.problems()),
        waiting=waiting(),
    )


def write_rounds(writer: int, rounds: int) -> None:
    """Events numbered 0, 1, 2, ... by this writer; what is rolled back is written again, under the same number."""
    from django.db import transaction

    from touchstone import ledger
    from touchstone.accounts.actor import Actor

    dice, number = random.Random(writer), 0
    actor = Actor.system(f"writer {writer}")
    for _ in range(rounds):
        with transaction.atomic():
            count = dice.randint(1, 3)
            entries = [(("listing", f"L-{writer}"), (), {"n": number + k}) for k in range(count)]
            ledger.record_many(actor, NOW, "test:thing:happened", entries=entries)
            undone = dice.random() < 0.25
            transaction.set_rollback(undone)
        number += 0 if undone else count


def register(name: str) -> None:
    from touchstone.accounts import actions
    from touchstone.accounts.actor import Actor

    founder = Actor(kind="system", id="setup", name="setup", roles=frozenset({"engineer"}))
    actions.register_organisation(founder, NOW, kind="agency", name=name)


def write(about: str, count: int) -> None:
    from django.db import transaction

    from touchstone import ledger
    from touchstone.accounts.actor import Actor

    with transaction.atomic():
        entries = [(("listing", about), (), {"n": n}) for n in range(count)]
        ledger.record_many(Actor.system("test"), NOW, "test:thing:happened", entries=entries)


def killed(work, moment: int = -1, after_commit: bool = False) -> bool:
    """Run the work in a process that kills itself there. False if the work was done before that.

    Moments 2n and 2n+1: just before and just after the n-th statement. Both, because a COMMIT lies between two of them.
    """

    def run():
        from django.db import connection, transaction

        seen = 0

        def wrapper(execute, sql, params, many, context):
            nonlocal seen
            if seen == moment:
                die()
            result = execute(sql, params, many, context)
            if seen + 1 == moment:
                die()
            if after_commit and connection.in_atomic_block and not seen:
                transaction.on_commit(die)
            seen += 2
            return result

        with connection.execute_wrapper(wrapper):
            work()

    status = os.waitpid(child(run), 0)[1]
    if status and not os.WIFSIGNALED(status):
        raise RuntimeError(f"the victim failed by itself: {status}")
    return os.WIFSIGNALED(status)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(work) -> int:
    from django.db import connections

    connections.close_all()  # a forked process must not share its parent's connection
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
        os._exit(1)
    os._exit(0)


def waiting() -> int:
    from touchstone.ledger.models import Event

    return Event.objects.filter(leaf_index=None).count()


def say(**report) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
