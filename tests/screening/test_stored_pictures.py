"""Listings are judged with their stored pictures: hashes, what is refused, what the bank knows; no file is opened twice."""

from __future__ import annotations

import pytest

import picture_market
from picture_market import current, draw, hash_of
from shops import a_listing
from touchstone.market import media
from touchstone.screening import actions as screening
from touchstone.screening import image_actions, pictures
from touchstone.screening.image_models import ImageHit
from touchstone.screening.picture_models import Picture

pytestmark = pytest.mark.django_db


home, bring = picture_market.home, picture_market.bring


def test_a_copy_in_a_stored_picture_reaches_the_verdict_without_any_hash_in_the_file(actors, now, bring, tmp_path):
    bring(**{"L-1": "a.png;b.png", "L-2": "c.png"})
    entry = image_actions.add_from_picture(
        actors["reviewer"], now, path=tmp_path / "b.png", kind="fake", because="seized", brand="Nike"
    )
    screening.screen_market(actors["system"], now)
    assert current("L-1").verdict == "pass"
    image_actions.confirm(actors["supervisor"], now, entry_ids=[entry.id])
    assert list(ImageHit.objects.values_list("listing__listing_id", flat=True)) == ["L-1"]  # found without a new run
    screening.screen_market(actors["system"], now)
    assert current("L-1").verdict == "review"
    assert "bank_distance" in {r["signal"] for r in current("L-1").reasons}
    assert current("L-2").verdict == "pass"


def test_the_bank_finds_a_listing_that_comes_later(actors, now, bring, tmp_path):
    draw(tmp_path / "b.png")
    entry = image_actions.add_from_picture(
        actors["reviewer"], now, path=tmp_path / "b.png", kind="fake", because="seized", brand="Nike"
    )
    image_actions.confirm(actors["supervisor"], now, entry_ids=[entry.id])
    bring(**{"L-1": "a.png;b.png"})
    screening.screen_market(actors["system"], now)
    assert current("L-1").verdict == "review"
    assert ImageHit.objects.get().entry_id == entry.id


def test_a_file_is_opened_once_and_an_unchanged_market_is_judged_once(actors, now, bring, tmp_path):
    bring(**{"L-1": "a.png", "L-2": "a.png"})
    assert screening.screen_market(actors["system"], now).stored == 2
    assert Picture.objects.get().pdq == hash_of(tmp_path / "a.png")
    media.original(Picture.objects.get().sha256).unlink()
    assert screening.screen_market(actors["system"], now).stored == 0
    assert Picture.objects.get().refused == ""


def test_a_file_that_is_refused_is_told_with_its_place_and_does_no_harm(actors, now, bring, tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"<?php system($_GET['x']); ?>")
    (tmp_path / "y.jpg").write_bytes((tmp_path / "x.jpg").read_bytes() + b" ")
    bring(**{"L-1": "a.png;x.jpg;y.jpg"})
    screening.screen_market(actors["system"], now)
    told = {r["signal"]: r["text"] for r in current("L-1").reasons}
    assert "2 image(s) could not be read safely: #2: not a picture" in told["images_refused"]


def test_a_listing_whose_paths_name_no_stored_picture_is_judged_as_before(actors, now):
    a_listing(now, "L-1", title="running shoes", images="../../etc/passwd;a.jpg")
    screening.screen_market(actors["system"], now)
    assert current("L-1").verdict == "pass"
    assert current("L-1").images == "../../etc/passwd;a.jpg"
    assert not Picture.objects.exists()


def test_what_a_closer_look_found_makes_a_new_verdict_and_nothing_else_does(actors, now, bring):
    bring(title="shoes", **{"L-1": "a.png", "L-2": "b.png"})
    screening.screen_market(actors["system"], now)
    sha256 = current("L-1").listing.pictures.get().sha256
    Picture.objects.filter(sha256=sha256).update(text="Nike 高仿 1:1", reader="r")
    assert screening.screen_market(actors["system"], now).stored == 1
    found = current("L-1")
    assert found.verdict == "review"
    assert ("Nike", "image_text") in {(m["brand"], m["technique"]) for m in found.matches}
    Picture.objects.exclude(sha256=sha256).update(reader="r")  # read, and nothing in it
    assert screening.screen_market(actors["system"], now).stored == 0


def test_a_rules_trial_sees_the_pictures(actors, now, bring, tmp_path):
    from touchstone.market import queries
    from touchstone.screening.rows import rows_to_screen
    from touchstone.screening.screeners import screener

    bring(**{"L-1": "a.png"})
    screening.screen_market(actors["system"], now)
    Picture.objects.update(text="Nike 高仿 1:1", reader="r")
    rows = rows_to_screen(queries.listings_table(), now)
    assert pictures.signals(screener(now), rows)["image_brand"].to_list() == ["Nike"]
