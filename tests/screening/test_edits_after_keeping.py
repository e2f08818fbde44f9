"""A listing that a reviewer kept and that was changed afterwards is judged with what it said when it was kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shops import a_listing
from touchstone.market import actions as market
from touchstone.market import queries
from touchstone.rights import actions as rights
from touchstone.screening.actions import record_label, screen_market
from touchstone.screening.behaviour import with_behaviour
from touchstone.screening.learning import judged, listings_then
from touchstone.screening.models import Verdict

pytestmark = pytest.mark.django_db
HEADER = "listing_id,title,seller_id,price,currency,images"


@pytest.fixture
def world(actors, now, tmp_path):
    """`change(hours, row)` imports the row so many hours after `now`; `keep(hours)` finds L-1 genuine."""
    path = tmp_path / "brands.csv"
    path.write_text("brand,classes,reference_price,currency\nNike,25,800,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    listing = a_listing(now, "L-1", "S-1", title="Nike shoes second-hand", images="a.jpg", price_minor=79900)

    def change(hours, row):
        file = tmp_path / f"listings-{hours}.csv"
        file.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
        market.import_file(actors["engineer"], now + timedelta(hours=hours), kind="listings", path=file)

    def keep(hours):
        at = now + timedelta(hours=hours)
        about = {"label": "genuine", "source": "decision", "source_id": f"d-{hours}"}
        record_label(actors["reviewer"], at, listing=listing, **about)

    return change, keep


@pytest.fixture
def later(now):
    return now + timedelta(hours=9)


def edits(now):
    (row,) = with_behaviour(queries.listings_table(["L-1"]), now).to_pylist()
    return row["previous_title"], row["edited_after_pass"]


def test_what_was_kept_later_is_not_known_yet(world, now, later):
    change, keep = world
    keep(1)
    change(2, "L-1,Nike shoes,S-1,99,CNY,b.jpg")
    assert edits(now + timedelta(minutes=59)) == (None, None)
    assert edits(now + timedelta(minutes=60)) == ("Nike shoes second-hand", "images")


def test_the_title_and_images_that_were_kept_are_remembered(world, now, later):
    change, keep = world
    keep(1)
    assert edits(later) == (None, None)
    change(2, "L-1,Nike 1:1 top quality,S-1,99,CNY,b.jpg")
    assert edits(later) == ("Nike shoes second-hand", "images")
    change(3, "L-1,Nike shoes second-hand,S-1,799,CNY,a.jpg")
    assert edits(later) == (None, None), "it says again what was kept"


def test_a_change_before_the_decision_was_seen_by_the_reviewer(world, now, later):
    change, keep = world
    change(1, "L-1,Nike sandals,S-1,799,CNY,b.jpg")
    keep(2)
    assert edits(later) == (None, None)


def test_the_later_of_a_pass_and_a_decision_counts(world, actors, now, later):
    change, keep = world
    keep(1)
    change(2, "L-1,Hand-made spoon,S-1,25,CNY,s.jpg")
    screen_market(actors["system"], now + timedelta(hours=3))
    assert Verdict.objects.get(current=True).verdict == "pass"
    change(4, "L-1,Nike shoes,S-1,99,CNY,s.jpg")
    assert edits(later)[0] == "Hand-made spoon"


def test_the_verdict_says_that_it_was_changed_after_it_was_kept(world, actors, now):
    change, keep = world
    keep(1)
    change(2, "L-1,Nike shoes second-hand,S-1,799,CNY,b.jpg")
    screen_market(actors["system"], now + timedelta(hours=3))
    assert "edited_images" in {r["signal"] for r in Verdict.objects.get(current=True).reasons}


def test_learning_sees_the_price_and_brand_that_stood_there_when_the_listing_was_judged(world, actors, now, later):
    change, keep = world
    screen_market(actors["system"], now)
    keep(1)
    change(2, "L-1,Nike shoes,S-1,99,CNY,b.jpg")
    (row,) = listings_then(judged(later)).to_pylist()
    assert (row["price"], row["title"], row["images"]) == (799.0, "Nike shoes second-hand", "a.jpg")
