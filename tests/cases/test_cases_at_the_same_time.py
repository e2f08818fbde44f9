"""Several people at once: numbers without gap or double, one open case a ring."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from touchstone.accounts.actor import Actor
from touchstone.cases import actions, numbers
from touchstone.cases.models import Case, Ring

AT_ONCE = 8


def at_once(act, n: int = AT_ONCE) -> list:
    """Run `act(i)` in n threads that start together; their results."""
    ready = Barrier(n)

    def run(i: int):
        ready.wait()
        try:
            return act(i)
        finally:
            connection.close()

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(run, range(n)))


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_once_each_and_without_gaps(now):
    def take(_i: int) -> str:
        with transaction.atomic():
            return numbers.take("C", now)

    assert sorted(at_once(take)) == [f"C-2026-{n:06d}" for n in range(1, AT_ONCE + 1)]


@pytest.mark.django_db(transaction=True)
def test_a_number_that_was_rolled_back_is_given_again(now):
    class OopsError(Exception):
        pass

    def take_and_fail() -> None:
        with transaction.atomic():
            numbers.take("C", now)
            raise OopsError

    with pytest.raises(OopsError):
        take_and_fail()
    with transaction.atomic():
        assert numbers.take("C", now) == "C-2026-000001"


@pytest.mark.django_db(transaction=True)
def test_eight_presses_of_the_button_open_one_case(people, now):
    Ring.objects.create(ring_id="R-1", found_at=now, changed_at=now, score=0.9, size=2)
    investigator = Actor.of_user(people["investigator"])
    opened = at_once(lambda _i: actions.open_case_from_ring(investigator, now, ring_id="R-1").number)
    assert len(set(opened)) == 1
    assert Case.objects.count() == 1
