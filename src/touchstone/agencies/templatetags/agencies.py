"""What pages of other rooms show of leads, alerts and shared records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation
from touchstone.accounts.policy import may
from touchstone.agencies import queries, shown
from touchstone.agencies.models import Alert, FileField, Lead, LeadState, LeadType, MessageKind, Purpose, Tlp
from touchstone.cases.models import Case
from touchstone.market.models import Seller

register = template.Library()


@register.filter
def organisation_name(organisation: Organisation) -> str:
    """The organisation's name in the reader's language."""
    return organisation.localised_name(get_language() or "en")


@register.filter
def alert_text(alert: Alert) -> str:
    """The alert in the reader's language."""
    return alert.text_zh if alert.text_zh and (get_language() or "").startswith("zh") else alert.text


@register.filter
def is_overdue(lead: Lead) -> bool:
    """Sent, not answered, and the day is over."""
    return lead.state == LeadState.SENT and lead.due_at is not None and lead.due_at <= timezone.now()


@register.filter
def file_field(value: str) -> str | Promise:
    return FileField(value).label if value in FileField.values else value


@register.filter
def purpose_name(value: str) -> str | Promise:
    return Purpose(value).label if value in Purpose.values else value


@register.filter
def message_kind(value: str) -> str | Promise:
    return MessageKind(value).label if value in MessageKind.values else value


@register.filter
def lead_type_name(value: str) -> str | Promise:
    return LeadType(value).label if value in LeadType.values else value


@register.filter
def key_kind(value: str) -> str | Promise:
    """What a record is matched by, in words."""
    return shown.KEY_KINDS.get(value, value)


@register.simple_tag
def leads_of_case(actor: Actor, case: Case) -> list[Lead]:
    return list(queries.leads_of_case(actor, case)) if may(actor, "lead.view") else []


@register.simple_tag
def lead_options(actor: Actor) -> dict[str, Any]:
    """What the form for a lead offers: recipients with an agreement in force, purposes, markings."""
    return {
        "partners": queries.partners(actor, timezone.now(), MessageKind.LEAD),
        "purposes": Purpose.choices,
        "tlps": Tlp.choices,
        "default_tlp": Tlp.AMBER,
    }


@register.simple_tag
def record_matches(actor: Actor, seller_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The shared records that these sellers match, one entry a record: {record, sellers, kinds}."""
    return shown.by_record(queries.matches_of(actor, seller_ids)) if may(actor, "record.view") else []


@register.simple_tag
def records_touching(actor: Actor, seller: Seller) -> list[dict[str, Any]]:
    """The same for one seller."""
    return shown.by_record(queries.records_touching(actor, seller)) if may(actor, "record.view") else []


@register.simple_tag
def record_points(actor: Actor, seller_ids: Iterable[str]) -> list[dict[str, Any]]:
    """When and where the shared records that these sellers match happened: {on, place, reference}, as far as is known."""
    return [
        {
            "on": str(entry["record"].happened_on or entry["record"].at.date()),
            "place": " ".join(str(entry["record"].facts.get(name) or "") for name in ("region", "place")).strip(),
            "reference": entry["record"].reference,
        }
        for entry in record_matches(actor, seller_ids)
    ]
