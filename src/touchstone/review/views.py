"""The queue and the reviewer's work place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import Conflict, Forbidden, NotValid, TouchstoneError
from touchstone.market import queries as market
from touchstone.penalties import wording
from touchstone.review import actions, prefill, queries
from touchstone.review.item import found_in_title, history, holding, is_rule, price_ratio
from touchstone.review.models import Decision, OutcomeKind, Task
from touchstone.screening import picture_queries
from touchstone.screening.models import VerdictKind

ROWS_A_PAGE = 50
MOST_OF_A_TITLE = 160  # in the queue
MOST_OF_A_TITLE_ALONE = 2_000


@page("review.view")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    actor, now, asked = actor_of(request), timezone.now(), request.GET
    verdict, brand, mine = asked.get("verdict", ""), asked.get("brand", ""), asked.get("mine") == "1"
    tasks = queries.queue(actor, now, verdict=verdict, brand=brand, mine=mine, sort=asked.get("sort", ""))
    shown_page = Paginator(tasks, ROWS_A_PAGE).get_page(asked.get("page"))
    images = market.first_images([task.listing for task in shown_page])
    rows = [
        {"task": t, "holding": holding(t, actor, now), "image": images.get(t.listing_id, ""), **_row(t)}
        for t in shown_page
    ]
    context = {
        "page": shown_page,
        "rows": rows,
        "chosen": {"verdict": verdict, "brand": brand, "mine": mine},
        "verdicts": [(VerdictKind.BLOCK, VerdictKind.BLOCK.label), (VerdictKind.REVIEW, VerdictKind.REVIEW.label)],
        "brands": queries.brands_waiting(),
        "figures": queries.figures(),
    }
    return render(request, "review/queue.html", context)


@page("review.view")
@require_GET
def item(request: HttpRequest, task_id: UUID) -> HttpResponse:
    return _item(request, queries.task(actor_of(request), task_id))


@page("review.claim")
@require_POST
def claim(request: HttpRequest, task_id: UUID) -> HttpResponse:
    try:
        actions.claim(actor_of(request), timezone.now(), task_id=task_id)
    except Conflict as conflict:
        messages.warning(request, _sentence(conflict))
    return redirect("review:item", task_id)


@page("review.claim")
@require_POST
def claim_next(request: HttpRequest) -> HttpResponse:
    return _open_next(request)


def _open_next(request: HttpRequest) -> HttpResponse:
    task = actions.claim_next(actor_of(request), timezone.now())
    if task is None:
        messages.info(request, _("The queue is empty: there is nothing to decide."))
        return redirect("review:queue")
    return redirect("review:item", task.id)


@page("review.release")
@require_POST
def release(request: HttpRequest, task_id: UUID) -> HttpResponse:
    actions.release(actor_of(request), timezone.now(), task_id=task_id)
    messages.info(request, _("The task is back in the queue."))
    return redirect("review:queue")


@page("review.decide")
@require_POST
def decide(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Decide and go on to the next task. What is wrong is said on the same page, with what was typed kept."""
    actor, now, given = actor_of(request), timezone.now(), request.POST
    outcome = given.get("outcome", "")
    try:
        decision = actions.decide(
            actor,
            now,
            task_id=task_id,
            outcome=outcome,
            finding=given.get("finding", "") if outcome == OutcomeKind.REMOVE else "",
            facts=given.get("facts", ""),
            basis=given.get("basis", ""),
            note=given.get("note", ""),
            term=given.get("term", "") if outcome == OutcomeKind.REMOVE else "",
            term_brand=given.get("term_brand", ""),
        )
    except (NotValid, Conflict, Forbidden) as problem:
        messages.error(request, _sentence(problem))
        return _item(request, queries.task(actor, task_id), given=given, status=problem.status)
    title = decision.listing.title[:60]
    messages.success(request, _("%(outcome)s: %(title)s") % {"outcome": decision.get_outcome_display(), "title": title})
    return _open_next(request)


def _sentence(problem: TouchstoneError) -> str:
    return " ".join(filter(None, [problem.message, problem.remedy]))


def _item(request: HttpRequest, task: Task, given: Any = None, status: int = 200) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    held, reasons = holding(task, actor, now), prefill.reasons_in_language(task.verdict)
    form = {
        "outcome": "",
        "finding": "CF_INFO",
        "facts": "",
        "basis": "",
        "note": "",
        "term": "",
        "term_brand": task.brand,
    }
    if held == "me":
        form["facts"] = prefill.facts(task)
    form |= {name: given[name] for name in form if given and name in given}
    context = {
        "task": task,
        "listing": task.listing,
        "short_title": task.listing.title[:60],
        "title": task.listing.title[:MOST_OF_A_TITLE_ALONE],
        "images": market.image_urls(task.listing),
        "told": picture_queries.told_by(actor, task.listing),
        "techniques": found_in_title(task.verdict),
        "ratio": price_ratio(task.verdict),
        "holding": held,
        "reasons": [r for r in reasons if not is_rule(r)],
        "rules": [r for r in reasons if is_rule(r)],
        "history": history(actor, task, now),
        "choices": prefill.choices(actor, task, now) if held == "me" else [],
        "basis_to_keep": prefill.basis_to_keep(),
        "form": form,
        **_decided(task, held),
    }
    return render(request, "review/item.html", context, status=status)


def _decided(task: Task, held: str) -> dict[str, Any]:
    if held != "decided":
        return {}
    decision: Decision = task.decision
    return {"decision": decision, "finding": wording.finding_title(decision.finding, decision.pack_version)}


def _row(task: Task) -> dict[str, Any]:
    reasons = prefill.reasons_in_language(task.verdict)
    return {
        "title": task.listing.title[:MOST_OF_A_TITLE],
        "reasons": [r for r in reasons if r["weight"] > 0][:3],
        "ratio": price_ratio(task.verdict),
    }
