"""The market as a whole: its parts drawn in order, each from its own stream."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from touchstone.demo.market import after_sales, drawing, files, honest, orders, pictures, tables
from touchstone.demo.market import listings as offers
from touchstone.demo.market.brands import Brand, chosen
from touchstone.demo.market.everyday import EVERYDAY
from touchstone.demo.market.partners import Desk
from touchstone.demo.market.rings import Ring, RingMaker, mingle
from touchstone.demo.market.shops import Founder, Shop
from touchstone.demo.market.streams import numbers, words
from touchstone.errors import NotValid

AS_OF = date(2026, 10, 31)
LEAST = 500
_LISTINGS_A_SHOP = 12.5
_ORDERS_A_LISTING = 6
# rings of each shape in a market of 4,000 sellers
_RINGS = {"hierarchy": 3, "one_person": 2, "reopening": 5, "cross_region": 2, "pair": 10}


@dataclass(frozen=True)
class Market:
    """The market's tables, and the drawings that its listings show.

    sellers, listings, orders, after_sales: as the marketplace would export them (docs/architecture.md, import formats);
    rights: the rights file; seizures, inspections: the partners' records; truth_*: what is really so.
    """

    seed: int
    as_of: date
    sellers: pa.Table
    listings: pa.Table
    orders: pa.Table
    after_sales: pa.Table
    rights: pa.Table
    seizures: pa.Table
    inspections: pa.Table
    truth_listings: pa.Table
    truth_sellers: pa.Table
    truth_brands: pa.Table
    truth_partners: pa.Table
    drawings: tuple[pictures.Drawing, ...]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), pa.Table)}

    def write(self, directory: str | Path, *, form: str = "parquet", images: bool = True) -> list[Path]:
        """Write every table as `form` (parquet, csv, jsonl) and, with `images`, the pictures; returns tables' paths.

        Files of the same names are replaced. Raises NotValid for another form or a directory that cannot be written.
        """
        root = Path(directory)
        written = files.write_tables(root, self.tables, form)
        if images:
            drawing.write_pictures(root, self.drawings)
        return written


def generate(seed: int = 7, listings: int = 50_000, *, as_of: date = AS_OF, image_share: float = 0.3) -> Market:
    """Draw a market of `listings` listings (500 or more) as it stands at the end (UTC) of the day `as_of`.

    About one seller for 12.5 listings and six orders for each; about `image_share` of the listings have pictures.
    Raises NotValid for a size or share out of range.
    """
    if listings < LEAST:
        raise NotValid(
            f"a market needs at least {LEAST} listings, not {listings}",
            place="listings",
            remedy="Ask for more listings.",
        )
    if not 0 <= image_share <= 1:
        raise NotValid(
            f"the share of listings with pictures is {image_share}",
            place="image_share",
            remedy="Give a share from 0 to 1.",
        )
    brands = chosen(words(seed, "brands"), {row.brand for row in EVERYDAY})
    shops, rings = _people(seed, brands, as_of, max(120, round(listings / _LISTINGS_A_SHOP)))
    items = offers.write(words(seed, "listings"), numbers(seed, "listings"), shops, brands, as_of, listings)
    drawings = pictures.illustrate(words(seed, "pictures"), items, image_share)
    return _tabulate(seed, as_of, brands, shops, rings, items, drawings)


def write_market(
    directory: str | Path, seed: int = 7, listings: int = 50_000, image_share: float = 0.3, *, form: str = "parquet"
) -> Market:
    """Draw a market and write it to `directory`: the tables as `form`, the pictures under `images/`."""
    market = generate(seed, listings, image_share=image_share)
    market.write(directory, form=form, images=image_share > 0)
    return market


def _people(seed: int, brands: Sequence[Brand], as_of: date, number: int) -> tuple[list[Shop], list[Ring]]:
    """The shops in the order of opening, with their ids, and the rings among them."""
    founder = Founder(words(seed, "shops"), as_of)
    scale = min(1.0, number / 1000)
    counts = {shape: max(1, round(count * number / 4000)) for shape, count in _RINGS.items()}
    rings = RingMaker(founder, brands, scale).build(counts)
    members = [shop for ring in rings for shop in ring.members]
    others = honest.shops(founder, number - len(members), brands)
    mingle(words(seed, "mingle"), rings, others)
    shops = members + others
    founder.rnd.shuffle(shops)
    shops.sort(key=lambda shop: shop.opened_on)
    for shop, serial in zip(shops, _serials(seed, "seller", len(shops), 9, 100_000), strict=True):
        shop.seller_id = f"S{serial}"
    return shops, rings


def _serials(seed: int, name: str, count: int, gap: int, first: int) -> list[int]:
    """Growing numbers with gaps of up to `gap`, as live systems give them out."""
    steps = numbers(seed, f"serial-{name}").integers(1, gap + 1, count)
    return (first + np.cumsum(steps)).tolist()


def _tabulate(
    seed: int,
    as_of: date,
    brands: Sequence[Brand],
    shops: Sequence[Shop],
    rings: Sequence[Ring],
    items: Sequence[offers.Listing],
    drawings: Sequence[pictures.Drawing],
) -> Market:
    end = orders.end_of(as_of)
    drawn = orders.draw(numbers(seed, "orders"), items, shops, as_of, len(items) * _ORDERS_A_LISTING)
    after = after_sales.draw(numbers(seed, "after-sales"), words(seed, "voices"), items, drawn, end)
    listing_ids = [f"L{n}" for n in _serials(seed, "listing", len(items), 19, 6_000_000)]
    order_ids = [f"O{n}" for n in _serials(seed, "order", len(drawn.paid), 9, 2_400_000_000)]
    after_ids = [f"A{n}" for n in _serials(seed, "after-sale", len(after.opened), 9, 7_000_000)]
    desk = Desk(words(seed, "partners"), as_of, brands)
    seized = desk.seizures(rings, shops, max(12, len(shops) // 80))
    inspected = desk.inspections(rings, shops, max(12, len(shops) // 60))
    order_table = tables.orders(items, listing_ids, drawn, order_ids)
    spelling: random.Random = words(seed, "spelling")
    return Market(
        seed=seed,
        as_of=as_of,
        sellers=tables.sellers(spelling, shops),
        listings=tables.listings(items, listing_ids, drawn, after, end),
        orders=order_table,
        after_sales=tables.after_sales(order_table, after, after_ids),
        rights=tables.rights(words(seed, "rights"), brands, shops),
        seizures=tables.seizures(seized),
        inspections=tables.inspections(inspected),
        truth_listings=tables.truth_listings(items, listing_ids),
        truth_sellers=tables.truth_sellers(shops),
        truth_brands=tables.truth_brands(items, listing_ids),
        truth_partners=tables.truth_partners(seized, inspected),
        drawings=tuple(drawings),
    )
