"""The pages of listings, sellers and imports."""

import io
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shops import a_listing, a_seller, a_verdict
from touchstone.market.actions import import_file
from touchstone.market.exports import safe
from touchstone.market.models import Import, Listing, ListingImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(people, now):
    """S-1 of the test seller with L-1 and L-2, S-2 of nobody with L-3."""
    mine = a_seller(now, organisation=people["seller"].organisation)
    mine.identifiers.create(kind="phone", digest="d" * 64, hint="78")
    a_listing(now, "L-1", title="Red shoe", price_minor=100, orders_30d=7)
    a_listing(now, "L-2", title="Blue boot", price_minor=900, status="removed")
    a_listing(now, "L-3", "S-2", title="Not mine")


def upload(client, content, name="l.csv", kind="listings"):
    return client.post("/market/imports/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_a_seller_sees_its_own_shop_and_no_other(shop, sign_in):
    client = sign_in("seller")
    page = client.get("/market/sellers/S-1/").content.decode()
    assert "Red shoe" in page
    assert "What am I accused of" in page
    assert "…78" not in page
    assert client.get("/market/sellers/S-2/").status_code == 403
    assert client.get("/market/listings/L-3/").status_code == 403
    assert client.get("/market/listings/L-1/").status_code == 200


def test_staff_see_hints_of_identifiers_and_the_verdict(shop, sign_in, now):
    a_verdict(Listing.objects.get(listing_id="L-1"), now)
    client = sign_in("reviewer")
    assert "…78" in client.get("/market/sellers/S-1/").content.decode()
    assert "The title names Nike." in client.get("/market/listings/L-1/").content.decode()
    assert "The title names Nike." not in sign_in("seller").get("/market/listings/L-1/").content.decode()


def test_the_table_is_searched_filtered_and_sorted(shop, sign_in):
    client = sign_in("reviewer")
    address = "/market/sellers/S-1/"
    assert "Blue boot" not in client.get(address, {"q": "shoe"}).content.decode()
    assert "Red shoe" not in client.get(address, {"status": "removed"}).content.decode()
    page = client.get(address, {"sort": "-price"}).content.decode()
    assert page.index("Blue boot") < page.index("Red shoe")
    assert client.get(address, {"sort": "x", "status": "x", "page": "x"}).status_code == 200


def test_the_spreadsheet_has_no_formula_and_keeps_the_filter(shop, sign_in, now):
    a_listing(now, "L-4", title='=HYPERLINK("http://evil")')
    answer = sign_in("reviewer").get("/market/sellers/S-1/listings.csv", {"status": "live"})
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufefflisting_id,title")
    assert "\"'=HYPERLINK(" in text
    assert "L-2" not in text
    assert answer["Content-Disposition"] == 'attachment; filename="listings.csv"'


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "\u00a0=1", "\u3000=1", "＝1", "＠x"])
def test_what_a_spreadsheet_would_run_is_text(cell):
    assert safe(cell) == "'" + cell


def test_numbers_stay_numbers():
    assert (safe(-5), safe(None), safe("a=b")) == (-5, "", "a=b")


def test_an_engineer_imports_a_file_on_the_page(sign_in):
    client = sign_in("engineer")
    answer = upload(client, b"listing_id,title\nL-1,shoe\nL-2,\n")
    assert answer.status_code == 302
    done = Import.objects.get()
    assert (done.file_name, done.accepted, done.rejected) == ("l.csv", 1, 1)
    assert "l.csv" in client.get("/market/imports/").content.decode()
    rejected = b"".join(client.get(f"/market/imports/{done.id}/rejected/").streaming_content)
    assert b'"line": 3' in rejected


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("l.csv", b"listing_id,colour\n1,red\n", "needs the columns title"),
        ("l.parquet", b"PAR1xx", "not a whole Parquet file"),
        ("l.exe", b"MZ", "is not known"),
        ("l.csv", b"\xff\xfe\x00\x00\xff", "l.csv"),
    ],
)
def test_a_bad_file_is_explained_at_the_form_and_nothing_is_kept(sign_in, name, content, says):
    answer = upload(sign_in("engineer"), content, name)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "/tmp" not in answer.content.decode()
    assert not Import.objects.exists()


def test_a_supervisor_sees_imports_and_cannot_import(sign_in):
    client = sign_in("supervisor")
    assert "Import a file" not in client.get("/market/imports/").content.decode()
    assert upload(client, b"listing_id,title\nL-1,shoe\n").status_code == 403


# Pictures


def a_picture(size=(900, 600)):
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG")
    return file.getvalue()


def a_bomb():
    """A PNG of 60,000 by 60,000 pixels in a few bytes."""
    header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(60_001))), (b"IEND", b"")]
    body = b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture
def pictured(shop, actors, now, tmp_path):
    """`pictured(content)` imports L-9 of S-1 with the content as its picture."""

    def imported(content, path="a.png"):
        folder = tmp_path / "shop"
        folder.mkdir()
        (folder / "a.png").write_bytes(content)
        (folder / "l.csv").write_text(f"listing_id,title,seller_id,images\nL-9,t,S-1,{path}\n")
        return import_file(actors["engineer"], now, kind="listings", path=folder / "l.csv", image_root=folder)

    return imported


def test_a_picture_is_shown_small_and_drawn_anew(pictured, sign_in):
    pictured(a_picture())
    answer = sign_in("reviewer").get("/market/listings/L-9/pictures/0/")
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as image:
        assert (image.format, image.size) == ("JPEG", (320, 213))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")


def test_a_picture_is_for_those_who_may_see_the_listing(pictured, sign_in, client):
    pictured(a_picture())
    address = "/market/listings/L-9/pictures/0/"
    assert client.get(address).status_code == 302
    assert sign_in("seller").get(address).status_code == 200
    Listing.objects.filter(listing_id="L-9").update(seller=Listing.objects.get(listing_id="L-3").seller)
    assert sign_in("seller").get(address).status_code == 403
    assert sign_in("officer").get(address).status_code == 403


@pytest.mark.parametrize(
    "content", [a_bomb(), b"<svg onload=alert(1)>", a_picture()[:200], a_picture() + b"PK\x03\x04 a zip"]
)
def test_a_hostile_picture_is_never_shown(pictured, sign_in, content):
    pictured(content)
    client = sign_in("reviewer")
    assert client.get("/market/listings/L-9/pictures/0/").status_code == 404
    assert client.get("/market/listings/L-9/").status_code == 200


@pytest.mark.parametrize("path", ["../secret.png", "/etc/passwd", "missing.png", "."])
def test_a_path_that_leads_elsewhere_is_not_followed(pictured, tmp_path, path):
    (tmp_path / "secret.png").write_bytes(a_picture())
    assert "1 picture could not be opened." in pictured(a_picture(), path).notices
    assert not ListingImage.objects.exists()


def test_without_a_folder_no_picture_is_opened(actors, now, tmp_path):
    (tmp_path / "a.png").write_bytes(a_picture())
    (tmp_path / "l.csv").write_text("listing_id,title,images\nL-9,t,a.png\n")
    import_file(actors["engineer"], now, kind="listings", path=tmp_path / "l.csv")
    assert not ListingImage.objects.exists()


def test_a_restricted_shop_says_until_when(shop, sign_in, now):
    seller = Listing.objects.get(listing_id="L-1").seller
    seller.status, seller.restricted_until = "restricted", now + timedelta(days=14)
    seller.save()
    assert "Your shop is restricted" in sign_in("seller").get("/market/sellers/S-1/").content.decode()
