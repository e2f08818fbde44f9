"""Reads about people and keys."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import ApiKey, Organisation, OrganisationKind
from touchstone.accounts.policy import permit
from touchstone.errors import NotFound


def organisation_of(actor: Actor) -> Organisation:
    """The organisation that the actor acts for. Raises NotFound for an actor without one."""
    found = Organisation.objects.filter(id=actor.organisation_id).first() if actor.organisation_id else None
    if found is None:
        raise NotFound(_("You belong to no organisation."), remedy=_("Ask the engineer to add you to one."))
    return found


def keys(actor: Actor) -> QuerySet[ApiKey]:
    """The keys of the actor's organisation, those in force first, the newest first."""
    permit(actor, "key.manage")
    of_organisation = ApiKey.objects.filter(organisation=organisation_of(actor)).select_related("created_by")
    return of_organisation.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")


def key(actor: Actor, key_id: UUID) -> ApiKey:
    """The key. Raises NotFound, also for a key of another organisation."""
    found = keys(actor).filter(id=key_id).first()
    if found is None:
        raise NotFound(_("Your organisation has no such key."))
    return found


def organisations_of_shops(seller_ids: Collection[str] | None = None) -> dict[str, UUID]:
    """The organisations that sellers have here, by the marketplace's seller id; of these sellers or of all."""
    found = Organisation.objects.filter(kind=OrganisationKind.SELLER).exclude(seller_id="")
    if seller_ids is not None:
        found = found.filter(seller_id__in=seller_ids)
    return dict(found.values_list("seller_id", "id"))


def rights_holders_by_name() -> dict[str, UUID]:
    """Rights holders' organisations by name in lower case."""
    holders = Organisation.objects.filter(kind=OrganisationKind.RIGHTS_HOLDER)
    return {name.casefold(): pk for name, pk in holders.values_list("name", "id")}


def organisation(organisation_id: UUID) -> Organisation:
    """The organisation. Raises NotFound."""
    found = Organisation.objects.filter(id=organisation_id).first()
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def organisation_names(ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The names of these organisations by id, as `{"en": ..., "zh": ...}`; `zh` may be empty."""
    found = Organisation.objects.filter(id__in=ids)
    return {pk: {"en": name, "zh": name_zh} for pk, name, name_zh in found.values_list("id", "name", "name_zh")}
