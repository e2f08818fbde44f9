"""The worker reads and searches pictures where it pays; who says something new is judged again and goes to a reviewer."""

from __future__ import annotations

import pytest
from PIL import Image
from tests.engine.images.drawn_banners import crest, latin, stamped
from tests.engine.images.drawn_pictures import patches

import picture_market
from picture_market import current
from touchstone.ledger.models import Event
from touchstone.market.models import Listing
from touchstone.review import image_matches
from touchstone.review.models import Task
from touchstone.rights import marks
from touchstone.rights.models import Brand
from touchstone.screening import actions as screening
from touchstone.screening import picture_queue
from touchstone.screening.models import Verdict
from touchstone.screening.picture_models import Picture, PictureMark

pytestmark = pytest.mark.django_db
home, bring = picture_market.home, picture_market.bring


def picture_of(listing_id: str, position: int = 0) -> Picture:
    image = Listing.objects.get(listing_id=listing_id).pictures.get(position=position)
    return Picture.objects.get(sha256=image.sha256)


def events(listing_id: str) -> list[str]:
    found = Event.objects.filter(
        refs__kind="listing", refs__object_id=listing_id, type__startswith="screening:picture:"
    )
    return list(found.order_by("id").values_list("type", flat=True))


def test_text_in_a_picture_is_read_once_and_puts_its_listings_before_a_reviewer(actors, now, bring, tmp_path):
    Image.fromarray(latin("NIKE mirror quality")).save(tmp_path / "said.png")
    bring(**{"L-1": "said.png", "L-2": "said.png", "L-3": "plain.png"})
    screening.screen_market(actors["system"], now)
    assert {current(i).verdict for i in ("L-1", "L-2", "L-3")} == {"pass"}
    done = image_matches.look_closer(now)
    assert done.read == 2
    assert {t.listing.listing_id for t in Task.objects.all()} == {"L-1", "L-2"}
    assert "image_words" in {r["signal"] for r in current("L-1").reasons}
    assert events("L-1") == events("L-2") == ["screening:picture:read"]
    assert events("L-3") == []
    stored = Verdict.objects.count()
    again = image_matches.look_closer(now)
    assert (again.read, again.telling, Verdict.objects.count()) == (0, [], stored)
    assert "NIKE" not in Event.objects.filter(type="screening:picture:read").get().payload  # it may be a phone number


def test_the_worthiest_picture_is_read_first(actors, now, bring):
    bring(**{"L-1": "a.png", "L-2": "b.png;c.png", "L-3": "d.png", "L-4": "e.png", "L-5": "d.png"})
    Listing.objects.filter(listing_id="L-2").update(price_minor=10_000_00, currency="CNY", orders_30d=400)
    screening.screen_market(actors["system"], now)
    Verdict.objects.filter(listing__listing_id="L-4").update(verdict="block", score=0.99)
    Verdict.objects.filter(listing__listing_id="L-1").update(verdict="review", score=0.6)
    picture_queue.weigh(now, ["L-1", "L-2", "L-3", "L-4", "L-5"])
    order = [
        picture_of("L-2"),  # costly and sold
        picture_of("L-2", 1),  # its second picture counts half, which is more than
        picture_of("L-3"),  # two listings that sell nothing
        picture_of("L-1"),  # in review anyway
    ]
    worth = [picture.worth for picture in order]
    assert worth == sorted(worth, reverse=True)
    assert worth[1] == pytest.approx(worth[0] / 2)
    assert picture_of("L-4").worth == 0  # blocked: nothing to gain
    assert picture_of("L-3").worth == pytest.approx(2 * picture_of("L-2").worth / (worth[0] / worth[2] * 2), rel=0.01)
    image_matches.look_closer(now, most=1)
    assert list(Picture.objects.exclude(reader="").values_list("sha256", flat=True)) == [order[0].sha256]


def test_readings_have_an_hourly_limit_and_none_switches_them_off(actors, now, bring, settings):
    bring(**{"L-1": "a.png", "L-2": "b.png"})
    screening.screen_market(actors["system"], now)
    settings.READINGS_AN_HOUR = 0
    assert image_matches.look_closer(now).read == 0
    assert picture_queue.waiting()["to_read"] == 0
    settings.READINGS_AN_HOUR = 1
    assert picture_queue.waiting()["to_read"] == 2
    assert [image_matches.look_closer(now).read for _ in range(2)] == [1, 0]


@pytest.fixture
def kovar(now, people, actors, tmp_path):
    """The brand Kovar of the rights holder, with its mark."""
    brand = Brand.objects.create(name="Kovar", owner=people["rights_holder"].organisation, changed_at=now)
    Image.fromarray(crest()).save(tmp_path / "mark.png")
    return marks.add_mark(actors["rights_holder"], now, brand=brand, path=tmp_path / "mark.png", name="crest")


def test_a_mark_in_a_picture_is_a_reason_until_it_is_withdrawn(actors, now, bring, tmp_path, kovar, settings):
    settings.READINGS_AN_HOUR = 0
    Image.fromarray(stamped(patches(4, 800, 800), crest(), share=0.4, turn=10)).save(tmp_path / "shown.png")
    bring(**{"L-1": "shown.png", "L-2": "plain.png"})
    screening.screen_market(actors["system"], now)
    assert "logo_brand" not in {r["signal"] for r in current("L-1").reasons}
    done = image_matches.look_closer(now)
    assert (done.searched, len(done.telling)) == (2, 1)
    told = {r["signal"]: r for r in current("L-1").reasons}["logo_brand"]
    assert told["value"] == "Kovar"
    assert "#1, x " in told["text"]
    seen = PictureMark.objects.get()
    assert (seen.mark, seen.picture) == (kovar, picture_of("L-1"))
    assert events("L-1") == ["screening:picture:marked"]
    assert image_matches.look_closer(now).searched == 0  # once for each new mark
    marks.withdraw_mark(actors["rights_holder"], now, mark_id=kovar.id, because="sold the brand")
    image_matches.look_closer(now)
    assert "logo_brand" not in {r["signal"] for r in current("L-1").reasons}
    assert not PictureMark.objects.exists()


def test_a_new_mark_sends_pictures_through_the_search_again(actors, now, bring, tmp_path, kovar, settings):
    settings.READINGS_AN_HOUR = 0
    bring(**{"L-1": "a.png"})
    screening.screen_market(actors["system"], now)
    assert image_matches.look_closer(now).searched == 1
    Image.fromarray(latin("Zenitha")).save(tmp_path / "word.png")
    marks.add_mark(actors["rights_holder"], now, brand=kovar.brand, path=tmp_path / "word.png")
    assert image_matches.look_closer(now).searched == 1


def test_a_file_that_is_gone_or_broken_does_not_stop_the_queue(actors, now, bring, kovar):
    from touchstone.market import media

    bring(**{"L-1": "a.png", "L-2": "b.png"})
    screening.screen_market(actors["system"], now)
    media.original(picture_of("L-1").sha256).unlink()
    media.original(picture_of("L-2").sha256).write_bytes(b"no picture any more")
    done = image_matches.look_closer(now)
    assert (done.read, done.searched, done.telling) == (2, 2, [])
    assert image_matches.look_closer(now).read == 0


def test_the_review_page_shows_what_was_read_and_found_with_the_picture(actors, now, bring, sign_in, kovar):
    bring(title="running shoes", **{"L-1": "a.png;b.png"})
    screening.screen_market(actors["system"], now)
    second = picture_of("L-1", 1)
    Picture.objects.filter(sha256=second.sha256).update(text="Nike 高仿 <script>alert(1)</script>", reader="r")
    PictureMark.objects.create(
        picture=second, mark=kovar, inliers=9, left=0.1, top=0.2, right=0.5, bottom=0.4, found_at=now
    )
    image_matches.judge(now, ["L-1"])
    task = Task.objects.get()
    page = sign_in("reviewer").get(f"/review/{task.id}/").content.decode()
    told = page.split("Text and marks in the pictures")[1]
    assert "Picture 2" in told
    assert "Picture 1" not in told
    assert "高仿 &lt;script&gt;" in told
    assert "/market/listings/L-1/pictures/1" in told or "L-1" in told
    assert '<rect x="10" y="20" width="40" height="20"/>' in told
    assert "Kovar, 9 features agree" in told
    assert "Text and marks in the pictures" in sign_in("engineer").get("/market/listings/L-1/").content.decode()
