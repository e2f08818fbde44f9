"""Counting days: checked against the State Council's notices for 2026 and 2025."""

from datetime import UTC, date, datetime

import pytest

from touchstone.law.calendar import after_days, after_working_days, is_working_day, local_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 10, 1), False),  # National Day
        (date(2025, 10, 11), True),  # a Saturday worked for it
        (date(2025, 9, 28), True),  # a Sunday worked for it
        (date(2025, 10, 12), False),  # an ordinary Sunday
        (date(2025, 10, 9), True),
    ],
)
def test_moved_weekends_count(day, works):
    assert is_working_day(day) is works


def test_working_days_step_over_the_national_holiday():
    # 28 Sep is a worked Sunday; 29 and 30 Sep, then 9, 10 and 11 (worked Saturday) Oct.
    assert after_working_days(date(2025, 9, 27), 6).on == date(2025, 10, 11)


def test_the_day_of_the_event_does_not_count():
    assert after_days(date(2026, 3, 1), 15).on == date(2026, 3, 16)
    assert after_working_days(date(2025, 10, 9), 1).on == date(2025, 10, 10)


def test_a_deadline_over_unannounced_days_says_so():
    deadline = after_working_days(date(2035, 1, 5), 3)
    assert deadline.on == date(2035, 1, 10)
    assert deadline.provisional
    assert not after_working_days(date(2025, 3, 3), 3).provisional


def test_a_day_ends_at_midnight_in_shanghai():
    assert local_day(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert local_day(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert after_days(date(2026, 12, 30), 1).ends_at() == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
