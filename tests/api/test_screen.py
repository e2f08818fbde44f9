"""POST /screen: a verdict for the listing that is sent, kept where the market knows the listing."""

import pytest

from shops import a_listing
from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening.models import Verdict

pytestmark = pytest.mark.django_db
FAKE = {
    "listing_id": "L-9",
    "title": "Nike Dunk 1:1 高仿 复刻",
    "price": "99.00",
    "currency": "CNY",
    "seller_id": "S-9",
}


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "rights.csv"
    path.write_text("brand,aliases,reference_price,currency\nNike,耐克,600,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def test_a_listing_gets_a_verdict_with_reasons(call, brands):
    answer = call("engineer")("POST", "/screen", FAKE)
    assert answer.status_code == 200, answer.content
    verdict = answer.json()
    assert verdict["listing_id"] == "L-9"
    assert verdict["verdict"] == "block"
    assert verdict["brands"] == ["Nike"]
    assert {"text", "text_zh", "signal", "value", "weight"} <= set(verdict["reasons"][0])
    assert FAKE["title"][verdict["matches"][0]["start"] : verdict["matches"][0]["end"]] == "Nike"


def test_the_verdict_on_a_known_listing_is_kept_and_can_be_read_back(call, brands, now):
    a_listing(now, "L-9", "S-9", title=FAKE["title"])
    answer = call("engineer")("POST", "/screen", FAKE)
    assert Verdict.objects.get().verdict == answer.json()["verdict"]
    assert Event.objects.filter(type="screening:verdict:stored").count() == 1
    assert call("reviewer")("GET", "/verdicts/L-9").json()["score"] == pytest.approx(answer.json()["score"], abs=1e-6)


def test_an_unknown_listing_is_answered_and_nothing_is_kept(call, brands):
    call("engineer")("POST", "/screen", FAKE)
    assert not Verdict.objects.exists()


def test_many_listings_are_answered_in_order(call, brands):
    clean = {"listing_id": "L-10", "title": "Ceramic tea cup"}
    answer = call("engineer")("POST", "/screen/batch", {"listings": [clean, FAKE]})
    assert [(v["listing_id"], v["verdict"]) for v in answer.json()["verdicts"]] == [("L-10", "pass"), ("L-9", "block")]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"price": "NaN"}, "price"),
        ({"price": -1}, "price"),
        ({"title": ""}, "title"),
        ({"title": "x" * 1_000_000}, "title"),
        ({"listing_id": None}, "listing_id"),
        ({"currency": "yuan"}, "currency"),
        ({"orders_30d": 2**40}, "orders_30d"),
    ],
)
def test_bad_input_is_a_problem_that_names_the_place(call, brands, change, place):
    answer = call("engineer")("POST", "/screen", {**FAKE, **change})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert place in answer.json()["errors"][0]["place"]


def test_an_officer_may_not_screen(call, brands):
    answer = call("officer")("POST", "/screen", FAKE)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:touchstone:problem:forbidden")
