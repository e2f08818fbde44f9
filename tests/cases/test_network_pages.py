"""The page of a network: what it draws, what its panel says, what it gives out, and that each is written down."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from touchstone.cases import network, network_story, places
from touchstone.errors import Forbidden, NotFound
from touchstone.ledger.models import Event


def url(name: str, ring) -> str:
    return reverse(f"cases:{name}", args=[ring.ring_id])


def test_the_page_of_a_ring_holds_the_same_as_a_table(ring, sign_in):
    body = sign_in("investigator").get(url("network", ring)).content.decode()
    assert all(f">Shop {name}<" in body for name in ("One", "Two", "Three"))
    assert "On whom most hangs" in body
    assert "Shared by three or more" in body
    assert "style=" not in body


def test_the_table_is_searched_filtered_and_sorted(ring, sign_in):
    client = sign_in("investigator")
    assert rows_of(client, ring, search="two") == ["S-2"]
    assert rows_of(client, ring, role="maker") == []
    assert rows_of(client, ring, role="front_shop", sort="-name") == ["S-2", "S-3", "S-1"]
    assert "payout" in client.get(url("network", ring), {"table": "links"}).content.decode().lower()


def rows_of(client, ring, **asked) -> list[str]:
    page = client.get(url("network", ring), asked).context["page"]
    return [row["id"] for row in page if not row["hub"]]


def test_the_data_names_each_node_once_and_edges_point_at_nodes(ring, sign_in):
    found = json.loads(sign_in("supervisor").get(url("network_data", ring)).content)
    nodes, edges = found["nodes"], found["edges"]
    assert sorted(n for n in nodes["id"] if ":" not in n) == ["S-1", "S-2", "S-3"]
    assert {len(column) for column in nodes.values()} == {len(set(nodes["id"]))}
    assert all(0 <= end < len(nodes["id"]) for end in (*edges["source"], *edges["target"]))


def test_no_whole_digest_and_no_plain_value_leaves_the_page(ring, sign_in):
    from touchstone.market.models import SellerIdentifier

    client = sign_in("investigator")
    text = "".join(client.get(url(name, ring)).content.decode() for name in ("network", "network_data"))
    assert not [d for d in SellerIdentifier.objects.values_list("digest", flat=True) if d in text]
    assert "6222020200000001" not in text


def test_the_panel_says_why_a_seller_is_there_and_what_ties_it(ring, sign_in):
    body = sign_in("investigator").get(url("network_detail", ring), {"node": "S-1"}).content.decode()
    assert "Others in the ring with the same payout account: 2." in body
    assert 'data-net-pair="S-2"' in body


def test_the_panel_of_a_link_shows_its_weights_and_the_ring_without_it(ring, sign_in):
    body = sign_in("investigator").get(url("network_detail", ring), {"a": "S-2", "b": "S-1"}).content.decode()
    assert "Payout account" in body
    assert "stays in one piece of 3 sellers" in body


def test_the_panel_of_a_hub_names_who_has_it(ring, sign_in, actors):
    shown = network.of_ring(actors["investigator"], ring.ring_id)
    hub = next(i for i in shown.network.nodes["id"].to_pylist() if i.startswith("payout_account:"))
    body = sign_in("investigator").get(url("network_detail", ring), {"node": hub}).content.decode()
    assert all(f'data-net-select="S-{i}"' in body for i in (1, 2, 3))


def test_what_is_not_in_the_network_is_not_found(ring, sign_in):
    client = sign_in("investigator")
    assert client.get(url("network_detail", ring), {"node": "H-1"}).status_code == 404
    assert client.get(url("network_detail", ring), {"a": "S-1", "b": "H-1"}).status_code == 404
    assert client.get(reverse("cases:network", args=["R-none"])).status_code == 404


@pytest.mark.parametrize("form", ["nodes", "edges", "graphml", "ftm"])
def test_every_export_is_a_readable_file_and_leaves_one_event_with_its_hash(form, ring, sign_in):
    import hashlib

    response = sign_in("investigator").post(url("network_export", ring), {"form": form})
    assert response.status_code == 200
    readers = {
        "nodes": lambda text: [r["id"] for r in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))],
        "edges": lambda text: [r["source"] for r in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))],
        "graphml": lambda text: [n.get("id") for n in ElementTree.fromstring(text).iter() if n.tag.endswith("}node")],
        "ftm": lambda text: [e["properties"].get("idNumber", [""])[0] for e in map(json.loads, text.splitlines())],
    }
    assert "S-1" in readers[form](response.content.decode())
    (event,) = Event.objects.filter(type="cases:network:exported")
    assert json.loads(event.payload)["sha256"] == hashlib.sha256(response.content).hexdigest()
    assert event.refs.get().object_id == ring.ring_id


def test_a_picture_is_drawn_by_the_page_and_written_down_all_the_same(ring, sign_in):
    response = sign_in("investigator").post(url("network_export", ring), {"form": "png"})
    assert response.status_code == 204
    assert Event.objects.filter(type="cases:network:exported").count() == 1


def test_an_unknown_form_is_refused_and_nothing_written(ring, sign_in):
    assert sign_in("investigator").post(url("network_export", ring), {"form": "exe"}).status_code == 422
    assert not Event.objects.filter(type="cases:network:exported").exists()


def test_who_may_not_see_rings_sees_no_network(ring, actors):
    for role in ("reviewer", "officer", "seller", "working_group", "public"):
        with pytest.raises(Forbidden):
            network.of_ring(actors[role], ring.ring_id)
        with pytest.raises(Forbidden):
            network.around_seller(actors[role], "S-1")


def test_the_surroundings_of_a_seller_go_two_steps_and_on_from_where_one_asks(load, actors):
    chain = [f"T-{i},Shop {i},1380000{i:04d},dev-{i // 2:06d},WB-{(i + 1) // 2:04d}" for i in range(8)]
    load("sellers", "seller_id,shop_name,phone,device_id,waybill_account\n" + "\n".join(chain) + "\n")
    shown = network.around_seller(actors["investigator"], "T-0")
    assert shown.seller_ids == ["T-0", "T-1", "T-2"]
    assert network.around_seller(actors["investigator"], "T-0", ["T-2"]).seller_ids == ["T-0", "T-1", "T-2", "T-3"]
    assert network.around_seller(actors["investigator"], "T-0", ["T-7"]).seller_ids == ["T-0", "T-1", "T-2"]


def test_what_a_crowd_shares_is_drawn_but_not_followed(load, actors):
    crowd = [f"W-{i:02d},Shop {i},,浙江省杭州市西湖区文三路9号" for i in range(network.FOLLOWED + 5)]
    crowd[0] = crowd[0].replace(",,", ",13900000077,")
    crowd[1] = crowd[1].replace(",,", ",13900000077,")
    load("sellers", "seller_id,shop_name,phone,return_address\n" + "\n".join(crowd) + "\n")
    assert network.around_seller(actors["investigator"], "W-00").seller_ids == ["W-00", "W-01"]


def test_surroundings_open_and_are_exported_under_the_seller(ring, sign_in):
    client = sign_in("investigator")
    page = client.get(reverse("cases:around"), {"seller": "S-1"})
    assert page.status_code == 200
    assert "Surroundings of S-1" in page.content.decode()
    assert (
        "Payout account"
        in client.get(reverse("cases:around_detail"), {"seller": "S-1", "a": "S-1", "b": "S-2"}).content.decode()
    )
    address = page.context["addresses"]["export"]
    assert client.post(address, {"form": "graphml"}).status_code == 200
    (event,) = Event.objects.filter(type="cases:network:exported")
    assert (event.refs.get().kind, event.refs.get().object_id) == ("seller", "S-1")


def test_without_a_seller_or_with_an_unknown_one_there_are_no_surroundings(sign_in, actors):
    client = sign_in("investigator")
    assert client.get(reverse("cases:around")).status_code == 404
    with pytest.raises(NotFound):
        network.around_seller(actors["investigator"], "nobody")


def test_a_new_search_changes_the_picture(ring, load, actors, now):
    from touchstone.cases import actions

    before = network.of_ring(actors["investigator"], ring.ring_id).seller_ids
    load("sellers", "seller_id,shop_name,payout_account\nS-4,Shop Four,6222020200000001\n")
    actions.find_rings(actors["investigator"], now)
    assert set(network.of_ring(actors["investigator"], ring.ring_id).seller_ids) == {*before, "S-4"}


def test_money_is_counted_by_month_currency_and_role(ring, actors):
    rows = network_story.money(network.of_ring(actors["investigator"], ring.ring_id))
    assert sum(row["amount_minor"] for row in rows) == 9900 + 19800 + 8900 + 1990
    assert {(row["month"], row["currency"]) for row in rows} == {("2026-10", "CNY")}
    assert sum(row["orders"] for row in rows) == 4


def test_the_timeline_counts_what_happened_and_reopened_shops(load, actors, now):
    from touchstone.cases import actions

    load(
        "sellers",
        "seller_id,shop_name,payout_account,device_id,opened_on,closed_on\n"
        "O-1,Old,622202020000777,dev-77,2025-01-10,2026-03-01\n"
        "O-2,New,622202020000777,dev-77,2026-03-09,\n",
    )
    (found,) = actions.find_rings(actors["investigator"], now)
    records = [{"on": "2026-04-02", "place": "福建省莆田市", "reference": "K-1"}]
    shown = network.of_ring(actors["investigator"], found.ring_id)
    rows = {(r["month"], r["event"]): r["n"] for r in network_story.timeline(shown, records)}
    assert rows[("2025-01", "opened")] == rows[("2026-03", "opened")] == rows[("2026-03", "closed")] == 1
    assert rows[("2026-03", "reopened")] == 1
    assert rows[("2026-04", "records")] == 1
    assert rows[("2026-11", "searches")] == 1
    points = network_story.origins(shown, records)["points"]
    assert [(p["kind"], p["place"]) for p in points] == [("records", "Putian")]


def test_a_place_is_found_in_chinese_and_latin_the_city_before_the_province():
    assert places.find("福建省莆田市荔城区").en == "Putian"
    assert places.find("浙江").level == "province"
    assert places.find("Guangdong, Shantou").zh == "汕头"
    assert places.find("Jinandian") is None
    assert places.find("") is None


def test_every_place_lies_in_or_near_china_and_stands_once():
    table = places._read()
    assert len({(p.level, p.zh) for p in table}) == len(table) > 140
    assert all(18 <= p.latitude <= 54 and 73 <= p.longitude <= 136 for p in table)
