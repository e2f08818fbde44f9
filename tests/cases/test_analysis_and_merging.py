"""Hypotheses with evidence for and against, and cases that overlap, are related and merged."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from touchstone.cases import actions, analysis, merging, queries
from touchstone.cases.models import Case, Weighing
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def investigator(actors):
    return actors["investigator"]


@pytest.fixture
def case(ring, investigator, now):
    return actions.open_case_from_ring(investigator, now, ring_id=ring.ring_id, title="Running shoes")


@pytest.fixture
def other(case, investigator, now):
    return actions.open_case_from_listings(investigator, now, listing_ids=["L-9", "L-3"], title="Scarves and socks")


@pytest.fixture
def analysed(case, investigator, now):
    """Two rival hypotheses and two pieces of evidence: one fits both, one speaks against the second."""
    one, two = (
        analysis.state_hypothesis(investigator, now + timedelta(minutes=n), case_number=case.number, statement=s)
        for n, s in enumerate(("One family runs them", "An agent registers them for strangers"))
    )
    account, parcels = (
        analysis.put_argument(investigator, now + timedelta(minutes=n), case_number=case.number, text=t)
        for n, t in enumerate(("One payout account", "Parcels from one place"))
    )
    for argument, hypothesis, weight in ((account, one, 2), (account, two, -2), (parcels, one, 1), (parcels, two, 1)):
        analysis.weigh(
            investigator, now, argument_id=argument.id, hypothesis_id=hypothesis.id, weight=weight, note="As seen."
        )
    return one, two, account, parcels


def test_the_hypothesis_that_the_least_speaks_against_is_the_best(case, analysed):
    told = analysis.matrix(case)
    assert [(c.pro, c.against, c.best) for c in told.columns] == [(3, 0, True), (1, -2, False)]
    assert [r.tells_apart for r in told.rows] == [True, False]
    assert told.unweighed == 0


def test_no_hypothesis_is_best_before_each_was_weighed(case, analysed, investigator, now):
    analysis.state_hypothesis(investigator, now, case_number=case.number, statement="They copy each other")
    told = analysis.matrix(case)
    assert not any(c.best for c in told.columns)
    assert told.unweighed == 2


def test_a_later_weighing_counts_and_the_earlier_is_kept(case, analysed, investigator, now):
    one, _two, account, _parcels = analysed
    for _ in range(2):
        analysis.weigh(investigator, now, argument_id=account.id, hypothesis_id=one.id, weight=-1, note="A slip.")
    assert analysis.matrix(case).columns[0].against == -1
    assert Weighing.objects.filter(argument=account, hypothesis=one).count() == 2
    assert Event.objects.filter(type="cases:argument:weighed").count() == 5


def test_a_hypothesis_is_judged_with_a_reason_and_the_ledger_knows(case, analysed, investigator, now):
    one = analysed[0]
    for _ in range(2):
        analysis.judge_hypothesis(investigator, now, hypothesis_id=one.id, state="supported", because="The bank says.")
    event = Event.objects.get(type="cases:hypothesis:judged")
    assert json.loads(event.payload)["because"] == "The bank says."
    assert ("case", case.number) in {(r.kind, r.object_id) for r in event.refs.all()}
    with pytest.raises(NotValid):
        analysis.judge_hypothesis(investigator, now, hypothesis_id=one.id, state="refuted", because=" ")


def test_evidence_names_an_item_that_the_case_holds(case, investigator, now):
    made = analysis.put_argument(
        investigator, now, case_number=case.number, text="The listing", kind="listing", object_id="L-1"
    )
    assert made.object_id == "L-1"
    with pytest.raises(NotFound):
        analysis.put_argument(
            investigator, now, case_number=case.number, text="Another", kind="listing", object_id="L-9"
        )
    with pytest.raises(NotValid):
        analysis.put_argument(investigator, now, case_number=case.number, text="Half", kind="listing")


def test_the_analysis_is_part_of_the_case_file(case, analysed):
    (first, second) = queries.file_of(case)["analysis"]
    assert (first["for"], first["against"]) == (3, 0)
    assert second["evidence"][0] == {"text": "One payout account", "id": "", "weight": -2, "note": "As seen."}


def test_a_reviewer_may_not_analyse(case, actors, now):
    with pytest.raises(Forbidden):
        analysis.state_hypothesis(actors["reviewer"], now, case_number=case.number, statement="No")


def test_the_wish_list_goes_by_roles_and_what_is_shared(case):
    wanted = dict(case.items.filter(kind="wanted").values_list("object_id", "note"))
    assert {"images", "orders", "custody", "test_purchase", "payouts", "premises"} <= set(wanted)
    assert wanted["test_purchase"] == "S-1, S-2, S-3"


def test_cases_that_share_a_seller_and_goods_overlap(case, other, investigator):
    (found,) = merging.overlaps(investigator, case)
    assert found.case == other
    assert found.sellers == {"S-3"}
    (back,) = merging.overlaps(investigator, other)
    assert back.case == case


def test_cases_that_share_but_an_attribute_overlap(case, load, investigator, now):
    load("sellers", "seller_id,shop_name,phone\nX-1,Elsewhere,13800000001\n")
    load("listings", "listing_id,title,seller_id,price,currency\nL-50,Hat,X-1,9,CNY\n")
    other = actions.open_case_from_listings(investigator, now, listing_ids=["L-50"], title="Hats")
    (found,) = merging.overlaps(investigator, other)
    assert found.case == case
    assert found.attributes == {"phone": 1}


def test_merging_moves_items_and_analysis_and_the_merged_case_points_on(case, other, analysed, investigator, now):
    later = now + timedelta(hours=1)
    actions.add_note(investigator, now, case_number=case.number, text="Seen in the street.")
    for _ in range(2):
        went_on = merging.merge_case(
            investigator, later, case_number=case.number, into=other.number, because="The same people."
        )
    assert went_on == other
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.state, case.merged_into, case.closed_because) == ("closed", other, "The same people.")
    assert other.ring == case.ring
    held = set(other.items.values_list("kind", "object_id"))
    assert set(case.items.values_list("kind", "object_id")) <= held
    assert {("listing", "L-9"), ("listing", "L-1"), ("seller", "S-1")} <= held
    assert [(c.pro, c.against) for c in analysis.matrix(other).columns] == [(3, 0), (1, -2)]
    assert [n.text for n in merging.notes(other)] == ["Seen in the street."]
    assert Event.objects.filter(type="cases:case:merged").count() == 1
    assert merging.overlaps(investigator, other) == []


def test_a_merged_cases_ring_leads_to_the_case_that_goes_on(case, other, ring, investigator, now):
    merging.merge_case(investigator, now, case_number=case.number, into=other.number, because="The same people.")
    assert actions.open_case_from_ring(investigator, now, ring_id=ring.ring_id) == other
    assert Case.objects.count() == 2


def test_what_cannot_be_merged_stays_two(case, other, investigator, now):
    with pytest.raises(NotValid):
        merging.merge_case(investigator, now, case_number=case.number, into=case.number, because="x")
    with pytest.raises(NotFound):
        merging.merge_case(investigator, now, case_number=case.number, into="C-2020-000001", because="x")
    actions.mark_lead_sent(investigator, now, case_number=case.number, lead_number="L-1")
    with pytest.raises(Conflict, match="gone out as a lead"):
        merging.merge_case(investigator, now, case_number=case.number, into=other.number, because="x")
    actions.close_case(investigator, now, case_number=other.number, because="Done.")
    with pytest.raises(Conflict, match="is closed"):
        merging.merge_case(investigator, now, case_number=case.number, into=other.number, because="x")


def test_cases_are_related_and_parted_with_reasons(case, other, investigator, now):
    for _ in range(2):
        merging.relate_cases(investigator, now, case_number=other.number, other=case.number, because="One supplier.")
    ((found, relation),) = merging.relations(case)
    assert (found, relation.because) == (other, "One supplier.")
    for _ in range(2):
        merging.part_cases(investigator, now, case_number=case.number, other=other.number, because="Two suppliers.")
    assert merging.relations(case) == []
    types = [e.type for e in Event.objects.filter(type__startswith="cases:case:")]
    assert (types.count("cases:case:related"), types.count("cases:case:parted")) == (1, 1)


def test_the_case_page_carries_the_whole_analysis(case, other, analysed, sign_in):
    client = sign_in("investigator")
    page = client.get(f"/cases/{case.number}/").content.decode()
    for words in ("One family runs them", "least against it", "tells none of them apart", other.number):
        assert words in page
    url = f"/cases/{case.number}/"
    client.post(url + "hypotheses/", {"statement": "They copy each other"})
    client.post(url + "arguments/", {"text": "The listing", "item": "listing:L-1"})
    client.post(url + "relate/", {"other": other.number, "because": "One supplier."})
    one = analysed[0]
    client.post(url + "weigh/", {"argument": analysed[2].id, "hypothesis": one.id, "weight": "0", "note": ""})
    client.post(url + "hypotheses/judge/", {"hypothesis": one.id, "state": "refuted", "because": "The bank says no."})
    page = client.get(url).content.decode()
    for words in ("They copy each other", "The listing", "One supplier.", "The bank says no."):
        assert words in page
    for wrong in ({"weight": "many"}, {"argument": "x", "hypothesis": "y", "weight": "1"}):
        assert client.post(url + "weigh/", wrong, follow=True).status_code == 200
    assert client.get(url + "file.json").json()["analysis"][0]["state"] == "refuted"
    response = client.post(url + "merge/", {"other": other.number, "because": "The same people."}, follow=True)
    assert f"{case.number} was merged into this case." in response.content.decode()
    assert "This case was merged into" in client.get(url).content.decode()
