"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

from touchstone.errors import TouchstoneError


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
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
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
