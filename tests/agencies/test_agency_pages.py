"""Agreements, alerts, leads and records on their pages, from both sides."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from touchstone.agencies import actions
from touchstone.agencies.models import Agreement, Alert, Lead, SharedRecord

pytestmark = pytest.mark.django_db


def text(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def after(client, url: str, **data) -> str:
    return client.post(url, data, follow=True).content.decode()


# Agreements


def test_empty_pages_say_so(sign_in):
    client = sign_in("officer")
    assert "No agreements yet" in text(client, "/agencies/agreements/")
    assert "No alerts" in text(client, "/agencies/alerts/")
    assert "No leads yet" in text(client, "/agencies/leads/")
    assert "No shared records yet" in text(client, "/agencies/records/")


def test_a_supervisor_proposes_and_both_sides_sign(sign_in, people):
    client = sign_in("supervisor")
    text(client, "/agencies/agreements/propose/")
    after(
        client,
        "/agencies/agreements/propose/",
        other=people["officer"].organisation_id,
        kinds=["lead", "alert"],
        fields_=["shops", "listings"],
        purposes=["criminal"],
        tlp_max="AMBER",
        answer_days=7,
        working_days="on",
        retention_days=365,
        valid_from="2026-01-01",
        valid_until="2036-01-01",
    )
    agreement = Agreement.objects.get()
    assert agreement.working_days
    assert "the other side" in after(client, f"/agencies/agreements/{agreement.id}/sign/").lower()
    assert "in force" in after(sign_in("officer"), f"/agencies/agreements/{agreement.id}/sign/")
    agreement.refresh_from_db()
    assert agreement.state == "in_force"


def test_a_wrong_proposal_keeps_what_was_typed(sign_in, people):
    response = sign_in("supervisor").post(
        "/agencies/agreements/propose/",
        {"other": people["officer"].organisation_id, "answer_days": "99999", "valid_from": "soon"},
    )
    assert response.status_code == 422
    assert "99999" in response.content.decode()
    assert not Agreement.objects.exists()


def test_the_agreement_page_says_what_may_go_and_what_stays(sign_in, agree):
    agreement = agree()
    page = text(sign_in("officer"), f"/agencies/agreements/{agreement.id}/")
    assert "Legal names of sellers" in page
    assert "stays" in page
    assert "7 working days" in page
    assert "End the agreement" in page
    assert "Over." in after(sign_in("officer"), f"/agencies/agreements/{agreement.id}/end/", because="Over.")


# Leads


def test_an_investigator_sends_from_the_case_page(sign_in, agree, case, people):
    agree()
    client = sign_in("investigator")
    page = text(client, f"/cases/{case.number}/")
    assert "City Police" in page
    page = after(
        client,
        "/agencies/leads/send/",
        case_number=case.number,
        recipient_id=people["officer"].organisation_id,
        purpose="criminal",
        tlp="AMBER",
        requested_action="Search the warehouse.",
    )
    lead = Lead.objects.get()
    assert lead.number in page
    assert "the agreement does not admit it" in page
    assert lead.number in text(client, f"/cases/{case.number}/")


@pytest.mark.parametrize(("field", "value"), [("recipient_id", "nobody"), ("purpose", "border"), ("tlp", "RED")])
def test_what_cannot_go_is_said_on_the_case_page(sign_in, agree, case, people, field, value):
    agree()
    asked = {
        "case_number": case.number,
        "recipient_id": people["officer"].organisation_id,
        "purpose": "criminal",
        "tlp": "AMBER",
        "requested_action": "x",
        field: value,
    }
    page = after(sign_in("investigator"), "/agencies/leads/send/", **asked)
    assert "notice error" in page
    assert not Lead.objects.exists()


def test_the_officer_reads_the_file_and_not_what_was_withheld(sign_in, agree, send):
    agree(fields=["shops", "listings", "valuation", "evidence"])
    lead = send()
    page = text(sign_in("officer"), f"/agencies/leads/{lead.number}/")
    for piece in ("Please investigate.", "Shop Two", "高仿 Nike 跑鞋", "386.00", "A test purchase", "Accept"):
        assert piece in page
    assert "Li Shop" not in page
    assert "Not part of this lead" in page


def test_the_officer_accepts_and_reports_and_the_sender_sees_it(sign_in, agree, send):
    agree()
    lead = send()
    officer = sign_in("officer")
    after(officer, f"/agencies/leads/{lead.number}/answer/", answer="accept")
    page = after(
        officer,
        f"/agencies/leads/{lead.number}/outcome/",
        kind="seizure",
        value="12000.50",
        currency="cny",
        quantity=800,
        text="Two rooms full.",
    )
    assert "Reported: Seizure" in page
    page = text(sign_in("investigator"), f"/agencies/leads/{lead.number}/")
    for piece in ("Accepted", "Seizure", "12,000.50", "800 pieces", "Two rooms full."):
        assert piece in page


def test_a_wrong_outcome_is_explained_on_the_page(sign_in, agree, send):
    agree()
    lead = send()
    officer = sign_in("officer")
    officer.post(f"/agencies/leads/{lead.number}/answer/", {"answer": "accept"})
    answer = officer.post(
        f"/agencies/leads/{lead.number}/outcome/", {"kind": "seizure", "value": "-5", "currency": "XX"}
    )
    assert answer.status_code == 422
    assert "currency code" in answer.content.decode()
    assert not lead.outcomes.exists()


def test_returning_needs_a_reason(sign_in, agree, send):
    agree()
    lead = send()
    officer = sign_in("officer")
    assert "must not be empty" in after(officer, f"/agencies/leads/{lead.number}/answer/", answer="return", reason="")
    assert "No address." in after(
        officer, f"/agencies/leads/{lead.number}/answer/", answer="return", reason="No address."
    )
    assert "No address." in text(sign_in("investigator"), f"/agencies/leads/{lead.number}/")


def test_the_package_downloads_byte_for_byte(sign_in, agree, send):
    agree()
    lead = send()
    body = sign_in("officer").get(f"/agencies/leads/{lead.number}/package.json").content
    assert hashlib.sha256(body).hexdigest() == lead.package_sha256


def test_a_supervisor_approves_what_is_above_amber(sign_in, agree, send):
    agree()
    lead = send(tlp="AMBER+STRICT")
    assert sign_in("officer").get(f"/agencies/leads/{lead.number}/").status_code == 404
    assert "Approve and send" not in text(sign_in("investigator"), f"/agencies/leads/{lead.number}/")
    supervisor = sign_in("supervisor")
    assert "Approve and send" in text(supervisor, f"/agencies/leads/{lead.number}/")
    after(supervisor, f"/agencies/leads/{lead.number}/approve/")
    assert "Please investigate." in text(sign_in("officer"), f"/agencies/leads/{lead.number}/")


@pytest.mark.parametrize("role", ["seller", "reviewer", "rights_holder", "working_group"])
def test_strangers_see_no_lead(sign_in, agree, send, role):
    agree()
    lead = send()
    client = sign_in(role)
    for url in ("/agencies/leads/", f"/agencies/leads/{lead.number}/", f"/agencies/leads/{lead.number}/package.json"):
        assert client.get(url).status_code == 403


def test_lists_filter_by_state_and_direction(sign_in, agree, send):
    agree()
    lead = send()
    officer = sign_in("officer")
    assert lead.number in text(officer, "/agencies/leads/?state=sent&side=received")
    assert lead.number not in text(officer, "/agencies/leads/?side=sent")
    assert "No lead fits" in text(officer, "/agencies/leads/?state=closed")


# Records and alerts


def test_an_officer_enters_a_record_and_the_investigator_is_alerted(sign_in, agree, market, people):
    agree()
    page = after(
        sign_in("officer"),
        "/agencies/records/new/",
        other_id=people["investigator"].organisation_id,
        kind="seizure",
        reference="Z-2026-1",
        place="Hangzhou",
        phone="13800000001",
    )
    assert "Shops touched: 1" in page
    assert "Shop One" in page
    investigator = sign_in("investigator")
    page = text(investigator, "/agencies/alerts/")
    assert "Z-2026-1" in page
    assert "0 s" in page
    alert = Alert.objects.get()
    after(investigator, f"/agencies/alerts/{alert.id}/seen/")
    alert.refresh_from_db()
    assert alert.seen_at is not None


def test_all_alerts_are_seen_at_once(sign_in, agree, market, actors, now, people):
    agree()
    for n in (1, 2):
        actions.share_record(
            actors["officer"],
            now,
            other_id=people["investigator"].organisation_id,
            kind="seizure",
            reference=f"Z-{n}",
            identifiers=[("phone", f"1380000000{n}")],
        )
    after(sign_in("investigator"), "/agencies/alerts/seen/")
    assert not Alert.objects.filter(seen_at=None).exists()


def test_ring_and_case_pages_show_the_records_that_touch_them(sign_in, agree, case, ring, actors, now, people):
    agree()
    actions.share_record(
        actors["officer"],
        now,
        other_id=people["investigator"].organisation_id,
        kind="inspection",
        reference="I-77",
        sellers=["S-2"],
    )
    client = sign_in("investigator")
    assert "I-77" in text(client, f"/cases/rings/{ring.ring_id}/")
    assert "I-77" in text(client, f"/cases/{case.number}/")


def test_the_page_of_a_seller_shows_staff_and_not_the_seller_what_touches_it(
    sign_in, agree, market, actors, now, people
):
    agree()
    other = people["investigator"].organisation_id
    actions.share_record(actors["officer"], now, other_id=other, kind="inspection", reference="I-77", sellers=["S-1"])
    assert "I-77" in text(sign_in("investigator"), "/market/sellers/S-1/")
    assert "I-77" not in text(sign_in("reviewer"), "/market/sellers/S-1/")


def test_the_owner_sees_which_shops_only_where_the_agreement_admits_shops(sign_in, agree, market, actors, now, people):
    agree(fields=["valuation"])
    record = actions.share_record(
        actors["officer"],
        now,
        other_id=people["investigator"].organisation_id,
        kind="seizure",
        reference="Z-9",
        identifiers=[("phone", "13800000001")],
    )
    page = text(sign_in("officer"), f"/agencies/records/{record.id}/")
    assert "It touches 1 shop." in page
    assert "Shop One" not in page
    assert "Shop One" in text(sign_in("investigator"), f"/agencies/records/{record.id}/")


def test_a_file_of_records_by_form(sign_in, agree, market, people):
    agree()
    other = people["investigator"].organisation_id
    client = sign_in("officer")
    good = SimpleUploadedFile("seizures.csv", b"seizure_id,phone,quantity\nZ-1,13800000001,5\nZ-2,,many\n")
    page = after(client, "/agencies/records/import/", other_id=other, kind="seizure", file=good)
    assert "New: 1" in page
    assert "Row 2" in page
    for name, body in (("a.csv", b"x,y\n1,2\n"), ("a.exe", b"MZ"), ("a.parquet", b"PAR1")):
        bad = SimpleUploadedFile(name, body)
        page = after(client, "/agencies/records/import/", other_id=other, kind="seizure", file=bad)
        assert "notice error" in page
    assert SharedRecord.objects.count() == 1


def test_the_pages_speak_chinese(sign_in, agree, send, actors, now, people):
    agreement = agree()
    lead = send()
    client = sign_in("officer")
    client.cookies["django_language"] = "zh-hans"
    assert "市公安局" in text(client, f"/agencies/agreements/{agreement.id}/")
    page = text(client, f"/agencies/leads/{lead.number}/")
    assert "受理" in page
    assert "线索" in page
    assert "共享记录" in text(client, "/agencies/records/")
