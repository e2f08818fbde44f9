"""What a person fills in on the room's pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.errors import NotValid
from touchstone.market.money import CURRENCIES
from touchstone.screening.explaining import MOST_TOGETHER, check, titles_of


class ExplainForm(forms.Form):
    # Not stripped: a blank that nobody sees may be the point. The limits of `explaining` count, not the field's.
    titles = forms.CharField(
        label=_("Titles"),
        strip=False,
        max_length=2 * MOST_TOGETHER,
        help_text=_("One a line, up to fifty."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True, "spellcheck": "false"}),
    )
    price = forms.DecimalField(label=_("Price"), required=False, min_value=0, max_value=Decimal(10**9))
    currency = forms.CharField(label=_("Currency"), required=False, initial="CNY", max_length=3)
    category = forms.CharField(label=_("Category"), required=False, max_length=200)
    brand = forms.CharField(label=_("Stated brand"), required=False, max_length=200)

    def clean_titles(self) -> list[str]:
        titles = titles_of(self.cleaned_data["titles"])
        try:
            check(titles)
        except NotValid as problem:
            raise forms.ValidationError(problem.message) from problem
        return titles

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper() or "CNY"
        if currency not in CURRENCIES:
            raise forms.ValidationError(_("This is not a currency code like CNY."))
        return currency

    def asked(self) -> dict[str, Any]:
        """The keyword arguments of `explaining.explain`."""
        given = dict(self.cleaned_data)
        price = given.pop("price")
        return {**given, "price": None if price is None else float(price)}
