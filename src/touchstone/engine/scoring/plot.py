"""The reliability plot: what the score says against what proved true, as SVG without script or style from outside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

SIDE, EDGE = 320, 44
_INK = "currentColor"


def reliability_svg(
    bins: Sequence[dict[str, float]],
    *,
    title: str = "Reliability: score against share of copies",
    across: str = "score",
    up: str = "share of copies",
) -> str:
    """A square plot. A dot a bin, its area the number of listings; on the dashed line the score is right."""
    inner, most = SIDE - 2 * EDGE, max((b["weight"] for b in bins), default=1.0) or 1.0
    points = [(_x(b["mean"], inner), _y(b["share"], inner), b) for b in bins]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 7 * (b["weight"] / most) ** 0.5:.1f}" fill="{_INK}" fill-opacity="0.55">'
        f"<title>{b['mean']:.3f} / {b['share']:.3f} ({b['weight']:.0f})</title></circle>"
        for x, y, b in points
    )
    marks = "".join(_mark(value / 4, inner) for value in range(5))
    low, high = f"{EDGE},{SIDE - EDGE}", f"{SIDE - EDGE},{EDGE}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img" '
        f'font-family="sans-serif" font-size="11"><title>{escape(title)}</title>{marks}'
        f'<polyline points="{low} {high}" fill="none" stroke="{_INK}" stroke-opacity="0.5" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="1.5"/>{dots}'
        f'<text x="{SIDE / 2}" y="{SIDE - 8}" text-anchor="middle" fill="{_INK}">{escape(across)}</text>'
        f'<text x="12" y="{SIDE / 2}" text-anchor="middle" fill="{_INK}" transform="rotate(-90 12 {SIDE / 2})">'
        f"{escape(up)}</text></svg>\n"
    )


def _mark(value: float, inner: int) -> str:
    x, y = _x(value, inner), _y(value, inner)
    return (
        f'<line x1="{x:.1f}" y1="{EDGE}" x2="{x:.1f}" y2="{SIDE - EDGE}" stroke="{_INK}" stroke-opacity="0.12"/>'
        f'<line x1="{EDGE}" y1="{y:.1f}" x2="{SIDE - EDGE}" y2="{y:.1f}" stroke="{_INK}" stroke-opacity="0.12"/>'
        f'<text x="{x:.1f}" y="{SIDE - EDGE + 14}" text-anchor="middle" fill="{_INK}">{value:g}</text>'
        f'<text x="{EDGE - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_INK}">{value:g}</text>'
    )


def _x(value: float, inner: int) -> float:
    return EDGE + value * inner


def _y(value: float, inner: int) -> float:
    return SIDE - EDGE - value * inner
