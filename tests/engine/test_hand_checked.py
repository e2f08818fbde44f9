"""A sample of real listings, read by hand: which brands each names, and whether a reviewer should see it.

Only ids and what a reader says of the listing stand here, not the listings. The sample was drawn by chance.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from touchstone.bench.screen import rights_table
from touchstone.engine.files.read import read_table
from touchstone.engine.schema import LISTING
from touchstone.engine.screen import Screener
from touchstone.engine.validate import split

DATA = Path(__file__).parents[3] / "shared/data/listings"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real listings is not here"),
]
# Honest offers and the brands that a reader finds in them.
OFFERS = {
    "offer-304": {"Canon"}, "offer-1295": {"Samsung"}, "offer-8990": {"Lexmark"}, "offer-11614": {"Toshiba"},
    "offer-5987": {"Belkin"}, "offer-9030": {"Logitech"}, "offer-2596": {"Apple"}, "offer-12093": {"Western Digital"},
    "offer-593": {"KitchenAid"}, "offer-917": {"Nintendo"}, "offer-1296": {"Samsung"}, "offer-9075": {"Logitech"},
    "offer-913": {"Nikon"}, "offer-6214": {"Brother"}, "offer-801": {"Logitech"}, "offer-1184": {"Panasonic"},
    "offer-1348": {"Samsung"}, "offer-900": {"Nikon"}, "offer-9777": {"Philips"}, "offer-8711": {"Kingston", "Apple"},
    "offer-4939": {"Sony"}, "offer-9826": {"Sharpie"}, "offer-6606": {"Casio"}, "offer-10335": {"Philips", "Apple"},
    "offer-42": {"Apple"}, "offer-41": {"Apple"}, "offer-1013": {"Panasonic"}, "offer-4092": {"Microsoft"},
    "offer-1847": {"Apple"}, "offer-9995": {"Nokia"}, "offer-692": {"LG"}, "offer-6421": {"Canon"},
    "offer-10302": {"Philips"}, "offer-3043": {"Disney"}, "offer-8072": {"HP"}, "offer-1710": {"Sony"},
    "offer-7725": {"FUJIFILM"}, "offer-10324": {"Philips", "Apple"}, "offer-9211": {"Maxell"}, "offer-8076": {"HP"},
    "offer-479": {"Garmin"}, "offer-4158": {"Microsoft"}, "offer-1107": {"Panasonic"},
}  # fmt: skip
# Listings of a shop of copies: the brand that a reader finds, and whether title and price give the copy away.
COPIES = {
    "7233344003": ("Nike", True), "7226892770": ("Jordan", False), "7232765540": ("Broken Planet", False),
    "674879446005": ("Represent", True), "730950770359": ("Denim Tears", True), "7235954286": ("Nike", True),
    "7238647762": ("Nike", True), "7234543985": ("adidas", True), "671494985197": ("Eric Emanuel", True),
    "7232236089": ("Nike", False), "7231813766": ("Nike", True), "7226264737": ("adidas", True),
    "7229522779": ("A Bathing Ape", True), "7229041324": ("Jordan", True), "692270517324": ("The North Face", True),
    "707762683583": ("Acne Studios", True), "7229636475": ("AMI Paris", True), "785853508085": ("Supreme", False),
    "759205401041": ("AMI Paris", False), "7226484396": ("adidas", True),
}  # fmt: skip
# Goods without a brand from the same shops.
PLAIN = ("638679698108", "692522999284", "615138792628", "699698744900", "764117311484")


@pytest.fixture(scope="module")
def read() -> dict[str, tuple[str, set[str]]]:
    screener = Screener(rights_table())
    out: dict[str, tuple[str, set[str]]] = {}
    for name in ("offers/offers.csv", "replica/listings.csv"):
        table = split(read_table(str(DATA / name), required=("listing_id", "title"), known=tuple(LISTING))).good
        frame = pl.DataFrame(screener.screen(table))
        out |= {i: (v, set(b)) for i, v, b in frame.select("listing_id", "verdict", "brands").iter_rows()}
    return out


def test_honest_offers_of_the_sample_pass_with_their_brands(read):
    assert {i for i in OFFERS if read[i][0] != "pass"} == set()
    assert {i for i, brands in OFFERS.items() if not brands <= read[i][1]} == set()


def test_few_names_are_seen_where_a_reader_sees_none(read):
    wrong = {i: read[i][1] - brands for i, brands in OFFERS.items() if read[i][1] - brands}
    assert len(wrong) <= 4, wrong


def test_copies_that_give_themselves_away_go_to_a_reviewer(read):
    missed = {i for i, (_, shown) in COPIES.items() if shown and read[i][0] == "pass"}
    assert len(missed) <= 2, missed


def test_the_brand_of_a_copy_is_named(read):
    missed = {i for i, (brand, _) in COPIES.items() if brand not in read[i][1]}
    assert len(missed) <= 3, missed


def test_plain_goods_of_the_same_shops_pass(read):
    assert {i for i in PLAIN if read[i][0] != "pass"} == set()
