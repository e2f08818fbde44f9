"""The character NUL, which PostgreSQL cannot hold in text, is refused before it comes to a query."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/market/listings/a%00b/", "/audit/seller/a%00b/", "/shops/a%00b/", "/shops/?q=a%00b"]
)
def test_in_an_address(sign_in, address):
    assert sign_in("engineer").get(address).status_code == 400


def test_in_a_form(sign_in):
    answer = sign_in("investigator").post("/cases/open/", {"listing_ids": "L-1", "title": "a\0b"})
    assert answer.status_code == 400
