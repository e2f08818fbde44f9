"""Addresses by their door: one however it is spelt, and never one with its neighbour's."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.engine.linkage.resolve.address import PARTS, parts


def door(*addresses: str) -> list[str | None]:
    return parts(pl.Series(addresses))["door"].to_list()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省杭州市西湖区文三路12号3栋502室", "杭州西湖区文3路十二号三幢五〇二"),
        ("浙江省杭州市西湖区文三西路12号", "杭州市西湖区 文三西路 １２号"),
        ("南山区七星街105号2栋", "南山區七星街一百零五号二幢"),
        ("开发区1号路5号", "开发区一号路五号"),
        ("浦东新区张江路128弄3号", "浦东新区张江路一二八弄三号"),
        ("荔城区林桥东路786号", "荔城区麟桥东路786号"),
    ],
)
def test_one_door_in_two_spellings(one, other):
    first, second = door(one, other)
    assert first
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州市西湖区文三路1号", "杭州市西湖区文三路2号"),
        ("杭州市西湖区文三路1号", "杭州市西湖区文二路1号"),
        ("南山区七星街5号2栋", "南山区七星街6号2栋"),
        ("开发区1号路5号", "开发区2号路5号"),
        ("浦东新区张江路128弄3号", "浦东新区张江路128弄5号"),
        ("白云区中山二路10号", "白云区中山三路10号"),
    ],
)
def test_neighbours_have_doors_of_their_own(one, other):
    first, second = door(one, other)
    assert first
    assert second
    assert first != second


@given(st.lists(st.text(alphabet="一十百〇零号路弄栋楼室区县市1２٣ a-#", max_size=30), max_size=5))
def test_any_text_is_taken_apart_or_left(texts):
    assert parts(pl.Series(texts, dtype=pl.String)).columns == list(PARTS)
