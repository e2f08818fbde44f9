"""The forms of the room's pages. What may be chosen follows from the models; the actions check everything again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation
from touchstone.agencies import queries
from touchstone.agencies.models import FileField, MessageKind, OutcomeKind, Purpose, RecordKind, Tlp
from touchstone.market.money import CURRENCIES, minor_units


def _several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


class AgreementForm(forms.Form):
    other = forms.ModelChoiceField(label=_("With"), queryset=Organisation.objects.none())
    kinds = _several(_("Messages"), MessageKind.choices)
    fields_ = _several(_("Parts of a case file that may go"), FileField.choices)
    purposes = _several(_("Purposes"), Purpose.choices)
    tlp_max = forms.ChoiceField(label=_("Highest marking"), choices=Tlp.choices, initial=Tlp.AMBER)
    answer_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=3650, initial=7)
    working_days = forms.BooleanField(label=_("Count working days"), required=False, initial=True)
    retention_days = forms.IntegerField(label=_("Days to keep"), min_value=1, max_value=3650, initial=1825)
    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    valid_until = forms.DateField(label=_("Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = queries.possible_partners(actor)

    def terms(self) -> dict[str, Any]:
        """The keyword arguments of `actions.propose`."""
        given = dict(self.cleaned_data)
        return {"other_id": given.pop("other").id, "fields": given.pop("fields_"), **given}


class OutcomeForm(forms.Form):
    kind = forms.ChoiceField(label=_("What happened"), choices=OutcomeKind.choices)
    value = forms.DecimalField(
        label=_("Value"), required=False, min_value=0, max_value=Decimal(10**12), decimal_places=2
    )
    currency = forms.CharField(label=_("Currency"), required=False, initial="CNY", max_length=3)
    quantity = forms.IntegerField(label=_("Pieces or people"), required=False, min_value=0, max_value=2**31 - 1)
    text = forms.CharField(
        label=_("Description"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if currency and currency not in CURRENCIES:
            raise forms.ValidationError(_("This is not a currency code like CNY."))
        return currency

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of `actions.report_outcome`."""
        given = dict(self.cleaned_data)
        value, currency = given.pop("value"), given.pop("currency")
        minor = None if value is None else int((value * minor_units(currency)).to_integral_value())
        return {**given, "value_minor": minor, "currency": currency if minor is not None else ""}


class RecordForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=RecordKind.choices)
    reference = forms.CharField(label=_("Your reference"), max_length=100)
    happened_on = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    goods = forms.CharField(label=_("Goods"), required=False, max_length=200)
    brand = forms.CharField(label=_("Brand"), required=False, max_length=200)
    quantity = forms.IntegerField(label=_("Pieces"), required=False, min_value=0, max_value=2**31 - 1)
    address = forms.CharField(label=_("Address"), required=False, max_length=500)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=100)
    waybill_account = forms.CharField(label=_("Waybill account"), required=False, max_length=100)
    licence = forms.CharField(label=_("Licence number"), required=False, max_length=100)
    payout_account = forms.CharField(label=_("Account"), required=False, max_length=200)
    text = forms.CharField(
        label=_("Description"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def draft(self) -> dict[str, Any]:
        """The keyword arguments of `actions.share_record`, but for the recipient."""
        given = self.cleaned_data
        names = ("address", "phone", "waybill_account", "licence", "payout_account")
        return {
            "kind": given["kind"],
            "reference": given["reference"],
            "happened_on": given["happened_on"],
            "facts": {name: given[name] for name in ("place", "goods", "brand", "quantity", "text")},
            "identifiers": [(name, given[name]) for name in names if given[name]],
        }


class RecordFileForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=RecordKind.choices)
    file = forms.FileField(label=_("File"), help_text=_("CSV, JSON Lines or Parquet, at most 10 MB."))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > 10 * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return found
