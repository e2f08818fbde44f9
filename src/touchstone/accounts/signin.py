"""Sign-in rules: nobody signs up alone; an organisation's engineer adds its people."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def who_tries(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The user name under which failed sign-ins are counted, in lower case: signing in ignores the case, too."""
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(given).strip().casefold() or None
