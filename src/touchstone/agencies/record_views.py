"""Pages of shared records."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from touchstone.accounts.gate import actor_of, page
from touchstone.agencies import actions, queries, record_files, records, shown
from touchstone.agencies.forms import RecordFileForm, RecordForm
from touchstone.agencies.models import MessageKind, RecordKind
from touchstone.errors import Forbidden, NotValid

ROWS_A_PAGE = 50
SHOWN_REJECTS = 5


@require_GET
@page("record.view")
def record_list(request: HttpRequest) -> HttpResponse:
    asked, actor = request.GET, actor_of(request)
    chosen: dict[str, Any] = {"kind": asked.get("kind", ""), "matched": asked.get("matched") == "1"}
    found = queries.records(actor, **chosen)
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(asked.get("page")),
        "chosen": chosen,
        "kinds": RecordKind.choices,
        "partners": queries.partners(actor, timezone.now(), MessageKind.RECORD),
        "file_form": RecordFileForm(),
    }
    return render(request, "agencies/records.html", context)


@require_GET
@page("record.view")
def record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = queries.record(actor, record_id)
    context = {
        "record": found,
        "facts": shown.facts(found),
        "touched": shown.touched(actor, found),
        "keys": sorted(set(found.keys.values_list("kind", flat=True))),
        "common": shown.common_keys(found, records.TOO_COMMON, records.KEY_KINDS),
    }
    return render(request, "agencies/record.html", context)


@require_http_methods(["GET", "POST"])
@page("record.share")
def new_record(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    form = RecordForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.share_record(actor, now, other_id=_chosen_partner(request), **form.draft())
        except (NotValid, Forbidden) as problem:
            form.add_error(None, str(problem))
        else:
            hits = made.matches.count()
            messages.success(request, _("The record is shared. Shops touched: %(n)s.") % {"n": hits})
            return redirect("agencies:record", made.id)
    context = {"form": form, "partners": queries.partners(actor, now, MessageKind.RECORD)}
    return render(request, "agencies/new_record.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@page("record.share")
def import_file(request: HttpRequest) -> HttpResponse:
    form = RecordFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("agencies:records")
    upload = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"records{Path(upload.name).suffix.lower()}"
        path.write_bytes(upload.read())
        try:
            taken = actions.import_records(
                actor_of(request),
                timezone.now(),
                other_id=_chosen_partner(request),
                kind=form.cleaned_data["kind"],
                rows=record_files.read(path),
            )
        except (NotValid, Forbidden) as problem:
            messages.error(request, str(problem))
            return redirect("agencies:records")
    messages.success(
        request,
        _("New: %(new)s, known: %(known)s, left out: %(bad)s.")
        % {"new": taken.accepted, "known": taken.unchanged, "bad": len(taken.rejected)},
    )
    for row, reason in taken.rejected[:SHOWN_REJECTS]:
        messages.warning(request, _("Row %(row)s: %(reason)s") % {"row": row, "reason": reason})
    return redirect("agencies:records")


def _chosen_partner(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("other_id", ""))
    except ValueError as error:
        raise NotValid(_("Choose whom to share with."), place="other_id") from error
