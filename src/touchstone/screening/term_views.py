"""What people start from the pages of terms and screening carries out: mining, and counting what terms change."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.rights import term_queries
from touchstone.screening.effects import measure_terms
from touchstone.screening.mining import mine_terms

MEASURED_AT_ONCE = 50


@page("term.mine")
@require_POST
def mine(request: HttpRequest) -> HttpResponse:
    found = mine_terms(actor_of(request), timezone.now())
    if found.fresh:
        told = ngettext("%(n)d new candidate.", "%(n)d new candidates.", found.fresh) % {"n": found.fresh}
        messages.success(request, told)
    else:
        messages.info(request, _("Nothing new was found in what has been blocked so far."))
    return redirect("rights:terms")


@page("term.propose")
@require_POST
def measure(request: HttpRequest, term_id: UUID) -> HttpResponse:
    """Count what one term changes, and come back to its page."""
    term = term_queries.term(actor_of(request), term_id)
    measure_terms(actor_of(request), timezone.now(), term_ids=[term.id])
    messages.success(request, _("What %(term)s changes was counted.") % {"term": term})
    return redirect("rights:term", term_id)


@page("term.propose")
@require_POST
def measure_waiting(request: HttpRequest) -> HttpResponse:
    """Count what the candidates change of which nobody knows it, the oldest first."""
    actor = actor_of(request)
    done = measure_terms(actor, timezone.now(), term_ids=term_queries.unmeasured(actor, MEASURED_AT_ONCE))
    told = ngettext("The effect of %(n)d term was counted.", "The effect of %(n)d terms was counted.", done)
    messages.success(request, told % {"n": done})
    return redirect("rights:terms")
