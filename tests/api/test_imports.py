"""POST /imports/{kind}: a file taken in, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from touchstone.market.models import Seller

pytestmark = pytest.mark.django_db
SELLERS = "seller_id,shop_name,phone\nS-1,Blue Lantern,13800138000\n"


@pytest.fixture
def upload(client, call):
    """`upload(kind, name, text)` sends a file as the engineer's program does."""
    send = call("engineer")
    secret = send("GET", "/leads").wsgi_request.headers["Authorization"]

    def upload(kind: str, name: str, text: str, **headers):
        file = SimpleUploadedFile(name, text.encode())
        return client.post(f"/api/v1/imports/{kind}", {"file": file}, headers={"Authorization": secret, **headers})

    return upload


def test_a_file_of_sellers_comes_in(upload):
    answer = upload("sellers", "sellers.csv", SELLERS)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (1, 0)
    assert Seller.objects.get().shop_name == "Blue Lantern"


def test_the_same_file_again_is_the_first_import(upload):
    first, again = upload("sellers", "sellers.csv", SELLERS), upload("sellers", "sellers.csv", SELLERS)
    assert first.json()["id"] == again.json()["id"]
    assert Seller.objects.count() == 1


def test_a_missing_column_is_a_problem_that_names_it(upload):
    answer = upload("sellers", "sellers.csv", "seller_id,phone\nS-1,13800138000\n")
    assert answer.status_code == 422
    assert "shop_name" in answer.json()["detail"]
    assert not Seller.objects.exists()


def test_an_unknown_kind_is_a_problem(upload):
    assert upload("wishes", "sellers.csv", SELLERS).status_code == 422


def test_a_retried_upload_with_an_idempotency_key_is_replayed(upload):
    first = upload("sellers", "sellers.csv", SELLERS, **{"Idempotency-Key": "u-1"})
    again = upload("sellers", "sellers.csv", SELLERS, **{"Idempotency-Key": "u-1"})
    assert first.content == again.content
    assert again.headers.get("Idempotency-Replayed") == "true"
