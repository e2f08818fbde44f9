"""The door of every page: who comes in, before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit

View = Callable[..., HttpResponseBase]


def page(verb: str) -> Callable[[View], View]:
    """Let in whoever may use the verb; send strangers to the sign-in page.

    The object itself is checked by the action or query that the view calls.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.kind == "public" and not _open_to_public(verb):
                return redirect_to_login(request.get_full_path())
            permit(actor, verb)
            return view(request, *args, **kwargs)

        guarded.verb = verb  # type: ignore[attr-defined]  # the test that walks every endpoint reads it
        return guarded

    return wrap


def actor_of(request: HttpRequest) -> Actor:
    """The actor that PersonMiddleware put on the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _open_to_public(verb: str) -> bool:
    from touchstone.accounts.models import Role
    from touchstone.accounts.policy import POLICY

    return Role.PUBLIC in POLICY[verb]
