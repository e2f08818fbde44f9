"""Marks: who gives one, which files are taken, the page and the API."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.engine.images.drawn_banners import crest, latin

from touchstone.accounts import actions as accounts
from touchstone.accounts.actor import Actor
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.market import media
from touchstone.rights import marks
from touchstone.rights.mark_models import Mark
from touchstone.rights.models import Brand

pytestmark = pytest.mark.django_db
PAGE = "/rights/marks/"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def _media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def own(people, now):
    return Brand.objects.create(name="Kovar", owner=people["rights_holder"].organisation, changed_at=now)


@pytest.fixture
def other(now):
    return Brand.objects.create(name="Zenitha", changed_at=now)


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def give(actors, now, tmp_path, own):
    """`give(bytes)` adds a mark of the rights holder's brand."""

    def give(raw: bytes = b"", role="rights_holder", brand=own, name=""):
        path = tmp_path / "given"
        path.write_bytes(raw or png(crest()))
        return marks.add_mark(actors[role], now, brand=brand, path=path, name=name)

    return give


def events() -> list[str]:
    return list(Event.objects.filter(type__startswith="rights:mark:").order_by("id").values_list("type", flat=True))


def test_a_mark_is_live_at_once_needs_no_second_person_and_leaves_an_event(give):
    mark = give(name="crest")
    assert marks.live_marks() == [(mark.id, "Kovar", mark.sha256)]
    assert media.original(mark.sha256) is not None
    assert events() == ["rights:mark:added"]
    assert give() == mark  # the same picture is the same mark
    assert events() == ["rights:mark:added"]


def test_a_withdrawn_mark_is_looked_for_no_more_and_may_be_given_again(give, actors, now):
    mark = give()
    for _ in range(2):
        marks.withdraw_mark(actors["rights_holder"], now, mark_id=mark.id, because="an old logo")
    assert marks.live_marks() == []
    assert events() == ["rights:mark:added", "rights:mark:withdrawn"]
    assert give().id > mark.id


@pytest.mark.parametrize(
    "raw",
    [
        b"<?php system($_GET['x']); ?>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n",
        png(np.full((64, 64, 3), 255, np.uint8)),  # nothing on it
        png(np.pad(np.zeros((40, 300, 3), np.uint8), ((100, 100), (50, 50), (0, 0)), constant_values=255)),  # a stroke
    ],
)
def test_a_file_that_is_no_picture_or_too_plain_is_refused_and_not_kept(give, raw, settings):
    with pytest.raises(NotValid) as refused:
        give(raw)
    assert refused.value.place == "file"
    assert not Mark.objects.exists()
    assert not (settings.MEDIA_ROOT / "originals").exists()


def test_a_picture_with_another_file_behind_it_is_refused(give):
    with pytest.raises(NotValid, match="hidden"):
        give(png(crest()) + b"PK\x03\x04 and so on")


def test_nobody_gives_or_withdraws_a_mark_of_somebody_elses_brand(give, actors, now, other):
    for role in ("rights_holder", "engineer", "seller", "reviewer"):
        with pytest.raises(Forbidden):
            give(role=role, brand=other)
    mark = give()
    with pytest.raises(Forbidden):
        marks.withdraw_mark(actors["reviewer"], now, mark_id=mark.id, because="x")
    with pytest.raises(NotFound):
        marks.withdraw_mark(actors["rights_holder"], now, mark_id=mark.id + 1, because="x")
    with pytest.raises(NotValid):
        marks.withdraw_mark(actors["rights_holder"], now, mark_id=mark.id, because=" ")
    assert marks.withdraw_mark(actors["supervisor"], now, mark_id=mark.id, because="misused").is_withdrawn


def test_a_brand_has_a_limited_number_of_marks(give, monkeypatch):
    monkeypatch.setattr(marks, "MOST_A_BRAND", 1)
    give()
    with pytest.raises(Conflict, match="which is the most"):
        give(png(latin("Kovar")))


def test_the_page_shows_gives_and_withdraws(sign_in, own, other):
    client = sign_in("rights_holder")
    assert "No mark yet" in client.get(PAGE).content.decode()
    sent = {"brand": own.pk, "name": HOSTILE, "file": SimpleUploadedFile("a.png", png(crest()))}
    answer = client.post(f"{PAGE}add/", sent, follow=True).content.decode()
    assert "is looked for from now on" in answer
    assert "<script>alert" not in answer
    mark = Mark.objects.get()
    assert client.get(f"{PAGE}{mark.id}/picture.jpg")["Content-Type"] == "image/jpeg"
    foreign = {"brand": other.pk, "file": SimpleUploadedFile("a.png", png(crest()))}
    assert client.post(f"{PAGE}add/", foreign).status_code == 422
    wrong = client.post(f"{PAGE}add/", {"brand": own.pk, "file": SimpleUploadedFile("a.png", b"<html></html>")})
    assert wrong.status_code == 422
    assert "This picture is not read" in wrong.content.decode()
    answer = client.post(f"{PAGE}{mark.id}/withdraw/", {"because": "old"}, follow=True).content.decode()
    assert "is withdrawn" in answer


def test_a_rights_holder_sees_its_own_marks_and_staff_all(sign_in, give, now, tmp_path, other):
    mark = give()
    strange = Mark.objects.create(brand=other, sha256=mark.sha256, added_by_name="X", added_at=now)
    client = sign_in("rights_holder")
    assert "Zenitha" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{strange.id}/picture.jpg").status_code == 403
    assert "Zenitha" in sign_in("supervisor").get(PAGE).content.decode()
    assert "Zenitha" not in sign_in("reviewer").get(f"{PAGE}?brand=Kovar").content.decode().split("<tbody>")[1]


def test_programs_give_list_and_withdraw_marks(people, now, own):
    issuer = Actor.of_user(people["rights_holder"])
    _, secret = accounts.issue_key(
        issuer, now, organisation=people["rights_holder"].organisation, name="key", roles=["rights_holder"]
    )
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def send():
        form = {"brand": "kovar", "name": "crest", "file": SimpleUploadedFile("a.png", png(crest()))}
        return client.post("/api/v1/marks", form, headers={"Idempotency-Key": "k1"})

    made = send()
    assert made.status_code == 201, made.content
    assert send().json() == made.json()
    assert [m["brand"] for m in client.get("/api/v1/marks").json()] == ["Kovar"]
    address = f"/api/v1/marks/{made.json()['id']}/withdraw"
    assert client.post(address, {"because": "old"}, "application/json").json()["withdrawn_because"] == "old"
    bad = client.post("/api/v1/marks", {"brand": "kovar", "file": SimpleUploadedFile("a.png", b"no")})
    assert (bad.status_code, bad["Content-Type"].split(";")[0]) == (422, "application/problem+json")
