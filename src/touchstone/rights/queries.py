"""What other rooms and more than one page read of brands and rights."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pyarrow as pa
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import Scope, permit, scope_of
from touchstone.engine.rights import COLUMNS
from touchstone.errors import NotFound
from touchstone.market.money import minor_units
from touchstone.rights.brands_file import LISTS
from touchstone.rights.models import Authorisation, Brand, Right


def rights_table(on: date) -> pa.Table:
    """All brands in the engine's rights columns (text, lists joined by `;`), by name.

    authorised_sellers: those of the brands file and those whose authorisation is in force on the day.
    """
    sellers: dict[int, set[str]] = defaultdict(set)
    for brand_id, seller_id in _in_force(on).values_list("brand_id", "seller__seller_id"):
        sellers[brand_id].add(seller_id)
    rows = []
    for found in Brand.objects.order_by("name"):
        row = {column: ";".join(getattr(found, column)) for column in LISTS}
        granted = sellers.get(found.pk, set()) - set(found.authorised_sellers)
        row["authorised_sellers"] = ";".join([*found.authorised_sellers, *sorted(granted)])
        row |= {"brand": found.name, "owner": found.owner_name, "currency": found.currency}
        rows.append(row | {"generic": "yes" if found.generic else "", "reference_price": _major(found)})
    return pa.Table.from_pylist(rows, pa.schema([(column, pa.string()) for column in COLUMNS]))


def brand(name: str) -> Brand:
    """The brand of this name, whatever its case. Raises NotFound."""
    found = Brand.objects.filter(name__iexact=name).first()
    if found is None:
        raise NotFound(_("There is no brand %(name)s.") % {"name": name})
    return found


def brands(actor: Actor, search: str = "") -> QuerySet[Brand]:
    """The brands that the actor may see: all, or its organisation's. `search`: part of a name, alias or owner."""
    permit(actor, "right.view")
    found = Brand.objects.order_by("name")
    if scope_of(actor, "right.view") is Scope.OWN:
        found = found.filter(owner_id=actor.organisation_id) if actor.organisation_id else found.none()
    if search:
        found = found.filter(search_text__icontains=search)
    return found


def with_counts(found: QuerySet[Brand]) -> QuerySet[Brand]:
    """The brands with `right_count` and `authorisation_count` (all that were ever granted)."""
    return found.annotate(
        right_count=Count("rights", distinct=True), authorisation_count=Count("authorisations", distinct=True)
    )


def rights(actor: Actor) -> QuerySet[Right]:
    """The rights in the brands that the actor may see, the latest first."""
    return Right.objects.filter(brand__in=brands(actor)).select_related("brand", "holder").order_by("-registered_at")


def authorisations(actor: Actor) -> QuerySet[Authorisation]:
    """The authorisations for the brands that the actor may see, the latest first."""
    found = Authorisation.objects.filter(brand__in=brands(actor))
    return found.select_related("brand", "seller").order_by("-granted_at")


def _in_force(on: date) -> QuerySet[Authorisation]:
    return Authorisation.objects.filter(valid_from__lte=on, valid_until__gte=on).filter(
        Q(withdrawn_on=None) | Q(withdrawn_on__gt=on)
    )


def _major(found: Brand) -> str:
    if found.reference_price_minor is None:
        return ""
    return str(Decimal(found.reference_price_minor) / minor_units(found.currency))
