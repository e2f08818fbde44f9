"""Forms of the pages of learnt scores."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.engine.scoring.costs import Costs
from touchstone.screening.rule_models import RuleMode


class ModelFileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("for example: spring 2027"))
    file = forms.FileField(label=_("Model"), help_text=_("what touchstone train wrote"))
    because = forms.CharField(label=_("Why"), max_length=500, required=False)


class StartForm(forms.Form):
    mode = forms.ChoiceField(choices=RuleMode.choices)
    starts_at = forms.DateTimeField(label=_("From"), required=False)


class CostsForm(forms.Form):
    """What mistakes cost, in one currency."""

    missed = forms.FloatField(label=_("A fake that passes"), min_value=0.01, max_value=1e9, initial=500)
    wrong = forms.FloatField(label=_("A genuine listing that is blocked"), min_value=0.01, max_value=1e9, initial=800)
    minute = forms.FloatField(label=_("A minute of a reviewer"), min_value=0.001, max_value=1e6, initial=1.5)
    minutes = forms.FloatField(label=_("Minutes a review takes"), min_value=0.05, max_value=600, initial=2)

    def costs(self) -> Costs:
        """The costs of a valid form."""
        return Costs(**{name: float(self.cleaned_data[name]) for name in ("missed", "wrong", "minute", "minutes")})
