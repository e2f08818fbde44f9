"""POST /screen about a listing whose pictures the market has."""

from __future__ import annotations

import pytest

import picture_market
from picture_market import current
from touchstone.screening import actions as screening
from touchstone.screening import image_actions

pytestmark = pytest.mark.django_db
home, bring = picture_market.home, picture_market.bring


def test_a_program_that_asks_about_a_known_listing_gets_the_verdict_with_its_pictures(
    actors, now, bring, call, tmp_path
):
    bring(**{"L-1": "a.png;b.png"})
    screening.screen_market(actors["system"], now)
    entry = image_actions.add_from_picture(
        actors["reviewer"], now, path=tmp_path / "b.png", kind="fake", because="seized", brand="Nike"
    )
    image_actions.confirm(actors["supervisor"], now, entry_ids=[entry.id])
    answer = call("engineer")("POST", "/screen", {"listing_id": "L-1", "title": "running shoes"}).json()
    assert answer["verdict"] == "review"
    assert current("L-1").verdict == "review"
    unknown = call("engineer")("POST", "/screen", {"listing_id": "new", "title": "running shoes"}).json()
    assert unknown["verdict"] == "pass"
