"""`POST /api/v1/explain`: the way from a title to its verdict, for programs."""

from __future__ import annotations

import pytest

from touchstone.rights import actions as rights
from touchstone.screening.models import Verdict


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text("brand,aliases,classes,reference_price,currency\nNike,耐克,25,900,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def test_a_title_is_explained_and_nothing_stored(call, brands):
    answer = call("rights_holder")("POST", "/explain", {"title": "奈克运动鞋 高仿", "price": 99})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["verdict"], told["brands"]) == ("block", ["Nike"])
    assert told["matches"][0]["technique"] == "homophone"
    assert told["steps"][-1]["text"].startswith("nai ke")
    assert told["candidates"][0]["read"] == ["nai", "ke"]
    assert {"word": "高仿", "start": 6, "end": 8, "kind": "copy_strong", "name": ""} in told["context"]
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": "x" * 2001}, {"title": "x", "currency": "yuan"}])
def test_a_wrong_request_is_a_problem(call, brands, body):
    answer = call("engineer")("POST", "/explain", body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_half_a_character_is_refused(call, brands):
    send = call("engineer")
    assert send("POST", "/explain", {"title": "nike \ud800"}).status_code in (400, 422)
