from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from touchstone.accounts.gate import page


@page("home.view")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")
