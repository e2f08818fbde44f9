"""Money, numbers and times in the reader's language and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

PATTERNS = {
    "en": {"datetime": "d MMM y, HH:mm", "date": "d MMM y"},
    "zh_Hans_CN": {"datetime": "y年M月d日 HH:mm", "date": "y年M月d日"},
}


def locale() -> str:
    """Babel's name of the active language."""
    return "zh_Hans_CN" if (get_language() or "en").startswith("zh") else "en"


def money(amount_minor: int | None, currency: str) -> str:
    """`money(129900, "CNY")` is ¥1,299.00 in Chinese and CN¥1,299.00 in English; a dash for None."""
    if amount_minor is None:
        return "–"
    amount = Decimal(amount_minor).scaleb(-get_currency_precision(currency or "CNY"))
    return format_currency(amount, currency or "CNY", locale=locale())


def figure(value: float | Decimal | None, digits: int = 0) -> str:
    """A number with grouping and at most `digits` decimals; a dash for None."""
    if value is None or value == "":
        return "–"
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale())


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """A ratio (0.125) as per cent (12.5%); a dash for None."""
    if value is None or value == "":
        return "–"
    return format_percent(value, format="#,##0" + ("." + "#" * digits if digits else "") + "%", locale=locale())


def when(moment: datetime | date | None, style: str = "datetime") -> SafeString:
    """A `<time>` in the reader's zone.

    Styles: `datetime` (with the relative time), `plain` (without), `date`, `relative`.
    """
    if moment is None:
        return mark_safe("–")
    if not isinstance(moment, datetime):
        text = format_date(moment, PATTERNS[locale()]["date"], locale=locale())
        return format_html('<time class="nowrap" datetime="{}">{}</time>', moment.isoformat(), text)
    local = timezone.localtime(moment)
    iso = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    kind = "date" if style == "date" else "datetime"
    text = format_datetime(local, PATTERNS[locale()][kind], locale=locale())
    title = local.isoformat(sep=" ", timespec="seconds")
    if style == "relative":
        return format_html(
            '<time class="nowrap" datetime="{}" title="{}" data-relative>{}</time>', iso, title, ago(moment)
        )
    if style != "datetime":
        return format_html('<time class="nowrap" datetime="{}" title="{}">{}</time>', iso, title, text)
    return format_html(
        '<time datetime="{}" title="{}"><span class="nowrap">{}</span> '
        '<span class="relative nowrap" data-relative>{}</span></time>',
        iso,
        title,
        text,
        ago(moment),
    )


def ago(moment: datetime) -> str:
    """How long ago, or in how long: `3 hours ago`, `2 天后`."""
    delta: timedelta = moment - timezone.now()
    return format_timedelta(delta, add_direction=True, threshold=1.5, locale=locale())
