"""Look-ups in bulk for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from touchstone.penalties.models import Penalty

_AT_ONCE = 500
_FIELDS = ("listing_id", "ledger_class", "finding", "points", "state", "decided_at", "pack_version")


def penalties_against(seller_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The penalties against these sellers (external ids), oldest first, as rows that begin with `seller_id`."""
    rest = iter(seller_ids)
    found: list[dict[str, Any]] = []
    while chunk := list(islice(rest, _AT_ONCE)):
        rows = Penalty.objects.filter(seller__seller_id__in=chunk).values_list("seller__seller_id", *_FIELDS)
        found += [dict(zip(("seller_id", *_FIELDS), row, strict=True)) for row in rows]
    return sorted(found, key=lambda row: (row["decided_at"], row["seller_id"]))
