"""Pages of learnt scores: the list, and one with its card, its plot, its drift and what thresholds would cost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.engine.scoring.costs import expected, thresholds
from touchstone.engine.scoring.model import MAX_BYTES, Model
from touchstone.engine.scoring.plot import reliability_svg
from touchstone.errors import NotValid
from touchstone.screening import model_actions, model_queries, wording
from touchstone.screening.model_forms import CostsForm, ModelFileForm, StartForm
from touchstone.screening.rule_models import RuleMode, RuleState

PARTS = (
    ("learn", gettext_lazy("learnt from")),
    ("calibrate", gettext_lazy("made the score a probability")),
    ("judge", gettext_lazy("judge the model, later than all others")),
)
FIGURES = (
    ("average_precision", gettext_lazy("Average precision")),
    ("auc", gettext_lazy("Area under the curve")),
    ("brier", gettext_lazy("Brier score (less is better)")),
    ("calibration_error", gettext_lazy("Calibration error (less is better)")),
)
USED, DRIFTED = 12, 12


@require_GET
@page("model.view")
def index(request: HttpRequest) -> HttpResponse:
    return _index(request, ModelFileForm())


def _index(request: HttpRequest, form: ModelFileForm, status: int = 200) -> HttpResponse:
    found = model_queries.models(actor_of(request), timezone.now())
    rows = [{"model": row.model, "state": row.state, "label": RuleState(row.state).label} for row in found]
    live = next((row["model"] for row in rows if row["state"] == RuleMode.LIVE), None)
    return render(request, "screening/models.html", {"rows": rows, "live": live, "form": form}, status=status)


@require_POST
@page("model.edit")
def draft(request: HttpRequest) -> HttpResponse:
    form = ModelFileForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        values = {"name": form.cleaned_data["name"], "because": form.cleaned_data["because"]}
        try:
            made = model_actions.draft_model(actor_of(request), timezone.now(), raw=given.read(MAX_BYTES + 1), **values)
        except NotValid as error:
            form.add_error("name" if error.place == "name" else "file", str(error))
        else:
            return redirect("screening:model", made.id)
    return _index(request, form, status=422)


@require_GET
@page("model.view")
def model(request: HttpRequest, model_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    kept = model_queries.model(actor, model_id)
    learnt = model_queries.loaded(kept)
    state = kept.state(now)
    context: dict[str, Any] = {
        "model": kept,
        "state": state,
        "state_label": RuleState(state).label,
        "own": str(kept.author_id) == actor.id,
        "periods": [_period(p, now) for p in kept.periods.all()],
        "usable": learnt is not None,
        "modes": [m for m in RuleMode.choices if kept.approved_at or m[0] != RuleMode.LIVE],
    }
    if learnt is not None:
        context |= _card(learnt) | _priced(request, learnt)
        if "drift" in request.GET:
            context["drift"] = [_moved(m) for m in model_queries.drift_now(actor, now, learnt)[:DRIFTED]]
    return render(request, "screening/model.html", context)


@require_POST
@page("model.approve")
def approve(request: HttpRequest, model_id: UUID) -> HttpResponse:
    found = model_actions.approve_model(actor_of(request), timezone.now(), model_id=model_id)
    messages.success(request, _("%(model)s is approved.") % {"model": found})
    return redirect("screening:model", model_id)


@require_POST
@page("model.run")
def start(request: HttpRequest, model_id: UUID) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        model_queries.model(actor_of(request), model_id)
        messages.error(request, _("That is no moment at which a model can start."))
        return redirect("screening:model", model_id)
    period = model_actions.start_model(actor_of(request), timezone.now(), model_id=model_id, **form.cleaned_data)
    told = {"model": period.model, "mode": period.get_mode_display()}
    messages.success(request, _("%(model)s: %(mode)s.") % told)
    return redirect("screening:model", model_id)


@require_POST
@page("model.run")
def stop(request: HttpRequest, period_id: UUID) -> HttpResponse:
    period = model_actions.stop_model(
        actor_of(request), timezone.now(), period_id=period_id, because=request.POST.get("because", "")
    )
    messages.success(request, _("%(model)s was stopped.") % {"model": period.model})
    return redirect("screening:model", period.model_id)


@require_POST
@page("model.edit")
def retire(request: HttpRequest, model_id: UUID) -> HttpResponse:
    found = model_actions.retire_model(
        actor_of(request), timezone.now(), model_id=model_id, because=request.POST.get("because", "")
    )
    messages.success(request, _("%(model)s was given up.") % {"model": found})
    return redirect("screening:model", model_id)


def _card(learnt: Model) -> dict[str, Any]:
    about = learnt.about
    ours, theirs = about["evaluation"]["model"], about["evaluation"]["scorecard"]
    plot = reliability_svg(
        ours["reliability"],
        title=_("Reliability: score against share of copies"),
        across=_("score"),
        up=_("share of copies"),
    )
    return {
        "labels": [{"what": what, **about["labels"][name]} for name, what in PARTS],
        "timed": all(part["days"] for part in about["labels"].values()),
        "figures": [(label, ours[name], theirs[name]) for name, label in FIGURES],
        "plot": mark_safe(plot),  # noqa: S308 - made here, of numbers and escaped text
        "used": [(wording.meaning(name.partition("=")[0]), name, share * 100) for name, share in about["importance"]][
            :USED
        ],
        "source": about.get("source", ""),
    }


def _priced(request: HttpRequest, learnt: Model) -> dict[str, Any]:
    """Thresholds of the costs in the address, and what they come to on the labels that judged the model."""
    given = request.GET if "missed" in request.GET else None
    form = CostsForm(given)
    if given is None or not form.is_valid():
        return {"costs_form": form}
    costs = form.costs()
    at = thresholds(costs)
    bins = learnt.about["evaluation"]["model"]["reliability"]
    scores = np.repeat([b["mean"] for b in bins], [max(round(b["weight"]), 1) for b in bins])
    return {"costs_form": form, "thresholds": at, "expected": expected(scores, costs, at)}


def _period(period: Any, now: Any) -> dict[str, Any]:
    moves = [(*move.split(" to "), number) for move, number in sorted(period.moves.items())]
    return {"period": period, "open": period.ends_at is None or period.ends_at > now, "moves": moves}


def _moved(moved: Any) -> dict[str, Any]:
    labels = {"stable": _("stable"), "shifted": _("shifted"), "drifted": _("drifted")}
    return {"feature": wording.meaning(moved.feature.partition("=")[0]), "name": moved.feature, "index": moved.index,
            "state": moved.state, "label": labels[moved.state]}  # fmt: skip
