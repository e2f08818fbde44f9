"""Sample values for the sheet of components at /style/."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As it stands on the licence.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "One"), ("b", "Two")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    choice = forms.ChoiceField(label="Choice", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I have read it", required=False)


SAMPLES: dict[str, Any] = {
    "title": "【高仿】N1KE 耐/克 Air Force 运动鞋 1:1",
    "matches": [
        {"brand": "Nike", "text": "N1KE", "start": 4, "end": 8, "technique": "leet"},
        {"brand": "Nike", "text": "耐/克", "start": 9, "end": 12, "technique": "separator"},
    ],
    "reasons": [
        {"signal": "brand", "value": "Nike", "weight": 1.4, "text": "The title names Nike in a disguised spelling."},
        {"signal": "price", "value": 0.11, "weight": 0.9, "text": "The price is 11% of the reference price."},
        {"signal": "age", "value": 6, "weight": -0.5, "text": "The shop has been open for six years."},
    ],
    "moment": datetime(2026, 11, 24, 2, 15, tzinfo=UTC),
    "bars": [("Nike", 412, "#"), ("Adidas", 230), ("Chanel", 96), ("Supor", 12)],
    "series": [4, 6, 5, 9, 12, 11, 15, 14, 19, 22, 18, 25],
    "counts": [2, 5, 9, 14, 22, 31, 25, 16, 8, 4, 1],
    "page": Paginator(range(1234), 50).page(3),
    "form": SampleForm(),
    "wrong_form": SampleForm({"kind": "a"}),
}
