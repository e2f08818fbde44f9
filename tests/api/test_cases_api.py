"""Rings, judgements and the analysis of cases for programs."""

from __future__ import annotations

import pytest
from tests.small_market import load, market, ring, verdict

from touchstone.cases.models import LinkJudgement

__all__ = ["load", "market", "ring", "verdict"]
pytestmark = pytest.mark.django_db


def test_a_program_reads_a_ring_and_why_its_links_stand(call, ring):
    ask = call("investigator")
    assert [r["ring_id"] for r in ask("GET", "/rings").json()] == [ring.ring_id]
    found = ask("GET", f"/rings/{ring.ring_id}").json()
    assert {m["seller_id"] for m in found["members"]} == {"S-1", "S-2", "S-3"}
    assert found["sentence"].startswith("3 sellers hang together")
    links = ask("GET", f"/rings/{ring.ring_id}/links?limit=1").json()
    assert links[0]["steps"][-1]["total_after"] == pytest.approx(links[0]["weight"], abs=1e-4)


def test_a_program_judges_one_link_or_says_that_many_are_strangers(call, ring):
    ask = call("investigator")
    one = {"sellers": ["S-2", "S-1"], "judgement": "confirmed", "because": "The bank says so."}
    assert ask("POST", "/links/judgements", one).status_code == 201
    assert ask("GET", f"/rings/{ring.ring_id}/links").json()[0]["judgement"] in ("confirmed", "open")
    many = {"sellers": ["S-1", "S-3", "H-1"], "judgement": "rejected", "because": "One warehouse."}
    assert [(j["seller_a"], j["seller_b"]) for j in ask("POST", "/links/judgements", many).json()] == [
        ("H-1", "S-1"),
        ("H-1", "S-3"),
        ("S-1", "S-3"),
    ]
    assert ask("POST", "/links/judgements", {**many, "judgement": "confirmed"}).status_code == 422
    assert call("reviewer")("POST", "/links/judgements", one).status_code == 403
    assert LinkJudgement.objects.count() == 4


def test_a_program_opens_analyses_and_reads_a_case(call, ring):
    ask = call("investigator")
    number = ask("POST", "/cases", {"ring_id": ring.ring_id}).json()["number"]
    stated = ask("POST", f"/cases/{number}/hypotheses", {"statement": "One family runs them"}).json()
    put = ask("POST", f"/cases/{number}/evidence", {"text": "Shop", "kind": "seller", "object_id": "S-1"}).json()
    weights = f"/cases/hypotheses/{stated['id']}/weights"
    assert ask("POST", weights, {"argument": put["id"], "weight": 2}).status_code == 201
    assert ask("POST", weights, {"argument": put["id"], "weight": 3}).status_code == 422
    judged = {"state": "supported", "because": "It fits."}
    assert ask("POST", f"/cases/hypotheses/{stated['id']}", judged).json()["state"] == "supported"
    file = ask("GET", f"/cases/{number}").json()
    assert file["analysis"][0]["evidence"][0]["weight"] == 2
    assert ask("POST", f"/cases/{number}/merge", {"other": "C-1", "because": "x"}).status_code == 404
