"""What giving points promises."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from shops import a_listing, a_seller
from touchstone.accounts.actor import Actor
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.penalties import queries
from touchstone.penalties.actions import impose
from touchstone.penalties.models import Measure, Penalty
from touchstone.penalties.wording import calculation

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(actors, now):
    return a_seller(now)


def give(actor, now, seller, finding="CF_SOLD", decision=None, act_date=date(2026, 11, 24), **values):
    values = {"facts": "A test purchase proved it.", "basis": "Rule 1", "listing_id": "L-1", **values}
    return impose(
        actor, now, seller=seller, decision_id=decision or uuid.uuid4(), finding=finding, act_date=act_date, **values
    )


def test_points_are_given_with_version_and_calculation(actors, now, seller):
    penalty = give(actors["reviewer"], now, seller)
    assert (penalty.points, penalty.ledger_class, penalty.state) == (12, "COUNTERFEIT", "in_force")
    assert penalty.pack_version.startswith("taobao-like/2016-01-01+")
    assert penalty.calculation["before"] == 0
    assert penalty.calculation["after"] == 12
    assert queries.points(seller, now) == {"COUNTERFEIT": 12, "SERIOUS": 0, "GENERAL": 0}


def test_the_calculation_is_told_in_words(actors, now, seller):
    for _ in range(6):
        give(actors["reviewer"], now, seller, "CF_INFO")
    seventh = give(actors["reviewer"], now, seller, "CF_INFO")
    assert calculation(seventh) == [
        "Counterfeit judged from the listing alone: 2 points.",
        "At most 12 points within 3 days for this finding; 12 stood, so 0 count.",
        "Total of the class: 12 before, 12 after.",
        "This reaches no new threshold.",
    ]


def test_a_threshold_restricts_the_shop_for_its_days(actors, now, seller):
    penalty = give(actors["reviewer"], now, seller)
    (measure,) = penalty.measures.all()
    assert (measure.threshold, measure.ends_at, measure.verified) == (12, now + timedelta(days=14), False)
    assert "PUBLIC_WARNING" in measure.kinds
    seller.refresh_from_db()
    assert (seller.status, seller.restricted_until) == ("restricted", measure.ends_at)


def test_a_threshold_fires_once(actors, now, seller):
    give(actors["reviewer"], now, seller, "CF_SOLD")
    give(actors["reviewer"], now, seller, "CF_INFO")
    assert Measure.objects.count() == 1


def test_the_longest_restriction_wins(actors, now, seller):
    give(actors["reviewer"], now, seller, "CF_SERIOUS")
    give(actors["reviewer"], now + timedelta(days=1), seller, "SR_EVASION")
    seller.refresh_from_db()
    assert sorted(Measure.objects.values_list("threshold", flat=True)) == [12, 12, 24]
    assert seller.restricted_until == now + timedelta(days=21)


def test_the_heaviest_finding_closes_the_account_without_end(actors, now, seller):
    give(actors["reviewer"], now, seller, "CF_EXTREME")
    seller.refresh_from_db()
    assert (seller.status, seller.restricted_until) == ("restricted", None)


def test_the_third_proven_sale_is_the_last(actors, now, seller):
    for day in (1, 10, 20):
        penalty = give(actors["reviewer"], now, seller, act_date=date(2026, 11, day))
    assert penalty.calculation["strikes"] == 3
    assert [m.kinds for m in penalty.measures.filter(threshold=0)] == [["TERMINATE"]]


def test_the_rules_in_force_on_the_day_of_the_act_decide(actors, now, seller):
    old = give(actors["reviewer"], now, seller, act_date=date(2015, 12, 31))
    assert old.pack_version.startswith("taobao-like/2013-08-22+")
    with pytest.raises(NotFound, match="No penalties pack was in force on 2013-08-21"):
        give(actors["reviewer"], now, seller, act_date=date(2013, 8, 21))


def test_the_same_decision_gives_points_once(actors, now, seller):
    decision = uuid.uuid4()
    first = give(actors["reviewer"], now, seller, decision=decision)
    assert give(actors["reviewer"], now, seller, decision=decision) == first
    assert Penalty.objects.count() == 1
    assert Event.objects.filter(type="penalties:penalty:imposed").count() == 1
    with pytest.raises(Conflict):
        give(actors["reviewer"], now, seller, "CF_EXTREME", decision=decision)


@pytest.mark.parametrize("empty", ["facts", "basis"])
def test_points_need_facts_and_basis(actors, now, seller, empty):
    with pytest.raises(NotValid) as caught:
        give(actors["reviewer"], now, seller, **{empty: "  "})
    assert caught.value.place == empty
    assert not Penalty.objects.exists()


def test_an_unknown_finding_leaves_nothing_behind(actors, now, seller):
    with pytest.raises(NotValid, match="CF_NONE"):
        give(actors["reviewer"], now, seller, "CF_NONE")
    assert not Penalty.objects.exists()
    assert not Event.objects.filter(type__startswith="penalties:").exists()


@pytest.mark.parametrize("role", ["seller", "officer", "investigator", "engineer", "public", "rights_holder"])
def test_others_may_not_give_points(actors, now, seller, role):
    with pytest.raises(Forbidden):
        give(actors[role], now, seller)


def test_the_year_ends_in_shanghai(actors, seller):
    last_second = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    give(actors["reviewer"], last_second, seller, act_date=date(2026, 12, 31))
    assert queries.points(seller, date(2026, 12, 31))["COUNTERFEIT"] == 12
    assert queries.points(seller, date(2027, 1, 1))["COUNTERFEIT"] == 0
    assert queries.points(seller, last_second + timedelta(seconds=1))["COUNTERFEIT"] == 0


def test_the_event_names_seller_listing_and_decision(actors, now, seller):
    penalty = give(actors["reviewer"], now, seller)
    event = Event.objects.get(type="penalties:penalty:imposed")
    refs = set(event.refs.values_list("kind", "object_id"))
    assert refs == {
        ("penalty", str(penalty.id)),
        ("seller", "S-1"),
        ("listing", "L-1"),
        ("decision", str(penalty.decision_id)),
    }


def test_a_seller_sees_own_penalties_only(actors, people, now):
    mine = a_seller(now, "S-1", organisation=people["seller"].organisation)
    other = a_seller(now, "S-2")
    for seller in (mine, other):
        give(actors["reviewer"], now, seller)
    assert queries.penalties_of(actors["seller"], "S-1").count() == 1
    with pytest.raises(Forbidden):
        queries.penalties_of(actors["seller"], "S-2")
    with pytest.raises(Forbidden):
        queries.measures_of(Actor.public(), "S-1")


def test_figures_count_what_is_in_force(actors, now, seller):
    give(actors["reviewer"], now, seller)
    a_listing(now, "L-9")
    figures = queries.figures()
    assert figures["in_force"] == 1
    assert figures["points"] == {"GENERAL": 0, "SERIOUS": 0, "COUNTERFEIT": 12}
