"""Pages that belong to no room: home, language, the sheet of components."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.i18n import set_language as django_set_language

from touchstone.accounts.gate import actor_of, page
from touchstone.web.home import sections
from touchstone.web.samples import SAMPLES


@page("home.view")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person, by role."""
    return render(request, "home.html", {"sections": sections(actor_of(request), timezone.now())})


@page("language.choose")
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie and go back to the page (POST: `language`, `next`)."""
    response: HttpResponse = django_set_language(request)
    return response


@page("style.view")
def style(request: HttpRequest) -> HttpResponse:
    """Every component once, with sample values."""
    return render(request, "style.html", SAMPLES)
