"""Pages about what went wrong; for htmx a notice in the page that asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from touchstone.errors import Forbidden, NotFound, NotValid, TouchstoneError

HEADINGS = {
    400: gettext_lazy("This request cannot be understood"),
    403: gettext_lazy("This is not open to you"),
    404: gettext_lazy("There is no such page"),
    409: gettext_lazy("Somebody was faster, or things have changed"),
    422: gettext_lazy("Something in the input is wrong"),
}


def problem_page(request: HttpRequest, error: TouchstoneError) -> HttpResponse:
    """The error as a page with its status, or as a notice for htmx, which swaps it into the page's messages."""
    if getattr(request, "htmx", False):
        response = render(request, "components/error_fragment.html", {"error": error}, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#flashes", "innerHTML"
        return response
    context = {
        "error": error,
        "status": error.status,
        "heading": HEADINGS.get(error.status, _("This did not work")),
        "back": _back(request),
    }
    return render(request, "error.html", context, status=error.status)


def _back(request: HttpRequest) -> str:
    """The page of this site that the reader came from, if it is another one."""
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came_from.netloc != request.get_host() or came_from.path == request.path or came_from.path.startswith("//"):
        return ""  # a path of two slashes would be another site
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    error = NotValid(_("The request could not be read."))
    error.status = 400
    return problem_page(request, error)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_page(request, Forbidden(str(exception) or _("You may not see this.")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _("The form was older than your session, or was sent from another page.")
    return problem_page(request, Forbidden(message, remedy=_("Go back, load the page again and send it once more.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = _("Nothing is at this address, or you may not know that it is there.")
    return problem_page(request, NotFound(message))
