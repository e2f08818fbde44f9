"""Words for values that pages of rings and cases show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise

from touchstone.cases.models import HypothesisState, RingRole
from touchstone.cases.shown import METHODS, kind_label
from touchstone.cases.wanted import Evidence
from touchstone.market.models import ListingStatus, SellerStatus

register = template.Library()


@register.filter
def identifier_kind(value: str) -> str | Promise:
    """`payout_account` → Payout account."""
    return kind_label(value)


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


@register.filter
def together(one: Any, other: Any) -> tuple[Any, Any]:
    """`{% for seller in a|together:b %}`."""
    return one, other


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping; None where it has none."""
    return table.get(key)


@register.filter
def hypothesis_colour(state: str) -> str:
    return {"supported": "green", "refuted": "red"}.get(state, "blue")


@register.filter
def judgement_colour(judgement: str) -> str:
    return {"confirmed": "green", "rejected": "red"}.get(judgement, "outline")


@register.filter
def hypothesis_state(value: str) -> str | Promise:
    return HypothesisState(value).label if value in HypothesisState.values else value
