"""The demo fills its bank of images, and verdicts show what it knows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from touchstone.demo import chain, summary
from touchstone.screening.image_models import ImageEntry, ImageHit
from touchstone.screening.models import Verdict
from touchstone.screening.picture_models import Picture


@pytest.mark.django_db
def test_the_demo_has_copies_shots_and_pictures_that_say_nothing(tmp_path, monkeypatch, settings):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    monkeypatch.setattr(chain, "READ_BY_DEMO", 1)
    demo = chain.Demo(tmp_path / "m", 2500, 5, lambda: datetime.now(UTC), lambda _text: None)
    upto = [name for name, _step in chain.STEPS].index("Read the pictures that are worth it most")
    for _name, step in chain.STEPS[: upto + 1]:
        step(demo)
    kinds = {(e.kind, e.state) for e in ImageEntry.objects.all()}
    assert {("fake", "confirmed"), ("fake", "proposed"), ("genuine", "confirmed"), ("negative", "confirmed")} <= kinds
    assert ImageHit.objects.filter(entry__kind="fake").exists()
    told = {r["signal"] for v in Verdict.objects.filter(current=True).exclude(verdict="pass") for r in v.reasons}
    assert "bank_distance" in told
    assert Picture.objects.filter(read_at__isnull=False).count() == 1
    shown = summary.figures()
    assert shown["  listings that show a known copy"] > 0
    assert shown["Pictures opened"] == Picture.objects.count()
    before = ImageEntry.objects.count()
    chain.know_images(demo)
    assert ImageEntry.objects.count() == before  # nothing is done twice
