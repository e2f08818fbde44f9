"""The person's own settings, and the keys of the organisation's programs."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from touchstone.accounts import actions, queries
from touchstone.accounts.forms import KeyForm, SettingsForm
from touchstone.accounts.gate import actor_of, page
from touchstone.accounts.models import Role


@page("settings.edit")
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Language and time zone of the person."""
    person = request.user
    initial = {
        "language": translation.get_language(),
        "time_zone": getattr(person, "time_zone", "") or django_settings.DEFAULT_PERSON_TIME_ZONE,
    }
    form = SettingsForm(request.POST or None, initial=initial)
    if not form.is_valid():
        return render(request, "accounts/settings.html", {"form": form})
    changed = actions.change_settings(actor_of(request), timezone.now(), **form.cleaned_data)
    with translation.override(changed.language):
        messages.success(request, _("Your settings are saved."))
    response = redirect("settings")
    response.set_cookie(django_settings.LANGUAGE_COOKIE_NAME, changed.language, samesite="Lax")
    return response


@page("key.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The organisation's keys; a POST issues one and shows its secret this once."""
    actor = actor_of(request)
    form = KeyForm(actor, request.POST or None)
    secret = ""
    if form.is_valid():
        organisation = queries.organisation_of(actor)
        _key, secret = actions.issue_key(actor, timezone.now(), organisation=organisation, **form.cleaned_data)
        form = KeyForm(actor)
    labels = dict(Role.choices)
    rows = [{"key": key, "roles": [labels[r] for r in key.roles if r in labels]} for key in queries.keys(actor)]
    return render(request, "accounts/keys.html", {"form": form, "rows": rows, "secret": secret})


@page("key.manage")
@require_POST
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    key = actions.revoke_key(actor, timezone.now(), key=queries.key(actor, key_id))
    messages.success(request, _("The key %(name)s no longer works.") % {"name": key.name})
    return redirect("keys")
