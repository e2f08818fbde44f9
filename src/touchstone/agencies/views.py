"""Pages of agreements and alerts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.agencies import actions, queries, shown
from touchstone.agencies.forms import AgreementForm
from touchstone.agencies.models import AgreementState
from touchstone.errors import Conflict, NotValid
from touchstone.law.calendar import local_day

ROWS_A_PAGE = 50
SEEN_AT_ONCE = 500


@require_GET
@page("agreement.view")
def agreement_list(request: HttpRequest) -> HttpResponse:
    found = list(queries.agreements(actor_of(request)))
    today = local_day(timezone.now())
    rows = [{"agreement": a, "current": a.in_force_on(today)} for a in found]
    return render(request, "agencies/agreements.html", {"rows": rows})


@require_GET
@page("agreement.view")
def agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = queries.agreement(actor, agreement_id)
    signed = found.signed_by_a_id if actor.organisation_id == found.a_id else found.signed_by_b_id
    context = {
        "agreement": found,
        "terms": shown.terms(found),
        "may_sign": found.state == AgreementState.PROPOSED and signed is None,
        "current": found.in_force_on(local_day(timezone.now())),
    }
    return render(request, "agencies/agreement.html", context)


@require_http_methods(["GET", "POST"])
@page("agreement.propose")
def propose(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), local_day(timezone.now())
    initial = {"valid_from": today, "valid_until": today.replace(year=today.year + 2, day=min(today.day, 28))}
    form = AgreementForm(request.POST or None, actor=actor, initial=initial)
    if form.is_valid():
        try:
            made = actions.propose(actor, timezone.now(), **form.terms())
        except NotValid as problem:
            form.add_error(problem.place if problem.place in form.fields else None, str(problem))
        else:
            messages.success(request, _("The agreement is proposed. It needs both signatures."))
            return redirect("agencies:agreement", made.id)
    return render(request, "agencies/propose.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@page("agreement.sign")
def sign(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    try:
        found = actions.sign(actor_of(request), timezone.now(), agreement_id=agreement_id)
    except Conflict as problem:
        messages.error(request, str(problem))
    else:
        if found.state == AgreementState.IN_FORCE:
            messages.success(request, _("Both sides have signed: the agreement is in force."))
        else:
            messages.success(request, _("Signed. The other side has to sign, too."))
    return redirect("agencies:agreement", agreement_id)


@require_POST
@page("agreement.end")
def end(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    try:
        actions.end(
            actor_of(request), timezone.now(), agreement_id=agreement_id, because=request.POST.get("because", "")
        )
    except NotValid as problem:
        messages.error(request, str(problem))
    return redirect("agencies:agreement", agreement_id)


@require_GET
@page("alert.view")
def alert_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    listed = Paginator(queries.alerts(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": listed,
        "rows": [shown.alert(actor, found) for found in listed],
        "unseen": queries.unseen_alerts(actor),
    }
    return render(request, "agencies/alerts.html", context)


@require_POST
@page("alert.view")
def see(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    actions.see_alert(actor_of(request), timezone.now(), alert_id=alert_id)
    return redirect("agencies:alerts")


@require_POST
@page("alert.view")
def see_all(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    unseen = queries.alerts(actor).filter(recipient_id=actor.organisation_id, seen_at=None)
    for found in unseen[:SEEN_AT_ONCE]:
        actions.see_alert(actor, now, alert_id=found.id)
    return redirect("agencies:alerts")
