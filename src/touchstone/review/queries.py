"""Reading the queue and what was decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import Scope, permit, scope_of
from touchstone.errors import NotFound
from touchstone.market import queries as market
from touchstone.review.models import Decision, Task, TaskState

SORTS = {
    "": ("-priority", "created_at", "id"),
    "-score": ("-verdict__score", "id"),
    "score": ("verdict__score", "id"),
    "created_at": ("created_at", "id"),
    "-created_at": ("-created_at", "id"),
}


def is_free(now: datetime) -> Q:
    """Nobody holds the task: it is open, or it is claimed and the time has run out."""
    return Q(state=TaskState.OPEN) | Q(state=TaskState.CLAIMED, claim_until__lte=now)


def queue(
    actor: Actor, now: datetime, *, verdict: str = "", brand: str = "", mine: bool = False, sort: str = ""
) -> QuerySet[Task]:
    """Tasks that wait for a decision, most urgent first; of one verdict, one brand, or held by the actor.

    sort: score or created_at, with `-` for descending; anything else is by priority. Raises Forbidden.
    """
    permit(actor, "review.view")
    tasks = Task.objects.filter(decided_at=None)
    if verdict:
        tasks = tasks.filter(verdict__verdict=verdict)
    if brand:
        tasks = tasks.filter(brand=brand)
    if mine:
        person = UUID(actor.id) if actor.kind == "person" else None
        tasks = tasks.filter(state=TaskState.CLAIMED, claimed_by_id=person, claim_until__gt=now)
    related = tasks.select_related("listing__seller", "verdict", "claimed_by")
    return related.order_by(*SORTS.get(sort, SORTS[""]))


def task(actor: Actor, task_id: UUID) -> Task:
    """One task with its listing, verdict and holder. Raises Forbidden, NotFound."""
    permit(actor, "review.view")
    found = Task.objects.select_related("listing__seller", "verdict", "claimed_by").filter(id=task_id).first()
    if found is None:
        raise NotFound(_("There is no such task."))
    return found


def brands_waiting() -> list[tuple[str, int]]:
    """(brand, waiting tasks), most tasks first: what the queue can be narrowed to."""
    waiting = Task.objects.filter(decided_at=None).exclude(brand="").order_by()
    return list(waiting.values_list("brand").annotate(n=Count("id")).order_by("-n", "brand"))


def decisions(actor: Actor, *, listing_id: str = "", seller_id: str = "") -> QuerySet[Decision]:
    """Decisions, newest first, of one listing or one seller (external ids). Sellers see their own. Raises Forbidden."""
    permit(actor, "decision.view")
    found = Decision.objects.select_related("listing__seller", "task", "decided_by")
    if scope_of(actor, "decision.view") is Scope.OWN:
        found = found.filter(listing__seller__in=market.sellers_of(actor))
    if listing_id:
        found = found.filter(listing__listing_id=listing_id)
    if seller_id:
        found = found.filter(listing__seller__seller_id=seller_id)
    return found


def figures() -> dict[str, Any]:
    """For the board: waiting, held and overdue tasks, decisions by outcome, and those of the last day."""
    now = timezone.now()
    waiting = Task.objects.filter(decided_at=None)
    oldest = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    outcomes = dict(Decision.objects.order_by().values_list("outcome").annotate(n=Count("id")))
    return {
        "waiting": waiting.filter(is_free(now)).count(),
        "claimed": waiting.filter(state=TaskState.CLAIMED, claim_until__gt=now).count(),
        "oldest": oldest,
        "kept": outcomes.get("keep", 0),
        "removed": outcomes.get("remove", 0),
        "last_day": Decision.objects.filter(decided_at__gt=now - timedelta(days=1)).count(),
    }
