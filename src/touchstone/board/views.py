"""The board, and the same as a file."""

from __future__ import annotations

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from touchstone.accounts.gate import actor_of, page
from touchstone.board import queries, shown
from touchstone.law.calendar import local_day


@require_GET
@page("board.view")
def board(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = queries.figures(actor, now)
    to = shown.links(actor)
    context = {
        "found": found,
        "empty": queries.is_empty(found),
        "to": to,
        "bars": shown.bars(found, to),
        "weeks": shown.weeks(found),
        "outcomes": shown.outcomes(found),
        "oldest": shown.duration(found["review"]["oldest_seconds"]),
        "decision_time": shown.duration(found["review"]["decision_seconds"]),
        "answer_time": shown.duration(found["leads"]["answer_seconds"]),
        "alerts_share": shown.share(found["alerts"]["in_a_second"], found["alerts"]["sent"]),
        "leads_sent": sum(n for state, n in found["leads"]["states"].items() if state != "waiting"),
        "labels_fed_back": sum(found["labels"]["outcome"].values()),
        "now": now,
    }
    return render(request, "board/board.html", context)


@require_GET
@page("board.view")
def export(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="board-{local_day(now).isoformat()}.csv"'
    writer = csv.writer(response)
    writer.writerow(["section", "figure", "value", "unit"])
    writer.writerows(shown.rows(queries.figures(actor_of(request), now)))
    return response
