from datetime import date

import pytest

from touchstone.errors import NotValid
from touchstone.law import packs
from touchstone.law.certification import level_needed

PACK = packs.load("certification", date(2026, 6, 1))


@pytest.mark.parametrize(
    ("outcome", "points", "measures", "level"),
    [
        ("keep", 0, (), "L1"),
        ("remove", 0, (), "L2"),
        ("remove", 12, ("SHIELD",), "L2"),
        ("remove", 23, (), "L2"),
        ("remove", 24, (), "L3"),
        ("remove", 48, (), "L3"),
        ("remove", 12, ("TERMINATE",), "L3"),
    ],
)
def test_heavier_decisions_need_a_higher_certificate(outcome, points, measures, level):
    assert level_needed(PACK, outcome, points, measures) == level


def test_an_unknown_outcome_is_refused():
    with pytest.raises(NotValid, match="'burn'"):
        level_needed(PACK, "burn")
