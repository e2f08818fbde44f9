"""What people do to rules on the pages: write, try, approve, start, stop, give up, roll back, import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.engine.rules.expressions import condition as check_condition
from touchstone.errors import BadRule, Conflict, Forbidden, NotValid
from touchstone.screening import rule_actions, rule_queries, rule_shown
from touchstone.screening.rule_forms import RuleFileForm, RuleForm, StartForm
from touchstone.screening.rule_models import RuleVersion
from touchstone.screening.rule_trials import try_rule as run_trial
from touchstone.screening.rule_views import show_list


@require_http_methods(["GET", "POST"])
@page("rule.edit")
def new_rule(request: HttpRequest) -> HttpResponse:
    return _editor(request, RuleForm(request.POST or None), None)


@require_http_methods(["GET", "POST"])
@page("rule.edit")
def edit_rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    latest = rule_queries.rule_versions(actor_of(request), rule_id)[0]
    fields = ("condition", "then", "reason", "reason_zh")
    initial = {"rule_id": rule_id, **{name: getattr(latest, name) for name in fields}}
    return _editor(request, RuleForm(request.POST or None, initial=initial, known=True), latest)


def _editor(request: HttpRequest, form: RuleForm, latest: RuleVersion | None) -> HttpResponse:
    written = form["condition"].value() or ""
    problem, fine = None, False
    if request.method == "POST":
        problem = _problem(written)
        fine = problem is None
        if fine and form.is_valid() and "check" not in request.POST:
            saved = _save(request, form)
            if saved:
                return saved
    context = {
        "form": form,
        "latest": latest,
        "problem": problem,
        "fine": fine,
        "signals": rule_shown.signal_list("" if problem else written),
    }
    wrong = problem is not None or (bool(form.errors) and "check" not in request.POST)
    return render(request, "screening/rule_editor.html", context, status=422 if wrong else 200)


def _problem(condition: str) -> rule_shown.Problem | None:
    try:
        check_condition(condition)
    except BadRule as error:
        return rule_shown.problem(error, condition)
    return None


def _save(request: HttpRequest, form: RuleForm) -> HttpResponse | None:
    try:
        version = rule_actions.write_rule(actor_of(request), timezone.now(), **form.cleaned_data)
    except NotValid as problem:
        form.add_error(problem.place if problem.place in form.fields else None, str(problem.message))
        return None
    messages.success(
        request, _("Version %(n)d is written. Try it before somebody approves it.") % {"n": version.number}
    )
    return redirect("screening:rule", version.rule.rule_id)


@require_POST
@page("rule.edit")
def try_rule(request: HttpRequest, version_id: UUID) -> HttpResponse:
    try:
        trial = run_trial(actor_of(request), timezone.now(), version_id=version_id)
    except NotValid as problem:
        messages.error(request, str(problem))
        return _back_to(version_id)
    return redirect("screening:rule_trial", trial.id)


@require_POST
@page("rule.approve")
def approve_rule(request: HttpRequest, version_id: UUID) -> HttpResponse:
    done = _done(
        request,
        lambda: rule_actions.approve_rule(
            actor_of(request), timezone.now(), version_id=version_id, trial_id=_uuid(request.POST.get("trial_id", ""))
        ),
    )
    if done:
        messages.success(request, _("Approved. It can go live."))
    return _back_to(version_id)


@require_POST
@page("rule.run")
def start_rule(request: HttpRequest, version_id: UUID) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, errors))}")
    elif _done(
        request,
        lambda: rule_actions.start_rule(actor_of(request), timezone.now(), version_id=version_id, **form.cleaned_data),
    ):
        messages.success(request, _("Done. The next listing is judged so, in every process."))
    return _back_to(version_id)


@require_POST
@page("rule.run")
def stop_rule(request: HttpRequest, period_id: UUID) -> HttpResponse:
    because = request.POST.get("because", "")
    rule_id = rule_queries.rule_of_period(period_id)
    _done(
        request, lambda: rule_actions.stop_rule(actor_of(request), timezone.now(), period_id=period_id, because=because)
    )
    return redirect("screening:rule", rule_id)


@require_POST
@page("rule.edit")
def retire_rule(request: HttpRequest, version_id: UUID) -> HttpResponse:
    because = request.POST.get("because", "")
    _done(
        request,
        lambda: rule_actions.retire_rule(actor_of(request), timezone.now(), version_id=version_id, because=because),
    )
    return _back_to(version_id)


@require_POST
@page("rule.run")
def roll_back(request: HttpRequest, rule_id: str) -> HttpResponse:
    given = request.POST
    number = int(given["number"]) if given.get("number", "").isascii() and given.get("number", "").isdigit() else 0
    done = _done(
        request,
        lambda: rule_actions.roll_back(
            actor_of(request),
            timezone.now(),
            rule_id=rule_id,
            number=min(number, 2**31 - 1),
            because=given.get("because", ""),
        ),
    )
    if done:
        messages.success(request, _("Version %(n)d is in force again.") % {"n": number})
    return redirect("screening:rule", rule_id)


@require_POST
@page("rule.edit")
def import_rules(request: HttpRequest) -> HttpResponse:
    form = RuleFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_list(request, form, status=422)
    try:
        done = rule_actions.import_rules(
            actor_of(request), timezone.now(), source=form.source(), file_name=form.cleaned_data["file"].name
        )
    except NotValid as problem:
        return show_list(request, form, status=problem.status, error=str(problem))
    drafted = len(done.drafted)
    messages.success(
        request,
        ngettext("%(n)d draft was made of the file.", "%(n)d drafts were made of the file.", drafted) % {"n": drafted},
    )
    return redirect("screening:rules")


def _done(request: HttpRequest, act: Callable[[], Any]) -> bool:
    """Do it, or say on the next page why not."""
    try:
        act()
    except (NotValid, Conflict, Forbidden) as problem:
        messages.error(request, str(problem))
        return False
    return True


def _back_to(version_id: UUID) -> HttpResponse:
    return redirect("screening:rule", rule_queries.rule_of_version(version_id))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotValid(_("Look at the backtest first."), place="trial_id") from error
