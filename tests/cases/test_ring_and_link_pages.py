"""The pages on which links are judged, as an investigator walks them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from touchstone.cases import actions, judgements, ring_queries
from touchstone.cases.models import LinkJudgement

pytestmark = pytest.mark.django_db


def text(client, url: str, **more) -> str:
    response = client.get(url, **more)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def table(client, url: str) -> list[dict]:
    content = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_ring_page_tells_the_ring_in_a_sentence_and_lists_its_links(sign_in, ring):
    page = text(sign_in("investigator"), f"/cases/rings/{ring.ring_id}/")
    assert "3 sellers hang together over 3 links" in page
    assert f"/cases/rings/{ring.ring_id}/link/?a=S-1&amp;b=S-2" in page
    assert "Members over time" in page
    assert "S-1, S-2, S-3" in page


def test_the_link_page_shows_the_waterfall_and_the_ring_without_the_link(sign_in, ring):
    page = text(sign_in("supervisor"), f"/cases/rings/{ring.ring_id}/link/?a=S-3&b=S-2")
    assert "Ship-from address" in page
    assert "The ring stays in one piece" in page
    assert "Nobody has judged this link yet." in page


def test_a_link_that_holds_the_ring_alone_shows_the_parts(sign_in, ring, actors, now):
    judgements.judge_link(
        actors["investigator"], now, seller_a="S-1", seller_b="S-2", judgement="rejected", because="Two tenants."
    )
    actions.find_rings(actors["investigator"], now + timedelta(hours=1))
    page = text(sign_in("investigator"), f"/cases/rings/{ring.ring_id}/link/?a=S-1&b=S-3")
    assert "the ring falls into 2 parts" in page


def test_a_judgement_on_the_page_is_kept_and_shown_until_the_next_search(sign_in, ring, actors):
    client = sign_in("investigator")
    url = f"/cases/rings/{ring.ring_id}/"
    given = {"seller_a": "S-1", "seller_b": "S-2", "judgement": "rejected", "because": "Two tenants."}
    response = client.post(f"{url}judge/", given, follow=True)
    assert "Two tenants." in response.content.decode()
    assert "1 judgement is newer than the search" in text(client, url)
    client.post("/cases/rings/search/")
    assert "newer than the search" not in text(client, url)
    assert LinkJudgement.objects.get().by.username == "investigator"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"seller_a": "S-1", "seller_b": "S-1", "judgement": "rejected", "because": "x"},
        {"seller_a": "S-1", "seller_b": "Z-9", "judgement": "rejected", "because": "x"},
        {"seller_a": "S-1", "seller_b": "S-2", "judgement": "rejected", "because": ""},
        {"seller_a": "S-1", "seller_b": "S-2", "judgement": "perhaps", "because": "x"},
    ],
)
def test_a_wrong_judgement_is_answered_with_words(sign_in, ring, given):
    response = sign_in("investigator").post(f"/cases/rings/{ring.ring_id}/judge/", given, follow=True)
    assert response.status_code == 200
    assert not LinkJudgement.objects.exists()


def test_strangers_who_share_an_attribute_are_parted_from_the_page(sign_in, ring):
    client = sign_in("investigator")
    attribute = ring.attributes.get(kind="payout_account")
    url = f"/cases/rings/{ring.ring_id}/apart/"
    page = text(client, url, data={"kind": attribute.kind, "digest": attribute.digest[:16]})
    assert "3 links between the chosen shops would be rejected." in page
    assert "1 of them shares something else, too" in page
    given = {"kind": attribute.kind, "digest": attribute.digest, "sellers": ["S-1", "S-2"], "because": "One agent."}
    response = client.post(url, given, follow=True)
    assert "1 link was rejected." in response.content.decode()
    assert client.get(url, {"kind": "phone", "digest": "ab"}).status_code == 404


def test_a_shop_that_goes_on_for_a_closed_one_is_recognised(sign_in, market, load, actors, now):
    head = "seller_id,shop_name,payout_account,phone,opened_on,closed_on\n"
    rows = (
        "A-1,Old Shop,6222020299,13811110001,2025-01-01,2026-05-01\nA-2,New Shop,6222020299,13811110001,2026-05-08,\n"
    )
    load("sellers", head + rows)
    rings = actions.find_rings(actors["investigator"], now)
    ring = next(r for r in rings if r.members.filter(seller__seller_id="A-2").exists())
    found = ring_queries.reopened(["A-1", "A-2"])
    assert found["A-2"]["seller_id"] == "A-1"
    assert found["A-2"]["days"] == 7
    assert "Continues Old Shop (A-1), closed 2026-05-01: opened 7 days later." in text(
        sign_in("investigator"), f"/cases/rings/{ring.ring_id}/"
    )


def test_the_way_leads_from_a_bad_listing_to_the_one_who_sells_in_bulk(sign_in, market, load, actors, now):
    orders = "order_id,listing_id,seller_id,quantity,amount,currency,paid_at,waybill_origin\n"
    load("orders", orders + "O-90,L-3,S-3,60,900,CNY,2026-10-04T08:00:00Z,福建莆田\n")
    (ring,) = actions.find_rings(actors["investigator"], now)
    (way,) = ring_queries.ways(ring, [("L-1", "S-1")])
    assert [s.seller_id for s in way.steps] == ["S-1", "S-3"]
    assert way.steps[1].role in ("maker", "wholesaler")
    assert way.steps[1].shares == ["payout_account"]
    assert way.origins == [("福建莆田", 1)]


def test_members_and_links_come_as_files(sign_in, ring):
    client = sign_in("investigator")
    members = table(client, f"/cases/rings/{ring.ring_id}/members.csv")
    assert sorted(row["seller_id"] for row in members) == ["S-1", "S-2", "S-3"]
    links = table(client, f"/cases/rings/{ring.ring_id}/links.csv")
    assert len(links) == 3
    assert {row["judgement"] for row in links} == {"open"}


def test_a_seller_that_does_not_exist_has_no_link(sign_in, ring):
    assert sign_in("investigator").get(f"/cases/rings/{ring.ring_id}/link/").status_code == 404
