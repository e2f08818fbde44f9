"""Who hides one name hides more: a place alone among many names says little, two in one text say much."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from touchstone.engine.text.company import margins
from touchstone.engine.text.disguise import find
from touchstone.engine.text.terms import Terms


def weighed(margin: list[float], *, names: int, length: int = 30) -> list[float]:
    count = len(margin)
    row, start = np.zeros(count, np.int64), np.arange(count) * 5
    return margins(row, start, start + 2, np.array(margin), np.array([length]), names).tolist()


def test_with_few_names_a_place_stands_alone():
    assert np.allclose(weighed([2.0], names=20), [2.0], atol=0.01)
    assert np.allclose(weighed([-2.0], names=20), [-2.0], atol=0.01)


def test_with_many_names_one_place_is_not_enough_and_two_are():
    assert weighed([2.0], names=20_000)[0] < 0
    assert min(weighed([2.0, 2.0], names=3_000)) > 0


def test_company_lifts_a_weak_place_but_nothing_lifts_a_worthless_one():
    lifted = weighed([9.0, -4.0, -9.0], names=3_000)
    assert lifted[1] > 0 > lifted[2]


def test_a_long_text_needs_more_than_a_short_one():
    assert weighed([4.0], names=3_000, length=2_000)[0] < weighed([4.0], names=3_000, length=10)[0]


def test_two_readings_of_one_place_are_no_company():
    at = np.zeros(2, np.int64)
    same = margins(at, at, at + 2, np.array([2.0, 2.0]), np.array([30]), 20_000)
    assert (same < 0).all()


def test_a_sentence_that_hides_two_names_shows_both():
    terms = Terms(["婚庆", "茅台", *(chr(0x4E00 + i) + chr(0x5E00 + i) for i in range(3000))])
    alone = find(terms, pa.array(["这家昏庆公司"]))
    both = find(terms, pa.array(["昏庆送矛台"]))
    names = {terms.texts[t] for t, kept in zip(both.term.tolist(), both.kept.tolist(), strict=True) if kept}
    assert {"婚庆", "茅台"} <= names
    assert "婚庆" not in {terms.texts[t] for t in alone.term.tolist()}
