"""The network of a ring, and of what surrounds a seller."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from touchstone.accounts.gate import actor_of, page
from touchstone.cases import network, network_exports, network_shown, queries
from touchstone.cases.network import Shown
from touchstone.engine.linkage.network import HUB
from touchstone.errors import NotFound

ROWS_A_PAGE = 50


@require_safe
@page("ring.view")
def ring(request: HttpRequest, ring_id: str) -> HttpResponse:
    """The network of a ring: drawn, and as tables."""
    shown = network.of_ring(actor_of(request), ring_id)
    addresses = {name: reverse(f"cases:network_{name}", args=[ring_id]) for name in ("data", "detail", "export")}
    title = _("Network of %(ring)s") % {"ring": ring_id}
    return _page(request, shown, addresses, title, {"ring": queries.ring(actor_of(request), ring_id)})


@require_safe
@page("ring.view")
def surroundings(request: HttpRequest) -> HttpResponse:
    """What surrounds a seller (?seller=), in two steps; ?more= goes on from another one."""
    shown = _around(request)
    asked = "?" + "&".join(f"{k}={v}" for k, v in _asked(request))
    addresses = {name: reverse(f"cases:around_{name}") + asked for name in ("data", "detail", "export")}
    title = _("Surroundings of %(seller)s") % {"seller": shown.subject[1]}
    return _page(request, shown, addresses, title, {"seller_id": shown.subject[1]})


@require_safe
@page("ring.view")
def ring_data(request: HttpRequest, ring_id: str) -> HttpResponse:
    return _json(network.of_ring(actor_of(request), ring_id))


@require_safe
@page("ring.view")
def around_data(request: HttpRequest) -> HttpResponse:
    return _json(_around(request))


@require_safe
@page("ring.view")
def ring_detail(request: HttpRequest, ring_id: str) -> HttpResponse:
    return _detail(request, network.of_ring(actor_of(request), ring_id))


@require_safe
@page("ring.view")
def around_detail(request: HttpRequest) -> HttpResponse:
    return _detail(request, _around(request))


@require_POST
@page("ring.export")
def ring_export(request: HttpRequest, ring_id: str) -> HttpResponse:
    return _export(request, network.of_ring(actor_of(request), ring_id))


@require_POST
@page("ring.export")
def around_export(request: HttpRequest) -> HttpResponse:
    return _export(request, _around(request))


def _around(request: HttpRequest) -> Shown:
    asked = _asked(request)
    seller_id = asked[0][1]
    if not seller_id:
        raise NotFound(_("Name a seller."), remedy=_("Open it from the page of a seller or a ring."))
    return network.around_seller(actor_of(request), seller_id, [value for _name, value in asked[1:]])


def _asked(request: HttpRequest) -> list[tuple[str, str]]:
    more = [("more", value) for value in request.GET.getlist("more") if value][: network.MOST_EXPANDED]
    return [("seller", request.GET.get("seller", "")), *more]


def _page(
    request: HttpRequest, shown: Shown, addresses: dict[str, str], title: str, also: dict[str, Any]
) -> HttpResponse:
    asked = request.GET
    chosen = {"search": asked.get("search", "").strip()[:100], "role": asked.get("role", "")}
    links = asked.get("table") == "links"
    named = network_shown.rows(shown)
    listed = (
        network_shown.edge_table(shown, named)
        if links
        else network_shown.table(named, **chosen, sort=asked.get("sort", ""))
    )
    context = {
        "shown": shown,
        "title": title,
        "addresses": addresses,
        "legend": network_shown.legend(named),
        "kinds": network_shown.kinds(shown),
        "players": network_shown.key_players(named),
        "page": Paginator(listed, ROWS_A_PAGE).get_page(asked.get("page")),
        "links": links,
        "chosen": chosen,
        "hub": HUB,
        "forms": network_exports.Form.choices,
        "stem": network_exports.file_stem(shown),
        **also,
    }
    return render(request, "cases/network.html", context)


def _json(shown: Shown) -> HttpResponse:
    return HttpResponse(network_shown.drawn(shown), content_type="application/json")


def _detail(request: HttpRequest, shown: Shown) -> HttpResponse:
    """The panel: of a node (?node=) or of the link between two sellers (?a=&b=)."""
    a, b = request.GET.get("a", ""), request.GET.get("b", "")
    if a and b:
        return render(request, "cases/_network_link.html", {"link": network_shown.of_pair(shown, a, b)})
    node = network.node(shown, request.GET.get("node", ""))
    if node["type"] == HUB:
        context = network_shown.of_hub(shown, node)
        return render(request, "cases/_network_hub.html", context)
    context = {**network_shown.of_seller(shown, node), "around": shown.subject[0] == "seller"}
    return render(request, "cases/_network_seller.html", context)


def _export(request: HttpRequest, shown: Shown) -> HttpResponse:
    file = network_exports.export(actor_of(request), timezone.now(), shown=shown, form=request.POST.get("form", ""))
    if file is None:
        return HttpResponse(status=204)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
