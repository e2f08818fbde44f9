"""Every address of the project, with every role and the public, against the policy table."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Role
from touchstone.accounts.policy import POLICY, may

NOBODY = UUID("00000000-0000-4000-8000-000000000000")
SAMPLE_VALUES = {"UUIDConverter": NOBODY, "IntConverter": 999_999, "SlugConverter": "none", "PathConverter": "none"}
# allauth's own pages have their own rules; the API asks for a key (below).
OTHER_RULES = ("account/", "api/")
ROLES = [role for role in Role.values if role not in (Role.SYSTEM, Role.PUBLIC)]


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


PAGES = [(r, p) for r, p in patterns(get_resolver()) if not r.startswith(OTHER_RULES)]
API = [(r, p) for r, p in patterns(get_resolver()) if r.startswith("api/") and p.name != "openapi-json"]


def address(route: str, pattern: URLPattern) -> str:
    """The route with a sample value, of nothing that exists, for each part."""
    filled = route
    for name, converter in _converters(route, pattern).items():
        value = str(SAMPLE_VALUES.get(type(converter).__name__, "none"))
        start = filled.index("<")
        end = filled.index(">", start)
        assert filled[start:end].endswith(name)
        filled = filled[:start] + value + filled[end + 1 :]
    return "/" + filled


def _converters(route: str, pattern: URLPattern) -> dict:
    own = dict(pattern.pattern.converters)
    names = [part.split(">")[0].split(":")[-1] for part in route.split("<")[1:]]
    return {name: own.get(name) for name in names}


def test_there_are_pages_and_an_api_to_walk():
    assert len(PAGES) > 20
    assert len(API) > 5


@pytest.mark.parametrize(("route", "pattern"), PAGES, ids=[r or "/" for r, _ in PAGES])
def test_every_page_names_its_verb(route, pattern):
    verb = getattr(pattern.callback, "verb", None)
    assert verb in POLICY, f"{route} has no verb of the policy: wrap the view in @page"


def wrong_answers(client, url: str, verb: str, actor: Actor) -> list[str]:
    """What is wrong with the answers to GET and POST. A page may refuse one of the methods (405), not both."""
    answers = {method: getattr(client, method)(url) for method in ("get", "post")}
    found = [] if any(r.status_code != 405 for r in answers.values()) else [f"{url}: refuses GET and POST"]
    for method, response in answers.items():
        if response.status_code != 405 and not fits(response, may(actor, verb), actor):
            allowed = "may" if may(actor, verb) else "may not"
            found.append(f"{method} {url}: {actor.name or 'public'} {allowed} {verb}, got {response.status_code}")
    return found


def fits(response, allowed: bool, actor: Actor) -> bool:
    to_sign_in = response.status_code == 302 and response.url.startswith(reverse("account_login"))
    if allowed:
        return response.status_code != 403 and response.status_code < 500 and not to_sign_in
    return to_sign_in if actor.kind == "public" else response.status_code == 403


@pytest.mark.parametrize("role", [*ROLES, "public"])
def test_every_page_opens_for_whom_the_policy_says_and_nobody_else(client, people, actors, role):
    if role != "public":
        client.force_login(people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.raise_request_exception = False
    found = []
    for route, pattern in PAGES:
        found += wrong_answers(client, address(route, pattern), pattern.callback.verb, actors[role])
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "pattern"), API, ids=[r for r, _ in API])
def test_the_api_answers_nobody_without_a_key(client, route, pattern):
    if pattern.name == "api-root":
        return
    statuses = {
        client.generic(m, address(route, pattern), b"{}", "application/json").status_code for m in ("GET", "POST")
    }
    assert statuses <= {401, 405}
    assert 401 in statuses
