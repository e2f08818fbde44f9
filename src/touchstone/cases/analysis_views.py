"""What is done on the page of a case with hypotheses, evidence and other cases; and the case as a file."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.cases import analysis, merging, queries
from touchstone.errors import Conflict, NotFound, NotValid


@require_POST
@page("case.edit")
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Merge this case into the one named `other`, and go there."""
    into, because = _other(request), request.POST.get("because", "")
    done = _do(
        request,
        number,
        lambda: merging.merge_case(actor_of(request), timezone.now(), case_number=number, into=into, because=because),
        _("%(case)s was merged into this case.") % {"case": number},
    )
    return redirect("cases:case", into) if done else redirect("cases:case", number)


@require_POST
@page("case.edit")
def relate(request: HttpRequest, number: str) -> HttpResponse:
    other, because = _other(request), request.POST.get("because", "")
    _do(
        request,
        number,
        lambda: merging.relate_cases(
            actor_of(request), timezone.now(), case_number=number, other=other, because=because
        ),
    )
    return _back(number, "related")


@require_POST
@page("case.edit")
def part(request: HttpRequest, number: str) -> HttpResponse:
    other, because = _other(request), request.POST.get("because", "")
    _do(
        request,
        number,
        lambda: merging.part_cases(actor_of(request), timezone.now(), case_number=number, other=other, because=because),
    )
    return _back(number, "related")


@require_POST
@page("case.edit")
def state(request: HttpRequest, number: str) -> HttpResponse:
    statement = request.POST.get("statement", "")
    _do(
        request,
        number,
        lambda: analysis.state_hypothesis(actor_of(request), timezone.now(), case_number=number, statement=statement),
    )
    return _back(number)


@require_POST
@page("case.edit")
def judge(request: HttpRequest, number: str) -> HttpResponse:
    given = request.POST
    _do(
        request,
        number,
        lambda: analysis.judge_hypothesis(
            actor_of(request),
            timezone.now(),
            hypothesis_id=_uuid(given.get("hypothesis", "")),
            state=given.get("state", ""),
            because=given.get("because", ""),
        ),
    )
    return _back(number)


@require_POST
@page("case.edit")
def put(request: HttpRequest, number: str) -> HttpResponse:
    """Put evidence into the analysis; `item` is `kind:id` of an item of the case, or empty."""
    kind, _colon, object_id = request.POST.get("item", "").partition(":")
    text = request.POST.get("text", "")
    _do(
        request,
        number,
        lambda: analysis.put_argument(
            actor_of(request), timezone.now(), case_number=number, text=text, kind=kind, object_id=object_id
        ),
    )
    return _back(number)


@require_POST
@page("case.edit")
def weigh(request: HttpRequest, number: str) -> HttpResponse:
    given = request.POST
    _do(
        request,
        number,
        lambda: analysis.weigh(
            actor_of(request),
            timezone.now(),
            argument_id=_uuid(given.get("argument", "")),
            hypothesis_id=_uuid(given.get("hypothesis", "")),
            weight=_weight(given.get("weight", "")),
            note=given.get("note", ""),
        ),
    )
    return _back(number)


@require_GET
@page("case.view")
def file(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the case holds, with its analysis and the cases it overlaps, as JSON."""
    actor = actor_of(request)
    found = queries.case(actor, number)
    response = JsonResponse(queries.whole_file(actor, found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


def _do(request: HttpRequest, number: str, act: Callable[[], object], done: str = "") -> bool:
    """Act, and say what is wrong if something is. True if it was done."""
    try:
        act()
    except (NotValid, Conflict) as problem:
        messages.error(request, f"{problem} {problem.remedy}".strip())
    except NotFound as problem:
        queries.case(actor_of(request), number)  # no such case: let that be said instead
        messages.error(request, f"{problem} {problem.remedy}".strip())
    else:
        if done:
            messages.success(request, done)
        return True
    return False


def _back(number: str, part: str = "analysis") -> HttpResponse:
    response = redirect("cases:case", number)
    response["Location"] += f"#{part}"
    return response


def _other(request: HttpRequest) -> str:
    return request.POST.get("other", "").strip()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such hypothesis or evidence.")) from error


def _weight(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise NotValid(_("Give a weight from -2 to 2."), place="weight") from error
