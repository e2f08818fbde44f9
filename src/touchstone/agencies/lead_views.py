"""Pages of leads: the sender's view and the recipient's view of the same lead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from touchstone.accounts.actor import Actor
from touchstone.accounts.gate import actor_of, page
from touchstone.agencies import actions, packages, queries
from touchstone.agencies.forms import OutcomeForm
from touchstone.agencies.models import Lead, LeadState
from touchstone.errors import Conflict, Forbidden, NotValid

ROWS_A_PAGE = 50
ROWS_OF_A_PART = 200


@require_GET
@page("lead.view")
def lead_list(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    chosen = {"state": asked.get("state", ""), "side": asked.get("side", "")}
    found = queries.leads(actor_of(request), **chosen)
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(asked.get("page")),
        "chosen": chosen,
        "states": LeadState.choices,
        "now": timezone.now(),
    }
    return render(request, "agencies/leads.html", context)


@require_GET
@page("lead.view")
def lead(request: HttpRequest, number: str) -> HttpResponse:
    return _lead(request, queries.lead(actor_of(request), number))


@require_GET
@page("lead.view")
def package(request: HttpRequest, number: str) -> HttpResponse:
    """The frozen package, byte for byte: its SHA-256 is the one in the ledger."""
    found = queries.lead(actor_of(request), number)
    response = HttpResponse(found.package_json.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


@require_POST
@page("lead.send")
def send_lead(request: HttpRequest) -> HttpResponse:
    given = request.POST
    number = given.get("case_number", "")
    try:
        made = actions.send_lead(
            actor_of(request),
            timezone.now(),
            case_number=number,
            recipient_id=_uuid(given.get("recipient_id", "")),
            purpose=given.get("purpose", ""),
            tlp=given.get("tlp", ""),
            requested_action=given.get("requested_action", ""),
        )
    except (NotValid, Conflict, Forbidden) as problem:
        messages.error(request, str(problem))
        return redirect("cases:case", number) if number else redirect("cases:list")
    if made.state == LeadState.WAITING:
        messages.warning(request, _("%(lead)s waits for the approval of another person.") % {"lead": made.number})
    else:
        messages.success(request, _("%(lead)s is with the recipient.") % {"lead": made.number})
    return redirect("agencies:lead", made.number)


@require_POST
@page("lead.approve")
def approve(request: HttpRequest, number: str) -> HttpResponse:
    try:
        actions.approve_lead(actor_of(request), timezone.now(), lead_number=number)
    except (Conflict, Forbidden) as problem:
        messages.error(request, str(problem))
    return redirect("agencies:lead", number)


@require_POST
@page("lead.answer")
def answer(request: HttpRequest, number: str) -> HttpResponse:
    given = request.POST
    try:
        actions.answer_lead(
            actor_of(request),
            timezone.now(),
            lead_number=number,
            accept=given.get("answer") == "accept",
            reason=given.get("reason", ""),
        )
    except (NotValid, Conflict) as problem:
        messages.error(request, str(problem))
    return redirect("agencies:lead", number)


@require_POST
@page("outcome.report")
def outcome(request: HttpRequest, number: str) -> HttpResponse:
    actor, form = actor_of(request), OutcomeForm(request.POST)
    found = queries.lead(actor, number)
    if not form.is_valid():
        return _lead(request, found, form, status=422)
    try:
        made = actions.report_outcome(actor, timezone.now(), lead_number=number, **form.facts())
    except (NotValid, Conflict) as problem:
        messages.error(request, str(problem))
        return _lead(request, found, form, status=problem.status)
    messages.success(request, _("Reported: %(kind)s.") % {"kind": made.get_kind_display()})
    return redirect("agencies:lead", number)


def _lead(request: HttpRequest, found: Lead, form: OutcomeForm | None = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    received = actor.organisation_id == found.recipient_id
    parts = _parts(found)
    context = {
        "lead": found,
        "package": found.package,
        "parts": parts,
        "received": received,
        "sent_parts": [(field, len(rows)) for field, rows in found.package["file"].items()],
        "withheld": [{**w, "by_agreement": w["why"] == packages.NOT_ADMITTED} for w in found.withheld],
        "outcomes": found.outcomes.select_related("reported_by"),
        "may_approve": not received and found.state == LeadState.WAITING and not _is_sender(actor, found),
        "own_lead": _is_sender(actor, found),
        "form": form or OutcomeForm(),
    }
    return render(request, "agencies/lead.html", context, status=status)


def _parts(found: Lead) -> dict[str, Any]:
    """The parts of the file; a long one is cut for the page, the package has all."""
    return {
        field: {"rows": rows[:ROWS_OF_A_PART], "n": len(rows), "cut": len(rows) > ROWS_OF_A_PART}
        for field, rows in found.package["file"].items()
    }


def _is_sender(actor: Actor, found: Lead) -> bool:
    return actor.kind == "person" and str(found.sent_by_id) == actor.id


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotValid(_("Choose a recipient."), place="recipient_id") from error
