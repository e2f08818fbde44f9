"""Screening what the market knows: stored once, with the versions that made it."""

from datetime import timedelta

import pyarrow as pa
import pytest

from shops import a_listing, a_verdict
from touchstone.errors import Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening import queries
from touchstone.screening.actions import record_label, screen_market, screen_rows
from touchstone.screening.models import Label, Run, Verdict

pytestmark = pytest.mark.django_db

BRANDS = """brand,aliases,classes,reference_price,currency
Nike,耐克,25;18,800,CNY
Adidas,阿迪达斯,25;18,700,CNY
"""
COPY = {"title": "Nike 耐克 高仿 1:1 复刻运动鞋", "price_minor": 9900}
HONEST = {"title": "Hand-made wooden spoon", "price_minor": 2500}


@pytest.fixture
def market(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    a_listing(now, "L-1", "S-1", **COPY)
    a_listing(now, "L-2", "S-1", **HONEST)
    a_listing(now, "L-3", "S-2", **HONEST)


def current(listing_id):
    return Verdict.objects.get(listing__listing_id=listing_id, current=True)


def test_a_run_stores_a_verdict_a_listing_with_its_versions(actors, now, market):
    run = screen_market(actors["system"], now)
    assert (run.listings, run.passed, run.review, run.blocked, run.stored) == (3, 2, 0, 1, 3)
    verdict = current("L-1")
    assert (verdict.verdict, verdict.brands, verdict.run) == ("block", ["Nike"], run)
    assert (verdict.engine_version, verdict.rules_version) == (run.engine_version, run.rules_version)
    assert verdict.rights_version == run.rights_version
    assert {"start", "end", "technique", "text", "brand"} == set(verdict.matches[0])
    assert verdict.reasons[0]["text_zh"]


def test_a_run_records_one_event_with_the_digest_of_its_verdicts(actors, now, market):
    run = screen_market(actors["system"], now)
    event = Event.objects.get(type="screening:run:finished")
    assert run.digest in event.payload
    assert list(event.refs.values_list("kind", "object_id")) == [("run", str(run.id))]


def test_a_second_run_over_the_same_stores_nothing_and_has_the_same_digest(actors, now, market):
    first = screen_market(actors["system"], now)
    second = screen_market(actors["system"], now + timedelta(hours=1))
    assert (second.listings, second.blocked, second.stored) == (3, 1, 0)
    assert second.digest == first.digest
    assert Verdict.objects.count() == 3


def test_a_changed_listing_alone_gets_a_new_verdict(actors, now, market):
    screen_market(actors["system"], now)
    listing = Verdict.objects.get(listing__listing_id="L-2").listing
    listing.title = COPY["title"]
    listing.save()
    assert screen_market(actors["system"], now + timedelta(hours=1)).stored == 1
    assert list(Verdict.objects.filter(listing=listing).values_list("verdict", "current")) == [
        ("block", True),
        ("pass", False),
    ]


def test_changed_rights_make_new_verdicts(actors, now, market, tmp_path):
    before = screen_market(actors["system"], now)
    path = tmp_path / "more.csv"
    path.write_text(BRANDS + "Spoonia,,21,300,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    after = screen_market(actors["system"], now + timedelta(hours=1))
    assert after.rights_version != before.rights_version
    assert after.stored == 3


def test_some_listings_can_be_screened_alone(actors, now, market):
    assert screen_market(actors["system"], now, listing_ids=["L-1"]).listings == 1
    assert Verdict.objects.count() == 1


def test_an_empty_market_gives_an_empty_run(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    assert screen_market(actors["system"], now).listings == 0


def test_a_proven_counterfeit_feeds_the_next_screening(actors, now, market):
    screen_market(actors["system"], now)
    verdict = current("L-1")
    for n in (1, 2):
        record_label(
            actors["reviewer"],
            now,
            listing=verdict.listing,
            label="counterfeit",
            source="decision",
            source_id=f"d-{n}",
        )
    assert queries.confirmed_fakes() == {"S-1": 1}
    run = screen_market(actors["system"], now + timedelta(hours=1))
    assert run.stored == 2  # the listings of S-1, not that of S-2
    signals = {reason["signal"] for reason in current("L-1").reasons}
    assert "seller_confirmed_fakes" in signals


def test_the_latest_label_counts(actors, now, market):
    listing = a_listing(now, "L-9")
    for minutes, label in ((0, "counterfeit"), (1, "genuine")):
        at = now + timedelta(minutes=minutes)
        record_label(actors["reviewer"], at, listing=listing, label=label, source="decision", source_id="d")
    assert queries.fakes_of("S-1") == 0
    assert queries.confirmed_fakes() == {}


def test_a_label_is_recorded_once(actors, now):
    listing = a_listing(now)
    for _ in range(2):
        record_label(actors["system"], now, listing=listing, label="genuine", source="outcome", source_id="7")
    assert Label.objects.count() == 1
    assert Event.objects.filter(type="screening:label:recorded").count() == 1
    with pytest.raises(NotValid):
        record_label(actors["system"], now, listing=listing, label="maybe", source="outcome", source_id="7")


def rows(*titles):
    return pa.table(
        {
            "listing_id": [f"L-{n}" for n in range(1, len(titles) + 1)],
            "title": list(titles),
            "seller_id": ["S-1"] * len(titles),
            "price": [99.0] * len(titles),
            "currency": ["CNY"] * len(titles),
        }
    )


def test_rows_of_a_caller_are_answered_and_not_stored(actors, now, market):
    answer = screen_rows(actors["engineer"], now, rows=rows(COPY["title"]), store=False)
    assert answer.column("verdict").to_pylist() == ["block"]
    assert not Verdict.objects.exists()
    assert not Event.objects.filter(type__startswith="screening:").exists()


def test_rows_of_known_listings_are_stored_when_the_title_is_the_same(actors, now, market):
    screen_rows(actors["engineer"], now, rows=rows(COPY["title"], "Another title"), store=True)
    assert current("L-1").verdict == "block"
    assert not Verdict.objects.filter(listing__listing_id="L-2").exists()
    assert Event.objects.filter(type="screening:verdict:stored").count() == 1


def test_rows_without_a_title_are_refused(actors, now, market):
    with pytest.raises(NotValid, match="title"):
        screen_rows(actors["engineer"], now, rows=pa.table({"listing_id": ["1"]}), store=False)


def test_who_may_not_screen_is_refused(actors, now, market):
    for role in ("reviewer", "seller", "officer", "public"):
        with pytest.raises(Forbidden):
            screen_market(actors[role], now)
    assert not Run.objects.exists()


def test_the_verdict_that_stands_can_be_read(actors, now):
    listing = a_listing(now)
    verdict = a_verdict(listing, now)
    assert queries.current_verdict(actors["reviewer"], "L-1") == verdict
    assert list(queries.to_review()) == [verdict]
    with pytest.raises(NotFound):
        queries.current_verdict(actors["reviewer"], "L-404")
    with pytest.raises(Forbidden):
        queries.current_verdict(actors["seller"], "L-1")


def test_removed_listings_are_not_sent_to_review(actors, now):
    listing = a_listing(now, status="removed")
    a_verdict(listing, now)
    assert not queries.to_review().exists()


def test_a_change_of_the_rights_is_seen_by_the_next_screening(actors, now, tmp_path):
    row = pa.table({"listing_id": ["L-1"], "title": ["Zorblax 高仿 复刻 1:1"], "price": ["9"], "currency": ["CNY"]})
    found = []
    for brand in ("Quendra", "Zorblax"):
        path = tmp_path / f"{brand}.csv"
        path.write_text(f"brand,reference_price,currency\n{brand},900,CNY\n", encoding="utf-8")
        rights.import_brands(actors["engineer"], now, path=path)
        found.append(screen_rows(actors["system"], now, rows=row, store=False).to_pylist()[0]["brands"])
    assert found == [[], ["Zorblax"]]
