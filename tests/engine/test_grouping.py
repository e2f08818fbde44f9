"""Which listings sell one product: by title, codes, sizes, GTIN and image; and what can never be one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from touchstone.engine.grouping.blocking import candidates
from touchstone.engine.grouping.clusters import UNSEEN, clusters
from touchstone.engine.grouping.compare import FEATURES, features
from touchstone.engine.grouping.goods import read
from touchstone.engine.grouping.group import group
from touchstone.engine.grouping.gtin import canonical
from touchstone.engine.grouping.model import same_product
from touchstone.engine.grouping.words import CODE, QUANTITY, folded, tokens
from touchstone.engine.schema import typed
from touchstone.engine.text.measures import pack_count, size

SONY = "Sony STR-DE197 AV Receiver 100 Watts per Channel"
HASH = "f" * 32 + "0" * 32
OTHER_HASH = "0f" * 32


def listings(*rows: dict) -> pa.Table:
    names = sorted({name for row in rows for name in row})
    columns = {name: [row.get(name) for row in rows] for name in names}
    ids = columns.pop("listing_id", [f"l{i}" for i in range(len(rows))])
    return typed(pa.table({"listing_id": ids, **columns}))


def groups(*rows: dict) -> list[str]:
    return group(listings(*rows))["group_id"].to_pylist()


# What a title is made of.


@pytest.mark.parametrize("title", ["Sony STR-DE197 receiver", "sony STRDE197", "SONY STR DE197", "STRDE197/B sony"])
def test_one_code_is_found_however_it_is_written(title):
    assert "~strde197" in {text for text, _, _ in tokens(folded(title))}


def test_a_number_with_a_unit_is_a_quantity_whatever_the_unit():
    first = [t for t, kind, _ in tokens(folded("1 TB 硬盘 0.5升")) if kind == QUANTITY]
    assert first == [t for t, kind, _ in tokens(folded("1000GB 硬盘 500ml")) if kind == QUANTITY]


@pytest.mark.parametrize("title", ["8-port switch", "10/100 network", "black/white shoes", "T-shirt"])
def test_everyday_numbers_and_hyphens_are_no_codes(title):
    assert not [t for t, kind, _ in tokens(folded(title)) if kind == CODE]


def test_colours_are_one_in_all_languages():
    assert tokens(folded("黑色")) == tokens("black") == tokens("schwarz")


@pytest.mark.parametrize(
    ("title", "pieces"),
    [("两件装 T恤", 2), ("pack of 6 socks", 6), ("6-pack socks", 6), ("面膜 10片装", 10), ("nike x3", 3), ("iphone x", None),
     ("2 x 50 ml cream", 2), ("size 42", None)],
)  # fmt: skip
def test_the_number_of_pieces_is_read_from_the_title(title, pieces):
    assert pack_count(pl.Series([folded(title)]))[0] == pieces


@pytest.mark.parametrize(
    ("title", "volume"),
    [("香水50ml正品", 50), ("1.5升", 1500), ("100ml 50ml 可选", None), ("50 mlx", None), ("", None)],
)
def test_a_size_is_read_unless_there_are_several_to_choose_from(title, volume):
    assert size(pl.Series([title]), "volume")[0] == volume


# GTIN.


@pytest.mark.parametrize(
    "number", ["4006381333931", "0 36000 29145 2", "036000291452", "96385074", "978-3-16-148410-0"]
)
def test_a_gtin_with_its_check_digit_is_kept(number):
    assert canonical(pl.Series([number]))[0] == "".join(c for c in number if c.isdigit()).zfill(14)


@pytest.mark.parametrize("number", ["4006381333932", "123", "", None, "abc", "0000000000000", "2012345678900"])
def test_what_is_no_gtin_or_a_shops_own_number_is_not(number):
    assert canonical(pl.Series([number], dtype=pl.String))[0] is None


def test_upc_and_ean_of_one_product_are_one():
    assert canonical(pl.Series(["036000291452"]))[0] == canonical(pl.Series(["0036000291452"]))[0]


# Pairs.


def test_the_order_of_a_pair_changes_nothing():
    goods = read(listings({"title": SONY, "price": 120.0, "brand": "Sony"}, {"title": "Sony STRDE197 black 2-pack"}))
    one, other = (features(goods, np.array([a]), np.array([1 - a])) for a in (0, 1))
    np.testing.assert_array_equal(one, other)
    assert one.shape == (1, len(FEATURES))


def test_one_model_code_makes_two_titles_one_product_and_another_code_makes_two():
    same = same_product({"title": SONY}, {"title": "Sony Stereo Audio Receiver - STRDE197"})
    other = same_product({"title": SONY}, {"title": "Sony STR-DE597 AV Receiver 100 Watts per Channel"})
    assert same > 0.5 > other


def test_one_gtin_is_one_product_and_two_are_two_whatever_the_title():
    a, b = {"gtin": "4006381333931"}, {"gtin": "036000291452"}
    assert same_product({"title": "gift", **a}, {"title": "完全不同", **a}) > 0.99
    assert same_product({"title": SONY, **a}, {"title": SONY, **b}) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [("雅诗兰黛 小棕瓶 50ml", "雅诗兰黛 小棕瓶 100ml"), ("Nike socks 3-pack black", "Nike socks 6-pack black")],
)
def test_another_size_or_number_of_pieces_is_another_product(left, right):
    assert same_product({"title": left}, {"title": right}) == 0


def test_prices_are_compared_in_one_currency():
    goods = read(
        listings({"title": "a", "price": 72.0, "currency": "CNY"}, {"title": "b", "price": 10.0, "currency": "USD"})
    )
    assert goods.price[0] == pytest.approx(goods.price[1])


def test_the_same_image_speaks_for_one_product():
    left, right = {"title": "新款女包 单肩"}, {"title": "时尚手提包 大容量"}
    assert same_product({**left, "pdq": HASH}, {**right, "pdq": HASH}) > same_product(left, right)
    assert same_product({**left, "pdq": HASH}, {**right, "pdq": OTHER_HASH}) == same_product(left, right)


# Groups.


def test_titles_of_one_product_are_grouped_and_others_are_not():
    found = groups(
        {"title": "Nike Air Max 270 AH8050-002 黑色"}, {"title": "耐克 NIKE AIR MAX 270 AH8050 002 Black"},
        {"title": "Nike Air Max 270 AH8050-100 白色"}, {"title": "Canon Battery Charger 0763B001"},
    )  # fmt: skip
    assert found[0] == found[1]
    assert len({found[0], found[2], found[3]}) == 3


def test_groups_do_not_depend_on_the_order_of_rows():
    rows = [{"listing_id": f"x{i}", "title": f"Canon charger 0763B00{i % 3}"} for i in range(9)]
    forward = group(listings(*rows)).to_pylist()
    back = group(listings(*rows[::-1])).to_pylist()
    assert sorted(forward, key=lambda r: r["listing_id"]) == sorted(back, key=lambda r: r["listing_id"])


def test_a_new_listing_with_a_larger_id_keeps_the_name_of_its_group():
    one = groups({"listing_id": "a", "title": SONY})
    two = groups({"listing_id": "a", "title": SONY}, {"listing_id": "b", "title": SONY.lower()})
    assert two == one * 2


def test_a_chain_of_pairs_makes_no_group_of_things_that_nobody_compared():
    left, right = np.arange(9), np.arange(1, 10)
    chain = clusters(10, left, right, np.full(9, 0.5), 0.0)
    assert UNSEEN < 0
    assert np.bincount(chain).max() == 2


def test_two_that_must_not_be_in_one_group_are_not_even_through_a_third():
    found = clusters(3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([5.0, -np.inf, 5.0]), 0.0)
    assert found[0] != found[2]


def test_hundreds_of_listings_of_one_product_stay_together():
    words = ["new", "original", "gift", "sale", "box", "fast", "best", "top", "shop", "store", "online", "cheap", "hot"]
    offers = [f"Canon battery charger 0763B001 {a} {b}" for a in words for b in words if a != b]
    others = [f"thing {chr(97 + i % 26)}{i * 7919} {words[i % 13]} {i * 104729 % 9973}xyz" for i in range(2000)]
    found = groups(*({"title": title} for title in (*offers, *others)))
    assert len(set(found[: len(offers)])) <= len(offers) // 20


def test_no_listing_looks_at_more_candidates_than_it_keeps():
    rows = [{"title": f"black leather bag number {i}"} for i in range(3000)]
    left, _ = candidates(read(listings(*rows)))
    assert len(left) <= 12 * len(rows)


def test_an_empty_list_and_a_single_listing_are_grouped():
    assert group(listings({"title": "x"}).slice(0, 0)).num_rows == 0
    assert len(groups({"title": "!!!"})) == 1
