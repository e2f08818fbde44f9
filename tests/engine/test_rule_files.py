"""Rule files: what they may say, and what is told when they are wrong."""

import pytest
from engine_tables import listings_table, rights_table

from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.data import load
from touchstone.engine.gate import NEUTRAL, holds_for
from touchstone.engine.rules.expressions import BadCondition, condition
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.engine.scoring.scorecard import Scorecard
from touchstone.engine.screen import Screener
from touchstone.errors import BadRule

RULE = "[{{id: a, version: 2, when: {when}, then: {then}, reason: Because., reason_zh: 因为。}}]"


def rules(when: str, then: str = "review") -> Ruleset:
    return Ruleset.parse(RULE.format(when=f'"{when}"', then=then), name="test")


@pytest.mark.parametrize(
    "when",
    [
        "price_ratio < 0.3",
        "NOT accessory AND (variety >= 3 OR secondhand)",
        "brand IN ('Nike', 'Gucci')",
        "price_ratio IS NULL",
        "brand IS NOT NULL",
        "variety BETWEEN 3 AND 9",
        "COALESCE(price_ratio, 1) * 2 < 1",
        "ABS(-variety) > 1",
        "GREATEST(replica_strong, replica_medium) >= 1",
        "accessory = true",
        "BRAND_COUNT > 0",
        "variety != 1",
    ],
)
def test_conditions_over_signals_are_allowed(when):
    condition(when)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("prise < 3", "no signal"),
        ("1 + 1", "not true or false"),
        ("brand > 3", "mixes types"),
        ("price_ratio <", "cannot be read"),
        ("SELECT 1", "may not use"),
        ("EXISTS (SELECT 1)", "may not use"),
        ("brand_count > (SELECT 1)", "may not use"),
        ("read_csv('x') = 1", "may not use"),
        ("a.brand = 'x'", "no signal"),
        ("accessory; DROP TABLE x", "may not use"),
        ("variety > 1" + " AND variety > 1" * 200, "allowed"),
        ("(" * 900 + "accessory" + ")" * 900, "cannot be read"),
        ("", "cannot be read"),
        ("brand LIKE '%x'", "may not use"),
        ("CASE WHEN accessory THEN true END", "may not use"),
    ],
)
def test_anything_else_is_refused_with_a_reason(when, told):
    with pytest.raises(BadRule, match=told):
        condition(when)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("rules: 3", "list of rules"),
        ("a: [", "not YAML"),
        ("- x", "fields"),
        ("[{id: a}]", "`when` is missing"),
        (RULE.format(when="accessory", then="delete"), "review or block"),
        ("extends: mine\nrules: []", "extends"),
        ("thresholds: {review: 2}\nrules: []", "thresholds"),
        ("!!python/object:os.system {}", "not YAML"),
        ("- !!int abc", "not YAML"),
        ("- 2026-99-99", "not YAML"),
        ("- " + "1" * 5000, "not YAML"),
        ("a: &a [x]\nrules: [*a]", "aliases are not allowed"),
        ("ruels: []\nrules: []", "no field 'ruels'"),
        ("thresholds: {reveiw: 0.2}\nrules: []", "no field 'reveiw'"),
        ("thresholds: [0.2]\nrules: []", "fields review and block"),
        ("[{id: a, when: accessory, wehn: repair, then: block, reason: r}]", "no field 'wehn'"),
        (
            "[" + ", ".join([RULE.format(when="accessory", then="block")[1:-1]] * 2) + "]",
            "twice",
        ),
    ],
)
def test_a_bad_file_names_what_is_wrong(source, told):
    with pytest.raises(BadRule, match=told):
        Ruleset.parse(source, name="x")


def test_a_rule_sets_the_least_verdict_and_gives_its_reason():
    screener = Screener(rights_table(), rules=rules("variety >= 2", "block"))
    one, two = screener.screen(listings_table("jam 3 styles", "jam")).to_pylist()
    assert (one["verdict"], two["verdict"]) == ("block", "pass")
    assert one["reasons"][0] | {"weight": 0.0} == {
        "signal": "rule:a",
        "value": "block",
        "weight": 0.0,
        "text": "Because.",
        "text_zh": "因为。",
    }


def test_thresholds_of_the_score_come_from_the_rule_file():
    strict = Ruleset.parse("thresholds: {review: 0.04, block: 0.5}\nrules: []", name="strict")
    assert Screener(rights_table(), rules=strict).screen(listings_table("Nike")).to_pylist()[0]["verdict"] == "review"


def test_the_version_follows_the_content():
    assert rules("variety > 1").version != rules("variety > 2").version
    assert rules("variety > 1").version == rules("variety > 1").version


def test_a_file_may_extend_the_products_rules():
    source = "extends: default\nrules: " + RULE.format(when="accessory", then="review")
    assert len(Ruleset.parse(source, name="x").rules) == len(Ruleset.default().rules) + 1


def test_no_default_rule_or_weight_can_touch_a_listing_that_the_gate_passes():
    rule_set, card = Ruleset.default(), Scorecard.default()
    assert holds_for([(r.condition, r.when) for r in rule_set.rules])
    assert holds_for([(e.condition, e.applies) for e in card.entries])


def test_a_rule_that_could_touch_one_switches_the_gate_off():
    for when in (
        "variety > 3",
        "secondhand IS NOT NULL",
        "COALESCE(variety, 0) > 3",
        "title_length > 5",
        "NOT accessory",
    ):
        assert not holds_for([(when, condition(when))])


def test_every_neutral_signal_exists_and_every_weight_names_one():
    assert set(NEUTRAL) <= set(SIGNALS)
    assert all(e["signal"] in SIGNALS for e in load("scoring/data/scorecard.yaml")["entries"])


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ("brand_count > 0 AND\n price_rato < 1", "unknown_signal", "price_rato"),
        ("brand = '耐' AND vareity > 1", "unknown_signal", "vareity"),
        ("brand_count > 0 AND brand = 3", "types", "brand = 3"),
        ("accessory AND NOT brand", "types", "brand"),
        ("a AND AND b", "unreadable", "AND"),
        ("brand = 'x", "open_quote", "'x"),
        ("lower(brand) = 'x'", "not_allowed", "lower(brand"),
        ("price_ratio + 1", "not_boolean", "price_ratio + 1"),
    ],
)
def test_a_bad_condition_says_what_is_wrong_and_where(text, what, place):
    with pytest.raises(BadCondition) as raised:
        condition(text)
    start, end = raised.value.span
    assert (raised.value.what, text[start:end]) == (what, place)


def test_a_misspelt_signal_gets_the_nearest_ones():
    with pytest.raises(BadCondition) as raised:
        condition("vareity > 1")
    assert raised.value.values == {"name": "vareity", "near": ["variety"]}
