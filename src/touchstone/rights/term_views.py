"""Pages of terms: the list with its filters, one term with what it changes, and what people do about it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import Conflict, Forbidden, NotValid, TouchstoneError
from touchstone.market import lookups
from touchstone.rights import term_files, term_queries, terms
from touchstone.rights.models import Term, TermKind, TermSource, TermState
from touchstone.rights.term_forms import TermFileForm, TermForm

ROWS_A_PAGE = 50
CHANGES_SHOWN = 20
ALL = "all"


@page("term.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return _index(request)


@page("term.view")
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as it is filtered, as CSV."""
    found = term_queries.terms(actor_of(request), **_filters(_chosen(request)))
    rows = term_files.terms_csv(found.iterator(chunk_size=2_000))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="terms.csv"'
    return response


@page("term.view")
@require_safe
def term(request: HttpRequest, term_id: UUID) -> HttpResponse:
    found = term_queries.term(actor_of(request), term_id)
    evidence = found.evidence
    ids = [*evidence.get("listing_ids", ()), *evidence.get("clean_ids", ())]
    titles = {listing.listing_id: listing.title[:160] for listing in lookups.listings(ids)}
    changes = (found.effect or {}).get("changes", [])
    context = {
        "term": found,
        "speaking_for": [(i, titles.get(i, "")) for i in evidence.get("listing_ids", ())],
        "speaking_against": [(i, titles.get(i, "")) for i in evidence.get("clean_ids", ())],
        "moves": moves(found),
        "changes": changes[:CHANGES_SHOWN],
        "more_changes": changes[CHANGES_SHOWN:],
        "own": found.proposed_by == actor_of(request).id,
    }
    return render(request, "rights/term.html", context)


@page("term.propose")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    form = TermForm(request.POST)
    if form.is_valid():
        try:
            made = terms.propose(actor_of(request), timezone.now(), **form.cleaned_data)
        except NotValid as error:
            form.add_error(error.place if error.place in form.fields else None, _sentence(error))
        else:
            messages.success(request, _("%(term)s: %(state)s.") % {"term": made, "state": made.get_state_display()})
            return redirect("rights:term", made.id)
    return _index(request, form=form)


@page("term.propose")
@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    form = TermFileForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        name = Path(given.name or "").name
        with tempfile.NamedTemporaryFile(suffix=Path(name).suffix.lower()) as copy:
            for chunk in given.chunks():
                copy.write(chunk)
            copy.flush()
            try:
                done = term_files.import_terms(actor_of(request), timezone.now(), path=Path(copy.name), file_name=name)
            except NotValid as error:
                form.add_error("file", str(error))
            else:
                counts = {"n": len(done.terms), "new": done.fresh}
                messages.success(request, _("%(n)d terms read, %(new)d of them new candidates.") % counts)
                return redirect("rights:terms")
    return _index(request, file_form=form)


@page("term.approve")
@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Approve the chosen ones, from the list or from a term's own page."""
    ids = _ids(request)
    if len(ids) > ROWS_A_PAGE:
        told = _("%(n)d terms were chosen, and at most %(most)d are approved at once: none is approved.")
        messages.error(request, told % {"n": len(ids), "most": ROWS_A_PAGE})
        return redirect("rights:terms")
    try:
        done = terms.approve(actor_of(request), timezone.now(), term_ids=ids) if ids else []
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and not error.remedy:
            raise
        messages.error(request, _sentence(error))
    else:
        told = ngettext("%(n)d term is live.", "%(n)d terms are live.", len(done)) % {"n": len(done)}
        (messages.success if done else messages.info)(request, told if done else _("No term was chosen."))
    return redirect("rights:term", ids[0]) if request.POST.get("back") == "term" and ids else redirect("rights:terms")


@page("term.approve")
@require_POST
def refuse(request: HttpRequest, term_id: UUID) -> HttpResponse:
    return _end(request, term_id, terms.refuse, _("%(term)s is refused and will not be mined again."))


@page("term.withdraw")
@require_POST
def withdraw(request: HttpRequest, term_id: UUID) -> HttpResponse:
    return _end(request, term_id, terms.withdraw, _("%(term)s is withdrawn."))


def moves(found: Term) -> list[tuple[str, str, int]]:
    """(verdict before, verdict after, how many) as the effect counted it."""
    counted = (found.effect or {}).get("moves", {})
    return [(*move.split(" to "), count) for move, count in counted.items()]


def _end(request: HttpRequest, term_id: UUID, action: Any, told: str) -> HttpResponse:
    because = request.POST.get("because", "")
    try:
        done = action(actor_of(request), timezone.now(), term_id=term_id, because=because)
    except (NotValid, Conflict) as error:
        messages.error(request, _sentence(error))
    else:
        messages.success(request, told % {"term": done})
    return redirect("rights:term", term_id)


def _index(request: HttpRequest, form: TermForm | None = None, file_form: TermFileForm | None = None) -> HttpResponse:
    chosen = _chosen(request)
    found = term_queries.terms(actor_of(request), **_filters(chosen))
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    counts = term_queries.counts()
    context = {
        "page": shown,
        "rows": [(one, moves(one)) for one in shown],
        "chosen": chosen,
        "filtered": any(value for name, value in chosen.items() if name != "state"),
        "tabs": _tabs(counts, chosen["state"]),
        "unmeasured": term_queries.is_any_unmeasured(),
        "total": sum(counts.values()),
        "kinds": TermKind.choices,
        "sources": TermSource.choices,
        "brands": term_queries.brand_names(),
        "form": form or TermForm(),
        "file_form": file_form or TermFileForm(auto_id="terms_%s"),
    }
    wrong: forms.Form | None = form or file_form
    return render(request, "rights/terms.html", context, status=422 if wrong else 200)


def _tabs(counts: dict[str, int], state: str) -> list[tuple[str, str, bool, int]]:
    """(label, address, is it the current one, how many)"""
    labels = {**dict(TermState.choices), ALL: _("All")}
    numbers = {**counts, ALL: sum(counts.values())}
    return [(str(labels[value]), f"?state={value}", value == state, n) for value, n in numbers.items()]


def _chosen(request: HttpRequest) -> dict[str, str]:
    asked = request.GET
    states, kinds, sources = [*TermState.values, ALL], TermKind.values, TermSource.values
    state, kind, source = asked.get("state", ""), asked.get("kind", ""), asked.get("source", "")
    return {
        "state": state if state in states else TermState.CANDIDATE,
        "kind": kind if kind in kinds else "",
        "source": source if source in sources else "",
        "brand": asked.get("brand", "")[:100],
        "search": asked.get("q", "").strip()[:100],
    }


def _filters(chosen: dict[str, str]) -> dict[str, str]:
    return {**chosen, "state": "" if chosen["state"] == ALL else chosen["state"]}


def _ids(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("term"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _sentence(error: TouchstoneError) -> str:
    return " ".join(filter(None, [error.message, error.remedy]))
