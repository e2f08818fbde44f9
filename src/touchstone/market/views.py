"""Pages of the market: a listing, a seller, what was imported; pictures and tables to take along."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import NotFound, TouchstoneError
from touchstone.market import actions, media, queries, revisions
from touchstone.market.exports import listings_csv
from touchstone.market.models import IdentifierKind, ImportKind, ListingStatus

ROWS_A_PAGE = 50
MOST_CHANGES = 20
_PICTURE_AGE = 24 * 3600


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), choices=ImportKind.choices)
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV, JSON Lines or Parquet."))


@page("listing.view")
@require_safe
def listing(request: HttpRequest, listing_id: str) -> HttpResponse:
    actor = actor_of(request)
    found = queries.listing(actor, listing_id)
    context = {
        "listing": found,
        "seller": found.seller,
        "own": actor.seller_id == found.seller.seller_id,
        "images": queries.image_urls(found),
        "changes": revisions.changes(actor, found, MOST_CHANGES),
    }
    return render(request, "market/listing.html", context)


@page("seller.view")
@require_safe
def seller(request: HttpRequest, seller_id: str) -> HttpResponse:
    actor = actor_of(request)
    found = queries.seller(actor, seller_id)
    chosen = _chosen(request)
    shown = Paginator(queries.find_listings(actor, seller_id, **chosen), ROWS_A_PAGE).get_page(request.GET.get("page"))
    pictures = queries.first_images(shown)
    own = actor.seller_id == seller_id
    context = {
        "seller": found,
        "own": own,
        "figures": queries.seller_figures(found),
        "identifiers": [] if own else found.identifiers.exclude(kind=IdentifierKind.DOOR).order_by("kind", "hint"),
        "page": shown,
        "rows": [(one, pictures.get(one.pk, "")) for one in shown],
        "chosen": chosen,
        "statuses": ListingStatus.choices,
    }
    return render(request, "market/seller.html", context)


@page("seller.view")
@require_safe
def listings_table(request: HttpRequest, seller_id: str) -> HttpResponseBase:
    """The table of the seller's page, as it is filtered, as CSV for a spreadsheet."""
    found = queries.find_listings(actor_of(request), seller_id, **_chosen(request))
    response = StreamingHttpResponse(
        listings_csv(found.iterator(chunk_size=2_000)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="listings.csv"'
    return response


@page("listing.view")
@require_safe
def picture(request: HttpRequest, listing_id: str, position: int) -> HttpResponseBase:
    """A thumbnail, drawn anew from what the seller sent; a picture that is refused has none."""
    small = media.thumbnail(queries.picture(actor_of(request), listing_id, position).sha256)
    if small is None:
        raise NotFound(_("This picture cannot be shown."))
    response = FileResponse(small.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = f"private, max-age={_PICTURE_AGE}"
    response["Content-Disposition"] = "inline"
    return response


@page("import.view")
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported, and for engineers a form that imports a file."""
    actor = actor_of(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return _import(request, form.cleaned_data["kind"], form.cleaned_data["file"])
            except TouchstoneError as error:
                if error.status == 403:
                    raise
                form.add_error("file", str(error))
        status = 422
    shown = Paginator(queries.imports(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "market/imports.html", {"form": form, "page": shown}, status=status)


@page("import.view")
@require_safe
def rejected(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that an import did not take: JSON Lines of line, id and reason."""
    found = queries.import_of(actor_of(request), import_id)
    path = Path(settings.HOME) / "rejected" / found.rejected_file
    if not found.rejected_file or not path.exists():
        raise NotFound(_("This import took every row."))
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{found.kind}.rejected.jsonl", content_type="application/jsonl"
    )


def _import(request: HttpRequest, kind: str, file: UploadedFile) -> HttpResponse:
    name = Path(file.name or "").name
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix.lower()) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        done = actions.import_file(actor_of(request), timezone.now(), kind=kind, path=Path(copy.name), file_name=name)
    counts = {"accepted": done.accepted, "unchanged": done.unchanged, "rejected": done.rejected}
    told = messages.warning if done.rejected else messages.success
    told(request, _("%(accepted)s rows taken, %(unchanged)s unchanged, %(rejected)s rejected.") % counts)
    return redirect("market:imports")


def _chosen(request: HttpRequest) -> dict[str, Any]:
    asked = request.GET
    status = asked.get("status", "")
    return {
        "search": asked.get("q", "").strip()[:100],
        "status": status if status in ListingStatus.values else "",
        "sort": asked.get("sort", ""),
    }
