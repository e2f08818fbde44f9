"""The life of a rule: written, tried, approved by a second person, live, in shadow, stopped, rolled back."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction

from shops import a_listing, a_verdict
from touchstone.accounts.actor import Actor
from touchstone.engine.rules.expressions import BadCondition
from touchstone.errors import BadRule, Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening import live_rules, rule_actions
from touchstone.screening.actions import record_label, screen_market, screen_rows
from touchstone.screening.models import RulePeriod, RuleVersion, ShadowHit, Verdict
from touchstone.screening.rule_models import RuleState
from touchstone.screening.rule_trials import try_rule

pytestmark = pytest.mark.django_db

BRANDS = "brand,aliases,classes,reference_price,currency\nNike,耐克,25;18,800,CNY\nPuma,彪马,25,500,CNY\n"
SAYS = {
    "rule_id": "nike-cheap",
    "condition": "brand = 'Nike' AND price_ratio < 0.9",
    "then": "block",
    "reason": "Cheap Nike.",
    "reason_zh": "廉价耐克。",
}


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


@pytest.fixture
def market(brands, now):
    for n in range(4):
        a_listing(now, f"N-{n}", f"S-{n % 2}", title="Nike 耐克 跑鞋", price_minor=60000, orders_30d=10)
    a_listing(now, "P-1", "S-9", title="Puma 彪马 跑鞋", price_minor=60000, orders_30d=1)
    a_listing(now, "W-1", "S-9", title="Hand-made wooden spoon", price_minor=2500, orders_30d=50)


@pytest.fixture
def write(actors, now):
    def write(**values):
        return rule_actions.write_rule(actors["engineer"], now, **{**SAYS, **values})

    return write


@pytest.fixture
def approved(write, actors, now):
    """`approved(...)` gives a version that the engineer wrote and the supervisor approved after a trial."""

    def approved(**values):
        version = write(**values)
        trial = try_rule(actors["engineer"], now, version_id=version.id)
        return rule_actions.approve_rule(actors["supervisor"], now, version_id=version.id, trial_id=trial.id)

    return approved


def start(actors, at, version, mode="live", **values):
    return rule_actions.start_rule(actors["supervisor"], at, version_id=version.id, mode=mode, **values)


def verdict_on(actors, at, title="Nike 耐克 跑鞋", listing_id="X-1"):
    row = {"listing_id": [listing_id], "title": [title], "price": [600.0], "currency": ["CNY"]}
    return screen_rows(actors["system"], at, rows=pa.table(row), store=False).to_pylist()[0]


def events(kind="screening:rule"):
    return list(Event.objects.filter(type__startswith=kind).order_by("id").values_list("type", flat=True))


def test_the_whole_life_leaves_an_event_for_each_step(brands, approved, actors, now):
    version = approved()
    assert version.state(now) == RuleState.APPROVED
    period = start(actors, now, version)
    assert version.state(now) == RuleState.LIVE
    rule_actions.stop_rule(actors["supervisor"], now + timedelta(hours=1), period_id=period.id, because="Enough.")
    assert RuleVersion.objects.get().state(now + timedelta(hours=1)) == RuleState.RETIRED
    assert events() == [f"screening:rule:{verb}" for verb in ("drafted", "tried", "approved", "started", "stopped")]


def test_a_rule_that_goes_live_judges_the_next_listing_and_is_named_in_the_version(brands, approved, actors, now):
    before = verdict_on(actors, now)
    start(actors, now, approved())
    after = verdict_on(actors, now)
    assert (before["verdict"], after["verdict"]) == ("pass", "block")
    assert after["rules_version"].startswith("live-")
    assert before["rules_version"] != after["rules_version"]
    assert after["reasons"][-1]["text_zh"] == "廉价耐克。"


def test_without_rules_of_its_own_the_products_rules_and_their_version_stand(brands, actors, now):
    assert verdict_on(actors, now)["rules_version"] == live_rules.product_rules().version


def test_a_rule_starts_when_it_is_due(brands, approved, actors, now):
    version = approved()
    later = now + timedelta(hours=6)
    start(actors, now, version, starts_at=later)
    assert version.state(now) == RuleState.SCHEDULED
    assert verdict_on(actors, now)["verdict"] == "pass"
    assert verdict_on(actors, later)["verdict"] == "block"


def test_a_share_of_the_traffic_is_judged(brands, approved, actors, now):
    start(actors, now, approved(), share=50)
    rows = {"listing_id": [f"X-{n}" for n in range(40)], "title": ["Nike 耐克 跑鞋"] * 40, "price": [600.0] * 40,
            "currency": ["CNY"] * 40}  # fmt: skip
    verdicts = screen_rows(actors["system"], now, rows=pa.table(rows), store=False)["verdict"].to_pylist()
    assert 8 < verdicts.count("block") < 32
    assert verdicts.count("block") + verdicts.count("pass") == 40


def test_a_rule_in_shadow_is_counted_once_a_listing_and_changes_no_verdict(market, write, actors, now):
    period = start(actors, now, write(), mode="shadow")
    screen_market(actors["system"], now)
    assert set(Verdict.objects.filter(listing__listing_id__startswith="N").values_list("verdict", flat=True)) == {
        "pass"
    }
    assert sorted(period.hits.values_list("listing_id", "verdict", "would_be")) == [
        (f"N-{n}", "pass", "block") for n in range(4)
    ]
    listing = pa.table({"listing_id": ["N-0"], "title": ["Nike 耐克 跑鞋"], "price": [500.0], "currency": ["CNY"]})
    screen_rows(actors["system"], now, rows=listing, store=True)
    assert ShadowHit.objects.count() == 4


def test_a_shadow_leaves_the_version_and_so_the_verdicts_that_stand(market, write, actors, now):
    screen_market(actors["system"], now)
    start(actors, now, write(), mode="shadow")
    assert screen_market(actors["system"], now + timedelta(minutes=1)).stored == 0


def test_the_author_cannot_approve_and_the_database_agrees(brands, write, actors, now):
    version = write()
    trial = try_rule(actors["engineer"], now, version_id=version.id)
    with pytest.raises(Forbidden, match="somebody else"):
        rule_actions.approve_rule(actors["engineer"], now, version_id=version.id, trial_id=trial.id)
    version.approver_id = version.author_id
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_a_program_cannot_approve(brands, write, actors, now):
    version = write()
    trial = try_rule(actors["engineer"], now, version_id=version.id)
    key = Actor(kind="key", id="k", name="k", roles=frozenset({"supervisor"}))
    with pytest.raises(Forbidden, match="person"):
        rule_actions.approve_rule(key, now, version_id=version.id, trial_id=trial.id)


@pytest.mark.parametrize("role", ["reviewer", "seller", "officer", "rights_holder", "working_group", "public"])
def test_others_write_and_run_no_rules(actors, now, role):
    with pytest.raises(Forbidden):
        rule_actions.write_rule(actors[role], now, **SAYS)


def test_approval_needs_a_backtest_of_what_the_version_says_now(brands, write, actors, now):
    version = write()
    trial = try_rule(actors["engineer"], now, version_id=version.id)
    write(condition="brand = 'Nike'")  # the author changes the draft
    with pytest.raises(Conflict, match="fresh backtest"):
        rule_actions.approve_rule(actors["supervisor"], now, version_id=version.id, trial_id=trial.id)


def test_a_backtest_is_stale_after_a_day_and_when_other_rules_change(brands, write, approved, actors, now):
    other = approved(rule_id="another", condition="brand = 'Puma'")
    version = write()
    trial = try_rule(actors["engineer"], now, version_id=version.id)
    ids = {"version_id": version.id, "trial_id": trial.id}
    with pytest.raises(Conflict, match="fresh"):
        rule_actions.approve_rule(actors["supervisor"], now + timedelta(hours=25), **ids)
    start(actors, now, other)
    with pytest.raises(Conflict, match="fresh"):
        rule_actions.approve_rule(actors["supervisor"], now, **ids)


def test_the_backtest_of_another_version_does_not_count(brands, write, actors, now):
    other = write(rule_id="another")
    trial = try_rule(actors["engineer"], now, version_id=other.id)
    with pytest.raises(Conflict, match="fresh"):
        rule_actions.approve_rule(actors["supervisor"], now, version_id=write().id, trial_id=trial.id)


def test_a_draft_goes_into_shadow_but_not_live(brands, write, actors, now):
    version = write()
    with pytest.raises(Conflict, match="approved"):
        start(actors, now, version)
    assert start(actors, now, version, mode="shadow").mode == "shadow"


def test_a_new_version_takes_the_place_of_the_old_and_can_be_rolled_back(brands, approved, actors, now):
    start(actors, now, approved(), share=100)
    second = approved(condition="brand = 'Puma'")
    start(actors, now + timedelta(hours=1), second)
    at = now + timedelta(hours=2)
    assert [p.version.number for p in RulePeriod.objects.filter(live_rules.covering(at))] == [2]
    assert verdict_on(actors, at)["verdict"] == "pass"
    rule_actions.roll_back(actors["supervisor"], at, rule_id="nike-cheap", number=1, because="Too many alarms.")
    assert verdict_on(actors, at)["verdict"] == "block"
    assert [p.version.number for p in RulePeriod.objects.filter(live_rules.covering(at))] == [1]
    assert events()[-1] == "screening:rule:rolled-back"
    again = rule_actions.roll_back(actors["supervisor"], at, rule_id="nike-cheap", number=1, because="Again.")
    assert again.covers(at)
    assert events().count("screening:rule:rolled-back") == 1


def test_only_what_was_live_can_be_rolled_back_to(brands, approved, write, actors, now):
    start(actors, now, approved())
    write(condition="brand = 'Puma'")
    with pytest.raises(Conflict, match="never been live"):
        rule_actions.roll_back(actors["supervisor"], now, rule_id="nike-cheap", number=2, because="x")
    with pytest.raises(NotFound):
        rule_actions.roll_back(actors["supervisor"], now, rule_id="nike-cheap", number=9, because="x")


def test_calling_off_a_scheduled_change_leaves_what_was_in_force(brands, approved, actors, now):
    start(actors, now, approved())
    second = approved(condition="brand = 'Puma'")
    later = now + timedelta(hours=6)
    period = start(actors, now, second, starts_at=later)
    with pytest.raises(Conflict, match="scheduled already"):
        start(actors, now, second, share=5)
    rule_actions.stop_rule(actors["supervisor"], now + timedelta(hours=1), period_id=period.id, because="Not yet.")
    assert verdict_on(actors, later + timedelta(hours=1))["verdict"] == "block"
    assert second.state(later) == RuleState.APPROVED


def test_a_draft_of_somebody_else_is_not_changed_but_followed_by_a_version(brands, write, actors, now):
    first = write()
    second = rule_actions.write_rule(actors["supervisor"], now, **{**SAYS, "then": "review"})
    assert (first.number, second.number) == (1, 2)
    assert RuleVersion.objects.get(number=1).then == "block"


def test_the_same_again_writes_nothing(brands, write, actors, now):
    assert write() == write()
    assert events() == ["screening:rule:drafted"]


def test_an_approved_version_is_never_changed(brands, approved, write):
    version = approved()
    assert write(then="review").number == 2
    assert RuleVersion.objects.get(id=version.id).then == "block"


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"rule_id": "Nike Cheap"}, "rule_id"),
        ({"rule_id": "new"}, "rule_id"),
        ({"rule_id": "says-it-is-a-copy"}, "rule_id"),
        ({"rule_id": "x" * 61}, "rule_id"),
        ({"then": "pass"}, "then"),
        ({"reason": " "}, "reason"),
        ({"reason_zh": "x" * 501}, "reason_zh"),
    ],
)
def test_a_wrong_field_is_named(brands, write, values, place):
    with pytest.raises(NotValid) as raised:
        write(**values)
    assert raised.value.place == place
    assert not RuleVersion.objects.exists()


def test_a_bad_condition_is_refused(brands, write):
    with pytest.raises(BadRule):
        write(condition="1; DROP TABLE x")
    assert not RuleVersion.objects.exists()


def test_a_rule_that_the_engine_no_longer_understands_does_not_stop_the_screening(
    brands, approved, actors, now, caplog
):
    version = approved()
    RuleVersion.objects.filter(id=version.id).update(condition="gone_signal > 1")
    RulePeriod.objects.create(version=version, mode="live", starts_at=now)
    assert verdict_on(actors, now)["verdict"] == "pass"
    assert "cannot be used" in caplog.text


def test_a_trial_counts_market_and_labels(market, write, actors, now):
    from touchstone.market.models import Listing

    for listing_id, label in (("N-0", "counterfeit"), ("N-1", "genuine"), ("P-1", "counterfeit")):
        listing = Listing.objects.get(listing_id=listing_id)
        record_label(actors["reviewer"], now, listing=listing, label=label, source="decision", source_id="d")
    figures = try_rule(actors["engineer"], now, version_id=write().id).figures
    assert (figures["listings"], figures["hits"], figures["changed"]) == (6, 4, 4)
    assert figures["moves"] == {"pass to block": 4}
    assert figures["sellers"] == {"n": 2, "first": [["S-0", 2], ["S-1", 2]]}
    assert figures["brands"] == {"n": 1, "first": [["Nike", 4]]}
    assert figures["stake"] == {"CNY": 4 * 60000 * 10}
    assert figures["labelled"] == {"counterfeit": 2, "genuine": 1}
    assert figures["alone"] == {"counterfeit": 1, "genuine": 1}
    assert (figures["before"]["counterfeit"], figures["after"]["counterfeit"]) == (0, 1)
    assert [c["listing_id"] for c in figures["changes"]] == ["N-0", "N-1", "N-2", "N-3"]


def test_a_trial_compares_with_the_version_in_force(market, approved, write, actors, now):
    start(actors, now, approved())
    figures = try_rule(actors["engineer"], now, version_id=write(condition="brand = 'Puma'").id).figures
    assert (figures["hits_before"], figures["hits"]) == (4, 1)
    assert figures["moves"] == {"pass to block": 1, "block to pass": 4}


def test_no_listing_counts_against_itself_in_a_trial(market, write, actors, now):
    from touchstone.market.models import Listing

    for minutes, listing_id in enumerate(("N-0", "N-2")):  # both of S-0
        listing, at = Listing.objects.get(listing_id=listing_id), now + timedelta(minutes=minutes)
        record_label(actors["reviewer"], at, listing=listing, label="counterfeit", source="decision", source_id="d")
    version = write(condition="seller_confirmed_fakes > 0")
    figures = try_rule(actors["engineer"], now + timedelta(hours=1), version_id=version.id).figures
    assert figures["alone"]["counterfeit"] == 1  # the second only: the first was known by then


def test_a_file_of_rules_comes_in_as_drafts(brands, actors, now):
    source = """
extends: default
rules:
  - {id: one, when: "brand = 'Nike'", then: review, reason: One.}
  - {id: two, when: "brand = 'Puma'", then: block, reason: Two., mode: shadow}
"""
    done = rule_actions.import_rules(actors["engineer"], now, source=source, file_name="rules.yaml")
    assert [v.rule.rule_id for v in done.drafted] == ["one", "two"]
    assert all(v.state(now) == RuleState.DRAFT for v in done.drafted)
    again = rule_actions.import_rules(actors["engineer"], now, source=source, file_name="rules.yaml")
    assert (again.drafted, again.unchanged) == ([], 2)
    assert events("screening:rules") == ["screening:rules:imported"]


def test_a_bad_file_brings_nothing_in(brands, actors, now):
    source = '- {id: one, when: "brand = 1", then: review, reason: x}\n- {id: two, when: x, then: block, reason: x}'
    with pytest.raises(BadRule, match="rule 1"):
        rule_actions.import_rules(actors["engineer"], now, source=source, file_name="r.yaml")
    assert not RuleVersion.objects.exists()


def test_a_bad_condition_tells_its_place(write, brands):
    with pytest.raises((BadCondition, BadRule)):
        write(condition="brand_cuont > 1")


def test_a_change_is_seen_by_a_screener_of_another_thread(brands, approved, actors, now, transactional_db):
    import threading

    version = approved()
    seen: list[str] = []
    turn, done = threading.Event(), threading.Event()

    def other_process():
        from django.db import connection

        seen.append(verdict_on(actors, now)["verdict"])
        turn.set()
        done.wait(60)
        seen.append(verdict_on(actors, now)["verdict"])
        connection.close()

    thread = threading.Thread(target=other_process)
    thread.start()
    turn.wait(60)
    start(actors, now, version)
    done.set()
    thread.join(60)
    assert seen == ["pass", "block"]


def test_people_who_write_the_same_rule_at_the_same_time_get_two_versions(brands, actors, now, transactional_db):
    import threading

    def write_as(role):
        from django.db import connection

        rule_actions.write_rule(actors[role], now, **{**SAYS, "condition": f"brand = '{role}'"})
        connection.close()

    threads = [threading.Thread(target=write_as, args=[role]) for role in ("engineer", "supervisor", "investigator")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(RuleVersion.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_thresholds_are_not_imported_unseen(brands, actors, now):
    source = "thresholds: {review: 0.3, block: 0.9}\nrules: []"
    with pytest.raises(BadRule, match="Thresholds"):
        rule_actions.import_rules(actors["engineer"], now, source=source, file_name="r.yaml")


def test_what_proved_true_is_tried_as_it_was_when_it_was_judged(market, write, actors, now):
    from touchstone.market.models import Listing

    listing = Listing.objects.get(listing_id="N-0")
    a_verdict(listing, now, "review", title="Nike 耐克 跑鞋")
    at = now + timedelta(hours=1)
    record_label(actors["reviewer"], at, listing=listing, label="counterfeit", source="decision", source_id="d")
    Listing.objects.filter(pk=listing.pk).update(title="Woollen scarf")  # the seller changes it afterwards
    figures = try_rule(
        actors["engineer"], now + timedelta(hours=2), version_id=write(condition="brand = 'Nike'").id
    ).figures
    assert figures["alone"] == {"counterfeit": 1, "genuine": 0}
    assert figures["as_judged"] == 1
    assert figures["hits"] == 3  # on the market it is a scarf today


def test_what_is_given_up_ends_and_does_not_come_back(brands, approved, write, actors, now):
    version = approved()
    start(actors, now, version)
    later = now + timedelta(hours=1)
    rule_actions.retire_rule(actors["supervisor"], later, version_id=version.id, because="Wrong idea.")
    assert verdict_on(actors, later)["verdict"] == "pass"
    assert version.state(later) == RuleState.RETIRED
    version.refresh_from_db()
    with pytest.raises(Conflict, match="given up"):
        start(actors, later, version)
    with pytest.raises(Forbidden):
        rule_actions.retire_rule(actors["investigator"], later, version_id=approved(rule_id="b").id, because="x")
    assert events()[-1] != "screening:rule:retired"


def test_a_scheduled_version_that_is_given_up_leaves_what_was_in_force(brands, approved, actors, now):
    start(actors, now, approved())
    second = approved(condition="brand = 'Puma'")
    later = now + timedelta(hours=6)
    start(actors, now, second, starts_at=later)
    rule_actions.retire_rule(actors["supervisor"], now + timedelta(hours=1), version_id=second.id, because="No.")
    assert verdict_on(actors, later)["verdict"] == "block"
