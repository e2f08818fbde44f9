"""What a decision promises: facts, basis, certificate, and everything that follows in one transaction."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from shops import a_listing, a_verdict
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.market.models import Listing
from touchstone.penalties.actions import impose
from touchstone.penalties.models import Penalty
from touchstone.review import queries
from touchstone.review.actions import claim, decide, enqueue
from touchstone.review.models import Decision, Task
from touchstone.screening.models import Label

pytestmark = pytest.mark.django_db
REMOVE = {"outcome": "remove", "finding": "CF_INFO", "facts": "The title says copy.", "basis": "Rule 1"}
KEEP = {"outcome": "keep", "facts": "The invoice is in order.", "basis": "No breach."}


@pytest.fixture
def task(actors, now):
    enqueue(actors["system"], now, verdicts=[a_verdict(a_listing(now), now)])
    return Task.objects.get()


def test_a_removal_takes_the_listing_down_gives_points_and_labels(actors, now, task):
    decision = decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    listing, penalty = Listing.objects.get(), Penalty.objects.get()
    assert listing.status == "removed"
    assert (penalty.decision_id, penalty.points, penalty.facts) == (decision.id, 2, decision.facts)
    assert decision.pack_version == penalty.pack_version
    assert Label.objects.get().label == "counterfeit"
    task.refresh_from_db()
    assert task.state == "decided"


def test_keeping_leaves_the_listing_live_and_labels_it_genuine(actors, now, task):
    decide(actors["reviewer"], now, task_id=task.id, **KEEP)
    assert Listing.objects.get().status == "live"
    assert Label.objects.get().label == "genuine"
    assert not Penalty.objects.exists()


def test_a_removal_without_a_finding_gives_no_points_and_proves_nothing(actors, now, task):
    decide(actors["reviewer"], now, task_id=task.id, **{**REMOVE, "finding": ""})
    assert Listing.objects.get().status == "removed"
    assert not Penalty.objects.exists()
    assert not Label.objects.exists()


def test_a_finding_that_is_no_counterfeit_does_not_label_one(actors, now, task):
    decide(actors["reviewer"], now, task_id=task.id, **{**REMOVE, "finding": "GN_BRAND_MISUSE"})
    assert Penalty.objects.get().ledger_class == "GENERAL"
    assert not Label.objects.exists()


def test_the_day_of_the_verdict_is_the_day_of_the_act(actors, now):
    enqueue(actors["system"], now, verdicts=[a_verdict(a_listing(now), now - timedelta(days=30))])
    decide(actors["reviewer"], now, task_id=Task.objects.get().id, **REMOVE)
    assert Penalty.objects.get().act_date.isoformat() == "2026-10-25"


def test_deciding_again_alike_returns_the_first_decision(actors, now, task):
    first = decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    again = decide(actors["reviewer"], now + timedelta(minutes=1), task_id=task.id, **REMOVE)
    assert again == first
    assert Event.objects.filter(type="review:decision:made").count() == 1
    assert Penalty.objects.count() == 1


def test_deciding_again_otherwise_is_a_conflict(actors, now, task, a_reviewer):
    decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    with pytest.raises(Conflict, match="decided already: Remove"):
        decide(actors["reviewer"], now, task_id=task.id, **KEEP)
    with pytest.raises(Conflict):
        decide(a_reviewer("second"), now, task_id=task.id, **REMOVE)


def test_what_somebody_else_holds_cannot_be_decided(actors, now, task, a_reviewer):
    claim(a_reviewer("second"), now, task_id=task.id)
    with pytest.raises(Conflict, match="Somebody else holds"):
        decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    decide(actors["reviewer"], now + timedelta(hours=2), task_id=task.id, **REMOVE)  # the claim has run out


@pytest.mark.parametrize("empty", ["facts", "basis"])
def test_a_decision_needs_facts_and_basis(actors, now, task, empty):
    with pytest.raises(NotValid) as caught:
        decide(actors["reviewer"], now, task_id=task.id, **{**REMOVE, empty: " \n"})
    assert caught.value.place == empty


@pytest.mark.parametrize(
    ("wrong", "place"),
    [({"outcome": "burn"}, "outcome"), ({"finding": "CF_NONE"}, "finding"), ({"outcome": "keep"}, "finding")],
)
def test_what_does_not_exist_or_fit_is_refused_and_nothing_is_done(actors, now, task, wrong, place):
    with pytest.raises(NotValid) as caught:
        decide(actors["reviewer"], now, task_id=task.id, **{**REMOVE, **wrong})
    assert caught.value.place == place
    assert not Decision.objects.exists()
    assert Listing.objects.get().status == "live"


@pytest.mark.parametrize(
    ("level", "finding", "may"),
    [
        ("", None, False),
        ("L1", None, True),
        ("L1", "", False),
        ("L1", "CF_INFO", False),
        ("L2", "CF_INFO", True),
        ("L2", "CF_SOLD", True),
        ("L2", "CF_SERIOUS", False),
        ("L3", "CF_SERIOUS", True),
        ("L3", "CF_EXTREME", True),
    ],
)
def test_the_certificate_says_who_may_decide_what(now, task, a_reviewer, level, finding, may):
    who = a_reviewer("novice", level)
    given = KEEP if finding is None else {**REMOVE, "finding": finding}
    if may:
        assert decide(who, now, task_id=task.id, **given)
        return
    with pytest.raises(Forbidden, match="needs the certificate"):
        decide(who, now, task_id=task.id, **given)
    assert not Decision.objects.exists()


def test_closing_an_account_needs_the_highest_certificate_even_at_few_points(actors, now, task, a_reviewer):
    seller = task.listing.seller
    for _ in range(3):
        impose(
            actors["reviewer"],
            now,
            seller=seller,
            decision_id=uuid.uuid4(),
            listing_id="",
            finding="CF_SOLD",
            facts="Facts",
            basis="Rule",
            act_date=now.date(),
        )
    with pytest.raises(Forbidden, match="L3"):
        decide(a_reviewer("middle", "L2"), now, task_id=task.id, **{**REMOVE, "finding": "CF_SOLD"})


def test_a_certificate_that_has_run_out_counts_no_more(actors, now, task, a_reviewer):
    who = a_reviewer("late", "L2")
    with pytest.raises(Forbidden):
        decide(who, now.replace(year=2027), task_id=task.id, **REMOVE)


def test_who_is_no_reviewer_does_not_decide(actors, now, task):
    for role in ("supervisor", "seller", "officer", "investigator", "system"):
        with pytest.raises(Forbidden):
            decide(actors[role], now, task_id=task.id, **REMOVE)


def test_an_unknown_task_is_not_found(actors, now):
    with pytest.raises(NotFound):
        decide(actors["reviewer"], now, task_id=uuid.uuid4(), **REMOVE)


def test_the_event_names_task_listing_and_seller(actors, now, task):
    decision = decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    event = Event.objects.get(type="review:decision:made")
    assert set(event.refs.values_list("kind", "object_id")) == {
        ("decision", str(decision.id)),
        ("task", str(task.id)),
        ("listing", "L-1"),
        ("seller", "S-1"),
    }


def test_a_seller_sees_decisions_on_own_listings_only(actors, now, task):
    decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    assert queries.decisions(actors["seller"]).count() == 1
    another = replace(actors["seller"], organisation_id=uuid.uuid4(), seller_id="S-2")
    assert queries.decisions(another).count() == 0
    assert queries.decisions(actors["reviewer"], listing_id="L-1", seller_id="S-1").count() == 1
    assert queries.decisions(actors["reviewer"], listing_id="L-2").count() == 0


def test_a_seller_without_an_organisation_sees_no_decisions(actors, now, task):
    decide(actors["reviewer"], now, task_id=task.id, **REMOVE)
    nobody = replace(actors["seller"], organisation_id=None, seller_id="")
    assert queries.decisions(nobody).count() == 0
