"""What is looked at first."""

from __future__ import annotations

from touchstone.screening.models import Verdict, VerdictKind

_MOST_ORDERS = 999_999


def priority_of(verdict: Verdict) -> int:
    """One number to sort by: block before review, then the score in thousandths, then the orders of 30 days."""
    block = int(verdict.verdict == VerdictKind.BLOCK)
    score = round(min(max(verdict.score, 0.0), 1.0) * 1000)
    orders = min(max(verdict.listing.orders_30d or 0, 0), _MOST_ORDERS)
    return (block * 1001 + score) * (_MOST_ORDERS + 1) + orders
