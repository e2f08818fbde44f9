"""Charts as SVG made on the server: readable without script, printed as they stand, coloured by the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 100.0


def bar_rows(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows for `{% bars %}`: each `(label, value)`, `(label, value, href)` or a mapping with also `text`, `colour`.

    Adds `width`, per cent of the largest value.
    """
    found = [_row(row) for row in rows]
    top = max((abs(float(r["value"] or 0)) for r in found), default=0) or 1
    for row in found:
        row["width"] = f"{abs(float(row['value'] or 0)) / top * WIDTH:.2f}"
    return found


def _row(row: Any) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return {"href": "", "text": None, "colour": "", **row}
    label, value, *rest = row
    return {"label": label, "value": value, "href": rest[0] if rest else "", "text": None, "colour": ""}


def columns(values: Sequence[float], height: float = 100.0) -> list[dict[str, str]]:
    """Rectangles of a histogram over a `WIDTH` by `height` box."""
    top = max(values, default=0) or 1
    step = WIDTH / max(len(values), 1)
    return [
        {
            "x": f"{i * step + step * 0.08:.3f}",
            "y": f"{height - value / top * height:.3f}",
            "width": f"{step * 0.84:.3f}",
            "height": f"{value / top * height:.3f}",
            "value": str(value),
        }
        for i, value in enumerate(values)
    ]


def polyline(values: Sequence[float], height: float = 24.0) -> str:
    """Points of a sparkline over a `WIDTH` by `height` box; the range of the values fills it."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = WIDTH / max(len(values) - 1, 1)
    return " ".join(
        f"{i * step:.2f},{height - 1 - (value - low) / span * (height - 2):.2f}" for i, value in enumerate(values)
    )
