"""Pages that show rules: the list, one rule with its versions, a backtest, the picture, files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from touchstone.accounts.gate import actor_of, page
from touchstone.engine.rules.expressions import uses
from touchstone.errors import NotFound
from touchstone.screening import rule_files, rule_queries, rule_shown, wording
from touchstone.screening.rule_forms import RuleFileForm
from touchstone.screening.rule_models import RuleState
from touchstone.screening.rule_picture import Drawn, picture


@require_GET
@page("rule.view")
def rule_list(request: HttpRequest) -> HttpResponse:
    return show_list(request, RuleFileForm())


def show_list(request: HttpRequest, form: RuleFileForm, status: int = 200, error: str = "") -> HttpResponse:
    """The list, also where a file was refused."""
    actor, now = actor_of(request), timezone.now()
    found = rule_queries.rules(actor, now)
    context = {
        "rows": [
            {
                "row": row,
                "state_label": RuleState(row.state).label,
                "text": _reason(row.version.reason, row.version.reason_zh),
            }
            for row in found
        ],
        "product": [
            {"rule": rule, "text": _reason(rule.reason, rule.reason_zh), "hits": hits}
            for rule, hits in rule_queries.product_rules(actor)
        ],
        "figures": {
            "live": sum(row.live is not None for row in found),
            "shadow": sum(row.shadow is not None for row in found),
            "waiting": sum(row.latest.state(now) == RuleState.DRAFT for row in found),
        },
        "form": form,
        "error": error,
    }
    return render(request, "screening/rules.html", context, status=status)


@require_GET
@page("rule.view")
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    own = rule_queries.product_rule(actor, rule_id)
    hits = rule_queries.hits_by_rule()[rule_id]
    if own:
        signals = [(name, wording.meaning(name)) for name in sorted(uses(own.condition))]
        shown = {"rule": own, "text": _reason(own.reason, own.reason_zh), "signals": signals, "hits": hits}
        return render(request, "screening/product_rule.html", shown)
    found = rule_queries.rule_versions(actor, rule_id)
    versions = rule_shown.versions(found, now)
    condition = found[0].condition
    context: dict[str, Any] = {
        "rule": found[0].rule,
        "latest": found[0],
        "reason": _reason(found[0].reason, found[0].reason_zh),
        "versions": versions,
        "in_force": next((v for v in versions if v["state"] == RuleState.LIVE), None),
        "hits": hits,
        "signals": [s for s in rule_shown.signal_list(condition) if s["used"]],
    }
    return render(request, "screening/rule.html", context)


@require_GET
@page("rule.view")
def rule_trial(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = rule_queries.trial(actor, trial_id)
    version = found.version
    fresh = rule_shown.is_fresh(found, version, now)
    context = {
        "trial": found,
        "version": version,
        "reason": _reason(version.reason, version.reason_zh),
        "f": rule_shown.figures(found),
        "fresh": fresh,
        "own": actor.kind == "person" and str(version.author_id) == actor.id,
        "may_approve": fresh and not version.approved_at and not version.retired_at,
    }
    return render(request, "screening/rule_trial.html", context)


@require_GET
@page("rule.view")
def rule_picture(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    drawn = [
        Drawn(row.rule.rule_id, row.version.condition, row.version.then, _address(row.rule.rule_id), row.live is None)
        for row in rule_queries.rules(actor, now)
        if row.live or row.shadow
    ]
    drawn += [
        Drawn(found.id, found.condition, found.then, _address(found.id))
        for found, _hits in rule_queries.product_rules(actor)
    ]
    shown = picture(drawn)
    context = {
        "picture": shown,
        "meanings": {node.name: wording.meaning(node.name) for node in shown.signals},
        "unused": [(name, wording.meaning(name)) for name in shown.unused],
    }
    return render(request, "screening/rule_picture.html", context)


@require_GET
@page("rule.view")
def export_rules(request: HttpRequest) -> HttpResponse:
    """The rules in force as a rule file; with ?which=latest the latest version of every rule."""
    actor, now = actor_of(request), timezone.now()
    which = rule_files.latest if request.GET.get("which") == "latest" else rule_files.in_force
    return _download(which(actor, now), "rules.yaml")


@require_GET
@page("rule.view")
def export_rule(request: HttpRequest, rule_id: str, number: int) -> HttpResponse:
    found = rule_queries.rule_versions(actor_of(request), rule_id)
    version = next((v for v in found if v.number == number), None)
    if version is None:
        raise NotFound(_("There is no such version of the rule."))
    return _download(rule_files.one(version), f"{rule_id}-{number}.yaml")


def _download(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _address(rule_id: str) -> str:
    return reverse("screening:rule", args=[rule_id])


def _reason(text: str, text_zh: str) -> str:
    return str(wording.in_language({"text": text, "text_zh": text_zh})["text"])
