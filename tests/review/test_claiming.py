"""What the queue promises: the most urgent first, and never two people on one task."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from shops import a_listing, a_verdict
from touchstone.accounts.actor import Actor
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.review import queries
from touchstone.review.actions import claim, claim_next, decide, enqueue, release
from touchstone.review.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(actors, now):
    """`queued(3)` puts so many listings into the queue and gives their tasks, in the order of the queue."""

    def make(count=1, **values):
        verdicts = [a_verdict(a_listing(now, f"L-{n}"), now, score=0.9 - n / 100, **values) for n in range(count)]
        enqueue(actors["system"], now, verdicts=verdicts)
        return list(Task.objects.all())

    return make


@pytest.fixture
def second(a_reviewer):
    return a_reviewer("second")


def test_blocks_come_before_reviews_then_score_then_orders_then_age(actors, now):
    plan = [
        ("review", 0.9, 500, 0),
        ("block", 0.6, 0, 0),
        ("review", 0.7, 10, 0),
        ("review", 0.7, 20, 0),
        ("review", 0.7, 10, -1),
        ("block", 0.99, 0, 0),
    ]
    for n, (kind, score, orders, hours) in enumerate(plan):
        at = now + timedelta(hours=hours)
        listing = a_listing(now, f"L-{n}", orders_30d=orders)
        enqueue(actors["system"], at, verdicts=[a_verdict(listing, at, kind, score)])
    order = [t.listing.listing_id for t in queries.queue(actors["reviewer"], now)]
    assert order == ["L-5", "L-1", "L-0", "L-3", "L-4", "L-2"]


def test_passes_do_not_come_into_the_queue(actors, now):
    assert enqueue(actors["system"], now, verdicts=[a_verdict(a_listing(now), now, "pass", 0.1)]) == 0
    assert not Task.objects.exists()


def test_enqueuing_again_adds_nothing_and_records_nothing(actors, now, queued):
    (task,) = queued()
    assert enqueue(actors["system"], now, verdicts=[task.verdict]) == 0
    assert Event.objects.filter(type="review:task:enqueued").count() == 1


def newer(task, now, **values):
    task.verdict.current = False
    task.verdict.save()
    return a_verdict(task.listing, now, **values)


def test_a_listing_that_waits_gets_the_newer_verdict_and_no_second_task(actors, now, queued):
    (task,) = queued()
    block = newer(task, now, verdict="block", score=0.99)
    assert enqueue(actors["system"], now, verdicts=[block]) == 0
    task.refresh_from_db()
    assert task.verdict == block
    assert task.priority > 1000 * 10**6


def test_a_claimed_task_keeps_the_verdict_that_its_reviewer_sees(actors, now, queued):
    (task,) = queued()
    seen = task.verdict
    claim(actors["reviewer"], now, task_id=task.id)
    enqueue(actors["system"], now, verdicts=[newer(task, now, verdict="block")])
    assert Task.objects.get().verdict == seen


def keep(actors, now, task):
    decide(actors["reviewer"], now, task_id=task.id, outcome="keep", facts="Invoice seen.", basis="No breach.")


def test_a_kept_listing_is_not_asked_again_until_it_changes(actors, now, queued):
    (task,) = queued()
    keep(actors, now, task)
    again = newer(task, now, score=0.8)
    assert enqueue(actors["system"], now, verdicts=[again]) == 0
    task.listing.changed_at = now + timedelta(hours=1)
    task.listing.save()
    again.refresh_from_db()
    assert enqueue(actors["system"], now, verdicts=[again]) == 1


def test_a_kept_listing_comes_back_when_review_becomes_block(actors, now, queued):
    (task,) = queued()
    keep(actors, now, task)
    assert enqueue(actors["system"], now, verdicts=[newer(task, now, verdict="block", score=0.99)]) == 1


def test_a_second_reviewer_cannot_take_a_claimed_task(actors, now, queued, second):
    (task,) = queued()
    claim(actors["reviewer"], now, task_id=task.id)
    with pytest.raises(Conflict, match="Reviewer holds this task"):
        claim(second, now + timedelta(minutes=19), task_id=task.id)


def test_a_claim_runs_out(actors, now, queued, second, settings):
    settings.REVIEW_CLAIM_MINUTES = 5
    (task,) = queued()
    claim(actors["reviewer"], now, task_id=task.id)
    later = now + timedelta(minutes=5)
    taken = claim(second, later, task_id=task.id)
    assert str(taken.claimed_by_id) == second.id
    with pytest.raises(Conflict):
        claim(actors["reviewer"], later, task_id=task.id)


def test_claiming_again_prolongs_and_records_nothing(actors, now, queued):
    (task,) = queued()
    first = claim(actors["reviewer"], now, task_id=task.id)
    again = claim(actors["reviewer"], now + timedelta(minutes=3), task_id=task.id)
    assert again.claim_until == first.claim_until + timedelta(minutes=3)
    assert Event.objects.filter(type="review:task:claimed").count() == 1


def test_claim_next_takes_the_most_urgent_that_is_free(actors, now, queued, second):
    one, two, _three = queued(3)
    assert claim_next(actors["reviewer"], now) == one
    assert claim_next(second, now) == two
    assert claim_next(second, now) == two  # first what one holds already


def test_claim_next_of_an_empty_queue_is_nothing(actors, now):
    assert claim_next(actors["reviewer"], now) is None


def test_a_released_task_is_free(actors, now, queued, second):
    (task,) = queued()
    claim(actors["reviewer"], now, task_id=task.id)
    with pytest.raises(Conflict):
        release(second, now, task_id=task.id)
    release(actors["supervisor"], now, task_id=task.id)
    assert claim_next(second, now) == task


def test_a_decided_task_can_be_neither_claimed_nor_released(actors, now, queued):
    (task,) = queued()
    keep(actors, now, task)
    for verb in (claim, release):
        with pytest.raises(Conflict, match="decided already"):
            verb(actors["reviewer"], now, task_id=task.id)


def test_unknown_tasks_are_not_found(actors, now):
    for verb in (claim, release):
        with pytest.raises(NotFound):
            verb(actors["reviewer"], now, task_id="00000000-0000-4000-8000-000000000000")


def test_who_is_no_reviewer_cannot_claim(actors, now, queued):
    (task,) = queued()
    for role in ("supervisor", "seller", "officer", "engineer"):
        with pytest.raises(Forbidden):
            claim(actors[role], now, task_id=task.id)


def test_a_program_cannot_hold_a_task(now, queued):
    (task,) = queued()
    program = Actor(kind="key", id="1", name="tool", roles=frozenset({"reviewer"}))
    with pytest.raises(NotValid, match="person"):
        claim(program, now, task_id=task.id)


def test_the_queue_can_be_narrowed(actors, now, queued):
    one, two = queued(2)
    claim(actors["reviewer"], now, task_id=two.id)
    Task.objects.filter(id=one.id).update(brand="Adidas")
    reviewer = actors["reviewer"]
    assert list(queries.queue(reviewer, now, brand="Adidas")) == [one]
    assert list(queries.queue(reviewer, now, mine=True)) == [two]
    assert list(queries.queue(reviewer, now, verdict="block")) == []
    assert list(queries.queue(reviewer, now, sort="score")) == [two, one]
    assert queries.brands_waiting() == [("Adidas", 1), ("Nike", 1)]


def together(jobs):
    """Run the functions in threads that start at one moment; what they returned or raised."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        start.wait()
        try:
            results[number] = job()
        except Conflict as conflict:
            results[number] = conflict
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_one_task_at_once_one_gets_it(actors, now, queued, second):
    (task,) = queued()
    people = [actors["reviewer"], second] * 4
    results = together([lambda who=who: claim(who, now, task_id=task.id) for who in people])
    holders = {str(t.claimed_by_id) for t in results if isinstance(t, Task)}
    assert len(holders) == 1
    assert sum(isinstance(r, Conflict) for r in results) == 4


@pytest.mark.django_db(transaction=True)
def test_people_who_take_the_next_at_once_get_different_tasks(actors, now, queued, a_reviewer):
    queued(6)
    crowd = [a_reviewer(f"crowd-{n}") for n in range(6)]
    results = together([lambda who=who: claim_next(who, now) for who in crowd])
    assert len({task.id for task in results}) == 6
    assert {str(t.claimed_by_id) for t in Task.objects.all()} == {who.id for who in crowd}
    assert Event.objects.filter(type="review:task:claimed").count() == 6


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides(actors, now, queued, second):
    (task,) = queued()

    def remove(who):
        return decide(who, now, task_id=task.id, outcome="remove", finding="CF_INFO", facts=who.name, basis="Rule")

    results = together([lambda who=who: remove(who) for who in (actors["reviewer"], second)])
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert Event.objects.filter(type="penalties:penalty:imposed").count() == 1
