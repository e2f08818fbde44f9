"""Filling the queue, claiming tasks and giving them back. Deciding is in review/deciding.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.review.deciding import decide
from touchstone.review.models import Decision, OutcomeKind, Task, TaskState
from touchstone.review.priority import priority_of
from touchstone.review.queries import is_free
from touchstone.screening.models import Verdict, VerdictKind

__all__ = ["claim", "claim_next", "decide", "enqueue", "release"]

_BATCH = 500


@transaction.atomic
def enqueue(actor: Actor, now: datetime, *, verdicts: Iterable[Verdict]) -> int:
    """Put the listings of these verdicts into the queue; the number of new tasks.

    Passes are left out, and so is what has been asked already: a verdict that has a task, a listing that a person has
    kept and that has not changed since (unless review has become block). A listing that waits unclaimed gets the newer
    verdict; one that is claimed keeps what its reviewer sees.
    """
    permit(actor, "review.enqueue")
    made = 0
    remaining = iter(verdicts)
    while batch := list(islice(remaining, _BATCH)):
        made += _enqueue_batch(actor, now, batch)
    return made


@transaction.atomic
def claim(actor: Actor, now: datetime, *, task_id: UUID) -> Task:
    """Give the task to the actor for REVIEW_CLAIM_MINUTES. Claiming what one holds prolongs it.

    Raises Forbidden, NotFound, Conflict (somebody else holds it, it is decided).
    """
    permit(actor, "review.claim")
    person = _person(actor)
    held = Task.objects.filter(id=task_id, claimed_by_id=person, claim_until__gt=now, state=TaskState.CLAIMED).exists()
    if not _take(Task.objects.filter(id=task_id), person, now):
        raise _why_not(task_id, now)
    return _claimed(actor, now, task_id, again=held)


@transaction.atomic
def claim_next(actor: Actor, now: datetime) -> Task | None:
    """The most urgent task that nobody holds, claimed by the actor; first the one they hold already; None if empty."""
    permit(actor, "review.claim")
    person = _person(actor)
    held = Task.objects.filter(claimed_by_id=person, claim_until__gt=now, state=TaskState.CLAIMED).first()
    if held:
        return _claimed(actor, now, held.id, again=True)
    # Rows that somebody is taking at this moment are skipped; SQLite lets one writer in at a time anyway.
    free = Task.objects.filter(is_free(now), decided_at=None).select_for_update(skip_locked=True)
    candidate = free.values_list("id", flat=True).first()
    if candidate is None:
        return None
    if not _take(Task.objects.filter(id=candidate), person, now):
        raise _why_not(candidate, now)
    return _claimed(actor, now, candidate, again=False)


@transaction.atomic
def release(actor: Actor, now: datetime, *, task_id: UUID) -> Task:
    """Put the task back into the queue. Only who holds it may, or a supervisor. An open task stays as it is."""
    permit(actor, "review.release")
    task = Task.objects.select_for_update(of=("self",)).select_related("listing").filter(id=task_id).first()
    if task is None:
        raise NotFound(_("There is no such task."))
    if task.state == TaskState.DECIDED:
        raise Conflict(_("The task is decided already."))
    if task.state == TaskState.OPEN:
        return task
    if actor.id != str(task.claimed_by_id) and not actor.roles & {"supervisor", "system"}:
        raise Conflict(_("Somebody else holds this task."))
    task.state, task.claimed_by, task.claimed_at, task.claim_until = TaskState.OPEN, None, None, None
    task.save(update_fields=["state", "claimed_by", "claimed_at", "claim_until"])
    ledger.record(
        actor, now, "review:task:released", subject=("task", task.id), refs=[("listing", task.listing.listing_id)]
    )
    return task


def _take(tasks: QuerySet[Task], person: UUID, now: datetime) -> bool:
    """One conditional UPDATE: of two people at once, one gets a row and the other none."""
    mine = Q(state=TaskState.CLAIMED, claimed_by_id=person)
    taken = tasks.filter(mine | is_free(now)).update(
        state=TaskState.CLAIMED, claimed_by_id=person, claimed_at=now, claim_until=now + _claim_time()
    )
    return taken == 1


def _claim_time() -> timedelta:
    return timedelta(minutes=settings.REVIEW_CLAIM_MINUTES)


def _claimed(actor: Actor, now: datetime, task_id: UUID, again: bool) -> Task:
    task = Task.objects.select_related("listing__seller", "verdict", "claimed_by").get(id=task_id)
    if not again:
        ledger.record(
            actor,
            now,
            "review:task:claimed",
            subject=("task", task.id),
            refs=[("listing", task.listing.listing_id)],
            payload={"until": (now + _claim_time()).isoformat().replace("+00:00", "Z")},
        )
    return task


def _why_not(task_id: UUID, now: datetime) -> NotFound | Conflict:
    task = Task.objects.select_related("claimed_by").filter(id=task_id).first()
    if task is None:
        return NotFound(_("There is no such task."))
    if task.state == TaskState.DECIDED:
        return Conflict(_("The task is decided already."))
    return Conflict(_("%(name)s holds this task.") % {"name": task.claimed_by}, remedy=_("Take the next one, or wait."))


def _person(actor: Actor) -> UUID:
    if actor.kind != "person":
        raise NotValid(_("Only a person can hold a task."))
    return UUID(actor.id)


def _enqueue_batch(actor: Actor, now: datetime, batch: list[Verdict]) -> int:
    suspected = [v for v in batch if v.verdict != VerdictKind.PASS]
    asked = set(Task.objects.filter(verdict__in=suspected).values_list("verdict_id", flat=True))
    kept = _kept([v.listing_id for v in suspected])
    new = {v.listing_id: v for v in suspected if v.pk not in asked and not _is_settled(v, kept.get(v.listing_id))}
    waiting = {t.listing_id: t for t in _undecided(list(new))}
    _renew([t for t in waiting.values() if t.state == TaskState.OPEN], new)
    tasks = Task.objects.bulk_create(
        Task(listing_id=v.listing_id, verdict=v, brand=_brand(v), priority=priority_of(v), created_at=now)
        for v in new.values()
        if v.listing_id not in waiting
    )
    ledger.record_many(
        actor,
        now,
        "review:task:enqueued",
        entries=[
            (
                ("task", task.id),
                [("listing", task.verdict.listing.listing_id)],
                {"verdict": task.verdict.verdict, "score": f"{task.verdict.score:.4f}", "priority": task.priority},
            )
            for task in tasks
        ],
    )
    return len(tasks)


def _kept(listing_ids: list[int]) -> dict[int, Decision]:
    """The latest decision to keep, a listing."""
    decisions = Decision.objects.filter(listing__in=listing_ids, outcome=OutcomeKind.KEEP)
    return {d.listing_id: d for d in decisions.select_related("task__verdict").order_by("decided_at")}


def _is_settled(verdict: Verdict, kept: Decision | None) -> bool:
    if kept is None or kept.decided_at < verdict.listing.changed_at:
        return False
    return not (verdict.verdict == VerdictKind.BLOCK and kept.task.verdict.verdict != VerdictKind.BLOCK)


def _undecided(listing_ids: list[int]) -> QuerySet[Task]:
    return Task.objects.filter(listing__in=listing_ids, decided_at=None)


def _renew(tasks: list[Task], verdicts: dict[int, Verdict]) -> None:
    for task in tasks:
        task.verdict = verdicts[task.listing_id]
        task.brand, task.priority = _brand(task.verdict), priority_of(task.verdict)
    Task.objects.bulk_update(tasks, ["verdict", "brand", "priority"])


def _brand(verdict: Verdict) -> str:
    return verdict.brands[0][:100] if verdict.brands else ""
