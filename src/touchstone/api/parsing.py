"""Reading JSON bodies."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class JsonParser(Parser):
    """JSON without the character NUL, which PostgreSQL cannot hold in text. Whatever it raises is answered with 400."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(request.body)
        if b"\\u0000" in request.body and _has_nul(content):
            raise ValueError("NUL")
        return content


def _has_nul(content: Any) -> bool:
    if isinstance(content, dict):
        return any("\0" in key or _has_nul(value) for key, value in content.items())
    if isinstance(content, list):
        return any(map(_has_nul, content))
    return isinstance(content, str) and "\0" in content
