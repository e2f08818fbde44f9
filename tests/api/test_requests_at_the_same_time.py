"""Programs that retry while the first try still runs, and two that act on the same thing at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from shops import a_listing, a_verdict
from touchstone.api.models import GivenAnswer
from touchstone.ledger.models import Event
from touchstone.review.actions import enqueue
from touchstone.review.models import Decision, Task

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def decision(actors, now):
    enqueue(actors["system"], now, verdicts=[a_verdict(a_listing(now), now)])
    task = Task.objects.get()
    return {"task_id": str(task.id), "outcome": "keep", "facts": "The invoice is in order.", "basis": "No breach."}


def all_at_once(secret, body, headers):
    """The answers to the same POST, sent AT_ONCE times; `headers(n)` of each."""
    barrier = Barrier(AT_ONCE)

    def send(n):
        barrier.wait()
        try:
            return Client(raise_request_exception=False).generic(
                "POST",
                "/api/v1/decisions",
                json.dumps(body),
                "application/json",
                headers={"Authorization": f"Bearer {secret}", **headers(n)},
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(send, range(AT_ONCE)))


def test_a_post_that_is_retried_meanwhile_is_done_once_and_answered_each_time(secret_of, decision):
    answers = all_at_once(secret_of("reviewer"), decision, lambda _n: {"Idempotency-Key": "k-1"})
    assert [a.status_code for a in answers] == [201] * AT_ONCE
    assert len({a.content for a in answers}) == 1
    assert sum("Idempotency-Replayed" in a.headers for a in answers) == AT_ONCE - 1
    assert (Decision.objects.count(), GivenAnswer.objects.count()) == (1, 1)
    assert Event.objects.filter(type="review:decision:made").count() == 1


def test_of_several_programs_that_decide_one_task_at_once_one_does(secret_of, decision):
    answers = all_at_once(secret_of("reviewer"), decision, lambda n: {"Idempotency-Key": f"k-{n}"})
    assert sorted(a.status_code for a in answers) == [201] + [409] * (AT_ONCE - 1)
    assert all(a.headers["Content-Type"] == "application/problem+json" for a in answers if a.status_code == 409)
    assert (Decision.objects.count(), GivenAnswer.objects.count()) == (1, 1)
    assert Event.objects.filter(type="review:decision:made").count() == 1
