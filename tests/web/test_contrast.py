"""The colours of both themes keep WCAG AA: 4.5 to 1 for text, 3 to 1 for what one must see (fields, bars)."""

from __future__ import annotations

import re

import pytest

from touchstone.web.build import ASSETS

TEXT = [
    ("text", "surface"),
    ("text", "stone-bg"),
    ("text", "surface-2"),
    ("text-2", "surface"),
    ("text-2", "stone-bg"),
    ("text-2", "surface-2"),
    ("link", "surface"),
    ("link", "stone-bg"),
    ("primary-ink", "primary"),
    ("primary-ink", "primary-hover"),
    ("text", "grey-wash"),
    ("red-ink", "red-wash"),
    ("amber-ink", "amber-wash"),
    ("green-ink", "green-wash"),
    ("blue-ink", "blue-wash"),
    ("gold-ink", "gold-wash"),
    ("red-ink", "surface"),
    ("green-ink", "surface"),
    ("rail-text", "rail"),
    ("rail-muted", "rail"),
    ("rail-active", "rail-2"),
    ("mark-ink", "mark"),
]
SHAPES = [
    ("line-strong", "surface"),
    ("focus", "surface"),
    ("focus", "stone-bg"),
    ("red", "surface"),
    ("green", "surface"),
    ("blue", "surface"),
    ("rail-gold", "rail"),
]


def colours(dark: bool) -> dict[str, str]:
    sheets = [ASSETS / "css" / "tokens.css", *([ASSETS / "dark.css"] if dark else [])]
    return {
        name: value
        for sheet in sheets
        for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet.read_text(encoding="utf-8"))
    }


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read(dark):
    found = colours(dark)
    poor = {
        f"{a} on {b}": round(contrast(found[a], found[b]), 2) for a, b in TEXT if contrast(found[a], found[b]) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("dark", [False, True])
def test_shapes_can_be_seen(dark):
    found = colours(dark)
    poor = {
        f"{a} on {b}": round(contrast(found[a], found[b]), 2) for a, b in SHAPES if contrast(found[a], found[b]) < 3
    }
    assert poor == {}
