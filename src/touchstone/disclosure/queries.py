"""What the public may read of a shop. No personal data: names and codes of legal entities only, buyers nowhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from touchstone.disclosure.models import IndexRun, SellerIndex
from touchstone.errors import NotFound
from touchstone.market import licence
from touchstone.market.models import Seller
from touchstone.market.writing import UNNAMED
from touchstone.penalties import queries as penalties


def shop_page(seller_id: str, now: datetime | None = None) -> dict[str, Any]:
    """Everything that is public of the shop, as plain JSON values and datetimes. Raises NotFound.

    shop: facts; index: {computed_at, as_of, definition_version, metrics} or None while nothing was counted;
    penalties: {classes, measures, reversed}.
    """
    seller = public_shops().filter(seller_id=seller_id).first()
    if seller is None:
        raise NotFound(_("There is no shop %(id)s.") % {"id": seller_id[:100]}, remedy=_("Search for it by name."))
    index = SellerIndex.objects.select_related("run").filter(seller=seller).first()
    return {
        "shop": _facts(seller),
        "index": index and _index(index),
        "penalties": penalties.published(seller, now or timezone.now()),
    }


def public_shops(search: str = "") -> QuerySet[Seller]:
    """The shops that have a page; `search`: part of the shop's name, its id, or the name of a legal entity."""
    shops = Seller.objects.exclude(seller_id=UNNAMED).order_by("shop_name", "seller_id")
    if search:
        shops = shops.filter(
            Q(shop_name__icontains=search) | Q(seller_id__iexact=search) | Q(pk__in=_companies(search))
        )
    return shops.select_related("index")


def latest_run() -> IndexRun | None:
    """The last counting of all shops."""
    return IndexRun.objects.first()


def _companies(search: str) -> list[int]:
    """The shops of legal entities with this in their name; a natural person's name, shown nowhere, finds nothing."""
    named = Seller.objects.filter(legal_name__icontains=search).exclude(licence_no="")
    return [pk for pk, code in named.values_list("pk", "licence_no") if licence.is_legal_entity(code)]


def _facts(seller: Seller) -> dict[str, Any]:
    entity = licence.is_legal_entity(seller.licence_no)
    return {
        "seller_id": seller.seller_id,
        "shop_name": seller.shop_name,
        "legal_name": seller.legal_name if entity else "",
        "licence_no": seller.licence_no if entity else "",
        "category": seller.category,
        "region": seller.region,
        "opened_on": seller.opened_on,
        "closed_on": seller.closed_on,
        "status": seller.status,
        "deposit_minor": seller.deposit_minor,
        "currency": seller.currency,
    }


def _index(index: SellerIndex) -> dict[str, Any]:
    return {
        "computed_at": index.computed_at,
        "as_of": index.run.as_of,
        "definition_version": index.definition_version,
        "metrics": index.metrics,
    }
