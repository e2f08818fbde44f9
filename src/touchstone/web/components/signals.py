"""How a verdict is shown: the score, the reasons, the title with what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from touchstone.web.components.badges import PLAIN_TECHNIQUES, TECHNIQUES

BLOCK, REVIEW = 0.8, 0.4


def score_colour(score: float) -> str:
    return "red" if score >= BLOCK else "amber" if score >= REVIEW else "green"


def technique_name(technique: str) -> str:
    """How a brand was written, in words."""
    return str(TECHNIQUES.get(technique, technique))


def reason_rows(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reasons, heaviest first, with `x` and `width` of a bar on an axis from 0 to 100 whose middle is zero.

    A weight above zero speaks against the listing (right, red), one below for it (left, green).
    """
    rows = [dict(r) for r in reasons]
    top = max((abs(float(r.get("weight") or 0)) for r in rows), default=0) or 1
    for row in rows:
        weight = float(row.get("weight") or 0)
        width = abs(weight) / top * 48
        row["side"] = "against" if weight > 0 else "for"
        row["x"] = f"{50 if weight > 0 else 50 - width:.2f}"
        row["width"] = f"{width:.2f}"
        row["signed"] = f"{weight:+.2f}"
    return sorted(rows, key=lambda r: -abs(float(r.get("weight") or 0)))


def highlight(title: str, matches: Iterable[Mapping[str, Any]] | None) -> SafeString:
    """The title, escaped, with each match in a `<mark>` whose tooltip names brand and technique.

    `matches`: mappings with `start` and `end` (code points of the title), `brand`, `technique`. Overlaps are joined by
    their pieces; spans outside the title are cut off; `image_text` matches lie in no title and are left out.
    """
    spans = [s for m in matches or () if (s := _span(title, m))]
    cuts = sorted({0, len(title), *(c for start, end, _m in spans for c in (start, end))})
    pieces = ((a, b, [m for s, e, m in spans if s <= a and b <= e]) for a, b in pairwise(cuts))
    return format_html_join("", "{}", ((_piece(title[a:b], found),) for a, b, found in pieces))


def _span(title: str, match: Mapping[str, Any]) -> tuple[int, int, Mapping[str, Any]] | None:
    if match.get("technique") == "image_text" or match.get("start") is None or match.get("end") is None:
        return None
    start, end = max(0, int(match["start"])), min(len(title), int(match["end"]))
    return (start, end, match) if start < end else None


def _piece(text: str, found: Sequence[Mapping[str, Any]]) -> SafeString:
    if not found:
        return conditional_escape(text)
    tips = {
        _("%(brand)s: %(technique)s")
        % {"brand": m.get("brand", ""), "technique": technique_name(m.get("technique", ""))}
        for m in found
    }
    disguised = any(m.get("technique") not in PLAIN_TECHNIQUES for m in found)
    return format_html(
        '<mark class="{}" title="{}">{}</mark>',
        "match hidden-brand" if disguised else "match",
        "; ".join(sorted(tips)),
        text,
    )
