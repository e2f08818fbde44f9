"""What the page of a network shows below the picture: timeline, map, money."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import template
from django.utils.functional import Promise

from touchstone.cases import network_shown, network_story
from touchstone.cases.network import Shown
from touchstone.market.money import minor_units

register = template.Library()


@register.simple_tag
def network_story_of(shown: Shown, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything that the charts draw and their tables say."""
    money = network_story.money(shown)
    for row in money:
        row["amount"] = row["amount_minor"] / minor_units(row["currency"])
        row["label"] = str(network_shown.role_label(row["role"]))
    origins = network_story.origins(shown, records)
    for point in origins["points"]:
        point["label"] = str(network_story.POINTS[point["kind"]])
    months = network_story.timeline(shown, records)
    return {
        "months": months,
        "money": money,
        "map": origins,
        "events": {name: str(label) for name, label in network_story.EVENTS.items()},
        "points": {name: str(label) for name, label in network_story.POINTS.items()},
    }


@register.simple_tag
def network_months(shown: Shown) -> dict[str, str]:
    first, last = network_story.months(shown)
    return {"first": first, "last": last}


@register.filter
def by_month(months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table: {month, cells} with a cell for each event."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in months:
        found[row["month"]][row["event"]] = row["n"]
    return [{"month": m, "cells": [n.get(e, "") for e in network_story.EVENTS]} for m, n in sorted(found.items())]


@register.filter
def kind_name(kind: str) -> str | Promise:
    return network_shown.kind_label(kind)
