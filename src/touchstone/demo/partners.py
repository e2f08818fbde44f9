"""What the demo's agencies bring: the terms of their agreements, a right on register, seizures and inspections."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation
from touchstone.agencies.actions import Draft
from touchstone.agencies.models import FileField, Purpose, RecordKind, Tlp
from touchstone.market.money import minor_units
from touchstone.rights import actions as rights

_NO_NOTES = [f for f in FileField.values if f != FileField.NOTES]
_GOODS_ONLY = [FileField.SHOPS, FileField.LISTINGS, FileField.DECISIONS, FileField.VALUATION]

# By the user name of the agency's officer.
TERMS: dict[str, dict[str, Any]] = {
    "officer": {
        "fields": _NO_NOTES,
        "purposes": [Purpose.CRIMINAL, Purpose.SAFETY],
        "tlp_max": Tlp.AMBER_STRICT,
        "answer_days": 3,
        "retention_days": 1825,
    },
    "regulator": {
        "fields": [f for f in _NO_NOTES if f != FileField.IDENTIFIERS],
        "purposes": [Purpose.ADMINISTRATIVE, Purpose.SAFETY],
        "tlp_max": Tlp.AMBER,
        "answer_days": 7,
        "retention_days": 1095,
    },
    "copyright": {
        "fields": _GOODS_ONLY,
        "purposes": [Purpose.ADMINISTRATIVE],
        "tlp_max": Tlp.GREEN,
        "answer_days": 15,
        "retention_days": 1095,
    },
    "patents": {
        "fields": _GOODS_ONLY,
        "purposes": [Purpose.ADMINISTRATIVE],
        "tlp_max": Tlp.GREEN,
        "answer_days": 15,
        "retention_days": 1095,
    },
    "customs": {
        "fields": [*_GOODS_ONLY, FileField.LINKS],
        "purposes": [Purpose.BORDER],
        "tlp_max": Tlp.AMBER,
        "answer_days": 7,
        "retention_days": 1095,
    },
}
_ENTERED_BY = {"police": "officer", "market_regulation": "regulator", "customs": "customs"}


def register_right(actor: Actor, now: datetime, *, brand: str, holder: Organisation) -> None:
    """The rights holder's trade mark on the brand, valid around today."""
    rights.register_right(
        actor,
        now,
        brand=brand,
        type="trade_mark",
        number="DEMO-000001",
        office="CNIPA",
        classes=[18, 25],
        valid_from=date(now.year - 5, 1, 1),
        valid_until=date(now.year + 5, 1, 1),
    )


def records(seizures: list[dict[str, Any]], inspections: list[dict[str, Any]]) -> list[tuple[str, str, list[Draft]]]:
    """(officer's user name, kind, drafts): each agency enters its own."""
    entered: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for row in seizures:
        entered[_ENTERED_BY[row["agency_type"]], RecordKind.SEIZURE.value].append(_seizure(row))
    for row in inspections:
        entered[_ENTERED_BY[row["agency_type"]], RecordKind.INSPECTION.value].append(_inspection(row))
    return [(officer, kind, drafts) for (officer, kind), drafts in entered.items()]


def _seizure(row: dict[str, Any]) -> Draft:
    keys = (("address", row["address"]), ("phone", row["phone"]))
    value = None if row["value"] is None else round(row["value"] * minor_units(row["currency"]))
    facts = {
        "place": row["place"],
        "region": row["region"],
        "goods": row["goods"],
        "brand": row["brand"],
        "quantity": row["quantity"],
        "value_minor": value,
        "currency": row["currency"],
        "agency": row["agency"],
        "text": row["notes"],
    }
    return Draft(
        reference=row["seizure_id"],
        facts={k: v for k, v in facts.items() if v not in (None, "")},
        identifiers=tuple((kind, text) for kind, text in keys if text),
        happened_on=row["occurred_on"],
    )


def _inspection(row: dict[str, Any]) -> Draft:
    facts = {
        "agency": row["agency"],
        "brand": row["brand"],
        "goods": row["sample"],
        "result": row["result"],
        "text": row["notes"],
    }
    return Draft(
        reference=row["inspection_id"],
        facts={k: v for k, v in facts.items() if v not in (None, "")},
        sellers=(row["seller_id"],) if row["seller_id"] else (),
        happened_on=row["occurred_on"],
    )
