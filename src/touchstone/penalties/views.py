"""A seller's points, penalties and measures, for the seller and for staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import NotValid
from touchstone.market import queries as market
from touchstone.penalties import actions, queries, wording
from touchstone.penalties.meters import meters
from touchstone.penalties.models import Measure, Penalty

ROWS_A_PAGE = 25


@page("penalty.view")
@require_GET
def seller(request: HttpRequest, seller_id: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = market.seller(actor, seller_id)
    shown = Paginator(queries.penalties_of(actor, seller_id), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "seller": found,
        "own": bool(actor.seller_id) and actor.seller_id == seller_id,
        "meters": meters(found, now),
        "page": shown,
        "rows": [_told(penalty) for penalty in shown],
        "measures": [_measure(m) for m in queries.running(queries.measures_of(actor, seller_id), now)],
    }
    return render(request, "penalties/seller.html", context)


@page("penalty.reverse")
@require_POST
def reverse(request: HttpRequest, penalty_id: UUID) -> HttpResponse:
    try:
        penalty = actions.reverse(
            actor_of(request), timezone.now(), penalty_id=penalty_id, because=request.POST.get("because", "")
        )
    except NotValid as problem:
        messages.error(request, problem.message)
        return redirect("penalties:seller", queries.penalty(actor_of(request), penalty_id).seller.seller_id)
    messages.success(request, _("The penalty is reversed; the points are counted anew."))
    return redirect("penalties:seller", penalty.seller.seller_id)


def _told(penalty: Penalty) -> dict[str, object]:
    return {
        "penalty": penalty,
        "finding": wording.finding(penalty),
        "calculation": wording.calculation(penalty),
        "verified": penalty.calculation["verified"],
        "measures": [_measure(measure) for measure in penalty.measures.all()],
    }


def _measure(measure: Measure) -> dict[str, object]:
    return {"measure": measure, "kinds": wording.measures(measure.kinds)}
