"""The pages of known images."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from shops import a_listing
from touchstone.review.models import Task
from touchstone.rights.models import Brand
from touchstone.screening import image_actions
from touchstone.screening.image_models import ImageEntry, ImageState

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script>'
A, B = "a1" * 32, "5c" * 32
BANK = "/screening/images/"


@pytest.fixture
def proposed(actors, now):
    """`proposed()` is a copy that the reviewer proposed, from listing L-1."""
    Brand.objects.create(name="Nike", changed_at=now)
    a_listing(now, "L-1", pdq=A, brand=HOSTILE)

    def proposed(**facts) -> ImageEntry:
        facts = {"listing_id": "L-1", "position": 0, "kind": "fake", "because": HOSTILE, **facts}
        return image_actions.add_from_listing(actors["reviewer"], now, **facts)

    return proposed


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(file, "PNG")
    return SimpleUploadedFile("p.png", file.getvalue())


def test_the_list_shows_entries_with_state_kind_and_hits_and_no_script(sign_in, proposed):
    proposed()
    page = sign_in("supervisor").get(BANK).content.decode()
    assert "Waiting for confirmation" in page
    assert "Image of copies" in page
    assert "<script>alert" not in page


def test_filters_narrow_the_list_and_nonsense_does_no_harm(sign_in, proposed):
    proposed()
    client = sign_in("reviewer")
    assert "L-1" in client.get(f"{BANK}?state=proposed&kind=fake&q={A[:10]}").content.decode()
    assert "No image fits" in client.get(f"{BANK}?kind=negative").content.decode()
    for query in ("state=x", "kind=zzz", "sort=;", "page=-9", "q=%F0%9F%91%9C"):
        assert client.get(f"{BANK}?{query}").status_code == 200


def test_a_supervisor_confirms_the_chosen_and_the_listings_go_to_review(sign_in, proposed, now):
    a_listing(now, "L-2", "S-2", title="running shoes", pdq=f"{B};{A}")
    entry = proposed()
    client = sign_in("supervisor")
    answer = client.post(f"{BANK}confirm/", {"entry": str(entry.id)}, follow=True).content.decode()
    assert "1 image is confirmed. 2 listings go to review." in answer
    assert {t.listing.listing_id for t in Task.objects.all()} == {"L-1", "L-2"}
    page = client.get(f"{BANK}{entry.id}/").content.decode()
    assert "running shoes" in page
    assert "<script>alert" not in page
    assert str(entry.id) in client.get("/market/listings/L-2/").content.decode()


def test_ones_own_proposal_is_not_confirmed(sign_in, proposed):
    entry = proposed()
    client = sign_in("reviewer")
    assert "a colleague confirms it" in client.get(f"{BANK}{entry.id}/").content.decode()
    answer = client.post(f"{BANK}confirm/", {"entry": str(entry.id), "back": "entry"}, follow=True).content.decode()
    assert "another person" in answer
    entry.refresh_from_db()
    assert entry.state == ImageState.PROPOSED


def test_a_picture_is_added_shown_and_withdrawn_with_a_reason(sign_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in("engineer")
    facts = {"file": picture(), "kind": "negative", "brand": "", "name": "supplier", "because": "catalogue"}
    assert client.post(f"{BANK}add/", facts).status_code == 302
    entry = ImageEntry.objects.get()
    assert client.get(f"{BANK}{entry.id}/picture.jpg")["Content-Type"] == "image/jpeg"
    assert client.post(f"{BANK}{entry.id}/withdraw/", {"because": "x"}).status_code == 403
    client = sign_in("supervisor")
    assert "Say why" in client.post(f"{BANK}{entry.id}/withdraw/", {"because": " "}, follow=True).content.decode()
    client.post(f"{BANK}{entry.id}/withdraw/", {"because": "mistake"})
    entry.refresh_from_db()
    assert (entry.state, entry.settled_because) == (ImageState.WITHDRAWN, "mistake")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("p.png", b"no picture", "not read"),
        ("bank.csv", b"pdq\n12\n", "bank.csv row 1"),
        ("bank.csv", b"hash\n12\n", "pdq"),
        ("bank.parquet", b"PAR1", "Parquet"),
        ("../../x.csv", f"pdq\n{A}\n".encode(), ""),
    ],
)
def test_a_file_that_is_wrong_is_said_so_on_the_form(sign_in, name, content, says):
    facts = {"file": SimpleUploadedFile(name, content), "kind": "fake", "because": "x"}
    answer = sign_in("engineer").post(f"{BANK}add/", facts)
    assert answer.status_code == (422 if says else 302)
    assert says in answer.content.decode()
    assert ImageEntry.objects.count() == (0 if says else 1)


def test_a_listing_that_is_not_there_or_has_no_hash_is_said_so(sign_in, now):
    a_listing(now, "L-1")
    client = sign_in("reviewer")
    for listing_id, says in (("nope", "no listing"), ("L-1", "neither the picture nor a hash")):
        facts = {"listing_id": listing_id, "position": 1, "kind": "fake", "because": "x"}
        answer = client.post(f"{BANK}add-listing/", facts)
        assert answer.status_code == 422
        assert says in answer.content.decode()


def test_an_image_that_floods_says_so(sign_in, proposed, actors, now, settings):
    settings.FLOOD_LISTINGS, settings.FLOOD_SELLERS, settings.FLOOD_SHARE = 2, 1, 0.0
    for number in range(2, 6):
        a_listing(now, f"L-{number}", f"S-{number}", pdq=A)
    entry = proposed()
    image_actions.confirm(actors["supervisor"], timezone.now(), entry_ids=[entry.id])
    page = sign_in("supervisor").get(f"{BANK}{entry.id}/").content.decode()
    assert "matched 5 listings of 5 shops" in page
    assert "twice as many" in page
    assert "1 known image is set aside" in sign_in("supervisor").get("/").content.decode()


@pytest.mark.parametrize("role", ["seller", "rights_holder", "officer", "working_group"])
def test_others_do_not_see_the_bank(sign_in, role):
    assert sign_in(role).get(BANK).status_code == 403
