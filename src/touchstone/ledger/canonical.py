"""Canonical JSON (RFC 8785) of what an event says, and the commitment that lets it be forgotten later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import rfc8785
from django.utils.translation import gettext as _

from touchstone.errors import NotValid

LARGEST_INT = 2**53 - 1
MAX_DEPTH = 32
MAX_BYTES = 1_000_000


def canonical(payload: dict[str, Any]) -> bytes:
    """The RFC 8785 bytes of a payload.

    Raises NotValid, naming the place, for what has no single form everywhere: floats, integers beyond 2^53-1, lone
    surrogates, keys that are no strings, and any type that JSON does not know; also for more than 32 levels or 1 MB.
    """
    if not isinstance(payload, dict):
        raise NotValid(_("A payload is a JSON object."), place="payload")
    for place, complaint in _complaints(payload, "payload", 0):
        raise NotValid(complaint, place=place)
    body = rfc8785.dumps(payload)
    if len(body) > MAX_BYTES:
        raise NotValid(
            _("The payload has %(size)d bytes; at most %(max)d are allowed.") % {"size": len(body), "max": MAX_BYTES},
            remedy=_("Keep the large thing elsewhere and record its SHA-256."),
            place="payload",
        )
    return body


def commitment(salt: bytes, body: bytes) -> str:
    """SHA-256(salt || body) in hex. With the salt gone, the digest says nothing about the body."""
    return hashlib.sha256(salt + body).hexdigest()


def _complaints(value: Any, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > MAX_DEPTH:
        yield place, _("The payload is nested more than %(depth)d levels deep.") % {"depth": MAX_DEPTH}
    elif isinstance(value, dict):
        for key, inner in value.items():
            if complaint := _complaint_of_key(key):
                yield place, complaint
            yield from _complaints(inner, f"{place}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from _complaints(inner, f"{place}[{position}]", depth + 1)
    elif complaint := _complaint_of_scalar(value):
        yield place, complaint


def _complaint_of_key(key: Any) -> str:
    if not isinstance(key, str):
        return _("The key %(key)r is not a string.") % {"key": key}
    return _complaint_of_scalar(key)


def _complaint_of_scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return "" if _encodes(value) else _("The text holds a lone surrogate, which UTF-8 cannot carry.")
    if isinstance(value, int):
        small = abs(value) <= LARGEST_INT
        return "" if small else _("The integer %(value)s is beyond 2^53-1; write it as text.") % {"value": value}
    if isinstance(value, float):
        return _("The number %(value)s is a float; write ratios and decimals as text.") % {"value": value}
    return _("A value of type %(type)s is not JSON; write it as text.") % {"type": type(value).__name__}


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
