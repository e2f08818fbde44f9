"""Records that one side enters are matched against the shops, and the other side hears of it at once."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from touchstone.agencies import actions, queries, record_files
from touchstone.agencies.models import Alert, RecordKey, RecordMatch, SharedRecord
from touchstone.agencies.records import blacked_out
from touchstone.cases import actions as cases
from touchstone.errors import BadInputFile, Forbidden, NotValid
from touchstone.ledger.models import Event
from touchstone.market.models import Seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(actors, now, people):
    """`enter("Z-1", phone="138…")` is the officer's seizure."""

    def enter(reference="Z-1", *, facts=None, sellers=(), at=None, **identifiers):
        return actions.share_record(
            actors["officer"],
            at or now,
            other_id=people["investigator"].organisation_id,
            kind="seizure",
            reference=reference,
            facts=facts or {},
            identifiers=list(identifiers.items()),
            sellers=sellers,
        )

    return enter


def touched(record):
    return sorted(record.matches.values_list("seller__seller_id", flat=True))


# Matching


def test_a_seizure_at_an_address_touches_the_shops_that_ship_from_it(agree, market, enter):
    agree()
    record = enter(address="浙江省 杭州市 西湖区文三路二号")
    assert touched(record) == ["S-2", "S-3"]


@pytest.mark.parametrize(
    ("kind", "value", "shops"),
    [
        ("phone", "+86 138-0000-0001", ["S-1"]),
        ("waybill_account", "wb-1002", ["S-2"]),
        ("licence", "91330106673959654p", ["S-3"]),
        ("payout_account", "6222 0202 0000 0001", ["S-1", "S-2", "S-3"]),
        ("phone", "13700000000", []),
    ],
)
def test_other_spellings_of_the_same_thing_match(agree, market, enter, kind, value, shops):
    agree()
    assert touched(enter(**{kind: value})) == shops


def test_the_plain_values_are_nowhere(agree, market, enter):
    agree()
    record = enter(phone="13800000001", facts={"text": "电话 13800000001，面单账号 WB-1002，执照 91330106673959654P。"})
    kept = f"{record.facts} {list(RecordKey.objects.values_list('digest', flat=True))}"
    kept += "".join(e.payload for e in Event.objects.all()) + "".join(a.text + a.text_zh for a in Alert.objects.all())
    for plain in ("13800000001", "WB-1002", "91330106673959654P"):
        assert plain not in kept
    assert touched(record) == ["S-1", "S-2", "S-3"]


def test_blacking_out_finds_each_kind():
    found, text = blacked_out("Tel. 138 0000 0001; 执照９１３３０１０６６７３９５９６５４Ｐ; 面单账号：WB-1002")
    assert dict(found) == {
        "phone": "138 0000 0001",
        "licence": "91330106673959654P",
        "waybill_account": "WB-1002",
    }
    assert "0000" not in text


def test_a_shop_named_outright_matches(agree, market, enter):
    agree()
    assert touched(enter(sellers=["H-1", "X-404"])) == ["H-1"]


def test_what_too_many_shops_have_points_at_none(agree, market, enter, load):
    agree()
    rows = "\n".join(f"W-{i},Shop {i},广东省深圳市龙岗区坂田1号" for i in range(60))
    load("sellers", "seller_id,shop_name,ship_from_address\n" + rows + "\n")
    assert touched(enter(address="广东省深圳市龙岗区坂田1号")) == []


def test_the_same_reference_again_is_the_same_record(agree, market, enter):
    agree()
    assert enter(phone="13800000001") == enter(phone="13800000002")
    assert SharedRecord.objects.count() == 1
    assert Event.objects.filter(type="agencies:record:shared").count() == 1


def test_without_an_agreement_that_admits_records_none_is_shared(agree, market, enter):
    agree(kinds=["lead", "alert"])
    with pytest.raises(Forbidden):
        enter()
    assert not SharedRecord.objects.exists()


# Alerts


def test_a_match_tells_the_marketplace_in_the_same_moment(agree, market, enter, people, now, actors):
    agree()
    record = enter(phone="13800000001")
    alert = Alert.objects.get()
    assert alert.recipient_id == people["investigator"].organisation_id
    assert (alert.subject_kind, alert.subject_id) == ("record", str(record.id))
    assert ["seller", "S-1"] in alert.about
    assert alert.fact_at == alert.sent_at == now
    assert "Z-1" in alert.text
    assert "Z-1" in alert.text_zh
    assert queries.unseen_alerts(actors["investigator"]) == 1
    assert queries.unseen_alerts(actors["officer"]) == 0


def test_no_match_no_alert(agree, market, enter):
    agree()
    enter(phone="13700000000")
    assert not Alert.objects.exists()


def test_without_alerts_in_the_agreement_the_match_is_kept_but_not_told(agree, market, enter):
    agree(kinds=["record"])
    assert touched(enter(phone="13800000001")) == ["S-1"]
    assert not Alert.objects.exists()


def test_a_ring_that_touches_a_record_is_told_to_its_owner(agree, market, enter, actors, now, people):
    agree()
    enter(address="浙江省 杭州市 西湖区文三路二号")
    (ring,) = cases.find_rings(actors["investigator"], now + timedelta(hours=1))
    told = Alert.objects.get(recipient_id=people["officer"].organisation_id)
    assert told.kind == "ring_found"
    assert ["ring", ring.ring_id] in told.about
    assert "S-2" in told.text


def test_the_owner_hears_which_shops_only_where_the_agreement_admits_shops(agree, market, enter, actors, now, people):
    agree(fields=["valuation"])
    enter(address="浙江省 杭州市 西湖区文三路二号")
    cases.find_rings(actors["investigator"], now)
    told = Alert.objects.get(recipient_id=people["officer"].organisation_id)
    assert "S-2" not in told.text
    assert all(kind != "seller" for kind, _id in told.about)


@pytest.mark.parametrize(("fields", "named"), [(["valuation"], False), (["shops"], True)])
def test_an_agency_hears_of_the_marketplaces_record_as_far_as_the_agreement_admits(
    agree, market, actors, now, people, fields, named
):
    agree(fields=fields)
    actions.share_record(
        actors["investigator"],
        now,
        other_id=people["officer"].organisation_id,
        kind="inspection",
        reference="I-1",
        sellers=["S-1", "S-2"],
    )
    told = Alert.objects.get(recipient_id=people["officer"].organisation_id)
    assert "(2)" in told.text
    assert ("S-1" in told.text + told.text_zh) is named
    assert (["seller", "S-1"] in told.about) is named


def test_new_shops_meet_old_records_at_the_next_search(agree, market, enter, actors, now, load):
    agree()
    record = enter(phone="13700000009")
    load("sellers", "seller_id,shop_name,phone\nN-1,New Shop,13700000009\n")
    cases.find_rings(actors["system"], now + timedelta(days=1))
    assert touched(record) == ["N-1"]
    assert Alert.objects.count() == 1
    cases.find_rings(actors["system"], now + timedelta(days=2))
    assert Alert.objects.count() == 1


def test_an_alert_is_seen_once_and_by_its_recipient(agree, market, enter, actors, now, people):
    agree()
    enter(phone="13800000001")
    alert = Alert.objects.get()
    actions.see_alert(actors["officer"], now, alert_id=alert.id)  # the sender's look does not count
    assert queries.unseen_alerts(actors["investigator"]) == 1
    for _ in range(2):
        seen = actions.see_alert(actors["investigator"], now, alert_id=alert.id)
    assert seen.seen_by == people["investigator"]
    assert queries.unseen_alerts(actors["investigator"]) == 0
    assert Event.objects.filter(type="agencies:alert:seen").count() == 1
    with pytest.raises(Forbidden):
        actions.see_alert(actors["seller"], now, alert_id=alert.id)


def test_an_alert_by_hand_needs_an_agreement_and_is_told_once(agree, actors, now, people):
    told = {
        "recipient_id": people["officer"].organisation_id,
        "kind": "safety",
        "subject": ("listing", "L-1"),
        "text": "Brake pads that break.",
    }
    with pytest.raises(Forbidden):
        actions.send_alert(actors["investigator"], now, **told)
    agree()
    first = actions.send_alert(actors["investigator"], now, **told)
    assert actions.send_alert(actors["investigator"], now, **told) == first
    assert Event.objects.filter(type="agencies:alert:sent").count() == 1
    for bad in ({"text": " "}, {"kind": "gossip"}):
        with pytest.raises(NotValid):
            actions.send_alert(actors["investigator"], now, **{**told, **bad})


# Who sees what


def test_both_sides_see_what_touches_a_shop_and_strangers_do_not(agree, market, enter, actors):
    agree()
    enter(phone="13800000001")
    shop = Seller.objects.get(seller_id="S-1")
    for role in ("investigator", "supervisor", "officer"):
        assert [m.record.reference for m in queries.records_touching(actors[role], shop)] == ["Z-1"]
    with pytest.raises(Forbidden):
        queries.records_touching(actors["seller"], shop)
    assert queries.records_touching(actors["officer"], Seller.objects.get(seller_id="H-1")) == []


# Files


def test_a_file_of_seizures_comes_in_row_by_row(agree, market, actors, now, people, tmp_path):
    agree()
    path = tmp_path / "seizures.csv"
    path.write_text(
        "seizure_id,occurred_on,place,goods,brand,quantity,value,currency,address,phone,notes\n"
        "Z-1,2026-10-01,杭州市西湖区,运动鞋,Nike,500,12000.50,CNY,浙江省 杭州市 西湖区文三路二号,,面单账号 WB-1001。\n"
        "Z-2,2026-13-01,x,x,x,1,1,CNY,,,\n"
        "Z-3,2026-10-02,x,x,x,many,1,CNY,,,\n"
        "Z-4,2026-10-02,x,x,x,1,NaN,CNY,,,\n"
        "Z-1,2026-10-02,x,x,x,1,1,CNY,,,\n"
        ",2026-10-02,x,x,x,1,1,CNY,,,\n"
        "Z-5,2026-10-02,x,x,x,1,1,ABC,,,\n",
        encoding="utf-8",
    )

    def bring():
        other = people["investigator"].organisation_id
        rows = record_files.read(path)
        return actions.import_records(actors["officer"], now, other_id=other, kind="seizure", rows=rows)

    taken = bring()
    assert (taken.accepted, taken.unchanged, [row for row, _why in taken.rejected]) == (1, 0, [2, 3, 4, 5, 6, 7])
    record = SharedRecord.objects.get()
    assert touched(record) == ["S-1", "S-2", "S-3"]
    assert record.facts["value_minor"] == 1_200_050
    assert bring().unchanged == 1


def test_inspections_name_shops(agree, market, actors, now, people):
    agree()
    rows = pa.table({"inspection_id": ["I-1"], "seller_id": ["H-2"], "result": ["counterfeit"], "brand": ["Nike"]})
    other = people["investigator"].organisation_id
    actions.import_records(actors["officer"], now, other_id=other, kind="inspection", rows=rows)
    assert RecordMatch.objects.get().seller.seller_id == "H-2"


def test_a_file_without_ids_or_of_another_kind_is_refused(agree, actors, now, people, tmp_path):
    agree()
    other = people["investigator"].organisation_id
    with pytest.raises(BadInputFile, match="seizure_id"):
        actions.import_records(actors["officer"], now, other_id=other, kind="seizure", rows=pa.table({"x": [1]}))
    for name, content in (("a.txt", b"x"), ("a.parquet", b"PAR1 cut"), ("a.jsonl", b"{"), ("a.csv", b"a,b\n1\n")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadInputFile):
            record_files.read(path)


# Rings and records, whichever was there first


def test_a_new_record_that_hits_an_old_ring_tells_both_sides(agree, ring, enter, people):
    agree()
    record = enter(phone="13800000001")
    to_owner = Alert.objects.get(kind="ring_found", recipient=record.owner)
    assert f"touches the ring {ring.ring_id} (shops: 3, touched: 1)" in to_owner.text
    to_market = Alert.objects.get(kind="record_match")
    assert ["ring", ring.ring_id] in to_market.about


def test_an_old_record_meets_a_new_ring_and_is_told_once(agree, market, enter, actors, now):
    agree()
    enter(phone="13800000001")
    assert not Alert.objects.filter(kind="ring_found").exists()
    for _ in range(2):
        cases.find_rings(actors["investigator"], now)
    assert Alert.objects.filter(kind="ring_found").count() == 1


def test_an_entry_of_a_blacklist_is_matched_like_a_seizure(agree, market, actors, now, people):
    agree()
    record = actions.share_record(
        actors["officer"],
        now,
        other_id=people["investigator"].organisation_id,
        kind="blacklist",
        reference="BL-7",
        identifiers=[("licence", "91330106673959654P")],
    )
    assert touched(record) == ["S-3"]


def test_the_record_leads_to_the_cases_with_its_shops(agree, ring, enter, actors, now, sign_in):
    agree()
    case = cases.open_case_from_ring(actors["investigator"], now, ring_id=ring.ring_id)
    record = enter(phone="13800000001")
    url = f"/agencies/records/{record.id}/"
    assert case.number in sign_in("investigator").get(url).content.decode()
    assert case.number not in sign_in("officer").get(url).content.decode()


def test_a_shop_that_comes_in_later_meets_an_old_record_and_its_ring_is_told(agree, ring, enter, load, actors, now):
    from touchstone.cases import newcomers

    agree()
    record = enter(phone="13855556666")
    load("sellers", "seller_id,shop_name,payout_account,phone\nS-9,Shop Nine,6222020200000001,13855556666\n")
    newcomers.link_new_sellers(actors["system"], now + timedelta(minutes=1))
    assert touched(record) == ["S-9"]
    assert f"touches the ring {ring.ring_id} (shops: 4, touched: 1)" in Alert.objects.get(kind="ring_found").text
