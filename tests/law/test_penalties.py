"""Points, totals and thresholds of the penalty packs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.errors import NotValid
from touchstone.law import packs
from touchstone.law.penalties import (
    PointEvent,
    measures_for,
    points_for,
    rules,
    strikes,
    total,
)

OLD = packs.load("penalties", date(2014, 6, 1))
PACK = packs.load("penalties", date(2026, 6, 1))
DAY = date(2026, 6, 1)


def event(points, at, finding="CF_SERIOUS", ledger="COUNTERFEIT", act=None):
    return PointEvent(ledger, finding, points, act or at.date(), at)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("finding", "points"),
    [
        ("CF_EXTREME", 48),
        ("CF_SERIOUS", 24),
        ("CF_SOLD", 12),
        ("CF_INFO", 2),
        ("CF_FACILITATE", 2),
        ("CF_FACILITATE_SERIOUS", 12),
    ],
)
def test_each_finding_has_its_points(finding, points):
    assert points_for(PACK, finding, [], DAY).points == points


def test_an_unknown_finding_is_refused_and_the_known_ones_are_named():
    with pytest.raises(NotValid, match=r"no finding 'CF_NONE'.*CF_INFO"):
        points_for(PACK, "CF_NONE", [], DAY)


def test_the_seventh_listing_in_three_days_adds_nothing():
    log = []
    for n in range(7):
        given_points = points_for(PACK, "CF_INFO", log, DAY + timedelta(days=n % 3))
        log.append(event(given_points.points, utc(2026, 6, 5), "CF_INFO", act=DAY + timedelta(days=n % 3)))
    assert [e.points for e in log] == [2, 2, 2, 2, 2, 2, 0]
    assert points_for(PACK, "CF_INFO", log, DAY).in_window == 12


def test_the_window_rolls():
    full = [event(12, utc(2026, 6, 1), "CF_INFO", act=DAY)]
    assert points_for(PACK, "CF_INFO", full, DAY + timedelta(days=2)).points == 0
    assert points_for(PACK, "CF_INFO", full, DAY + timedelta(days=3)).points == 2
    assert points_for(PACK, "CF_INFO", full, DAY - timedelta(days=2)).points == 0
    assert points_for(PACK, "CF_INFO", full, DAY - timedelta(days=3)).points == 2


def test_a_cap_binds_its_own_finding_only():
    full = [event(12, utc(2026, 6, 1), "CF_INFO", act=DAY)]
    assert points_for(PACK, "CF_SOLD", full, DAY).points == 12


def test_part_of_a_findings_points_fit_below_the_cap():
    almost = [event(11, utc(2026, 6, 1), "CF_INFO", act=DAY)]
    assert points_for(PACK, "CF_INFO", almost, DAY).points == 1


@given(st.lists(st.integers(0, 9), max_size=40))
def test_no_three_days_ever_hold_more_than_the_cap(offsets):
    log = []
    for n, offset in enumerate(offsets):
        act = DAY + timedelta(days=offset)
        points = points_for(PACK, "CF_INFO", log, act).points
        assert 0 <= points <= 2
        log.append(event(points, utc(2026, 7, 1) + timedelta(minutes=n), "CF_INFO", act=act))
    for first in range(-2, 10):
        window = [e.points for e in log if 0 <= (e.act_date - DAY).days - first < 3]
        assert sum(window) <= 12


LAST_SECOND = utc(2026, 12, 31, 15, 59, 59)  # 23:59:59 in Shanghai
MIDNIGHT = utc(2026, 12, 31, 16, 0, 0)  # 24:00 in Shanghai


def test_the_year_ends_at_24_00_in_shanghai():
    log = [event(12, utc(2026, 3, 1))]
    assert total(PACK, log, LAST_SECOND)["COUNTERFEIT"] == 12
    assert total(PACK, log, MIDNIGHT)["COUNTERFEIT"] == 0


def test_points_of_the_first_moment_belong_to_the_new_year():
    log = [event(12, LAST_SECOND), event(2, MIDNIGHT)]
    assert total(PACK, log, LAST_SECOND)["COUNTERFEIT"] == 12
    assert total(PACK, log, MIDNIGHT)["COUNTERFEIT"] == 2


@pytest.mark.parametrize(
    ("points", "carried"), [(0, 0), (2, 0), (12, 0), (23, 0), (24, 24), (25, 24), (47, 24), (48, 0), (60, 0)]
)
def test_24_stay_of_a_year_with_24_to_47(points, carried):
    log = [event(points, utc(2026, 5, 1))]
    assert total(PACK, log, MIDNIGHT)["COUNTERFEIT"] == carried


@pytest.mark.parametrize(("new", "third_year"), [(0, 0), (23, 0), (24, 24)])
def test_carried_points_go_at_the_end_of_the_second_year(new, third_year):
    log = [event(36, utc(2026, 5, 1)), event(new, utc(2027, 5, 1))]
    assert total(PACK, log, utc(2027, 6, 1))["COUNTERFEIT"] == 24 + new
    assert total(PACK, log, utc(2028, 1, 15))["COUNTERFEIT"] == third_year


def test_nothing_is_carried_in_the_other_ledgers():
    log = [event(24, utc(2026, 5, 1), "SR_EVASION", "SERIOUS")]
    assert total(PACK, log, LAST_SECOND) == {"COUNTERFEIT": 0, "SERIOUS": 24, "GENERAL": 0}
    assert total(PACK, log, MIDNIGHT) == {"COUNTERFEIT": 0, "SERIOUS": 0, "GENERAL": 0}


def test_what_was_decided_later_does_not_count_yet():
    log = [event(12, utc(2026, 5, 1)), event(12, utc(2026, 6, 1))]
    assert total(PACK, log, utc(2026, 5, 31))["COUNTERFEIT"] == 12


def test_taking_an_entry_out_of_the_log_can_end_the_carry_over():
    log = [event(12, utc(2026, 5, 1)), event(12, utc(2026, 6, 1)), event(2, utc(2027, 2, 1))]
    assert total(PACK, log, utc(2027, 3, 1))["COUNTERFEIT"] == 26
    assert total(PACK, log[1:], utc(2027, 3, 1))["COUNTERFEIT"] == 2


entries = st.lists(
    st.tuples(st.integers(0, 48), st.integers(0, 900), st.sampled_from(["COUNTERFEIT", "SERIOUS", "GENERAL"])),
    max_size=25,
)


@given(entries, st.randoms(use_true_random=False))
def test_a_total_does_not_depend_on_the_order_of_the_log(rows, random):
    log = [event(p, utc(2025, 1, 1) + timedelta(days=d), ledger=ledger) for p, d, ledger in rows]
    shuffled = random.sample(log, len(log))
    on = utc(2027, 6, 1)
    assert total(PACK, log, on) == total(PACK, shuffled, on)


@given(entries)
def test_a_total_is_at_most_the_points_of_this_year_and_what_one_year_may_leave(rows):
    log = [event(p, utc(2025, 1, 1) + timedelta(days=d)) for p, d, _ in rows]
    on = utc(2026, 12, 1)
    this_year = sum(e.points for e in log if utc(2025, 12, 31, 16) <= e.decided_at <= on)
    assert total(PACK, log, on)["COUNTERFEIT"] in (this_year, this_year + 24)


@pytest.mark.parametrize(
    ("before", "after", "thresholds"),
    [
        (0, 11, []),
        (0, 12, [12]),
        (11, 12, [12]),
        (12, 12, []),
        (12, 23, []),
        (10, 24, [12, 24]),
        (0, 48, [12, 24, 36, 48]),
        (48, 60, []),
    ],
)
def test_a_threshold_fires_once_per_upward_crossing(before, after, thresholds):
    assert [node.at for node in measures_for(PACK, "COUNTERFEIT", before, after)] == thresholds


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_two_steps_cross_what_one_step_crosses(a, b, c):
    low, middle, high = sorted((a, b, c))
    two = measures_for(PACK, "COUNTERFEIT", low, middle) + measures_for(PACK, "COUNTERFEIT", middle, high)
    assert two == measures_for(PACK, "COUNTERFEIT", low, high)


def test_a_repeating_threshold_fires_at_each_multiple():
    assert [n.at for n in measures_for(PACK, "GENERAL", 10, 36)] == [12, 24, 36]
    assert measures_for(PACK, "GENERAL", 12, 23) == ()


def test_measures_and_days_of_the_counterfeit_thresholds():
    nodes = {n.at: n for n in rules(PACK).ledgers["COUNTERFEIT"].nodes}
    assert {at: n.days for at, n in nodes.items()} == {12: 14, 24: 21, 36: 28, 48: None}
    assert nodes[48].measures == ("TERMINATE",)
    assert not any(n.verified for n in nodes.values())


def sold(*days):
    return [event(12, utc(2026, 7, 1), "CF_SOLD", act=date(2026, 6, d)) for d in days]


@pytest.mark.parametrize(
    ("days", "count"), [((), 0), ((1,), 1), ((1, 3), 1), ((1, 4), 2), ((4, 1, 7), 3), ((1, 2, 3, 4), 2)]
)
def test_sales_within_three_days_are_one_strike(days, count):
    assert strikes(PACK, "COUNTERFEIT", sold(*days)) == count


def test_there_were_no_strikes_before_2016():
    assert strikes(OLD, "COUNTERFEIT", sold(1, 10, 20)) == 0
    assert packs.load("penalties", date(2015, 12, 31)) is OLD
    assert packs.load("penalties", date(2016, 1, 1)) is PACK


def test_a_pack_with_a_wrong_figure_is_refused(tmp_path):
    text = (packs.FOLDER / "penalties" / "taobao-like-2016-01-01.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "penalties"
    folder.mkdir()
    for wrong in (("points: 48", "points: -48"), ("[TERMINATE]", "[HANG]"), ("days: 14", "days: soon")):
        (folder / "a.yaml").write_text(text.replace(*wrong), encoding="utf-8")
        (pack,) = packs.read_folder(tmp_path, "penalties")
        with pytest.raises(NotValid, match="not complete"):
            rules(pack)
