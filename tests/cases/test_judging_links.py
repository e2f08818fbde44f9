"""Confirming, rejecting and annotating links, and what every later search makes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.cases import actions, judgements
from touchstone.cases.judgement import Judgement, standing
from touchstone.cases.models import LinkJudgement, Ring, RingLink
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event

CONFIRMED, REJECTED, NOTED, OPEN = Judgement.CONFIRMED, Judgement.REJECTED, Judgement.NOTED, Judgement.OPEN
words = st.sampled_from(list(Judgement))


@given(words, words, words)
def test_later_words_can_be_folded_in_parts(a, b, c):
    assert a.then(b).then(c) == a.then(b.then(c))


@given(st.lists(words))
def test_remarks_settle_nothing(history):
    assert standing(history) == standing([j for j in history if j is not NOTED])


def test_what_follows_along_a_chain_is_the_same_from_both_ends():
    for a, b in product(Judgement, Judgement):
        assert a.along(b) == b.along(a)
    assert CONFIRMED.along(CONFIRMED) == CONFIRMED
    assert CONFIRMED.along(REJECTED) == REJECTED
    assert REJECTED.along(REJECTED) == OPEN


@pytest.fixture
def judge(actors, now):
    def judge(a: str, b: str, judgement: Judgement, because: str = "Seen on the spot."):
        return judgements.judge_link(
            actors["investigator"], now, seller_a=a, seller_b=b, judgement=judgement, because=because
        )

    return judge


@pytest.fixture
def search(actors, now):
    """`search()` looks for rings and gives their members."""

    def search() -> list[list[str]]:
        actions.find_rings(actors["investigator"], now + timedelta(hours=1))
        rings = Ring.objects.filter(lost_at=None)
        return sorted(sorted(r.members.values_list("seller__seller_id", flat=True)) for r in rings)

    return search


def test_a_search_stores_its_links_with_reasons(ring):
    links = {(x.seller_a.seller_id, x.seller_b.seller_id): x for x in RingLink.objects.filter(ring=ring)}
    assert set(links) == {("S-1", "S-2"), ("S-1", "S-3"), ("S-2", "S-3")}
    assert {r["kind"] for r in links["S-2", "S-3"].reasons} == {"payout_account", "ship_from_address"}


def test_a_rejected_link_is_none_in_every_later_search(ring, judge, search):
    judge("S-1", "S-2", REJECTED)
    judge("S-3", "S-1", REJECTED)
    assert search() == [["S-2", "S-3"]]
    assert search() == [["S-2", "S-3"]]


def test_a_confirmed_pair_is_a_link_though_it_shares_nothing(ring, judge, search):
    judge("H-1", "S-1", CONFIRMED)
    assert search() == [["H-1", "S-1", "S-2", "S-3"]]


def test_an_undone_judgement_no_longer_counts_but_is_kept(ring, judge, search):
    judge("S-1", "S-2", REJECTED)
    judge("S-1", "S-3", REJECTED)
    judge("S-1", "S-2", OPEN, "The address was misread.")
    judge("S-1", "S-3", OPEN, "The address was misread.")
    assert search() == [["S-1", "S-2", "S-3"]]
    assert [j.judgement for j in judgements.history("S-2", "S-1")] == ["open", "rejected"]
    assert LinkJudgement.objects.filter(standing=True).count() == 2


def test_a_remark_is_kept_and_changes_nothing(ring, judge, search):
    judge("S-1", "S-2", REJECTED)
    judge("S-1", "S-2", NOTED, "The landlord called back.")
    assert search() == [["S-1", "S-2", "S-3"]]  # through S-3
    assert LinkJudgement.objects.get(standing=True).judgement == "rejected"


def test_the_standing_word_is_what_the_history_folds_to(ring, judge):
    for judgement in (CONFIRMED, NOTED, REJECTED, OPEN, CONFIRMED, NOTED):
        judge("S-1", "S-2", judgement, f"Said {judgement}.")
    told = [Judgement(j.judgement) for j in reversed(judgements.history("S-1", "S-2"))]
    assert LinkJudgement.objects.get(standing=True).judgement == standing(told) == CONFIRMED


def test_one_event_says_who_why_and_what_was_known(ring, judge):
    made = judge("S-2", "S-1", REJECTED, "Two tenants of one house.")
    event = Event.objects.get(type="cases:link:rejected")
    payload = json.loads(event.payload)
    assert payload["because"] == "Two tenants of one house."
    assert payload["judged"][0]["shared"] == ["payout_account"]
    refs = {(r.kind, r.object_id) for r in event.refs.all()}
    assert refs == {("judgement", str(made.act)), ("seller", "S-1"), ("seller", "S-2"), ("ring", ring.ring_id)}
    assert made.facts["reasons"][0]["kind"] == "payout_account"


def test_the_same_word_again_changes_nothing(ring, judge):
    assert judge("S-1", "S-2", REJECTED) == judge("S-2", "S-1", REJECTED)
    assert judge("S-1", "S-2", NOTED) == judge("S-1", "S-2", NOTED)
    assert Event.objects.filter(type__startswith="cases:link:").count() == 2


def test_strangers_in_one_warehouse_are_parted_by_one_action(ring, actors, now, search):
    made = judgements.judge_apart(
        actors["supervisor"], now, sellers=["S-3", "S-1", "S-2"], because="A shared warehouse."
    )
    assert len(made) == 3
    assert len({j.act for j in made}) == 1
    assert json.loads(Event.objects.get(type="cases:link:rejected").payload)["pairs"] == 3
    assert search() == []
    judgements.judge_apart(actors["supervisor"], now, sellers=["S-1", "S-2", "S-3"], because="A shared warehouse.")
    assert Event.objects.filter(type="cases:link:rejected").count() == 1


def test_a_word_that_contradicts_what_was_said_of_others_is_refused(ring, judge):
    judge("S-1", "S-2", CONFIRMED)
    judge("S-2", "S-3", CONFIRMED)
    with pytest.raises(Conflict, match="S-1 – S-2 – S-3"):
        judge("S-1", "S-3", REJECTED)
    judge("S-2", "S-3", REJECTED, "They are not.")
    with pytest.raises(Conflict, match="S-1 – S-2 – S-3"):
        judge("S-1", "S-3", CONFIRMED)
    assert LinkJudgement.objects.count() == 3


def test_wrong_judgements_are_refused_with_a_reason(ring, judge, actors, now):
    with pytest.raises(NotFound, match="X-9"):
        judge("S-1", "X-9", REJECTED)
    with pytest.raises(NotValid):
        judge("S-1", "S-1", REJECTED)
    with pytest.raises(NotValid, match="Say why"):
        judge("S-1", "S-2", REJECTED, "  ")
    with pytest.raises(Conflict, match="nothing to undo"):
        judge("S-1", "S-2", OPEN)
    with pytest.raises(NotValid):
        judgements.judge_apart(actors["investigator"], now, sellers=["S-1"], because="Alone.")
    with pytest.raises(NotValid):
        judgements.judge_link(
            actors["investigator"], now, seller_a="S-1", seller_b="S-2", judgement="maybe", because="?"
        )
    assert not LinkJudgement.objects.exists()


def test_a_reviewer_may_not_judge_links(ring, actors, now):
    with pytest.raises(Forbidden):
        judgements.judge_link(
            actors["reviewer"], now, seller_a="S-1", seller_b="S-2", judgement=REJECTED, because="No."
        )
