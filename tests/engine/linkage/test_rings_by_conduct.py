"""Rings by more than what is shared: doors, households, open owners, parcels, reopenings, groups."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.linkage import rings, sources, weights
from touchstone.engine.linkage.files import link_files
from touchstone.engine.linkage.resolve.address import parts
from touchstone.engine.linkage.resolve.licence import fails_check
from touchstone.errors import BadInputFile

OWN = [k.name for k in weights.load().kinds if k.own and not k.strong]
ROWS = st.lists(
    st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from(weights.load().names), st.sampled_from("xyz")), max_size=50
)


def table(rows) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table(
        {n: pa.array(c, pa.string()) for n, c in zip(("seller_id", "kind", "digest"), columns, strict=True)}
    )


def both(*kinds: str, sellers: str = "AB") -> pa.Table:
    return table([(s, kind, kind) for s in sellers for kind in kinds])


def acts(**of: dict) -> pa.Table:
    rows = [
        {"seller_id": s, "home": None, "origins": [], "opened_on": None, "closed_on": None} | f for s, f in of.items()
    ]
    schema = {
        "seller_id": pl.String,
        "home": pl.String,
        "origins": pl.List(pl.Struct({"place": pl.String, "share": pl.Float64})),
        "opened_on": pl.Date,
        "closed_on": pl.Date,
    }
    return pl.DataFrame(rows, schema=schema).to_arrow()


FROM_PUTIAN = [{"place": "荔城区", "share": 0.8}]


@pytest.mark.parametrize(
    "spelling",
    [
        "许昌市魏都区，林桥东路７８６号，瑞长新村9栋10楼1005",
        "河南许昌魏都区林乔东路七八六号9#1005（电商部）",
        "Room 1005, Bldg 9, No. 786 Linqiao East Rd, Weidu District, Xuchang",
    ],
)
def test_one_door_in_many_spellings(spelling):
    doors = parts(pl.Series(["河南省许昌市魏都区林桥东路786号瑞长新村9栋1005室", spelling]))["door"]
    assert doors[0] == doors[1]


def test_another_room_is_another_door_in_one_building():
    found = parts(pl.Series(["河南省许昌市魏都区林桥东路786号9栋1005室", "河南省许昌市魏都区林桥东路786号9栋306室"]))
    assert found["door"].n_unique() == 2
    assert found["building"].n_unique() == 1


def test_a_licence_with_wrong_check_characters_names_no_legal_person():
    codes = pl.Series(["91330100799655058B", "91330100799655058C", "310000123456789", None])
    assert fails_check(codes).to_list() == [False, True, False, False]


def test_a_household_is_no_ring():
    assert rings.find(both("return_address", "phone", "device"))[0].num_rows == 0


def test_several_shops_under_one_licence_are_no_ring_until_somebody_else_belongs_to_them():
    openly = both("licence", "payout_account", "phone")
    assert rings.find(openly)[0].num_rows == 0
    more = pa.concat_tables([openly, table([("C", "payout_account", "payout_account")])])
    assert rings.find(more)[0].num_rows == 3


def test_one_device_and_parcels_from_one_strange_place_are_a_link():
    away = acts(A={"home": "朝阳区", "origins": FROM_PUTIAN}, B={"home": "南山区", "origins": FROM_PUTIAN})
    _, (link,) = (t.to_pylist() for t in rings.find(both("device"), facts=away))
    assert {r["kind"] for r in link["reasons"]} == {"device", "origin"}
    home = acts(A={"home": "荔城区", "origins": FROM_PUTIAN}, B={"home": "荔城区", "origins": FROM_PUTIAN})
    assert rings.find(both("device"), facts=home)[0].num_rows == 0


def test_pictures_and_texts_and_parcels_alone_make_no_link():
    away = acts(A={"home": "朝阳区", "origins": FROM_PUTIAN}, B={"home": "南山区", "origins": FROM_PUTIAN})
    assert rings.find(both("image", "text", "contact_name"), facts=away)[0].num_rows == 0


def test_a_shop_that_opens_after_another_closed_with_its_computer_is_linked_to_it():
    def opened(day: date) -> pa.Table:
        return acts(A={"closed_on": date(2026, 3, 1)}, B={"opened_on": day})

    assert rings.find(both("device"), facts=opened(date(2026, 3, 20)))[0].num_rows == 2
    assert rings.find(both("device"), facts=opened(date(2026, 9, 20)))[0].num_rows == 0


def test_a_shop_tied_to_two_of_a_group_in_two_ways_belongs_to_it():
    rows = [("A", "payout_account", "x"), ("B", "payout_account", "x"), ("A", "device", "d"), ("C", "device", "d")]
    rows += [("B", "phone", "p"), ("C", "phone", "p")]
    members, links = rings.find(table(rows))
    assert members["seller_id"].to_pylist() == ["A", "B", "C"]
    assert rings.AROUND in {r["kind"] for link in links.to_pylist() for r in link["reasons"]}


def test_one_judgement_does_not_cut_a_long_row_of_shops_on_one_account():
    rows = [(f"S{i:03}", "payout_account", "boss") for i in range(100)]
    apart = pa.table({"seller_a": ["S050"], "seller_b": ["S049"]})
    members, _ = rings.find(table(rows), negatives=apart)
    assert len(set(members["ring_id"].to_pylist())) == 1


@settings(max_examples=40, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, rnd):
    mixed = list(rows)
    rnd.shuffle(mixed)
    for one, other in zip(rings.find(table(rows)), rings.find(table(mixed)), strict=True):
        assert one.select([c for c in one.column_names if c != "reasons"]).equals(
            other.select([c for c in other.column_names if c != "reasons"])
        )


@settings(max_examples=40, deadline=None)
@given(ROWS, st.tuples(st.sampled_from("ABCD"), st.sampled_from("EFGH")))
def test_a_pair_judged_apart_is_never_a_link(rows, pair):
    apart = pa.table({"seller_a": [pair[1]], "seller_b": [pair[0]]})
    _, links = rings.find(table(rows), negatives=apart)
    assert pair not in {(r["seller_a"], r["seller_b"]) for r in links.to_pylist()}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("xy")), max_size=20), st.sampled_from(OWN))
def test_nobody_is_in_a_ring_for_one_weak_attribute(rows, kind):
    assert rings.find(table([(s, kind, v) for s, v in rows]))[0].num_rows == 0


def test_values_leave_as_keyed_digests_that_differ_from_run_to_run():
    rows = pl.DataFrame({"seller_id": ["A", "B", "C"], "kind": ["phone"] * 3, "digest": ["13800000001"] * 2 + ["1"]})
    first, second = (sources.keyed(rows)["digest"].to_list() for _ in range(2))
    assert len(first) == 2
    assert "13800000001" not in first
    assert set(first).isdisjoint(second)


def test_the_command_takes_judgements_listings_and_orders(tmp_path):
    (tmp_path / "s.csv").write_text(
        "seller_id,device_id,ship_from_address\nA,dev-0001,北京市朝阳区\nB,dev-0001,深圳市南山区\n"
    )
    (tmp_path / "o.csv").write_text(
        "seller_id,order_id,quantity,waybill_origin\n"
        + "".join(f"{s},{s}{i},1,莆田市荔城区\n" for s in "AB" for i in range(5))
    )
    (tmp_path / "no.csv").write_text("seller_a,seller_b\nB,A\n")
    run = {"orders": [str(tmp_path / "o.csv")]}
    assert link_files([str(tmp_path / "s.csv")], [], str(tmp_path / "a")).links == 0
    assert link_files([str(tmp_path / "s.csv")], [], str(tmp_path / "b"), **run).links == 1
    found = link_files([str(tmp_path / "s.csv")], [], str(tmp_path / "c"), **run, not_linked=[str(tmp_path / "no.csv")])
    assert found.links == 0
    with pytest.raises(BadInputFile, match="seller_a"):
        link_files([str(tmp_path / "s.csv")], [], str(tmp_path / "d"), linked=[str(tmp_path / "s.csv")])
