"""Pages of the bank of images: the list with its filters, one entry with the listings that show it, what people do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid, TouchstoneError
from touchstone.market import media
from touchstone.market import queries as market
from touchstone.review import image_matches
from touchstone.review.image_forms import ListingImageForm, PictureForm
from touchstone.screening import image_actions, image_hits, image_queries
from touchstone.screening.image_models import ImageKind, ImageState

ROWS_A_PAGE = 50
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".pq")
_PICTURE_AGE = 24 * 3600
_WRONG = (NotValid, NotFound, Conflict)


@page("image.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return _index(request)


@page("image.view")
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = image_queries.entry(actor, entry_id)
    shown = Paginator(image_queries.hits(actor, entry_id), ROWS_A_PAGE).get_page(request.GET.get("page"))
    pictures = market.first_images([hit.listing for hit in shown])
    context = {
        "entry": found,
        "page": shown,
        "rows": [(hit, pictures.get(hit.listing.pk, "")) for hit in shown],
        "own": found.added_by == actor.id,
        "limits": image_hits.limits(),
    }
    return render(request, "review/image.html", context)


@page("image.view")
@require_safe
def picture(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """A thumbnail of the entry's picture, drawn anew."""
    sha256 = image_queries.entry(actor_of(request), entry_id).sha256
    small = media.thumbnail(sha256) if sha256 else None
    if small is None:
        raise NotFound(_("This picture cannot be shown."))
    response = FileResponse(small.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = f"private, max-age={_PICTURE_AGE}"
    return response


@page("image.add")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """From a picture or a bank file."""
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        given = facts.pop("file")
        try:
            told = _added(request, given, facts)
        except _WRONG as error:
            _say(form, error)
        else:
            messages.success(request, told)
            return redirect("images:index")
    return _index(request, form=form)


@page("image.add")
@require_POST
def add_listing(request: HttpRequest) -> HttpResponse:
    """From an image of a listing."""
    form = ListingImageForm(request.POST, auto_id="listing_%s")
    if form.is_valid():
        facts = dict(form.cleaned_data)
        facts["position"] -= 1
        try:
            made = image_matches.add_from_listing(actor_of(request), timezone.now(), **facts)
        except _WRONG as error:
            _say(form, error)
        else:
            messages.success(request, _("%(image)s: %(state)s.") % {"image": made, "state": made.get_state_display()})
            return redirect("images:entry", made.id)
    return _index(request, listing_form=form)


@page("image.confirm")
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the chosen ones, from the list or from an entry's own page."""
    ids = _ids(request)
    try:
        done, tasks = image_matches.confirm(actor_of(request), timezone.now(), entry_ids=ids)
    except (*_WRONG, Forbidden) as error:
        if isinstance(error, Forbidden) and not error.remedy:
            raise
        messages.error(request, _sentence(error))
    else:
        told = ngettext("%(n)d image is confirmed.", "%(n)d images are confirmed.", len(done)) % {"n": len(done)}
        new = ngettext("%(n)d listing goes to review.", "%(n)d listings go to review.", tasks) % {"n": tasks}
        (messages.success if done else messages.info)(request, f"{told} {new}" if done else _("No image was chosen."))
    return redirect("images:entry", ids[0]) if request.POST.get("back") == "entry" and ids else redirect("images:index")


@page("image.withdraw")
@require_POST
def withdraw(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _end(request, entry_id, image_actions.withdraw, _("%(image)s is withdrawn."))


@page("image.withdraw")
@require_POST
def set_aside(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _end(request, entry_id, image_actions.set_aside, _("%(image)s is set aside."))


def _added(request: HttpRequest, given: UploadedFile, facts: dict[str, Any]) -> str:
    """Take the file in; what to say about it."""
    actor, now, name = actor_of(request), timezone.now(), Path(given.name or "").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (name[-100:] or "file")
        with path.open("wb") as copy:
            for chunk in given.chunks():
                copy.write(chunk)
        if path.suffix.lower() in _TABLES:
            made = image_actions.add_from_table(actor, now, path=path, because=facts["because"])
            return ngettext("%(n)d image waits for confirmation.", "%(n)d images wait for confirmation.", len(made)) % {
                "n": len(made)
            }
        one = image_actions.add_from_picture(actor, now, path=path, **facts)
        return _("%(image)s: %(state)s.") % {"image": one, "state": one.get_state_display()}


def _end(request: HttpRequest, entry_id: UUID, action: Callable[..., Any], told: str) -> HttpResponse:
    because = request.POST.get("because", "")
    try:
        done = action(actor_of(request), timezone.now(), entry_id=entry_id, because=because)
    except (NotValid, Conflict) as error:
        messages.error(request, _sentence(error))
    else:
        messages.success(request, told % {"image": done})
    return redirect("images:entry", entry_id)


def _index(
    request: HttpRequest, form: PictureForm | None = None, listing_form: ListingImageForm | None = None
) -> HttpResponse:
    chosen = _chosen(request)
    found = image_queries.entries(actor_of(request), **chosen)
    counts = image_queries.counts()
    labels = {**dict(ImageState.choices), "": _("All")}
    numbers = {**counts, "": sum(counts.values())}
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "filtered": any(value for name, value in chosen.items() if name != "sort"),
        "tabs": [(labels[v], f"?state={v}", v == chosen["state"], n) for v, n in numbers.items()],
        "kinds": ImageKind.choices,
        "form": form or PictureForm(),
        "listing_form": listing_form or ListingImageForm(auto_id="listing_%s", initial=_asked(request)),
    }
    return render(request, "review/images.html", context, status=422 if form or listing_form else 200)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What a link from a listing's page filled in."""
    return {"listing_id": request.GET.get("listing", "")[:100], "position": 1}


def _chosen(request: HttpRequest) -> dict[str, str]:
    asked = request.GET
    state, kind, sort = asked.get("state", ""), asked.get("kind", ""), asked.get("sort", "")
    return {
        "search": asked.get("q", "").strip()[:100],
        "state": state if state in ImageState.values else "",
        "kind": kind if kind in ImageKind.values else "",
        "sort": sort if sort in image_queries.SORTS else "",
    }


def _ids(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("entry"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _say(form: forms.Form, error: TouchstoneError) -> None:
    """Put the error at its field, or above the form."""
    form.add_error(error.place if error.place in form.fields else None, _sentence(error))


def _sentence(error: TouchstoneError) -> str:
    place = f"{error.place}: " if error.place and " row " in error.place else ""
    return place + " ".join(filter(None, [error.message, error.remedy]))
