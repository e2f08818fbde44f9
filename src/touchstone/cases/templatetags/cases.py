"""Words for values that pages of rings and cases show."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from touchstone.cases.models import RingRole
from touchstone.cases.shown import METHODS
from touchstone.cases.wanted import Evidence
from touchstone.market.models import IdentifierKind, ListingStatus, SellerStatus

register = template.Library()


@register.filter
def identifier_kind(value: str) -> str | Promise:
    """`payout_account` → Payout account."""
    return IdentifierKind(value).label if value in IdentifierKind.values else value


@register.filter
def listing_status(value: str) -> str | Promise:
    return ListingStatus(value).label if value in ListingStatus.values else value


@register.filter
def seller_status(value: str) -> str | Promise:
    return SellerStatus(value).label if value in SellerStatus.values else value


@register.filter
def ring_role(value: str) -> str | Promise:
    return RingRole(value).label if value in RingRole.values else value


@register.filter
def value_method(value: str) -> str | Promise:
    return METHODS.get(value, value)


@register.filter
def evidence_kind(value: str) -> str | Promise:
    return Evidence(value).label if value in Evidence.values else value
