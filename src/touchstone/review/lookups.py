"""Look-ups in bulk for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from touchstone.review.models import Decision

_AT_ONCE = 500


def decisions_on(listing_ids: Iterable[str]) -> list[Decision]:
    """The decisions on these listings (external ids), oldest first, listing and seller with them."""
    rest = iter(listing_ids)
    found: list[Decision] = []
    while chunk := list(islice(rest, _AT_ONCE)):
        found += Decision.objects.filter(listing__listing_id__in=chunk).select_related("listing__seller", "decided_by")
    return sorted(found, key=lambda d: (d.decided_at, str(d.id)))


def decisions_by_id(ids: Iterable[UUID | str]) -> list[Decision]:
    """The decisions of these ids, oldest first, listing and seller with them."""
    rest = iter(ids)
    found: list[Decision] = []
    while chunk := list(islice(rest, _AT_ONCE)):
        found += Decision.objects.filter(id__in=chunk).select_related("listing__seller", "decided_by")
    return sorted(found, key=lambda d: (d.decided_at, str(d.id)))


def decided_since(since: datetime) -> list[tuple[datetime, float, str]]:
    """(when, seconds that the listing had waited, outcome) of every decision from a moment on, oldest first."""
    rows = Decision.objects.filter(decided_at__gt=since).order_by("decided_at")
    return [
        (decided, (decided - created).total_seconds(), outcome)
        for decided, created, outcome in rows.values_list("decided_at", "task__created_at", "outcome")
    ]


def decisions_of(seller_ids: Iterable[str]) -> list[Decision]:
    """The decisions on any listing of these sellers (external ids), oldest first."""
    rest = iter(seller_ids)
    found: list[Decision] = []
    while chunk := list(islice(rest, _AT_ONCE)):
        found += Decision.objects.filter(listing__seller__seller_id__in=chunk)
    return sorted(found, key=lambda d: (d.decided_at, str(d.id)))
