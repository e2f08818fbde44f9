"""What a rights holder writes: a right, a permission for a seller."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.rights.models import Brand, RightType


class _Day(forms.DateInput):
    """The browser's own date field: its value is ISO 8601 in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RightForm(forms.Form):
    brand = forms.CharField(label=_("Brand"), max_length=100)
    type = forms.ChoiceField(label=_("Type of right"), choices=RightType.choices)
    office = forms.CharField(label=_("Office"), max_length=20, help_text=_("For example CNIPA, EUIPO or USPTO."))
    number = forms.CharField(label=_("Number"), max_length=100)
    classes = forms.CharField(
        label=_("Nice classes"), required=False, max_length=200, help_text=_("Numbers with commas between, as 18, 25.")
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=_Day)
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=_Day)

    def clean_classes(self) -> list[str]:
        text = self.cleaned_data["classes"].replace("、", ",").replace(",", ",").replace(";", ",")
        classes = [part.strip() for part in text.split(",") if part.strip()]
        if any(not c.isascii() or not c.isdigit() or not 1 <= int(c) <= 45 for c in classes):
            raise forms.ValidationError(_("Nice classes are numbers from 1 to 45."))
        return classes


class AuthorisationForm(forms.Form):
    brand = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none())
    seller_id = forms.CharField(label=_("Shop number"), max_length=100, help_text=_("It stands on the shop's page."))
    proof = forms.CharField(
        label=_("Proof"), max_length=500, help_text=_("Where the permission is written: a contract or a letter.")
    )
    scope = forms.CharField(label=_("Scope"), required=False, max_length=500)
    valid_from = forms.DateField(label=_("Valid from"), widget=_Day)
    valid_until = forms.DateField(label=_("Valid until"), widget=_Day)
