"""Records from a file: seizures and inspections as an agency keeps them.

seizures: `seizure_id`*, `occurred_on`, `place`, `region`, `goods`, `brand`, `quantity`, `value`, `currency`,
`address`, `phone`, `waybill_account`, `licence_no`, `notes`. inspections: `inspection_id`*, `occurred_on`,
`seller_id`, `producer`, `brand`, `result`, `notes` and the same identifiers. `agency` says who took the goods. Other
columns are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.agencies.models import RecordKind
from touchstone.agencies.records import Draft, share_records
from touchstone.errors import BadInputFile, NotValid
from touchstone.market.money import CURRENCIES, minor_units

_ID = {
    RecordKind.SEIZURE: "seizure_id",
    RecordKind.INSPECTION: "inspection_id",
    RecordKind.BLACKLIST: "entry_id",
}
_IDENTIFIERS = {
    "address": "address",
    "phone": "phone",
    "waybill_account": "waybill_account",
    "licence_no": "licence",
    "payout_account": "payout_account",
}
_TEXTS = {
    "place": "place",
    "region": "region",
    "goods": "goods",
    "brand": "brand",
    "result": "result",
    "agency": "agency",
    "notes": "text",
}


@dataclass(frozen=True)
class Taken:
    """What became of a file. rejected: (row from 1, reason)."""

    accepted: int
    unchanged: int
    rejected: list[tuple[int, str]]


@transaction.atomic
def import_records(actor: Actor, now: datetime, *, other_id: UUID, kind: str, rows: pa.Table) -> Taken:
    """Share every row as a record with the other organisation, and match them.

    A row that cannot be taken is left out with its reason; the same file again changes nothing. Raises Forbidden,
    NotValid, BadInputFile (the id column is missing).
    """
    if kind not in RecordKind.values:
        raise NotValid(_("Unknown: %(values)s.") % {"values": kind}, place="kind")
    id_column = _ID[RecordKind(kind)]
    if id_column not in rows.column_names:
        raise BadInputFile(
            _("The file lacks the column %(name)s.") % {"name": id_column},
            remedy=_("It has: %(names)s.") % {"names": ", ".join(rows.column_names)},
        )
    drafts: dict[str, Draft] = {}
    rejected: list[tuple[int, str]] = []
    for number, row in enumerate(rows.to_pylist(), start=1):
        try:
            draft = _draft(row, id_column)
        except NotValid as error:
            rejected.append((number, str(error)))
            continue
        if draft.reference in drafts:
            rejected.append((number, _("%(id)s stands in the file twice.") % {"id": draft.reference}))
        else:
            drafts[draft.reference] = draft
    made = share_records(actor, now, other_id=other_id, kind=kind, drafts=list(drafts.values()))
    return Taken(len(made), len(drafts) - len(made), rejected)


def read(path: Path) -> pa.Table:
    """A CSV, JSON Lines or Parquet file by its ending, whole. Raises BadInputFile."""
    readers = {
        ".csv": lambda: _read_csv(path),
        ".jsonl": lambda: pa.json.read_json(path),
        ".parquet": lambda: pa.parquet.read_table(path),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInputFile(
            _("%(name)s is no CSV, JSON Lines or Parquet file.") % {"name": path.name},
            remedy=_("Its name must end in .csv, .jsonl or .parquet."),
        )
    try:
        return reader()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadInputFile(
            _("%(name)s cannot be read: %(why)s") % {"name": path.name, "why": str(error).splitlines()[0][:200]}
        ) from error


def _read_csv(path: Path) -> pa.Table:
    """Every column as text: a phone's first zero must not be lost, and `NaN` is not nothing."""
    names = pa.csv.open_csv(path).schema.names
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
    )
    return pa.csv.read_csv(path, convert_options=options)


def _draft(row: Mapping[str, Any], id_column: str) -> Draft:
    reference = _text(row.get(id_column))
    if not reference or len(reference) > 100:
        raise NotValid(_("The id must have 1 to 100 characters."), place=id_column)
    facts: dict[str, Any] = {fact: _text(row.get(column)) for column, fact in _TEXTS.items()}
    if producer := _text(row.get("producer")):
        facts["goods"] = " · ".join(filter(None, [facts["goods"], producer]))
    facts["quantity"] = _count(row.get("quantity"))
    facts["value_minor"], facts["currency"] = _money(row.get("value"), _text(row.get("currency")))
    named = [(kind, _text(row.get(column))) for column, kind in _IDENTIFIERS.items()]
    seller = _text(row.get("seller_id"))
    return Draft(
        reference,
        {k: v for k, v in facts.items() if v not in ("", None)},
        tuple((kind, value) for kind, value in named if value),
        (seller,) if seller else (),
        _day(row.get("occurred_on")),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _count(value: Any) -> int | None:
    number = _number(value, "quantity")
    if number is None:
        return None
    if number != int(number) or not 0 <= number < 2**31:
        raise NotValid(_("%(value)s is not a whole number from 0 on.") % {"value": value}, place="quantity")
    return int(number)


def _money(value: Any, currency: str) -> tuple[int | None, str]:
    number = _number(value, "value")
    if number is None:
        return None, ""
    if currency.upper() not in CURRENCIES:
        raise NotValid(_("%(value)s is not a currency code like CNY.") % {"value": currency or "–"}, place="currency")
    if not 0 <= number <= 10**12:
        raise NotValid(_("%(value)s is not an amount.") % {"value": value}, place="value")
    return int((number * minor_units(currency.upper())).to_integral_value()), currency.upper()


def _number(value: Any, place: str) -> Decimal | None:
    text = _text(value).replace(",", "")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise NotValid(_("%(value)s is not a number.") % {"value": text[:40]}, place=place)
    return number


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    text = _text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotValid(
            _("%(value)s is not a date like 2026-01-31.") % {"value": text[:40]}, place="occurred_on"
        ) from error
