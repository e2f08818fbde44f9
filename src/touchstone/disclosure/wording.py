"""The figures of the index in words."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal, format_percent
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

TITLES: dict[str, str | Promise] = {
    "refund_rate": gettext_lazy("Refund rate"),
    "refund_time": gettext_lazy("Time to a refund"),
    "complaint_rate": gettext_lazy("Complaint rate"),
    "dispute_rate": gettext_lazy("Disputes lost"),
    "fake_claim_rate": gettext_lazy("“It is a fake”"),
    "on_time_shipping": gettext_lazy("Shipped on time"),
    "rating": gettext_lazy("Rating"),
}
MEANINGS: dict[str, str | Promise] = {
    "refund_rate": gettext_lazy("Orders whose money went back to the buyer."),
    "refund_time": gettext_lazy(
        "From the request to the money, half of all cases. Open requests count with their time so far."
    ),
    "complaint_rate": gettext_lazy("Orders about which the buyer complained."),
    "dispute_rate": gettext_lazy("Orders in which the marketplace found the shop at fault."),
    "fake_claim_rate": gettext_lazy("Orders whose buyer said that the goods are false."),
    "on_time_shipping": gettext_lazy("Orders that left within 48 hours of the payment."),
    "rating": gettext_lazy("Mean of the buyers' ratings, 1 to 5."),
}
REASONS: dict[str, str | Promise] = {
    "quality": gettext_lazy("Quality"),
    "not_received": gettext_lazy("Not received"),
    "no_reason": gettext_lazy("No reason given"),
    "fake": gettext_lazy("Said to be a fake"),
    "not_as_described": gettext_lazy("Not as described"),
    "other": gettext_lazy("Other"),
}
_LABELS: dict[str, str | Promise] = {
    "higher": gettext_lazy("higher than other shops"),
    "lower": gettext_lazy("lower than other shops"),
    "similar": gettext_lazy("like other shops"),
}
_DURATION_LABELS: dict[str, str | Promise] = {
    "higher": gettext_lazy("slower than other shops"),
    "lower": gettext_lazy("faster than other shops"),
    "similar": gettext_lazy("like other shops"),
}
_PARTS: dict[str, str | Promise] = {
    "category": gettext_lazy("the same category"),
    "price_band": gettext_lazy("similar prices"),
    "age_band": gettext_lazy("a similar age"),
}


def amount(metric: str, value: float | None) -> str:
    """A value of a figure with its unit: 3.2%, 18 hours, 4.62."""
    if value is None:
        return "–"
    if metric == "rating":
        return format_decimal(value, format="0.00", locale=_locale())
    if metric != "refund_time":
        return format_percent(value, format="#,##0.##%" if 0 < value < 0.01 else "#,##0.#%", locale=_locale())
    if value < 48:
        return ngettext("%(n)s hour", "%(n)s hours", round(value)) % {"n": _number(value, 0 if value >= 10 else 1)}
    return ngettext("%(n)s day", "%(n)s days", round(value / 24)) % {"n": _number(value / 24, 1)}


def label(row: dict[str, Any]) -> str:
    labels = _DURATION_LABELS if row["metric"] == "refund_time" else _LABELS
    return str(labels.get(row["label"], ""))


def tone(row: dict[str, Any]) -> str:
    """`green` if the figure is better than the peers', `red` if worse, else empty."""
    if row["label"] in ("", "similar"):
        return ""
    return "green" if row["label"] == row["better"] else "red"


def peers(row: dict[str, Any]) -> str:
    """Whom the figure is compared with."""
    parts = [str(_PARTS[part]) for part in row["peer_level"].split("+") if part in _PARTS]
    if not parts:
        return ""
    return _("%(n)s other shops of %(what)s") % {"n": _number(row["peer_shops"]), "what": _(", ").join(parts)}


def _number(value: float, digits: int = 0) -> str:
    return format_decimal(value, format="#,##0.#" if digits else "#,##0", locale=_locale())


def _locale() -> str:
    return "zh_Hans_CN" if (get_language() or "en").startswith("zh") else "en"
