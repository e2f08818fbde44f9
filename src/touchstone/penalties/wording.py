"""Penalties in words: findings, measures, and how the points were counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from touchstone.errors import NotFound, NotValid
from touchstone.law import packs
from touchstone.law import penalties as law
from touchstone.law.packs import Pack
from touchstone.penalties.models import Penalty

MEASURES: dict[str, str | Promise] = {
    "SHIELD": gettext_lazy("The shop is hidden from search"),
    "NO_LISTING": gettext_lazy("No new listings"),
    "NO_SHOP_CREATE": gettext_lazy("No new shops"),
    "MUTE": gettext_lazy("No messages and no community functions"),
    "PUBLIC_WARNING": gettext_lazy("Public warning"),
    "DELIST_ALL": gettext_lazy("All listings are taken down"),
    "CLOSE_SHOP": gettext_lazy("The shop is closed"),
    "TERMINATE": gettext_lazy("The account is closed for good"),
}


def in_language(texts: Mapping[str, str]) -> str:
    """The text of a pack in the reader's language."""
    return texts["zh" if (get_language() or "en").startswith("zh") else "en"]


def measures(kinds: Iterable[str]) -> list[str]:
    return [str(MEASURES.get(kind, kind)) for kind in kinds]


def pack_of(penalty: Penalty) -> Pack:
    """The rules that the penalty was given under; if their text was corrected since, the text of that day now."""
    return packs.find("penalties", penalty.pack_version) or packs.load("penalties", penalty.act_date)


def finding(penalty: Penalty) -> str:
    """The finding's title; its code where no installed rules know it any more."""
    try:
        return in_language(law.rules(pack_of(penalty)).finding(penalty.finding).title)
    except (NotFound, NotValid):
        return penalty.finding


def finding_title(code: str, pack_version: str) -> str:
    """A finding's title by the rules of a version; its code where those are no longer installed."""
    pack = packs.find("penalties", pack_version)
    if pack is None or not code:
        return code
    return in_language(law.rules(pack).finding(code).title)


def calculation(penalty: Penalty) -> list[str]:
    """How the points were counted, a sentence a step."""
    steps = penalty.calculation
    told = [_("%(finding)s: %(points)s.") % {"finding": finding(penalty), "points": _points(steps["nominal"])}]
    if steps["cap"]:
        told.append(_cap(steps))
    told.append(
        _("Total of the class: %(before)d before, %(after)d after.")
        % {"before": steps["before"], "after": steps["after"]}
    )
    if steps["crossed"]:
        thresholds = ", ".join(str(at) for at in steps["crossed"])
        told.append(_("This reaches the threshold of %(thresholds)s points.") % {"thresholds": thresholds})
    else:
        told.append(_("This reaches no new threshold."))
    if steps["strikes"]:
        told.append(_("Proven sales so far (strikes): %(count)d.") % {"count": steps["strikes"]})
    return told


def _cap(steps: Mapping[str, int | Mapping[str, int]]) -> str:
    cap = steps["cap"]
    assert isinstance(cap, Mapping)
    facts = {"cap": cap["points"], "days": cap["days"], "in_window": steps["in_window"], "points": steps["points"]}
    if steps["points"] == steps["nominal"]:
        return (
            _("At most %(cap)d points within %(days)d days for this finding; %(in_window)d stood, all count.") % facts
        )
    return (
        _("At most %(cap)d points within %(days)d days for this finding; %(in_window)d stood, so %(points)d count.")
        % facts
    )


def _points(number: int) -> str:
    return ngettext("%(number)d point", "%(number)d points", number) % {"number": number}
