"""Statutory days and working days in China. A day in a statute is a calendar day unless it says working day.

The working-day calendar, with its moved weekends, is announced in the autumn for the next year. Beyond what is known,
Monday to Friday count and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Deadline:
    """The last day. provisional: it was counted over days whose holidays are not announced yet."""

    on: date
    provisional: bool

    def ends_at(self, zone: ZoneInfo = SHANGHAI) -> datetime:
        """24:00 of the last day, aware: from this moment on it is too late."""
        return datetime.combine(self.on + timedelta(days=1), time(), zone)


def local_day(moment: datetime, zone: ZoneInfo = SHANGHAI) -> date:
    """The day that an aware moment falls on in the zone."""
    return moment.astimezone(zone).date()


def after_days(start: date, days: int) -> Deadline:
    """The last of so many calendar days; the day of the event itself does not count."""
    return Deadline(start + timedelta(days=days), provisional=False)


def after_working_days(start: date, days: int) -> Deadline:
    """The last of so many Chinese working days; the day of the event itself does not count."""
    day, provisional = start, False
    while days > 0:
        day += timedelta(days=1)
        works, known = _works(day)
        provisional = provisional or not known
        days -= works
    return Deadline(day, provisional)


def is_working_day(day: date) -> bool:
    return _works(day)[0]


def _works(day: date) -> tuple[bool, bool]:
    """(whether people work on the day, whether that is announced)"""
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False
