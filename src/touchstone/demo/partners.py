"""What the demo's agencies bring: the terms of their agreements, a right on register, seizures and inspections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from touchstone.accounts.actor import Actor
from touchstone.agencies.models import FileField, Purpose, RecordKind, Tlp
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


def register_right(actor: Actor, now: datetime, *, brand: str) -> None:
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


def split_records(folder: Path) -> Iterator[tuple[str, str, pa.Table]]:
    """(officer's user name, kind, rows): each agency's own part of the seizures and inspections in the folder."""
    for kind, name in ((RecordKind.SEIZURE, "seizures"), (RecordKind.INSPECTION, "inspections")):
        table = pq.read_table(folder / f"{name}.parquet")
        for agency_type, officer in _ENTERED_BY.items():
            own = table.filter(pc.equal(table["agency_type"], agency_type))
            if own.num_rows:
                yield officer, kind.value, own
