"""Forms of the person's own pages."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Role

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]


class SettingsForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("All times on the pages are shown in this zone."), choices=lambda: _zones()
    )


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which program uses the key, for example: nightly import.")
    )
    roles = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A key can do no more than you can."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, label) for value, label in Role.choices if value in actor.roles]
        self.fields["roles"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["roles"].initial = [choices[0][0]]


def _zones() -> list[tuple[str, str]]:
    """Zones by area and city, the installation's first."""
    first = settings.DEFAULT_PERSON_TIME_ZONE
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/", "UTC")
    names = sorted(z for z in zoneinfo.available_timezones() if z.startswith(areas) and z != first)
    return [(z, z.replace("_", " ")) for z in [first, *names]]
