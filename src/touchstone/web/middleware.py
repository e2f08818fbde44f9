"""Turns errors into pages: the product's own with their sentence and remedy, Django's in the same frame."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from touchstone.errors import TouchstoneError
from touchstone.web.problems import bad_request, problem_page


class ErrorPageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if holds_nul(request):
            return bad_request(request, ValueError("NUL"))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return problem_page(request, error) if isinstance(error, TouchstoneError) else None


def holds_nul(request: HttpRequest) -> bool:
    """True if the address or a field of a form holds the character NUL, which PostgreSQL cannot hold in text."""
    forms = [request.GET] if request.path.startswith("/api/") else [request.GET, request.POST]
    return "\0" in request.path_info or any("\0" in t for form in forms for _name, texts in form.lists() for t in texts)
