"""Which program calls: `Authorization: Bearer ts_<prefix>_<secret>`."""

from __future__ import annotations

import hashlib
import hmac
import re

from django.http import HttpRequest

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import ApiKey

_FORM = re.compile(r"Bearer ts_([0-9a-f]{10})_([A-Za-z0-9_-]{20,100})")


def key_of(request: HttpRequest) -> ApiKey | None:
    """The live key that the request carries; None for none, an unknown or a revoked one."""
    found = _FORM.fullmatch(request.headers.get("Authorization", ""))
    if not found:
        return None
    prefix, secret = found.groups()
    key = (
        ApiKey.objects.select_related("organisation", "created_by")
        .filter(prefix=prefix, revoked_at__isnull=True)
        .first()
    )
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return key if key and hmac.compare_digest(key.digest, digest) else None


def key_auth(request: HttpRequest) -> Actor | None:
    """What django-ninja asks: the actor, or None, which it answers with 401."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor if actor.kind == "key" else None
