"""Reading rings and cases."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases import facts, merging
from touchstone.cases.file import file_of as file_of
from touchstone.cases.models import Case, CaseState, ItemKind, Ring, RingMember
from touchstone.errors import NotFound

RING_SORTS = {
    "": ("-bad_listings", "-score", "-size", "ring_id"),
    "bad": ("bad_listings", "ring_id"),
    "-bad": ("-bad_listings", "-score", "ring_id"),
    "size": ("size", "ring_id"),
    "-size": ("-size", "-score", "ring_id"),
    "score": ("score", "ring_id"),
    "-score": ("-score", "-size", "ring_id"),
    "found_at": ("found_at", "ring_id"),
    "-found_at": ("-found_at", "ring_id"),
}


def rings(actor: Actor, *, least_size: int = 2, shares: str = "", state: str = "", sort: str = "") -> QuerySet[Ring]:
    """Current rings of at least a size, that share an attribute of a kind, in a case or not (`free`, `case`).

    Each has `in_case`: the number of open cases about it. Raises Forbidden.
    """
    permit(actor, "ring.view")
    found = Ring.objects.filter(lost_at=None, size__gte=least_size).annotate(
        in_case=Count("cases", filter=~Q(cases__state=CaseState.CLOSED), distinct=True)
    )
    if shares:
        found = found.filter(attributes__kind=shares).distinct()
    if state in ("free", "case"):
        found = found.filter(in_case=0) if state == "free" else found.filter(in_case__gt=0)
    return found.order_by(*RING_SORTS.get(sort, RING_SORTS[""]))


def ring(actor: Actor, ring_id: str) -> Ring:
    """Raises Forbidden, NotFound."""
    permit(actor, "ring.view")
    found = Ring.objects.filter(ring_id=ring_id).first()
    if found is None:
        raise NotFound(_("There is no ring %(ring)s.") % {"ring": ring_id})
    return found


def ring_of(seller_id: str) -> Ring | None:
    """The ring that the seller (external id) is in, if any."""
    member = RingMember.objects.select_related("ring").filter(seller__seller_id=seller_id).first()
    return member.ring if member else None


def cases(actor: Actor, *, state: str = "", text: str = "") -> QuerySet[Case]:
    """Cases, newest first, with `sellers` and `listings`: how many of them each holds. Raises Forbidden."""
    permit(actor, "case.view")
    found = Case.objects.select_related("ring", "opened_by").annotate(
        sellers=Count("items", filter=Q(items__kind=ItemKind.SELLER)),
        listings=Count("items", filter=Q(items__kind=ItemKind.LISTING)),
    )
    if state in CaseState.values:
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(title__icontains=text))
    return found.order_by("-opened_at", "-number")


def case(actor: Actor, number: str) -> Case:
    """Raises Forbidden, NotFound."""
    found = Case.objects.select_related("ring", "opened_by", "organisation").filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no case %(number)s.") % {"number": number})
    permit(actor, "case.view", found)
    return found


def open_cases_with(kind: str, object_id: str) -> list[Case]:
    """The open cases that hold the object."""
    held = Case.objects.filter(items__kind=kind, items__object_id=object_id)
    return list(held.exclude(state=CaseState.CLOSED).distinct())


def cases_about(seller_ids: list[str], record_id: str) -> list[Case]:
    """Every case, open or past, that holds one of the sellers or the shared record, by number."""
    found = {case.pk: case for case, _n in merging.cases_with(ItemKind.SELLER, seller_ids)}
    found |= {case.pk: case for case, _n in merging.cases_with(ItemKind.RECORD, [record_id])}
    return sorted(found.values(), key=lambda case: case.number)


def whole_file(actor: Actor, case: Case) -> dict[str, Any]:
    """The case file with the cases that it overlaps, those it is related to, and the one it was merged into."""
    return {
        **file_of(case),
        "overlaps": [merging.told(o) for o in merging.overlaps(actor, case)],
        "related": [{"number": c.number, "because": r.because} for c, r in merging.relations(case)],
        "merged_into": case.merged_into.number if case.merged_into else "",
    }


def item_ids(case: Case, kind: str) -> list[str]:
    """What the case holds of a kind."""
    return list(case.items.filter(kind=kind).values_list("object_id", flat=True))


def valuation(case: Case) -> list[dict[str, Any]]:
    """What the case's listings sold for: rows of {method, currency, amount_minor, orders, units, listings}."""
    return facts.value_of(case.number, item_ids(case, ItemKind.LISTING))


def moments(since: datetime) -> dict[str, list[datetime]]:
    """When rings that still stand were found and cases were opened, from a moment on."""
    rings = Ring.objects.filter(lost_at=None, found_at__gt=since)
    opened = Case.objects.filter(opened_at__gt=since)
    return {
        "rings": list(rings.values_list("found_at", flat=True)),
        "cases": list(opened.values_list("opened_at", flat=True)),
    }


def figures(now: datetime | None = None) -> dict[str, Any]:
    """For the board: rings, members, the largest ring, rings of the last week; cases by state."""
    current = Ring.objects.filter(lost_at=None)
    sizes = list(current.order_by("-size").values_list("size", flat=True))
    states = Counter(Case.objects.order_by().values_list("state", flat=True))
    return {
        "rings": len(sizes),
        "members": sum(sizes),
        "largest": sizes[0] if sizes else 0,
        "rings_new": current.filter(found_at__gt=now - timedelta(days=7)).count() if now else 0,
        "cases": {state: states.get(state, 0) for state in CaseState.values},
    }
