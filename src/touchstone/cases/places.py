"""Where a place of an address, a parcel or a seizure is, as well as its name tells: a city, else a province."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_READ = 200


@dataclass(frozen=True)
class Place:
    """latitude, longitude: degrees, to a tenth."""

    level: str
    zh: str
    en: str
    latitude: float
    longitude: float

    def name(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


def find(text: str) -> Place | None:
    """The place that the text names; of several the most exact one that stands first. None if the table has none."""
    low = text[:_READ].lower()
    for level in ("city", "province"):
        pattern, places = _names(level)
        if found := pattern.search(low):
            return places[found.group()]
    return None


@cache
def _names(level: str) -> tuple[re.Pattern[str], dict[str, Place]]:
    found: dict[str, Place] = {}
    for place in _read():
        if place.level == level:
            found |= {place.zh: place, place.en.partition(",")[0].lower(): place}
    ordered = sorted(found, key=len, reverse=True)
    # A Latin name is a word of its own: no Jinan in Jinandian.
    forms = [rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in ordered]
    return re.compile("|".join(forms)), found


@cache
def _read() -> tuple[Place, ...]:
    text = (files("touchstone.cases") / "data" / "places.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Place(r["level"], r["zh"], r["en"], float(r["latitude"]), float(r["longitude"])) for r in rows)
