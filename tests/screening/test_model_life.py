"""The life of a learnt score: offered, approved by a second person, live, in shadow, stopped; and where it learns."""

from datetime import timedelta

import pytest
from django.urls import reverse

from labelled_signals import drawn
from shops import a_listing
from touchstone.engine.scoring.training import train
from touchstone.errors import Conflict, Forbidden, NotValid
from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening import live_models
from touchstone.screening import model_actions as life
from touchstone.screening.actions import record_label, screen_market
from touchstone.screening.learning import judged, labelled
from touchstone.screening.models import ScoreModel, Verdict
from touchstone.screening.rule_models import RuleState

pytestmark = pytest.mark.django_db
BRANDS = "brand,aliases,classes,reference_price,currency\nNike,耐克,25;18,800,CNY\n"


@pytest.fixture(scope="module")
def raw() -> bytes:
    return train(drawn(), review=0.5, block=0.95).to_bytes()


@pytest.fixture
def draft(actors, now, raw):
    return life.draft_model(actors["engineer"], now, name="spring", raw=raw)


@pytest.fixture
def approved(actors, now, draft):
    return life.approve_model(actors["supervisor"], now, model_id=draft.id)


@pytest.fixture
def market(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    a_listing(now, "L-1", "S-1", title="Nike 复刻 男鞋", price_minor=9900)
    a_listing(now, "L-2", "S-2", title="Nike 男鞋", price_minor=79900)


def version_of(listing_id):
    return Verdict.objects.get(listing__listing_id=listing_id, current=True).engine_version


def test_nobody_approves_their_own_model(actors, now, draft):
    with pytest.raises(Forbidden):
        life.approve_model(actors["engineer"], now, model_id=draft.id)
    with pytest.raises(Forbidden):
        life.approve_model(actors["reviewer"], now, model_id=draft.id)


def test_the_same_file_is_one_model_and_another_is_refused(actors, now, draft, raw):
    assert life.draft_model(actors["supervisor"], now, name="again", raw=raw) == draft
    with pytest.raises(NotValid):
        life.draft_model(actors["engineer"], now, name="x", raw=raw.replace(b'"format"', b'"other"'))
    assert ScoreModel.objects.count() == 1


def test_a_draft_does_not_go_live(actors, now, draft):
    with pytest.raises(Conflict):
        life.start_model(actors["supervisor"], now, model_id=draft.id, mode="live")


def test_a_live_model_judges_from_its_moment_until_it_is_stopped(actors, now, market, approved):
    screen_market(actors["system"], now)
    before = version_of("L-1")
    soon = now + timedelta(hours=1)
    period = life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live", starts_at=soon)
    assert approved.state(now) == RuleState.SCHEDULED
    assert live_models.live(now) is None
    screen_market(actors["system"], soon)
    assert version_of("L-1") != before
    life.stop_model(actors["supervisor"], soon, period_id=period.id, because="too many alarms")
    screen_market(actors["system"], soon + timedelta(minutes=1))
    assert version_of("L-1") == before


def test_a_second_model_takes_the_place_of_the_first(actors, now, approved):
    life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live")
    other = train(drawn(seed=2), review=0.5, block=0.95).to_bytes()
    second = life.draft_model(actors["engineer"], now, name="summer", raw=other)
    life.approve_model(actors["supervisor"], now, model_id=second.id)
    later = now + timedelta(days=1)
    life.start_model(actors["supervisor"], later, model_id=second.id, mode="live")
    assert live_models.live(later).digest == second.digest
    assert ScoreModel.objects.get(id=approved.id).state(later) == RuleState.RETIRED


def test_a_shadow_counts_and_changes_no_verdict(actors, now, market, draft):
    screen_market(actors["system"], now)
    before = version_of("L-1")
    period = life.start_model(actors["supervisor"], now, model_id=draft.id, mode="shadow")
    a_listing(now, "L-3", "S-3", title="Nike 复刻 女鞋", price_minor=9900)
    screen_market(actors["system"], now + timedelta(minutes=1))
    period.refresh_from_db()
    assert period.seen == 1
    assert version_of("L-3") == before


def test_a_model_that_was_given_up_is_not_started_again(actors, now, approved):
    life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live")
    life.retire_model(actors["supervisor"], now, model_id=approved.id, because="old")
    assert live_models.live(now) is None
    with pytest.raises(Conflict):
        life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live")


@pytest.mark.parametrize("given_up", [0, 1])
def test_giving_up_one_of_two_models_leaves_the_other_its_time(actors, now, approved, given_up):
    soon, later = now + timedelta(hours=1), now + timedelta(hours=2)
    life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live")
    other = train(drawn(seed=2), review=0.5, block=0.95).to_bytes()
    second = life.draft_model(actors["engineer"], now, name="summer", raw=other)
    life.approve_model(actors["supervisor"], now, model_id=second.id)
    life.start_model(actors["supervisor"], now, model_id=second.id, mode="live", starts_at=later)
    model = (approved, second)[given_up]
    life.retire_model(actors["supervisor"], soon, model_id=model.id, because="old")
    judging = [model and model.digest for model in map(live_models.live, (soon, later))]
    assert judging == ([None, second.digest], [approved.digest, approved.digest])[given_up]


def test_every_step_leaves_one_event(actors, now, approved):
    life.approve_model(actors["supervisor"], now, model_id=approved.id)
    period = life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live")
    life.start_model(actors["supervisor"], now, model_id=approved.id, mode="live")
    life.stop_model(actors["supervisor"], now, period_id=period.id, because="done")
    kinds = Event.objects.filter(type__startswith="screening:model").order_by("id").values_list("type", flat=True)
    assert [k.rpartition(":")[2] for k in kinds] == ["drafted", "approved", "started", "stopped"]


def test_learning_asks_what_was_known_when_a_listing_was_judged(actors, now, market):
    screen_market(actors["system"], now)
    for number, listing_id in enumerate(("L-1", "L-2")):
        listing = Verdict.objects.get(listing__listing_id=listing_id, current=True).listing
        record_label(
            actors["reviewer"], now + timedelta(hours=number + 1), listing=listing,
            label="counterfeit", source="decision", source_id=f"d{number}",
        )  # fmt: skip
    listing.title = "手工杯垫"
    listing.save()
    assert [one.listing_id for one in judged(now + timedelta(hours=2))] == ["L-1"]
    found = labelled(now + timedelta(days=1))
    assert found.signals["brand_in_title"].to_list() == [True, True]
    # The seller of L-1 had no confirmed copy when L-1 was judged, though there is one now: L-1 itself.
    assert found.signals["seller_confirmed_fakes"].to_list() == [0, 0]


def test_a_verdict_made_after_the_label_is_not_learnt_from(actors, now, market):
    listing = a_listing(now, "L-9", "S-9", title="Nike 男鞋")
    record_label(actors["reviewer"], now, listing=listing, label="genuine", source="decision", source_id="d")
    screen_market(actors["system"], now + timedelta(hours=1))
    assert judged(now + timedelta(days=1)) == []


def test_the_pages_show_the_card_thresholds_from_costs_and_drift(sign_in, actors, now, market, approved):
    client = sign_in("supervisor")
    assert approved.name in client.get(reverse("screening:models")).content.decode()
    address = reverse("screening:model", args=[approved.id])
    page = client.get(address, {"missed": "500", "wrong": "800", "minute": "1.5", "minutes": "2"}).content.decode()
    assert "<svg" in page
    assert "0.0060" in page
    assert "0.9963" in page
    assert client.get(address, {"drift": "1"}).status_code == 200
    assert client.get(address, {"missed": "no"}).status_code == 200


def test_a_model_is_offered_and_started_on_the_pages(sign_in, raw, now):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = sign_in("engineer")
    wrong = {"name": "w", "file": SimpleUploadedFile("w.json", b"{}")}
    assert client.post(reverse("screening:draft_model"), wrong).status_code == 422
    right = {"name": "spring", "file": SimpleUploadedFile("m.json", raw)}
    client.post(reverse("screening:draft_model"), right)
    made = ScoreModel.objects.get()
    client.post(reverse("screening:start_model", args=[made.id]), {"mode": "shadow"})
    assert made.periods.get().mode == "shadow"
