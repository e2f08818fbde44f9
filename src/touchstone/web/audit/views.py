"""Pages of the ledger: the audit trail of any object, and the signed checkpoints that everybody may read."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import NotFound
from touchstone.ledger import queries
from touchstone.ledger.checkpoints import note_of
from touchstone.web.audit import actions
from touchstone.web.audit.shown import Named, entries, page_of


@require_safe
@page("audit.view")
def object(request: HttpRequest, kind: str, object_id: str) -> HttpResponse:
    """Everything that happened to the object, newest first."""
    about = Named(kind, object_id)
    found = queries.events_of(kind, object_id, page=_number(request.GET.get("page", "")))
    shown = {
        "about": about,
        "about_page": page_of(about),
        "page": found,
        "entries": entries(list(found), about, queries.covered_size()),
        "checkpoint": queries.latest_checkpoint(),
    }
    return render(request, "audit/object.html", shown)


@require_POST
@page("audit.view")
def bundle(request: HttpRequest, kind: str, object_id: str) -> HttpResponse:
    """The evidence bundle of the object, as a download."""
    archive = actions.export(actor_of(request), timezone.now(), kind=kind, object_id=object_id)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"touchstone-{kind}-{object_id}")[:100]
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(archive, content_type="application/zip", headers=headers)


@require_safe
@page("checkpoint.view")
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest checkpoints, the public keys, and how to check a bundle with them."""
    latest = queries.latest_checkpoint()
    shown = {
        "latest": latest,
        "note": note_of(latest) if latest else "",
        "earlier": queries.checkpoints()[1:],
        "keys": queries.log_keys(),
    }
    return render(request, "audit/checkpoint.html", shown)


@require_safe
@page("checkpoint.view")
def checkpoint_note(request: HttpRequest) -> HttpResponse:
    """The latest checkpoint as a signed note, for programs and witnesses."""
    latest = queries.latest_checkpoint()
    if latest is None:
        raise NotFound(_("Nothing has been signed yet."))
    return HttpResponse(note_of(latest), content_type="text/plain; charset=utf-8")


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 1
