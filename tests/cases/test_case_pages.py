"""The pages of rings and cases, as people walk them."""

from __future__ import annotations

import pytest

from touchstone.cases import actions
from touchstone.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(ring, actors, now):
    return actions.open_case_from_ring(actors["investigator"], now, ring_id=ring.ring_id, title="Running shoes")


def text(client, url: str, **more) -> str:
    response = client.get(url, **more)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def test_empty_lists_say_so(sign_in):
    client = sign_in("investigator")
    assert "No rings yet" in text(client, "/cases/rings/")
    assert "No cases yet" in text(client, "/cases/")


def test_the_list_shows_size_score_money_and_what_is_shared(sign_in, ring):
    page = text(sign_in("investigator"), "/cases/rings/?sort=-size&size=3&shares=payout_account")
    assert ring.ring_id in page
    assert "297.00" in page
    assert "Payout account" in page


@pytest.mark.parametrize("query", ["?size=9", "?size=abc", "?size=%F0%9D%9F%97", "?page=999", "?sort=drop"])
def test_filters_take_any_query(sign_in, ring, query):
    text(sign_in("investigator"), f"/cases/rings/{query}")


def test_the_ring_page_shows_members_matrix_and_listings(sign_in, ring):
    page = text(sign_in("investigator"), f"/cases/rings/{ring.ring_id}/")
    for shop in ("Shop One", "Shop Two", "Shop Three"):
        assert shop in page
    assert "Others in the ring with the same payout account: 2." in page
    assert "高仿 Nike 跑鞋" in page
    assert "Open a case" in page


def test_a_button_opens_the_case_and_the_second_press_opens_the_same(sign_in, ring):
    client = sign_in("investigator")
    for _ in range(2):
        response = client.post("/cases/open/", {"ring_id": ring.ring_id})
        assert response.url == "/cases/C-2026-000001/" or response.url.startswith("/cases/C-")
    assert Case.objects.count() == 1
    assert Case.objects.get().number in text(client, f"/cases/rings/{ring.ring_id}/")


def test_a_search_from_the_page_says_how_many(sign_in, market):
    page = sign_in("investigator").post("/cases/rings/search/", follow=True).content.decode()
    assert "Rings: 1." in page


def test_the_case_page_shows_everything_of_the_case(sign_in, case, actors, now):
    actions.add_note(actors["investigator"], now, case_number=case.number, text="Seen the <warehouse>.")
    page = text(sign_in("investigator"), f"/cases/{case.number}/")
    for piece in ("Running shoes", "Shop Two", "L-2", "Seen the &lt;warehouse&gt;.", "Case opened", "Note written"):
        assert piece in page
    assert "386.00" in page
    assert "A test purchase" in page


def test_a_note_is_written_and_an_empty_one_is_refused(sign_in, case):
    client = sign_in("investigator")
    client.post(f"/cases/{case.number}/notes/", {"text": "From the page."})
    assert "From the page." in text(client, f"/cases/{case.number}/")
    refused = client.post(f"/cases/{case.number}/notes/", {"text": ""}, follow=True).content.decode()
    assert "must not be empty" in refused


def test_a_wrong_item_is_named_on_the_case_page(sign_in, case):
    client = sign_in("investigator")
    answer = client.post(f"/cases/{case.number}/items/", {"kind": "listing", "object_id": "L-404"}, follow=True)
    assert "There is no listing L-404" in answer.content.decode()


def test_a_case_from_listings_by_form(sign_in, market):
    client = sign_in("investigator")
    client.post("/cases/open/", {"title": "Shoes", "listing_ids": "L-1, L-3\nL-9"})
    assert Case.objects.get().items.filter(kind="listing").count() == 3
    wrong = client.post("/cases/open/", {"title": "", "listing_ids": ""}, follow=True).content.decode()
    assert "at least one listing" in wrong


def test_a_closed_case_offers_no_forms(sign_in, case):
    client = sign_in("investigator")
    client.post(f"/cases/{case.number}/close/", {"because": "Done."})
    page = text(client, f"/cases/{case.number}/")
    assert "Done." in page
    assert "Write the note" not in page


def test_a_supervisor_reads_but_does_not_edit(sign_in, case):
    client = sign_in("supervisor")
    assert "Write the note" not in text(client, f"/cases/{case.number}/")
    assert client.post(f"/cases/{case.number}/notes/", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["reviewer", "officer", "seller", "rights_holder"])
def test_others_do_not_come_in(sign_in, case, ring, role):
    client = sign_in(role)
    for url in ("/cases/", f"/cases/{case.number}/", "/cases/rings/", f"/cases/rings/{ring.ring_id}/"):
        assert client.get(url).status_code == 403


def test_what_is_not_there_is_not_found(sign_in, db):
    client = sign_in("investigator")
    assert client.get("/cases/C-2026-999999/").status_code == 404
    assert client.get("/cases/rings/R-NONE/").status_code == 404


def test_the_pages_speak_chinese(sign_in, case, ring):
    client = sign_in("investigator")
    client.cookies["django_language"] = "zh-hans"
    page = text(client, f"/cases/rings/{ring.ring_id}/")
    assert "收款账户" in page
    assert "团伙" in page
    assert "案件" in text(client, f"/cases/{case.number}/")
