"""What the pages of rules show: differences between versions, errors in their place, figures of a trial in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sqlglot.errors import SqlglotError

from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.rules.expressions import BadCondition, uses
from touchstone.errors import BadRule
from touchstone.screening import rule_queries, wording
from touchstone.screening.rule_models import RuleMode, RulePeriod, RuleState, RuleTrial, RuleVersion
from touchstone.screening.rule_trials import is_fresh

_TOKEN = re.compile(r"\s+|'[^']*'|\w+(?:\.\d+)?|<=|>=|<>|!=|[^\w\s]")
ROWS = 50
_KINDS = {
    "String": gettext_lazy("text"),
    "Int64": gettext_lazy("whole number"),
    "Float64": gettext_lazy("number"),
    "Boolean": gettext_lazy("true or false"),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a condition: the text before the place, the place, the text after, and what to do."""

    message: str
    remedy: str
    before: str = ""
    place: str = ""
    after: str = ""
    near: tuple[str, ...] = ()


def problem(error: BadRule, condition: str) -> Problem:
    """A bad condition in the reader's language, with its place in the text."""
    if not isinstance(error, BadCondition):
        return Problem(error.message, error.remedy)
    message, remedy = _sentences(error)
    near = tuple(error.values.get("near", ()))
    if error.span is None:
        return Problem(message, remedy, near=near)
    start, end = error.span
    return Problem(message, remedy, condition[:start], condition[start:end], condition[end:], near)


def _sentences(error: BadCondition) -> tuple[str, str]:
    values = error.values
    match error.what:
        case "long":
            message = _("The condition has %(n)d characters; %(most)d are allowed.") % values
            return message, _("Split it into two rules.")
        case "open_quote":
            return _("A text begins here and does not end."), _("Put ' before and after a text.")
        case "unknown_signal":
            return _("There is no signal %(name)s.") % values, _("The signals stand beside the form.")
        case "not_allowed":
            return (
                _("A rule may not use %(shown)s.") % values,
                _(
                    "Allowed are AND, OR, NOT, comparisons, + - * /, IN, BETWEEN, IS NULL, COALESCE, ABS, LEAST, GREATEST."
                ),
            )
        case "in_values":
            return _("IN needs a list of values."), _("For example: brand IN ('Nike', 'Puma').")
        case "is_takes":
            return _("IS takes NULL, TRUE or FALSE."), _("For other values use =.")
        case "types":
            return (
                _("Here things of different kinds are put together."),
                _(
                    "Compare numbers with numbers, texts with texts in quotes; AND, OR and NOT take what is true or false."
                ),
            )
        case "not_boolean":
            return _("The condition is not true or false."), _(
                "Compare it with something, for example price_ratio < 0.3."
            )
        case _:
            return _("The condition cannot be read from here on."), _("Look for a missing word, bracket or comparison.")


def signal_list(condition: str = "") -> list[dict[str, Any]]:
    """Every signal with its kind and meaning; `used` says whether the condition names it."""
    try:
        used = uses(condition) if condition else frozenset[str]()
    except (SqlglotError, RecursionError):  # what cannot be read names none
        used = frozenset()
    return [
        {
            "name": name,
            "kind": _KINDS.get(kind.__name__, kind.__name__),
            "meaning": wording.meaning(name),
            "used": name in used,
        }
        for name, (kind, _meaning) in SIGNALS.items()
    ]


def words(old: str, new: str) -> list[tuple[str, str]]:
    """The difference of two texts, word by word: ("same" | "gone" | "new", text) pieces."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(a[a1:a2])))
            continue
        pieces += [(name, text) for name, text in (("gone", "".join(a[a1:a2])), ("new", "".join(b[b1:b2]))) if text]
    return pieces


def versions(found: Sequence[RuleVersion], now: datetime) -> list[dict[str, Any]]:
    """The versions of a rule, each with what it changed in the one before."""
    shown = []
    counted = rule_queries.shadow_hits()
    for version, before in zip(found, [*found[1:], None], strict=True):
        state = version.state(now)
        trials = list(version.trials.all())
        shown.append(
            {
                "version": version,
                "state": state,
                "state_label": RuleState(state).label,
                "condition": words(before.condition if before else version.condition, version.condition),
                "fields": _changed_fields(before, version),
                "periods": [_period(p, now, counted[p.id]) for p in version.periods.all()],
                "trial": trials[0] if trials else None,
                "fresh": bool(trials) and is_fresh(trials[0], version, now),
                "was_live": any(p.mode == RuleMode.LIVE and not p.cancelled for p in version.periods.all()),
            }
        )
    return shown


def _changed_fields(before: RuleVersion | None, version: RuleVersion) -> list[tuple[str, list[tuple[str, str]]]]:
    if before is None:
        return []
    labels = {"then": _("Verdict"), "reason": _("Reason"), "reason_zh": _("Reason in Chinese")}
    return [
        (label, words(str(getattr(before, field)), str(getattr(version, field))))
        for field, label in labels.items()
        if getattr(before, field) != getattr(version, field)
    ]


def _period(period: RulePeriod, now: datetime, hits: int) -> dict[str, Any]:
    moves = rule_queries.shadow_moves(period) if period.mode == RuleMode.SHADOW and hits else []
    return {
        "period": period,
        "running": period.covers(now),
        "waiting": period.starts_at > now and not period.cancelled,
        "hits": hits,
        "moves": moves,
    }


def figures(trial: RuleTrial) -> dict[str, Any]:
    """The figures of a trial with the ratios that a reader compares."""
    found = trial.figures
    labelled = found["labelled"]
    return {
        **found,
        "alone_ratios": ratios(found["alone"], labelled),
        "before_ratios": ratios(found["before"], labelled),
        "after_ratios": ratios(found["after"], labelled),
        "labelled_all": labelled["counterfeit"] + labelled["genuine"],
        "moved": [_move(name, n) for name, n in found["moves"].items()],
        "first": found["changes"][:ROWS],
        "stakes": [{"currency": c, "amount_minor": n} for c, n in found["stake"].items()],
        "seller_rows": [
            (name, n, reverse("market:seller", args=[name])) if name else ("–", n)
            for name, n in found["sellers"]["first"]
        ],
        "brand_rows": [(name or _("no brand"), n) for name, n in found["brands"]["first"]],
    }


def ratios(hit: dict[str, int], labelled: dict[str, int]) -> dict[str, float | None]:
    """Precision, recall and F1 of what was hit among the labelled listings; None where there is nothing to divide by."""
    true, false, all_true = hit["counterfeit"], hit["genuine"], labelled["counterfeit"]
    precision = true / (true + false) if true + false else None
    recall = true / all_true if all_true else None
    f1 = 2 * precision * recall / (precision + recall) if precision and recall else (0.0 if all_true else None)
    return {"precision": precision, "recall": recall, "f1": f1}


def _move(name: str, n: int) -> dict[str, Any]:
    before, _to, after = name.split(" ")
    return {"before": before, "after": after, "n": n}
