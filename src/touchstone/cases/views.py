"""Pages of rings and cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.cases import actions, analysis, facts, merging, queries, shown
from touchstone.cases.models import CaseState, HypothesisState, ItemKind, Weight
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.ledger import queries as ledger
from touchstone.market.models import IdentifierKind

ROWS_A_PAGE = 50


@require_GET
@page("ring.view")
def ring_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    chosen: dict[str, Any] = {
        "least_size": int(size)
        if (size := asked.get("size", "")).isascii() and size.isdigit() and len(size) < 6
        else 2,
        "shares": asked.get("shares", ""),
        "state": asked.get("state", ""),
    }
    rings = queries.rings(actor_of(request), **chosen, sort=asked.get("sort", ""))
    context = {
        "page": Paginator(rings, ROWS_A_PAGE).get_page(asked.get("page")),
        "chosen": chosen,
        "sizes": [2, 3, 5, 10, 20],
        "kinds": IdentifierKind.choices,
        "states": [("free", _("Not in a case")), ("case", _("In an open case"))],
        "figures": queries.figures(timezone.now()),
    }
    return render(request, "cases/rings.html", context)


@require_POST
@page("ring.find")
def search_rings(request: HttpRequest) -> HttpResponse:
    found = actions.find_rings(actor_of(request), timezone.now())
    messages.success(request, _("The search is done. Rings: %(n)s.") % {"n": len(found)})
    return redirect("cases:rings")


@require_GET
@page("case.view")
def case_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    chosen = {"state": asked.get("state", ""), "text": asked.get("text", "").strip()[:100]}
    found = queries.cases(actor_of(request), **chosen)
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(asked.get("page")),
        "chosen": chosen,
        "states": CaseState.choices,
        "figures": queries.figures(),
    }
    return render(request, "cases/list.html", context)


@require_GET
@page("case.view")
def case(request: HttpRequest, number: str) -> HttpResponse:
    found = queries.case(actor_of(request), number)
    listed = Paginator(queries.item_ids(found, ItemKind.LISTING), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "case": found,
        "members": shown.case_members(found),
        "member_ids": queries.item_ids(found, ItemKind.SELLER),
        "page": listed,
        "listings": facts.listing_rows(list(listed)),
        "decisions": shown.decisions(queries.item_ids(found, ItemKind.DECISION)),
        "wanted": shown.wanted_items(found),
        "missing": shown.missing(found),
        "overlaps": merging.overlaps(actor_of(request), found),
        "relations": merging.relations(found),
        "analysis": analysis.matrix(found),
        "weights": Weight.choices,
        "hypothesis_states": HypothesisState.choices,
        "items": shown.items(found),
        "records": queries.item_ids(found, ItemKind.RECORD),
        "notes": merging.notes(found),
        "value": shown.value(queries.valuation(found)),
        "events": shown.timeline(ledger.events_of("case", found.number)),
        "is_open": found.state != CaseState.CLOSED,
        "kinds": [(ItemKind.LISTING, ItemKind.LISTING.label), (ItemKind.SELLER, ItemKind.SELLER.label)],
    }
    return render(request, "cases/case.html", context)


@require_POST
@page("case.open")
def open_case(request: HttpRequest) -> HttpResponse:
    """From a ring (`ring_id`) or from listings (`listing_ids`, separated by spaces, commas or lines)."""
    actor, now, given = actor_of(request), timezone.now(), request.POST
    try:
        if given.get("ring_id"):
            made = actions.open_case_from_ring(actor, now, ring_id=given["ring_id"], title=given.get("title", ""))
        else:
            ids = given.get("listing_ids", "").replace(",", " ").replace("，", " ").split()
            made = actions.open_case_from_listings(actor, now, listing_ids=ids, title=given.get("title", ""))
    except (NotValid, Conflict, NotFound) as problem:
        messages.error(request, str(problem))
        return redirect("cases:list")
    messages.success(request, _("%(case)s is open.") % {"case": made.number})
    return redirect("cases:case", made.number)


@require_POST
@page("case.edit")
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    text = request.POST.get("text", "")
    return _do(
        request, number, lambda: actions.add_note(actor_of(request), timezone.now(), case_number=number, text=text)
    )


@require_POST
@page("case.edit")
def add_item(request: HttpRequest, number: str) -> HttpResponse:
    kind, object_id, note = (request.POST.get(name, "") for name in ("kind", "object_id", "note"))
    return _do(
        request,
        number,
        lambda: actions.add_item(
            actor_of(request), timezone.now(), case_number=number, kind=kind, object_id=object_id, note=note
        ),
    )


@require_POST
@page("case.edit")
def close(request: HttpRequest, number: str) -> HttpResponse:
    because = request.POST.get("because", "")
    return _do(
        request,
        number,
        lambda: actions.close_case(actor_of(request), timezone.now(), case_number=number, because=because),
    )


def _do(request: HttpRequest, number: str, act: Callable[[], object]) -> HttpResponse:
    """Act, say what is wrong if something is, and go back to the case."""
    try:
        act()
    except (NotValid, Conflict) as problem:
        messages.error(request, str(problem))
    except NotFound as problem:
        queries.case(actor_of(request), number)  # no such case: let that be said instead
        messages.error(request, str(problem))
    return redirect("cases:case", number)
