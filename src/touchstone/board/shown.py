"""The figures as tiles, bars and rows, each with the way to the list behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import may
from touchstone.agencies.models import LeadState, OutcomeKind
from touchstone.cases.models import CaseState
from touchstone.penalties.models import LedgerClass
from touchstone.screening.models import LabelKind, LabelSource, VerdictKind

WEEKS: dict[str, str | Promise] = {
    "decisions": gettext_lazy("Decisions"),
    "removals": gettext_lazy("Removals"),
    "rings": gettext_lazy("Rings found"),
    "cases": gettext_lazy("Cases opened"),
    "leads": gettext_lazy("Leads sent"),
    "outcomes": gettext_lazy("Outcomes reported"),
    "alerts": gettext_lazy("Alerts sent"),
}
# The list behind a figure, and the verb that opens it.
_LISTS = {
    "queue": ("review:queue", "review.view"),
    "rings": ("cases:rings", "ring.view"),
    "cases": ("cases:list", "case.view"),
    "leads": ("agencies:leads", "lead.view"),
    "alerts": ("agencies:alerts", "alert.view"),
    "records": ("agencies:records", "record.view"),
    "agreements": ("agencies:agreements", "agreement.view"),
}


def links(actor: Actor) -> dict[str, str]:
    """The addresses of the lists that the actor may open; empty text for the others."""
    return {name: _address(actor, *where) for name, where in _LISTS.items()}


def bars(found: dict[str, Any], to: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the bar charts, by section."""
    colours = {"pass": "green", "review": "amber", "block": "red"}
    return {
        "verdicts": [
            _bar(VerdictKind(kind).label, n, colour=colours[kind], href=_query(to["queue"], "verdict", kind))
            for kind, n in found["screening"]["verdicts"].items()
        ],
        "points": [_bar(LedgerClass(kind).label, n) for kind, n in found["penalties"]["points"].items()],
        "cases": [
            _bar(CaseState(state).label, n, href=_query(to["cases"], "state", state))
            for state, n in found["cases"].items()
        ],
        "leads": [
            _bar(LeadState(state).label, n, href=_query(to["leads"], "state", state))
            for state, n in found["leads"]["states"].items()
        ],
        "labels": [
            _bar(f"{LabelKind(label).label} · {LabelSource(source).label}", n)
            for source, counted in found["labels"].items()
            for label, n in counted.items()
        ],
    }


def weeks(found: dict[str, Any]) -> list[dict[str, Any]]:
    """This week beside the last: {label, this, last, change} where change is a ratio, None without a last week."""
    return [
        {"label": WEEKS[name], "this": this, "last": last, "change": (this - last) / last if last else None}
        for name, (this, last) in found["weeks"].items()
    ]


def outcomes(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "label": OutcomeKind(row["kind"]).label} for row in found["outcomes"]]


def duration(seconds: float | None) -> str:
    """`3 hours`, `2 天`; a dash for None."""
    if seconds is None:
        return "–"
    locale = "zh_Hans_CN" if (get_language() or "").startswith("zh") else "en"
    return format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=locale)


def rows(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Every figure as a row for a file: section, figure, value, unit. Names are stable and not translated."""
    flat = [*_flat("", {k: v for k, v in found.items() if k not in ("outcomes", "weeks", "days")})]
    for row in found["outcomes"]:
        of = f"outcomes.{row['kind']}"
        flat.append((of, "reports", str(row["n"]), ""))
        if row["value_minor"] is not None:
            flat.append((of, "value", str(row["value_minor"]), f"{row['currency']} minor units"))
        if row["quantity"] is not None:
            flat.append((of, "quantity", str(row["quantity"]), "pieces"))
    for name, (this, last) in found["weeks"].items():
        flat += [(f"weeks.{name}", "last_7_days", str(this), ""), (f"weeks.{name}", "7_days_before", str(last), "")]
    flat += [("days", f"decisions_{n}_days_ago", str(v), "") for n, v in enumerate(reversed(found["days"]))]
    return flat


def _flat(section: str, value: dict[str, Any]) -> Iterable[tuple[str, str, str, str]]:
    for name, found in value.items():
        if isinstance(found, dict):
            yield from _flat(f"{section}.{name}".lstrip("."), found)
        else:
            text = "" if found is None else found.isoformat() if hasattr(found, "isoformat") else str(found)
            yield section, name, text, "seconds" if name.endswith("_seconds") else ""


def _bar(label: str | Promise, value: int, *, href: str = "", colour: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "href": href, "colour": colour}


def _query(address: str, name: str, value: str) -> str:
    return f"{address}?{name}={value}" if address else ""


def _address(actor: Actor, name: str, verb: str) -> str:
    try:
        return reverse(name) if may(actor, verb) else ""
    except NoReverseMatch:
        return ""


def share(part: int, whole: int) -> str:
    """`12 of 13`."""
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole}
