"""What people write about terms: a new one, a file of them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.rights.models import TermKind
from touchstone.rights.term_texts import LONGEST


class TermForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=TermKind.choices,
        help_text=_(
            "An alias is one more way to write a brand. A negative term is mistaken for a name of a brand. "
            "A safe phrase holds a name and means something else."
        ),
    )
    text = forms.CharField(label=_("Text"), max_length=LONGEST)
    brand = forms.CharField(
        label=_("Brand"), max_length=100, required=False, help_text=_("Only a safe phrase may be about no brand.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("Where it was seen, or who said so.")
    )


class TermFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, JSON Lines or Parquet with term and kind, and where known brand and provenance."),
    )
