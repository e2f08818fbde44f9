"""Every error of the API is a problem document, whatever was asked how."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from touchstone.rights import actions as rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "rights.csv"
    path.write_text("brand\nNike\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def assert_problem(answer, status):
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["type"][:22]) == (status, "urn:touchstone:problem")
    assert found["detail"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/leads", "/api/", "/api/v1/leads/a/b/c"])
def test_an_address_that_is_not_there(client, path):
    assert_problem(client.get(path), 404)


def test_a_method_that_an_address_does_not_take(client):
    answer = client.delete("/api/v1/leads")
    assert_problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k-1"}])
def test_a_body_that_is_too_large(call, settings, headers):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    answer = call("engineer")("POST", "/screen", {"listing_id": "A", "title": "x" * 2**20}, **headers)
    assert_problem(answer, 413)
    assert "1 MB" in answer.json()["detail"]


@pytest.mark.parametrize("headers", [{}, {"HTTP_IDEMPOTENCY_KEY": "k-1"}])
def test_a_form_that_cannot_be_read(client, secret_of, headers):
    secret = secret_of("engineer")
    answer = client.generic(
        "POST",
        "/api/v1/imports/sellers",
        b"--x\r\nnonsense",
        "multipart/form-data",
        HTTP_AUTHORIZATION=f"Bearer {secret}",
        **headers,
    )
    assert_problem(answer, 400)


def test_a_fault_of_ours(call, client, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("broken")

    monkeypatch.setattr("touchstone.agencies.queries.leads", broken)
    client.raise_request_exception = False
    answer = call("officer")("GET", "/leads")
    assert_problem(answer, 500)
    assert "broken" not in answer.content.decode()


def test_the_character_nul_in_an_address_and_in_a_body(call):
    send = call("engineer")
    assert_problem(send("GET", "/verdicts/a%00b"), 400)
    assert_problem(send("GET", "/decisions?listing_id=a%00b"), 400)
    assert_problem(send("POST", "/screen", {"listing_id": "A", "title": "a\0b"}), 400)
    assert_problem(send("POST", "/screen", {"listing_id": "A", "title": ["a\0b"]}), 400)


def test_a_text_about_nul_is_no_nul(call, brands):
    answer = call("engineer")("POST", "/screen", {"listing_id": "A", "title": "C strings end with \\u0000"})
    assert answer.status_code == 200


def test_a_time_beyond_the_calendar(call, brands):
    listing = {"listing_id": "A", "title": "Mug", "created_at": "0001-01-01T00:00:00+14:00"}
    answer = call("engineer")("POST", "/screen", listing)
    assert_problem(answer, 422)
    assert answer.json()["errors"][0]["place"].startswith("listing.created_at")


def test_prices_of_any_precision(call, brands):
    listings = [{"listing_id": n, "title": "Mug", "price": p} for n, p in (("A", "0." + "1" * 90), ("B", 1e-300))]
    assert call("engineer")("POST", "/screen/batch", {"listings": listings}).status_code == 200


def test_a_large_file_with_an_idempotency_key_is_imported_once(client, secret_of, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    rows = "".join(f"S-{n},Shop {n}\n" for n in range(2_000))

    def send(content):
        return client.post(
            "/api/v1/imports/sellers",
            {"file": SimpleUploadedFile("sellers.csv", f"seller_id,shop_name\n{content}".encode())},
            headers={"Authorization": f"Bearer {secret_of('engineer')}", "Idempotency-Key": "k-1"},
        )

    first, again = send(rows), send(rows)
    assert (first.status_code, first.json()["accepted"]) == (200, 2_000)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert send(rows + "S-9999,Another\n").status_code == 422
