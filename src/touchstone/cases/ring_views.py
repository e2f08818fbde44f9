"""Pages of one ring: who is in it and why, the judgement of its links, and its tables as files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from touchstone.accounts.gate import actor_of, page
from touchstone.cases import facts, judgements, merging, queries, ring_files, ring_queries, shown
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import ItemKind, Ring
from touchstone.errors import Conflict, NotFound, NotValid

ROWS_A_PAGE = 50
MEMBERS_SHOWN = 200


@require_GET
@page("ring.view")
def ring(request: HttpRequest, ring_id: str) -> HttpResponse:
    found = queries.ring(actor_of(request), ring_id)
    members = list(found.members.select_related("seller"))
    ids = [m.seller.seller_id for m in members]
    suspected = facts.suspected_listings(ids)
    bad = facts.bad_listings(ids)
    listed = Paginator(suspected, ROWS_A_PAGE).get_page(request.GET.get("page"))
    links = Paginator(ring_queries.links(found), ROWS_A_PAGE).get_page(request.GET.get("links"))
    continued = ring_queries.reopened(ids)
    context = {
        "ring": found,
        "sentence": shown.text_of(ring_queries.sentence(found)),
        "members": shown.members(members[:MEMBERS_SHOWN], continued),
        "hidden_members": max(0, len(members) - MEMBERS_SHOWN),
        "member_ids": ids,
        "matrix": shown.matrix(list(found.attributes.all()), members),
        "links": links,
        "link_rows": shown.links(links, ring_queries.standing(found)),
        "unapplied": ring_queries.unapplied(found),
        "ways": ring_queries.ways(found, bad),
        "past": ring_queries.past(found),
        "past_cases": merging.cases_with(ItemKind.SELLER, ids),
        "page": listed,
        "listings": facts.listing_rows(list(listed)),
        "value": shown.value(facts.value_of(ring_id, suspected)),
        "open_case": merging.open_case_of(found),
    }
    return render(request, "cases/ring.html", context)


@require_GET
@page("ring.view")
def link(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Two sellers (`a`, `b`): why they are linked, the ring without the link, what was said of them, and what to say."""
    found = queries.ring(actor_of(request), ring_id)
    pair = ring_queries.pair(found, request.GET.get("a", ""), request.GET.get("b", ""))
    context = {
        "ring": found,
        "pair": pair,
        "steps": shown.steps(pair.steps),
        "roles": shown.roles_of(found, [pair.seller_a.pk, pair.seller_b.pk]),
        "unapplied": ring_queries.unapplied(found),
    }
    return render(request, "cases/link.html", context)


@require_POST
@page("link.judge")
def judge(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Confirm, reject, annotate or undo one link, then back to it."""
    actor, given = actor_of(request), request.POST
    queries.ring(actor, ring_id)
    a, b = given.get("seller_a", "").strip(), given.get("seller_b", "").strip()
    try:
        made = judgements.judge_link(
            actor,
            timezone.now(),
            seller_a=a,
            seller_b=b,
            judgement=given.get("judgement", ""),
            because=given.get("because", ""),
        )
    except (NotValid, Conflict) as problem:
        messages.error(request, f"{problem} {problem.remedy}".strip())
    except NotFound as problem:
        messages.error(request, str(problem))
        return redirect("cases:ring", ring_id)
    else:
        messages.success(request, _said(made.judgement))
    if a == b or not (a and b):
        return redirect("cases:ring", ring_id)
    return redirect(f"{reverse('cases:link', args=[ring_id])}?{urlencode({'a': a, 'b': b})}")


@require_http_methods(["GET", "POST"])
@page("link.judge")
def apart(request: HttpRequest, ring_id: str) -> HttpResponse:
    """Say that those who share an attribute (`kind`, `digest`) are strangers: one action for all of them."""
    actor = actor_of(request)
    found = queries.ring(actor, ring_id)
    kind, digest = (request.POST.get(n) or request.GET.get(n, "") for n in ("kind", "digest"))
    attribute = found.attributes.filter(kind=kind, digest__startswith=digest).first() if digest else None
    if attribute is None:
        raise NotFound(_("The ring no longer shares this attribute."))
    chosen = request.POST.getlist("sellers") if request.method == "POST" else attribute.sellers
    if request.method == "POST":
        try:
            made = judgements.judge_apart(
                actor,
                timezone.now(),
                sellers=[s for s in chosen if s in attribute.sellers],
                because=request.POST.get("because", ""),
            )
        except (NotValid, Conflict) as problem:
            messages.error(request, f"{problem} {problem.remedy}".strip())
        else:
            said = ngettext("%(n)s link was rejected.", "%(n)s links were rejected.", len(made)) % {"n": len(made)}
            obeyed = _("The next search obeys.")
            messages.success(request, f"{said} {obeyed}")
            return redirect("cases:ring", ring_id)
    return render(request, "cases/apart.html", _apart(found, attribute, chosen))


def _apart(found: Ring, attribute: Any, chosen: list[str]) -> dict[str, Any]:
    picked = set(chosen)
    among = [
        (link.seller_a.seller_id, link.seller_b.seller_id, {r["kind"] for r in link.reasons})
        for link in ring_queries.links(found)
        if link.seller_a.seller_id in picked and link.seller_b.seller_id in picked
    ]
    return {
        "ring": found,
        "attribute": attribute,
        "sellers": [(s, s.seller_id in picked) for s in facts.sellers(attribute.sellers)],
        "linked": len(among),
        "more": sum(bool(kinds - {attribute.kind}) for _a, _b, kinds in among),
        "parts": ring_queries.parts_without(found, [(a, b) for a, b, _kinds in among]),
        "most": judgements.MOST_SELLERS,
    }


@require_GET
@page("ring.view")
def members_csv(request: HttpRequest, ring_id: str) -> StreamingHttpResponse:
    return _csv(ring_files.members(queries.ring(actor_of(request), ring_id)), f"{ring_id}-members.csv")


@require_GET
@page("ring.view")
def links_csv(request: HttpRequest, ring_id: str) -> StreamingHttpResponse:
    return _csv(ring_files.links(queries.ring(actor_of(request), ring_id)), f"{ring_id}-links.csv")


def _csv(lines: Any, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _said(judgement: str) -> str:
    return {
        Judgement.CONFIRMED: _("The link is confirmed. The next search obeys."),
        Judgement.REJECTED: _("The link is rejected. The next search obeys."),
        Judgement.NOTED: _("The remark is kept."),
        Judgement.OPEN: _("The judgement is undone. The next search decides alone."),
    }[Judgement(judgement)]
