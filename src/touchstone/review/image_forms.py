"""What people fill in to put an image into the bank."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.screening.image_models import ImageKind

_KIND_HELP = _(
    "An image of copies is one that was used to sell counterfeits. A genuine shot is the rights holder's own. "
    "What says nothing, such as a stock photo or a supplier's white background, keeps listings from being suspected "
    "for it."
)


class PictureForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A picture, or a bank file (CSV, JSON Lines, Parquet) with a column pdq; the file then says the rest."
        ),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ImageKind.choices, help_text=_KIND_HELP)
    brand = forms.CharField(label=_("Brand"), max_length=200, required=False)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    because = forms.CharField(label=_("Reason"), max_length=500, help_text=_("Where it comes from, or who said so."))


class ListingImageForm(forms.Form):
    listing_id = forms.CharField(label=_("Listing number"), max_length=100)
    position = forms.IntegerField(
        label=_("Image"), min_value=1, max_value=100, initial=1, help_text=_("1 is the first.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ImageKind.choices)
    because = forms.CharField(label=_("Reason"), max_length=500)
