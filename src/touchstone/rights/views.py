"""Brands, rights and authorisations: a rights holder's own, and all of them for staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.accounts.policy import may
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.law.calendar import local_day
from touchstone.market import lookups
from touchstone.rights import actions, queries
from touchstone.rights.forms import AuthorisationForm, RightForm

ROWS_A_PAGE = 50


@page("right.view")
@require_safe
def brands(request: HttpRequest) -> HttpResponse:
    return _page(request)


@page("right.register")
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    form = RightForm(request.POST)
    if form.is_valid():
        try:
            right = actions.register_right(actor_of(request), timezone.now(), **form.cleaned_data)
        except (NotValid, Conflict) as error:
            _say(form, error)
        else:
            messages.success(request, _("%(right)s is registered.") % {"right": right})
            return redirect("rights:brands")
    return _page(request, right_form=form)


@page("authorisation.grant")
@require_POST
def authorise(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = _authorisation_form(request, request.POST)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        sellers = lookups.sellers([facts.pop("seller_id").strip()])
        if not sellers:
            form.add_error("seller_id", _("There is no shop of this number."))
        else:
            try:
                actions.grant_authorisation(actor, timezone.now(), seller=sellers[0], **facts)
            except NotValid as error:
                _say(form, error)
            else:
                messages.success(request, _("%(shop)s is authorised.") % {"shop": sellers[0].shop_name})
                return redirect("rights:brands")
    return _page(request, authorisation_form=form)


@page("authorisation.grant")
@require_POST
def withdraw(request: HttpRequest, authorisation_id: UUID) -> HttpResponse:
    try:
        actions.withdraw_authorisation(
            actor_of(request),
            timezone.now(),
            authorisation_id=authorisation_id,
            because=request.POST.get("because", ""),
        )
    except NotValid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The authorisation is withdrawn from today."))
    return redirect("rights:brands")


def _page(
    request: HttpRequest, right_form: RightForm | None = None, authorisation_form: AuthorisationForm | None = None
) -> HttpResponse:
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()[:100]
    found = queries.brands(actor, search)
    context: dict[str, Any] = {
        "search": search,
        "page": Paginator(queries.with_counts(found), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "rights": queries.rights(actor),
        "authorisations": queries.authorisations(actor),
        "today": local_day(timezone.now()),
    }
    if may(actor, "right.register"):
        context["right_form"] = right_form or RightForm()
        context["authorisation_form"] = authorisation_form or _authorisation_form(request)
    wrong = right_form or authorisation_form
    return render(request, "rights/brands.html", context, status=422 if wrong else 200)


def _authorisation_form(request: HttpRequest, given: Any = None) -> AuthorisationForm:
    form = AuthorisationForm(given, auto_id="authorise_%s")
    choice = form.fields["brand"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = queries.brands(actor_of(request))
    return form


def _say(form: forms.Form, error: NotValid | Conflict | NotFound) -> None:
    """Put the error at its field, or above the form."""
    place = error.place if error.place in form.fields else None
    form.add_error(place, " ".join(filter(None, (error.message, error.remedy))))
