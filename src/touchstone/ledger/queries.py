"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Collection

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Max, QuerySet

from touchstone.ledger.models import Checkpoint, Event, EventRef, LogKey

PER_PAGE = 50


def events_of(kind: str, object_id: str, *, page: int = 1, per_page: int = PER_PAGE) -> Page[Event]:
    """Events that name the object, newest first, their refs prefetched. A page outside the range gives the nearest."""
    found = Event.objects.filter(refs__kind=kind, refs__object_id=object_id).order_by("-refs__event_id")
    return Paginator(found.prefetch_related("refs"), per_page).get_page(max(1, page))


def feed(after_index: int = -1, types: Collection[str] = (), limit: int = 100) -> QuerySet[Event]:
    """Sequenced events behind a leaf index, in order: remember the last one's and nothing is ever missed or seen twice.

    types: only these event types; empty means all.
    """
    found = Event.objects.filter(leaf_index__gt=after_index)
    if types:
        found = found.filter(type__in=types)
    return found.order_by("leaf_index").prefetch_related("refs")[:limit]


def state_of(prefix: str, apart_from: str = "") -> tuple[int, int]:
    """(id of the latest event, how many) of types that begin so: it changes whenever such a thing happens.

    apart_from: the beginning of types that are left out.
    """
    events = _beginning(prefix)
    if apart_from:
        events = events.exclude(type__startswith=apart_from)
    found = events.aggregate(latest=Max("id"), count=Count("id"))
    return found["latest"] or 0, found["count"]


def subjects_after(prefix: str, after: int) -> list[str]:
    """The id of the subject of every event behind the event of that id, of types that begin so, in order."""
    refs = EventRef.objects.filter(is_subject=True, event__in=_beginning(prefix).filter(id__gt=after))
    return list(refs.order_by("event_id").values_list("object_id", flat=True))


def _beginning(prefix: str) -> QuerySet[Event]:
    """Events whose type begins so, found by the index on either database."""
    events = Event.objects.filter(type__startswith=prefix)
    if connection.vendor == "sqlite":  # whose LIKE reads the whole index: a third of a second for a million events
        events = events.filter(type__gte=prefix, type__lt=prefix[:-1] + chr(ord(prefix[-1]) + 1))
    return events


def database() -> str:
    """Which database this is: its log's first key. Tells two databases of one process apart."""
    first = Event.objects.order_by("id").values_list("uuid", flat=True).first()
    return str(first or "")


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.prefetch_related("cosignatures").first()


def checkpoints(limit: int = 20) -> list[Checkpoint]:
    """The latest ones, newest first, with their witnesses' cosignatures."""
    return list(Checkpoint.objects.prefetch_related("cosignatures")[:limit])


def covered_size() -> int:
    """Events with a leaf index below this are under a signed checkpoint."""
    last = Checkpoint.objects.first()
    return last.size if last else 0


def log_keys() -> list[LogKey]:
    """All keys that sign or signed checkpoints, newest first."""
    return list(LogKey.objects.all())
