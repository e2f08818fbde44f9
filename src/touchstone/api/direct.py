"""The short way for `POST /api/v1/screen`: from the server to the desk (`together`) without Django's layers.

It answers the plain case only: a key that may screen, a listing that fits the schema. Whatever else there is, a wrong
key, a bad field, a known Idempotency-Key, goes the ordinary way, which alone knows about errors and retries. So both
ways give the same answers, and this one has none of its own but 200.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from pydantic import ValidationError

from touchstone.accounts.policy import may
from touchstone.api.keys import KnownKey, known_key
from touchstone.api.middleware import LONGEST_KEY, digest_of
from touchstone.api.together import CONTENT_TYPE, Waiting, desk
from touchstone.screening.api import ListingFields, row_of

PATH = "/api/v1/screen"
# Larger bodies are read the ordinary way.
_MOST_BYTES = 1_000_000
_JSON = "application/json"
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Direct:
    """A WSGI application in front of Django's."""

    def __init__(self, django: Application) -> None:
        self._django = django

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = _answered(environ) if environ["PATH_INFO"] == PATH and environ["REQUEST_METHOD"] == "POST" else None
        if body is None:
            return self._django(environ, start_response)
        headers = [
            ("Content-Type", CONTENT_TYPE),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK", headers)
        return [body]


def _answered(environ: Environ) -> bytes | None:
    """The body of the answer; None for the ordinary way, to which the request's body is left."""
    key = _key_of(environ)
    if key is None:
        return None
    size = int(environ["CONTENT_LENGTH"])
    content = environ["wsgi.input"].read(size)
    environ["wsgi.input"] = BytesIO(content)
    if len(content) != size or b"\\u0000" in content:
        return None
    try:
        listing = ListingFields.model_validate_json(content)
    except ValidationError:
        return None
    retry = environ.get("HTTP_IDEMPOTENCY_KEY")
    digest = "" if retry is None else digest_of("POST", PATH, _JSON, [content])
    return desk().ask(Waiting(key.actor, key.id, row_of(listing), retry, digest))


def _key_of(environ: Environ) -> KnownKey | None:
    """The key of a request that is plain so far: a known host, JSON of a known and modest length, a key that may."""
    size = environ.get("CONTENT_LENGTH") or ""
    plain = (
        not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == _JSON
        and size.isdigit()
        and int(size) <= min(_MOST_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        and 0 < len(environ.get("HTTP_IDEMPOTENCY_KEY", "-")) <= LONGEST_KEY
        and _known_host(environ.get("HTTP_HOST", ""))
    )
    key = known_key(environ.get("HTTP_AUTHORIZATION", "")) if plain else None
    return key if key is not None and may(key.actor, "screening.screen") else None


@lru_cache(maxsize=64)
def _known_host(host: str) -> bool:
    domain = split_domain_port(host)[0]
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
