"""The demo's bank of images: known copies, genuine shots and pictures that say nothing, taken from its own market.

Sellers of fakes share their pictures, honest ones share their suppliers'. What the demo knows of the truth stands for
what a test purchase, a rights holder and a reviewer would say.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from touchstone.accounts.actor import Actor
from touchstone.errors import Conflict, NotValid
from touchstone.market import shown
from touchstone.rights import marks
from touchstone.rights.mark_models import Mark
from touchstone.rights.models import Brand
from touchstone.screening import image_actions, image_queries, pictures
from touchstone.screening.image_hits import limits
from touchstone.screening.image_models import ImageEntry, ImageKind

NEGATIVE, GENUINE, FAKE, WAITING = 6, 6, 12, 3
# An image of copies is one that so many listings show.
_SHARED = 2


@dataclass
class Use:
    """Who shows a picture: (listing, position) of each, and how many of them are fakes, of how many sellers."""

    sha256: str
    places: list[tuple[str, int]] = field(default_factory=list)
    sellers: set[str] = field(default_factory=set)
    fakes: int = 0
    branded: int = 0


def fill(
    now: Callable[[], datetime], *, reviewer: Actor, supervisor: Actor, fakes: set[str], branded: set[str]
) -> None:
    """Open every picture and fill an empty bank. `fakes`, `branded`: listings that are fakes, that sell a brand honestly."""
    if image_queries.entries(reviewer).exists():
        return
    uses = _uses(fakes, branded)
    pictures.look_at(use.sha256 for use in uses)
    honest = [use for use in uses if not use.fakes and not use.branded]
    stock = sorted(honest, key=lambda use: (-len(use.sellers), use.sha256))
    shots = sorted((u for u in uses if u.branded), key=lambda use: (-use.branded, use.sha256))
    copies = sorted((u for u in uses if u.fakes == len(u.places)), key=lambda use: (-use.fakes, use.sha256))
    flood = [use for use in stock[NEGATIVE:] if _floods(use, len({p[0] for u in uses for p in u.places}))][:1]

    def add(some: Iterable[Use], kind: str, because: str) -> list[ImageEntry]:
        return [e for use in some if (e := _added(reviewer, now(), use, kind, because)) is not None]

    def confirm(entries: list[ImageEntry]) -> None:
        image_actions.confirm(supervisor, now(), entry_ids=[entry.id for entry in entries])

    confirm(add(flood, ImageKind.FAKE, "Seen in a listing that was reported."))  # and sets itself aside
    confirm(add(stock[:NEGATIVE], ImageKind.NEGATIVE, "A supplier's stock picture that many shops show."))
    confirm(add(shots[:GENUINE], ImageKind.GENUINE, "The rights holder's own shot."))
    shared = [use for use in copies if len(use.places) >= _SHARED]
    found = add(shared[:FAKE], ImageKind.FAKE, "A test purchase from this listing was found to be a copy.")
    confirm(found[: max(1, len(found) - WAITING)] if found else [])


def give_mark(now: datetime, *, holder: Actor, brand: Brand) -> Mark | None:
    """The rights holder's word mark; None where the letters cannot be drawn or are too plain."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mark.png"
        font = ImageFont.load_default(72)
        left, top, right, bottom = font.getbbox(brand.name.upper())
        image = Image.new("RGB", (int(right - left) + 40, int(bottom - top) + 40), "white")
        ImageDraw.Draw(image).text((20 - left, 20 - top), brand.name.upper(), fill=(20, 20, 20), font=font)
        image.save(path)
        try:
            return marks.add_mark(holder, now, brand=brand, path=path, name="Word mark")
        except NotValid:
            return None


def _uses(fakes: set[str], branded: set[str]) -> list[Use]:
    uses: dict[str, Use] = {}
    for row in shown.pictures_table().to_pylist():
        use = uses.setdefault(row["sha256"], Use(row["sha256"]))
        use.places.append((row["listing_id"], row["position"]))
        use.sellers.add(row["seller_id"])
        use.fakes += row["listing_id"] in fakes
        use.branded += row["listing_id"] in branded
    return list(uses.values())


def _floods(use: Use, total: int) -> bool:
    limit = limits()
    return len(use.places) > limit.of(total) and len(use.sellers) > limit.sellers


def _added(reviewer: Actor, now: datetime, use: Use, kind: str, because: str) -> ImageEntry | None:
    """None for a picture that is blank, or that the bank knows as harmless already."""
    listing_id, position = use.places[0]
    try:
        return image_actions.add_from_listing(
            reviewer, now, listing_id=listing_id, position=position, kind=kind, because=because
        )
    except (Conflict, NotValid):
        return None
