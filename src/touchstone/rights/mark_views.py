"""The page of marks: what pictures are searched for, and a rights holder's way to give and to withdraw one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.accounts.policy import may
from touchstone.engine.images.read import MAX_BYTES
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.market import media
from touchstone.rights import marks, queries
from touchstone.rights.mark_models import Mark
from touchstone.rights.models import Brand

ROWS_A_PAGE = 30
_PICTURE_AGE = 24 * 3600


class MarkForm(forms.Form):
    brand = forms.ModelChoiceField(label=gettext_lazy("Brand"), queryset=Brand.objects.none())
    file = forms.FileField(
        label=gettext_lazy("Picture of the mark"),
        help_text=gettext_lazy(
            "JPEG, PNG, WEBP, GIF or BMP: the mark alone, flat and trimmed, with its inner structure."
        ),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)

    def clean_file(self) -> UploadedFile:
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file has more than %(n)d MB.") % {"n": MAX_BYTES // 1_000_000})
        return given


@page("mark.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return _index(request)


@page("mark.add")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    form = _form(request, request.POST, request.FILES)
    if form.is_valid():
        facts = form.cleaned_data
        try:
            made = add_uploaded(request, facts["brand"], facts["file"], facts["name"])
        except (NotValid, Conflict) as error:
            place = error.place if error.place in form.fields else None
            form.add_error(place, " ".join(filter(None, (error.message, error.remedy))))
        else:
            messages.success(request, _("%(mark)s is looked for from now on.") % {"mark": made})
            return redirect("rights:marks")
    return _index(request, form)


@page("mark.withdraw")
@require_POST
def withdraw(request: HttpRequest, mark_id: int) -> HttpResponse:
    try:
        done = marks.withdraw_mark(
            actor_of(request), timezone.now(), mark_id=mark_id, because=request.POST.get("because", "")
        )
    except NotValid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(mark)s is withdrawn.") % {"mark": done})
    return redirect("rights:marks")


@page("mark.view")
@require_safe
def picture(request: HttpRequest, mark_id: int) -> HttpResponseBase:
    """A thumbnail of the mark, drawn anew."""
    small = media.thumbnail(marks.mark(actor_of(request), mark_id).sha256)
    if small is None:
        raise NotFound(_("This picture cannot be shown."))
    response = FileResponse(small.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = f"private, max-age={_PICTURE_AGE}"
    return response


def add_uploaded(request: HttpRequest, brand: Brand, given: UploadedFile, name: str) -> Mark:
    """Take an uploaded picture as a mark. Errors are those of `marks.add_mark`."""
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in given.chunks():
            copy.write(chunk)
        copy.flush()
        return marks.add_mark(actor_of(request), timezone.now(), brand=brand, path=Path(copy.name), name=name)


def _index(request: HttpRequest, form: MarkForm | None = None) -> HttpResponse:
    actor = actor_of(request)
    search = request.GET.get("brand", "").strip()[:100]
    found = marks.marks(actor, brand=search)
    context: dict[str, Any] = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "brands": marks.marks(actor).order_by("brand__name").values_list("brand__name", flat=True).distinct(),
        "most": marks.MOST_A_BRAND,
    }
    if may(actor, "mark.add"):
        context["form"] = form or _form(request)
    return render(request, "rights/marks.html", context, status=422 if form else 200)


def _form(request: HttpRequest, *given: Any) -> MarkForm:
    form = MarkForm(*given)
    choice = form.fields["brand"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = queries.brands(actor_of(request))
    return form
