"""Where the built styles and scripts are: the build gives each file a name with a hash of its content."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

MANIFEST = Path(__file__).resolve().parent.parent / "static" / "build" / "manifest.json"


def asset_url(name: str) -> str:
    """The URL of a built file, for example `app.css`. Before the build: where it would be without a hash."""
    try:
        stamp = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return static(f"build/{name}")
    return static(f"build/{_names(stamp).get(name, name)}")


@lru_cache(maxsize=2)
def _names(stamp: int) -> dict[str, str]:  # the stamp is the cache's key
    names: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return names
