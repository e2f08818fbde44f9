"""The package of a lead: the case file, narrowed to what the agreement admits, and frozen."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import rfc8785

from touchstone.agencies.models import Agreement, FileField

FORMAT = "touchstone.lead/1"
NOT_ADMITTED, EMPTY = "agreement", "empty"


def narrow(file: dict[str, Any], agreement: Agreement) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(the parts that may go, [{field, items, why}] for those that stay).

    why: `agreement`, it does not admit the field; `empty`, there was nothing to send.
    """
    sent, withheld = {}, []
    for field in FileField.values:
        part = file.get(field) or []
        if field not in agreement.fields:
            withheld.append({"field": field, "items": len(part), "why": NOT_ADMITTED})
        elif not part:
            withheld.append({"field": field, "items": 0, "why": EMPTY})
        else:
            sent[field] = part
    return sent, withheld


def build(
    *, number: str, file: dict[str, Any], agreement: Agreement, terms: dict[str, str], today: date
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The whole package and what was withheld. terms: purpose, tlp, lead_type, requested_action, sender, recipient."""
    sent, withheld = narrow(file, agreement)
    package = {
        "format": FORMAT,
        "lead": number,
        "agreement": str(agreement.id),
        "case": file["case"],
        **terms,
        "retain_until": (today + timedelta(days=agreement.retention_days)).isoformat(),
        "withheld": [w["field"] for w in withheld if w["why"] == NOT_ADMITTED],
        "file": sent,
    }
    return package, withheld


def freeze(package: dict[str, Any]) -> tuple[str, str]:
    """(canonical JSON by RFC 8785, its SHA-256 in hex)."""
    text = rfc8785.dumps(package)
    return text.decode(), hashlib.sha256(text).hexdigest()
