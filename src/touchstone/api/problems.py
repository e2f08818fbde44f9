"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from touchstone.errors import TouchstoneError

CONTENT_TYPE = "application/problem+json"


def problem(request: HttpRequest, status: int, code: str, detail: str, **extra: Any) -> JsonResponse:
    """A problem document: `type` is stable for programs, `detail` is a sentence, extra members are its own."""
    body = {
        "type": f"urn:touchstone:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **{k: v for k, v in extra.items() if v},
    }
    return JsonResponse(
        body,
        status=status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer itself, or a problem in the place of an error that says nothing to a program (a page, plain text)."""
    if response.status_code < 400 or response.headers.get("Content-Type") == CONTENT_TYPE:
        return response
    status = HTTPStatus(response.status_code)
    details = {
        404: _("Nothing is at this address."),
        405: _("This address does not take the method %(method)s.") % {"method": request.method},
        500: _("Something went wrong on our side. It is in the log."),
    }
    detail = details.get(status, _("The request could not be answered."))
    answer = problem(request, status, status.name.lower().replace("_", "-"), detail)
    if "Allow" in response.headers:
        answer.headers["Allow"] = response.headers["Allow"]
    return answer


def too_large(request: HttpRequest) -> JsonResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
    return problem(
        request,
        413,
        "too-large",
        _("The body is larger than %(most)s MB.") % {"most": most},
        remedy=_("Send fewer rows at a time, or import a file."),
    )


def from_error(request: HttpRequest, error: TouchstoneError) -> JsonResponse:
    return problem(
        request,
        error.status,
        error.code,
        str(error.message),
        remedy=str(error.remedy),
        place=error.place,
    )
