"""Good and bad rows."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.engine.validate import split
from touchstone.errors import NotValid


def one(**cells):
    row = {"listing_id": "1", "title": "t", **cells}
    return split(pa.table({k: [v] for k, v in row.items()}))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"listing_id": ""}, "no-listing-id"),
        ({"listing_id": None}, "no-listing-id"),
        ({"title": " "}, "no-title"),
        ({"listing_id": "x" * 600}, "long-listing-id"),
        ({"title": "a\0b"}, "nul-character"),
        ({"price": "NaN"}, "bad-price"),
        ({"price": "-1"}, "bad-price"),
        ({"price": "inf"}, "bad-price"),
        ({"price": "1e999"}, "bad-price"),
        ({"price": "cheap"}, "bad-price"),
        ({"price": "¥30"}, "bad-price"),
        ({"price": "1,5"}, "bad-price"),
        ({"price": float("nan")}, "bad-price"),
        ({"price": -2.0}, "bad-price"),
        ({"orders_30d": "2.5"}, "bad-orders-30d"),
        ({"orders_30d": "-1"}, "bad-orders-30d"),
        ({"refunds_30d": "x"}, "bad-refunds-30d"),
    ],
)
def test_a_bad_row_is_told_apart_with_a_code_and_a_reason(cells, code):
    parted = one(**cells)
    assert parted.good.num_rows == 0
    assert parted.bad["code"].to_list() == [code]
    assert parted.bad["reason"][0]


@pytest.mark.parametrize(
    ("price", "value"),
    [
        ("330", 330.0),
        (" 9.50 ", 9.5),
        ("1,299.00", 1299.0),
        ("1e3", 1000.0),
        ("", None),
        (None, None),
        (0, 0.0),
        (12.5, 12.5),
    ],
)
def test_prices_are_read(price, value):
    assert one(price=price).good["price"].to_pylist() == [value]


def test_counts_may_be_written_with_a_point():
    assert one(orders_30d="12.0").good["orders_30d"].to_pylist() == [12]


def test_lists_are_joined():
    assert one(images=["a.png", "b.png"]).good["images"].to_pylist() == ["a.png;b.png"]


def test_a_column_of_the_wrong_kind_is_an_error():
    with pytest.raises(NotValid, match="title"):
        split(pa.table({"listing_id": ["1"], "title": [{"a": 1}]}))


def test_titles_are_kept_as_they_are():
    assert one(title="  Nike\t").good["title"].to_pylist() == ["  Nike\t"]


@given(
    st.lists(
        st.tuples(st.text(max_size=5), st.text(max_size=8), st.text("0123456789.,-eNaninf ", max_size=6)), max_size=8
    )
)
def test_every_row_is_good_or_bad(rows):
    rows = [tuple(t.encode("utf-8", "replace").decode() for t in row) for row in rows]
    table = pa.table(
        [pa.array([r[i] for r in rows], pa.string()) for i in range(3)], names=["listing_id", "title", "price"]
    )
    parted = split(table)
    assert sorted([*parted.kept.tolist(), *parted.bad["row"].to_list()]) == list(range(len(rows)))
    assert parted.good.num_rows == len(parted.kept)
