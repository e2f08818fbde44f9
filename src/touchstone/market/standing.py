"""Listings and shops taken out of the market and put back. market/actions.py offers these verbs to the other rooms."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation
from touchstone.accounts.policy import permit
from touchstone.market.models import Listing, ListingStatus, Seller, SellerStatus


@transaction.atomic
def remove_listing(actor: Actor, now: datetime, *, listing: Listing, because: str) -> Listing:
    """Take the listing off the market. Removing twice changes nothing. Raises Forbidden."""
    return _set_listing(actor, now, listing, ListingStatus.REMOVED, "market:listing:removed", because)


@transaction.atomic
def restore_listing(actor: Actor, now: datetime, *, listing: Listing, because: str) -> Listing:
    """Put the listing back on the market. A live one is left alone. Raises Forbidden."""
    return _set_listing(actor, now, listing, ListingStatus.LIVE, "market:listing:restored", because)


@transaction.atomic
def restrict_seller(actor: Actor, now: datetime, *, seller: Seller, until: datetime | None, because: str) -> Seller:
    """Restrict the shop until then, or without end. The same restriction again changes nothing. Raises Forbidden."""
    seller = _set_seller(
        actor,
        now,
        seller,
        SellerStatus.RESTRICTED,
        until,
        "market:seller:restricted",
        {"until": None if until is None else _zulu(until), "because": because},
    )
    return seller


@transaction.atomic
def lift_restriction(actor: Actor, now: datetime, *, seller: Seller, because: str) -> Seller:
    """End the shop's restriction. A shop that has none is left alone. Raises Forbidden."""
    status = SellerStatus.CLOSED if seller.closed_on else SellerStatus.ACTIVE
    return _set_seller(actor, now, seller, status, None, "market:seller:restriction-lifted", {"because": because})


def lift_ended_restrictions(actor: Actor, now: datetime) -> int:
    """End the restrictions whose time has run out, each in a transaction of its own; how many. Raises Forbidden."""
    permit(actor, "listing.restrict")
    ended = Seller.objects.filter(status=SellerStatus.RESTRICTED, restricted_until__lte=now)
    sellers = list(ended.order_by("restricted_until", "id"))
    for seller in sellers:
        lift_restriction(actor, now, seller=seller, because="The time of the restriction has run out.")
    return len(sellers)


@transaction.atomic
def link_organisation(actor: Actor, now: datetime, *, seller: Seller, organisation: Organisation) -> Seller:
    """Say which organisation runs the shop: its people then see what concerns the shop. Raises Forbidden."""
    permit(actor, "organisation.register")
    current = Seller.objects.select_for_update().get(pk=seller.pk)
    if current.organisation_id != organisation.id:
        current.organisation = organisation
        current.save(update_fields=["organisation"])
        ledger.record(
            actor,
            now,
            "market:seller:linked",
            subject=("seller", current.seller_id),
            refs=[("organisation", organisation.id)],
        )
    return current


def _set_listing(actor: Actor, now: datetime, given: Listing, status: str, event: str, because: str) -> Listing:
    permit(actor, "listing.restrict", given)
    current = Listing.objects.select_for_update(of=("self",)).select_related("seller").get(pk=given.pk)
    if current.status != status:
        before, current.status, current.changed_at = current.status, status, now
        current.save(update_fields=["status", "changed_at"])
        ledger.record(
            actor,
            now,
            event,
            subject=("listing", current.listing_id),
            refs=[("seller", current.seller.seller_id)],
            payload={"before": before, "because": because},
        )
    given.status, given.changed_at = current.status, current.changed_at
    return given


def _set_seller(
    actor: Actor,
    now: datetime,
    given: Seller,
    status: str,
    until: datetime | None,
    event: str,
    payload: dict[str, str | None],
) -> Seller:
    permit(actor, "listing.restrict", given)
    current = Seller.objects.select_for_update().get(pk=given.pk)
    lifting = status != SellerStatus.RESTRICTED
    same = (current.status, current.restricted_until) == (status, until)
    if not same and not (lifting and current.status != SellerStatus.RESTRICTED):
        current.status, current.restricted_until, current.changed_at = status, until, now
        current.save(update_fields=["status", "restricted_until", "changed_at"])
        ledger.record(actor, now, event, subject=("seller", current.seller_id), payload=payload)
    given.status, given.restricted_until, given.changed_at = (
        current.status,
        current.restricted_until,
        current.changed_at,
    )
    return given


def _zulu(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
