"""The public pages: a shop, the same for programs, and the search for shops."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from touchstone.accounts.gate import page
from touchstone.disclosure import queries, wording
from touchstone.disclosure.gauges import gauge
from touchstone.errors import NotFound
from touchstone.law import packs
from touchstone.market.models import Seller
from touchstone.penalties.wording import measures

ROWS_A_PAGE = 24


@page("shop.view")
@require_safe
def shop(request: HttpRequest, seller_id: str) -> HttpResponse:
    public = queries.shop_page(seller_id)
    index = public["index"]
    context = {
        "shop": public["shop"],
        "status_label": Seller(status=public["shop"]["status"]).get_status_display(),
        "index": index,
        "figures": [_told(row) for row in index["metrics"]] if index else [],
        "penalties": public["penalties"],
        "penalised": any(row["penalties"] or row["points"] for row in public["penalties"]["classes"]),
        "measures": [{**m, "kinds": measures(m["kinds"])} for m in public["penalties"]["measures"]],
        "rules": packs.load("disclosure", timezone.localdate()).body,
    }
    return render(request, "disclosure/shop.html", context)


@page("shop.view")
@require_safe
def shop_json(request: HttpRequest, seller_id: str) -> HttpResponse:
    """The same for programs. An unknown shop is a problem (RFC 9457)."""
    try:
        return JsonResponse(queries.shop_page(seller_id), json_dumps_params={"ensure_ascii": False})
    except NotFound as error:
        problem = {"type": "about:blank", "title": error.message, "status": 404, "code": error.code}
        return JsonResponse(problem, status=404, content_type="application/problem+json")


@page("shop.view")
@require_safe
def shops(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:100]
    found = Paginator(queries.public_shops(search), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "search": search,
        "page": found,
        "rows": [{"shop": seller, "figures": _short(seller)} for seller in found],
        "run": queries.latest_run(),
    }
    return render(request, "disclosure/shops.html", context)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    metric = row["metric"]
    counts = row["reasons"]
    return {
        **row,
        "title": wording.TITLES.get(metric, metric),
        "meaning": wording.MEANINGS.get(metric, ""),
        "shown": wording.amount(metric, row["value"]),
        "low_shown": wording.amount(metric, row["low"]),
        "high_shown": wording.amount(metric, row["high"]),
        "tail_shown": wording.amount(metric, row["tail"]),
        "median_shown": wording.amount(metric, row["peer_median"]),
        "label_shown": wording.label(row),
        "tone": wording.tone(row),
        "peers_shown": wording.peers(row),
        "window_start": date.fromisoformat(row["window_start"]),
        "window_end": date.fromisoformat(row["window_end"]),
        "gauge": gauge(row),
        "reason_rows": [
            (wording.REASONS.get(name, name), n) for name, n in sorted(counts.items(), key=lambda i: -i[1])
        ],
    }


def _short(seller: Seller) -> dict[str, str]:
    """Rating, refunds and shipping in a word each, for the table of shops."""
    index = getattr(seller, "index", None)
    values = {row["metric"]: row["value"] for row in index.metrics} if index else {}
    return {m: wording.amount(m, values.get(m)) for m in ("rating", "refund_rate", "on_time_shipping")}
