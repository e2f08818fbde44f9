"""What a person fills in about a rule. The actions check everything again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from touchstone.engine.rules.expressions import MAX_LENGTH
from touchstone.errors import BadRule
from touchstone.screening.rule_files import MOST_BYTES
from touchstone.screening.rule_models import RuleMode, RuleVerdict

_CODE = {"rows": 6, "spellcheck": "false", "autocapitalize": "off", "class": "code"}


class RuleForm(forms.Form):
    rule_id = forms.SlugField(
        label=_("Name"), max_length=60, help_text=_("Small letters, digits and hyphens, for example cheap-luxury.")
    )
    condition = forms.CharField(
        label=_("Condition"),
        max_length=2 * MAX_LENGTH,
        help_text=_("SQL over the signals, for example brand_count > 0 AND price_ratio < 0.3"),
        widget=forms.Textarea(attrs=_CODE),
    )
    then = forms.ChoiceField(label=_("Verdict where it holds, at least"), choices=RuleVerdict.choices)
    reason = forms.CharField(
        label=_("Reason, in English"), max_length=500, help_text=_("The sentence that reviewers and sellers read.")
    )
    reason_zh = forms.CharField(label=_("Reason, in Chinese"), required=False, max_length=500)
    because = forms.CharField(label=_("Why this version"), required=False, max_length=500)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        """`known`: the rule exists and keeps its name."""
        super().__init__(*args, **kwargs)
        if known:
            self.fields["rule_id"].disabled = True


class StartForm(forms.Form):
    mode = forms.ChoiceField(label=_("How"), choices=RuleMode.choices)
    share = forms.IntegerField(label=_("Share of the listings, per cent"), min_value=1, max_value=100, initial=100)
    starts_at = forms.DateTimeField(
        label=_("From"),
        required=False,
        help_text=_("Empty: at once."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class RuleFileForm(forms.Form):
    file = forms.FileField(label=_("Rule file (YAML)"), max_length=255)

    def source(self) -> str:
        """The text of the file. Raises BadRule."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise BadRule(f"the file is larger than {MOST_BYTES:,} bytes", place=file.name)
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise BadRule("the file is not UTF-8", place=file.name) from error
