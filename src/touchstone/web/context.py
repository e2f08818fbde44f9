"""What every page knows. Each value is worked out when a template asks for it, so that fragments pay for nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Role, User
from touchstone.accounts.policy import may
from touchstone.agencies import queries as agencies

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """`actor`; `person` (None for strangers), `organisation_name`, `role_names`; `theme`; `unseen_alerts`."""
    actor: Actor | None = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    theme = request.COOKIES.get("theme", "")
    return {
        "actor": actor,
        "person": person,
        "organisation_name": SimpleLazyObject(lambda: _organisation_name(person)),
        "role_names": SimpleLazyObject(lambda: _role_names(person)),
        "theme": theme if theme in THEMES else "",
        "unseen_alerts": SimpleLazyObject(lambda: _unseen_alerts(actor)),
    }


def _organisation_name(person: User | None) -> str:
    if person is None or person.organisation is None:
        return ""
    return person.organisation.localised_name(get_language() or "en")


def _role_names(person: User | None) -> str:
    labels = dict(Role.choices)
    return " · ".join(str(labels[r]) for r in person.roles if r in labels) if person else ""


def _unseen_alerts(actor: Actor | None) -> int:
    if actor is None or not may(actor, "alert.view"):
        return 0
    return agencies.unseen_alerts(actor)
