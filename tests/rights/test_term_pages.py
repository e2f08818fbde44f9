"""The pages and the API of terms."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from touchstone.accounts import actions as accounts
from touchstone.rights import actions, terms
from touchstone.rights.models import Term

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text("brand,aliases\nNike,耐克\nDior,\n", encoding="utf-8")
    actions.import_brands(actors["engineer"], now, path=path)


@pytest.fixture
def candidate(actors):
    def candidate(kind="alias", text="大钩子", brand="Nike", **effect) -> Term:
        term = terms.propose(actors["reviewer"], timezone.now(), kind=kind, text=text, brand=brand, reason=HOSTILE)
        shown = {"listings": 1200, "touched": 7, "judged": 7, "changed": 2, "moves": {"pass to block": 2}}
        moved = [{"listing_id": "L-1", "title": HOSTILE, "before": "pass", "after": "block"}]
        effects = {term.id: {**shown, "changes": moved, **effect}}
        terms.note_effects(actors["system"], timezone.now(), effects=effects)
        return term

    return candidate


def test_the_list_shows_candidates_with_what_they_change(sign_in, candidate):
    candidate()
    page = sign_in("supervisor").get("/rights/terms/").content.decode()
    assert "大钩子" in page
    assert "Mine candidates" in page
    assert "Approve the chosen ones" in page
    assert "<script>alert" not in page


def test_a_reviewer_proposes_and_sees_but_does_not_approve(sign_in, candidate):
    term = candidate()
    client = sign_in("reviewer")
    page = client.get(f"/rights/terms/{term.id}/").content.decode()
    assert "Approve" not in page
    assert "<script>alert" not in page
    assert "L-1" in page
    assert client.post("/rights/terms/approve/", {"term": str(term.id)}).status_code == 403


def test_filters_narrow_the_list_and_hostile_ones_do_no_harm(sign_in, candidate):
    candidate()
    candidate("safe", "耐克跑步节", "")
    client = sign_in("supervisor")
    for query, first, second in (
        ("kind=alias", True, False),
        ("kind=safe", False, True),
        ("brand=Nike", True, False),
        ("q=钩", True, False),
        ("source=mined", False, False),
        ("state=all", True, True),
        ("state=approved", False, False),
        ("state=%27&kind=zzz&page=x", True, True),
    ):
        page = client.get(f"/rights/terms/?{query}").content.decode()
        body = page.split("<tbody>")[-1].split("</tbody>")[0] if "<tbody>" in page else ""
        assert (("大钩子" in body), ("跑步节" in body)) == (first, second), query


def test_a_supervisor_approves_chosen_terms_and_takes_one_back(sign_in, candidate):
    one, two = candidate(), candidate("safe", "耐克跑步节", "")
    client = sign_in("supervisor")
    answer = client.post("/rights/terms/approve/", {"term": [str(one.id), str(two.id), "nonsense"]}, follow=True)
    assert "2 terms are live." in answer.content.decode()
    answer = client.post(f"/rights/terms/{one.id}/withdraw/", {"because": "a mistake"}, follow=True)
    page = answer.content.decode()
    assert "a mistake" in page
    assert set(Term.objects.values_list("text", "state")) == {("大钩子", "withdrawn"), ("耐克跑步节", "approved")}


def test_more_terms_than_a_page_holds_are_refused_with_a_sentence(sign_in, candidate):
    found = [candidate(text=f"大钩子{number}") for number in range(51)]
    answer = sign_in("supervisor").post("/rights/terms/approve/", {"term": [str(t.id) for t in found]}, follow=True)
    assert "51 terms were chosen, and at most 50 are approved at once: none is approved." in answer.content.decode()
    assert set(Term.objects.values_list("state", flat=True)) == {"candidate"}


def test_refusing_without_a_reason_is_answered_with_a_sentence(sign_in, candidate):
    term = candidate()
    answer = sign_in("supervisor").post(f"/rights/terms/{term.id}/refuse/", {}, follow=True)
    assert "Say why." in answer.content.decode()
    assert Term.objects.get().state == "candidate"


def test_a_wrong_proposal_stays_in_the_form_with_its_error(sign_in):
    answer = sign_in("reviewer").post(
        "/rights/terms/propose/", {"kind": "alias", "text": "耐克", "brand": "Nike", "reason": HOSTILE}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a name of Nike already" in page
    assert "<script>alert" not in page


def test_a_file_is_taken_or_its_first_error_named(sign_in, tmp_path):
    client = sign_in("engineer")
    path = tmp_path / "terms.csv"
    path.write_text("term,kind,brand\n大钩子,alias,Puma\n", encoding="utf-8")
    with path.open("rb") as file:
        answer = client.post("/rights/terms/import/", {"file": file})
    assert (answer.status_code, "no brand Puma" in answer.content.decode()) == (422, True)
    path.write_text("term,kind,brand\n大钩子,alias,Nike\n", encoding="utf-8")
    with path.open("rb") as file:
        client.post("/rights/terms/import/", {"file": file})
    lines = b"".join(client.get("/rights/terms/export.csv?state=all").streaming_content).decode()
    assert "大钩子,alias,Nike" in lines


def test_counting_and_mining_come_back_to_the_page(sign_in, candidate):
    term = candidate()
    client = sign_in("supervisor")
    assert "was counted" in client.post(f"/screening/terms/{term.id}/measure/", follow=True).content.decode()
    assert Term.objects.get().effect["listings"] == 0
    assert client.post("/screening/terms/measure/", follow=True).status_code == 200
    assert "Nothing new" in client.post("/screening/terms/mine/", follow=True).content.decode()


def test_programs_read_and_propose_terms_with_a_key(client, actors, people, candidate):
    candidate()
    _key, secret = accounts.issue_key(
        actors["engineer"],
        timezone.now(),
        organisation=people["engineer"].organisation,
        name="tool",
        roles=["engineer"],
    )
    head = {"Authorization": f"Bearer {secret}"}
    (found,) = client.get("/api/v1/terms?state=candidate", headers=head).json()
    assert (found["text"], found["brand"], found["changed"], found["state"]) == ("大钩子", "Nike", 2, "candidate")
    given = {"kind": "safe", "text": "耐克跑步节"}
    answer = client.post("/api/v1/terms", json.dumps(given), content_type="application/json", headers=head)
    assert (answer.status_code, answer.json()["state"]) == (201, "candidate")
    wrong = client.post(
        "/api/v1/terms", json.dumps({"kind": "safe", "text": "耐克"}), content_type="application/json", headers=head
    )
    assert (wrong.status_code, "itself a name" in wrong.json()["detail"]) == (422, True)
