"""Rules for a part of the traffic, rules in shadow, and rules that change in a screener that is in use."""

from __future__ import annotations

import pyarrow as pa
import pytest

from touchstone.engine.rules.judging import ShadowHit, in_share
from touchstone.engine.rules.ruleset import Ruleset, rule
from touchstone.engine.screen import Screener
from touchstone.errors import BadRule

RIGHTS = pa.table({"brand": ["Nike"], "aliases": ["耐克"], "classes": ["25"]})


def listings(count: int, title: str = "耐克 跑鞋") -> pa.Table:
    return pa.table({"listing_id": [f"L-{n}" for n in range(count)], "title": [title] * count})


def a_rule(**values):
    given = {"id": "names-a-brand", "version": "1", "when": "brand_count > 0", "then": "review", "reason": "It does."}
    return rule(**{**given, **values})


@pytest.fixture(scope="module")
def screener():
    return Screener(RIGHTS)


@pytest.fixture(autouse=True)
def _default_rules(screener):
    screener.use_rules(Ruleset.default())


def test_a_rule_that_is_added_judges_the_next_listing(screener):
    before = screener.screen(listings(1))
    screener.use_rules(Ruleset.default().also([a_rule()]))
    after = screener.screen(listings(1))
    assert (before["verdict"][0].as_py(), after["verdict"][0].as_py()) == ("pass", "review")
    assert before["rules_version"] != after["rules_version"]
    assert after["reasons"].to_pylist()[0][-1]["signal"] == "rule:names-a-brand"


def test_a_share_takes_its_part_the_same_listings_each_time_and_keeps_them_as_it_grows():
    ids = [f"L-{n}" for n in range(20_000)]
    chosen = [in_share(a_rule(share=share), ids) for share in (0, 10, 50, 100)]
    assert [mask.mean() for mask in chosen] == pytest.approx([0, 0.1, 0.5, 1], abs=0.02)
    assert not (chosen[1] & ~chosen[2]).any()
    other = in_share(a_rule(id="another", share=50), ids)
    assert 0.45 < (other == chosen[2]).mean() < 0.55  # two rules choose independently
    assert in_share(a_rule(share=50), ["L-0", "L-1", "L-2", "L-3"]).tolist() == chosen[2][:4].tolist()


def test_a_rule_with_a_share_judges_only_its_listings(screener):
    half = a_rule(share=50)
    screener.use_rules(Ruleset.default().also([half]))
    table = listings(200)
    verdicts = screener.screen(table)["verdict"].to_pylist()
    expected = in_share(half, table["listing_id"].to_pylist())
    assert [v == "review" for v in verdicts] == expected.tolist()


def test_a_rule_in_shadow_is_counted_and_changes_nothing(screener):
    plain = screener.screen(listings(3))
    screener.use_rules(Ruleset.default().also([], [a_rule(then="block")]))
    seen: list[ShadowHit] = []
    watched = screener.screen(listings(3), shadow=seen)
    assert watched.equals(plain)
    assert seen[0] == ShadowHit("L-0", "names-a-brand", "1", "pass", "block")
    assert len(seen) == 3


def test_a_rule_in_shadow_that_speaks_of_plain_listings_sees_them(screener):
    screener.use_rules(Ruleset.default().also([], [a_rule(when="title_length < 10")]))
    seen: list[ShadowHit] = []
    screener.screen(listings(2, title="木勺"), shadow=seen)
    assert [hit.listing_id for hit in seen] == ["L-0", "L-1"]


def test_other_rules_can_be_asked_about_the_same_signals(screener):
    table = listings(2)
    signals = screener.signals(table)
    ids = table["listing_id"].combine_chunks()
    before, after = screener.verdicts(signals, ids, screener.rules, screener.rules.also([a_rule(then="block")]))
    assert (before.tolist(), after.tolist()) == ([0, 0], [2, 2])


def test_a_rule_file_can_say_share_and_mode():
    read = Ruleset.parse(
        """
- {id: a, when: brand_count > 0, then: review, reason: A., share: 5}
- {id: b, when: brand_count > 0, then: block, reason: B., mode: shadow}
""",
        name="x",
    )
    assert [(r.id, r.share) for r in read.rules] == [("a", 5)]
    assert [r.id for r in read.watched] == ["b"]


@pytest.mark.parametrize(
    ("line", "says"),
    [("share: 101", "whole per cent"), ("share: 0.5", "whole per cent"), ("share: yes", "whole per cent"),
     ("mode: dark", "live or shadow")],
)  # fmt: skip
def test_a_wrong_share_or_mode_is_named_with_its_rule(line, says):
    with pytest.raises(BadRule, match=says) as raised:
        Ruleset.parse(f"- {{id: a, when: brand_count > 0, then: review, reason: A., {line}}}", name="x")
    assert raised.value.place == "rule 1 (a)"


def test_rules_that_add_nothing_leave_the_version():
    default = Ruleset.default()
    assert default.also([]).version == default.version
    assert default.also([a_rule()]).version == default.also([a_rule()]).version
    assert default.also([a_rule()]).version != default.also([a_rule(share=5)]).version
