"""Numbers such as C-2026-000012: without gap, without double, on both databases."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from touchstone.cases.models import Series
from touchstone.law.calendar import local_day


def take(letter: str, now: datetime) -> str:
    """The next number of this letter's series of the year, in the caller's transaction.

    Its row stays locked until the transaction ends; where that fails, the number is free again.
    """
    name = f"{letter}-{local_day(now).year}"
    lock(name)
    return f"{name}-{Series.objects.get(name=name).last:06d}"


def lock(name: str) -> None:
    """Hold the series' row until the transaction ends, and count it up."""
    if _count_up(name):
        return
    try:
        with transaction.atomic():
            Series.objects.create(name=name, last=1)
    except IntegrityError:  # somebody else made it in this moment
        _count_up(name)


def _count_up(name: str) -> bool:
    return Series.objects.filter(name=name).update(last=F("last") + 1) == 1
