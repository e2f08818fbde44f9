"""Which program calls: `Authorization: Bearer ts_<prefix>_<secret>`."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import ApiKey

_FORM = re.compile(r"Bearer ts_([0-9a-f]{10})_([A-Za-z0-9_-]{20,100})")


# How long what a key may do is known without asking: a change of its organisation is seen after this.
REMEMBERED_SECONDS = 30.0
_MOST_REMEMBERED = 1_000
_remembered: dict[bytes, tuple[float, KnownKey]] = {}


@dataclass(frozen=True)
class KnownKey:
    id: UUID
    actor: Actor


def known_key(authorization: str) -> KnownKey | None:
    """The key of an Authorization header, remembered for some seconds under the digest of the header.

    It may have been revoked meanwhile: who answers asks `live_keys` once for all that they answer together.
    """
    name, now = hashlib.sha256(authorization.encode("latin-1", "replace")).digest(), time.monotonic()
    until, known = _remembered.get(name, (0.0, None))
    if until > now:
        return known
    key = _key_in(authorization)
    if key is None:
        _remembered.pop(name, None)
        return None
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    known = KnownKey(key.id, Actor.of_key(key))
    _remembered[name] = (now + REMEMBERED_SECONDS, known)
    return known


def live_keys(ids: Collection[UUID]) -> set[UUID]:
    """Those of the keys that are not revoked."""
    return set(ApiKey.objects.filter(id__in=ids, revoked_at__isnull=True).values_list("id", flat=True))


def key_of(request: HttpRequest) -> ApiKey | None:
    """The live key that the request carries; None for none, an unknown or a revoked one."""
    return _key_in(request.headers.get("Authorization", ""))


def _key_in(authorization: str) -> ApiKey | None:
    found = _FORM.fullmatch(authorization)
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
