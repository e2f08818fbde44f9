"""A ring's members and links as CSV that a spreadsheet opens; attributes are named by kind, never by value."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from touchstone.cases import ring_queries
from touchstone.cases.judgement import Judgement
from touchstone.cases.models import Ring
from touchstone.market.exports import safe

MEMBER_COLUMNS = ("ring_id", "seller_id", "shop_name", "role", "score", "status", "opened_on", "closed_on", "reasons")
LINK_COLUMNS = ("ring_id", "seller_a", "seller_b", "weight", "shared", "judgement", "reasons")


class _Echo:
    def write(self, text: str) -> str:
        return text


def members(ring: Ring) -> Iterator[str]:
    """Lines of CSV, one a member, surest first."""
    return _lines(
        MEMBER_COLUMNS,
        (
            (
                ring.ring_id,
                m.seller.seller_id,
                m.seller.shop_name,
                m.role,
                f"{m.score:.6f}",
                m.seller.status,
                m.seller.opened_on,
                m.seller.closed_on,
                " ".join(r["text"] for r in m.reasons),
            )
            for m in ring.members.select_related("seller").iterator()
        ),
    )


def links(ring: Ring) -> Iterator[str]:
    """Lines of CSV, one a link, strongest first; judgement is what stands between the two."""
    said = ring_queries.standing(ring)
    return _lines(
        LINK_COLUMNS,
        (
            (
                ring.ring_id,
                link.seller_a.seller_id,
                link.seller_b.seller_id,
                f"{link.weight:.6f}",
                ";".join(r["kind"] for r in link.reasons),
                said.get((link.seller_a_id, link.seller_b_id), Judgement.OPEN).value,
                " ".join(r["text"] for r in link.reasons),
            )
            for link in ring_queries.links(ring).iterator()
        ),
    )


def _lines(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe(value) for value in row])
