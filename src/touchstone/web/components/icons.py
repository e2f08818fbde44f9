"""The icons, as SVG paths on a 24 by 24 grid, drawn with a stroke."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "agreement": "M7 3h8l4 4v14H7zM15 3v4h4M10 13h6M10 17h4",
    "alert": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
    "arrow-left": "M19 12H5M11 6l-6 6 6 6",
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "audit": "M4 5h16M4 10h10M4 15h7M4 20h5M16 14l2.5 2.5L22 12",
    "board": "M4 20V10M10 20V4M16 20v-7M21 20H3",
    "brand": "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
    "case": "M4 8h16v12H4zM9 8V4h6v4M4 13h16",
    "check": "M4 12.5l5 5L20 6.5",
    "chevron-down": "M6 9l6 6 6-6",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
    "close": "M6 6l12 12M18 6L6 18",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "external": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5.500 5 12.500 0 18M12 3c-5 5.500-5 12.500 0 18",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "image": "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01",
    "import": "M12 15V4M7 8l5-5 5 5M4 15v5h16v-5",
    "key": "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l9-9M16 7l3 3",
    "lead": "M3 11l18-8-7 18-3-7zM11 14l10-11",
    "lens": "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM14.500 14.500L21 21M7.500 10h5M10 7.500v5",
    "listing": "M5 8h14l1 12H4zM9 8V6a3 3 0 0 1 6 0v2",
    "lock": "M6 11h12v9H6zM9 11V7a3 3 0 0 1 6 0v4",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "moon": "M19 14.500A8 8 0 0 1 9.500 5 8 8 0 1 0 19 14.500z",
    "plus": "M12 5v14M5 12h14",
    "points": "M12 3l2.700 5.700 6.300.8-4.600 4.300 1.200 6.200L12 17l-5.600 3 1.200-6.200L3 9.500l6.300-.8z",
    "queue": "M4 6h10M4 12h10M4 18h6M17 15l2 2 3.500-4",
    "record": "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
    "refresh": "M20 11a8 8 0 1 0-1.500 6M20 5v6h-6",
    "ring": "M7 7a3 3 0 1 0 0 .01M17 7a3 3 0 1 0 0 .01M12 19a3 3 0 1 0 0 .01M7 7h5M8.500 9.500l3 7M16 9.500l-3 7",
    "rule": "M5 4h14v6H5zM5 14h6v6H5zM15 14h4v6h-4zM12 10v2M8 14v-2h9v2",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    "seal": "M12 3l8 3v6c0 5-3.500 7.800-8 9-4.500-1.200-8-4-8-9V6zM8.500 12l2.500 2.500 4.500-5",
    "settings": "M4 7h10M18 7h2M4 17h2M10 17h10M14 5v4M8 15v4",
    "shop": "M4 9l1.500-5h13L20 9M4 9h16M5 9v11h14V9M10 20v-6h4v6",
    "sign-out": "M10 4H4v16h6M9 12h12M17 8l4 4-4 4",
    "sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400"
    "M17.600 17.600L19 19M5 19l1.400-1.400M17.600 6.400L19 5",
    "term": "M4 6V4h16v2M12 4v16M9 20h6",
    "user": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c1-4.500 4-6.500 8-6.500s7 2 8 6.500",
    "warning": "M12 3l10 18H2zM12 10v5M12 18h.01",
}


def icon(name: str) -> SafeString:
    """The icon as inline SVG, hidden from screen readers. An unknown name raises KeyError."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        mark_safe(PATHS[name]),  # noqa: S308  # from the table above
    )
