"""Which picture a listing shows: drawings of a kind of goods, of a brand, or of a ring's own stock, shared by path.

Honest sellers share suppliers' stock pictures too, and sellers of fakes take the brand's own: a shared picture alone
proves nothing.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from touchstone.demo.market.goods import Goods
from touchstone.demo.market.listings import Listing

EDITS = ("none", "crop", "banner", "recompress", "brightness", "mirror", "resize", "border")
_RING_EDITS = ("none", "crop", "banner", "recompress", "brightness", "resize", "border")
_FORMATS = ("jpg", "jpg", "jpg", "png", "webp")
_MARKS = (
    "VELNORA",
    "ZORVIX",
    "TRIMONT",
    "KAVSCO",
    "MERZEN",
    "Pelio",
    "Fennora",
    "BRISCO",
    "Ostmark",
    "QUINFY",
    "daltano",
    "ELYMARK",
    "Wexline",
    "HOVKIN",
)
_PER_GOODS = 8
_PER_BRAND = 2
_PER_RING = 5


@dataclass(frozen=True)
class Drawing:
    """One picture file. Drawings of the same `base` show the same thing; `edit` says how this one was changed."""

    path: str
    pool: str
    base: int
    shape: str
    mark: str
    edit: str


class Album:
    """Hands out drawings by pool; the same pool, item and edit is the same file."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.drawings: dict[tuple[str, str, int, str], Drawing] = {}

    def picture(self, pool: str, goods: Goods, item: int, edit: str = "none") -> str:
        """The path of the drawing of `item` in `pool`, changed by `edit`."""
        key = (pool, goods.key, item, edit)
        if key not in self.drawings:
            base = zlib.crc32(f"{pool}/{goods.key}/{item}".encode())
            ending = _FORMATS[zlib.crc32(f"{base}/{edit}".encode()) % len(_FORMATS)]
            mark = _MARKS[base % len(_MARKS)] if pool != "stock" or base % 3 else ""
            path = f"images/{base:08x}{'' if edit == 'none' else '-' + edit}.{ending}"
            self.drawings[key] = Drawing(path, pool, base, goods.shape, mark, edit)
        return self.drawings[key].path

    def choose(self, listing: Listing) -> str:
        """One to three pictures for the listing, `;`-separated."""
        rnd = self.rnd
        pool, most = self._pool(listing)
        paths = []
        for item in rnd.sample(range(most), min(most, rnd.choice((1, 1, 2, 3)))):
            edit = "none"
            if pool.startswith("ring-"):
                edit = rnd.choice(_RING_EDITS) if rnd.random() < 0.6 else "none"
            elif rnd.random() < (0.35 if listing.is_fake else 0.05):
                edit = rnd.choice(EDITS)
            paths.append(self.picture(pool, listing.goods, item, edit))
        return ";".join(paths)

    def _pool(self, listing: Listing) -> tuple[str, int]:
        if listing.shop.pictures and listing.is_fake and self.rnd.random() < 0.75:
            return listing.shop.pictures, _PER_RING
        if (
            listing.brand
            and listing.use in {"authorised", "genuine", "parallel_import", "fake"}
            and self.rnd.random() < 0.7
        ):
            return f"brand-{listing.brand.name}", _PER_BRAND
        return "stock", _PER_GOODS


def illustrate(rnd: random.Random, listings: Sequence[Listing], share: float) -> list[Drawing]:
    """Give about `share` of the listings pictures; returns the drawings in use, by path."""
    album = Album(rnd)
    for listing in listings:
        if listing.use != "service" and rnd.random() < share:
            listing.images = album.choose(listing)
    return sorted(album.drawings.values(), key=lambda drawing: drawing.path)
