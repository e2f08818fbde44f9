"""A figure beside its peers as one line: numbers from 0 to 100 for `disclosure/_gauge.html`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_FULL = {"rating": (1.0, 5.0), "on_time_shipping": (0.0, 1.0)}  # scales that have an end of their own
_AIR = 1.15


@dataclass(frozen=True)
class Gauge:
    """x positions as text. The peers' values are empty where there are no peers."""

    value: str
    low: str
    width: str
    q1: str
    q_width: str
    median: str


def gauge(row: dict[str, Any]) -> Gauge | None:
    """None without a value."""
    if row["value"] is None:
        return None
    least, most = _FULL.get(row["metric"], (0.0, _AIR * max(row["high"], row["peer_q3"] or 0) or 1.0))

    def x(value: float) -> float:
        return max(0.0, min(100.0, (value - least) / (most - least) * 100))

    known = row["peer_median"] is not None
    return Gauge(
        value=f"{x(row['value']):.2f}",
        low=f"{x(row['low']):.2f}",
        width=f"{x(row['high']) - x(row['low']):.2f}",
        q1=f"{x(row['peer_q1']):.2f}" if known else "",
        q_width=f"{max(x(row['peer_q3']) - x(row['peer_q1']), 0.6):.2f}" if known else "",
        median=f"{x(row['peer_median']):.2f}" if known else "",
    )
