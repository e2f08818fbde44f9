"""The audit trail of any object, and the checkpoints that everybody may read."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

import touchstone
from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.ledger import erasure, keys, sequencer, verifier, words
from touchstone.ledger.models import Event
from touchstone.ledger.signatures import verify_signature

pytestmark = pytest.mark.django_db


def trail(kind="listing", object_id="L-1"):
    return reverse("audit:object", args=[kind, object_id])


def text_of(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_trail_says_what_happened_who_did_it_and_whether_it_is_signed(sign_in, people, home, write):
    write(1, type="market:listing:removed")
    sequencer.run_once(sign=True)
    write(1, type="market:listing:restored")
    sequencer.run_once()
    write(1, type="review:task:claimed")
    text = text_of(sign_in("investigator").get(trail()))
    for words_of_page in ("The listing was taken off the market.", "The system (test)", "Seller", "S-1", "12:00"):
        assert words_of_page in text
    assert re.search("Waiting for its place.*Not signed yet.*Signed", text), "newest first"


def test_a_person_is_shown_with_their_organisation_in_the_readers_language(sign_in, people, home):
    organisation = people["officer"].organisation
    record_by(Actor.of_user(people["officer"]))
    client = sign_in("supervisor")
    assert f"Officer, {organisation.name}" in text_of(client.get(trail("case", "C-1")))
    client.cookies["django_language"] = "zh-hans"
    text = text_of(client.get(trail("case", "C-1")))
    assert f"Officer，{organisation.name_zh}" in text
    assert "案件已结。" in text
    assert "审计轨迹" in text


def record_by(actor):
    with transaction.atomic():
        ledger.record(actor, datetime(2026, 11, 24, tzinfo=UTC), "cases:case:closed", subject=("case", "C-1"))


def test_what_an_event_says_is_folded_and_escaped(sign_in, people, write):
    write(1, payload={"because": "<script>alert(1)</script>"})
    page = sign_in("engineer").get(trail()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<details>" in page


def test_an_erased_payload_is_said_to_be_erased(sign_in, people, write, actors, now):
    (event,) = write(1, payload={"note": "very private"})
    erasure.erase_payload(actors["supervisor"], now, event_id=event.uuid, because="retention")
    text = text_of(sign_in("engineer").get(trail()))
    assert "has been erased" in text
    assert "very private" not in text


def test_thousands_of_events_come_in_pages_at_a_fixed_cost(sign_in, people, write, django_assert_max_num_queries):
    write(2000)
    client = sign_in("engineer")
    with django_assert_max_num_queries(16):
        page = client.get(trail(), {"page": "3"})
    assert page.content.decode().count('class="what"') == 50
    for odd in ("0", "-1", "x", "999999999999", "٣"):
        assert client.get(trail(), {"page": odd}).status_code == 200


def test_an_object_without_events_says_so(sign_in, people):
    assert "Nothing has happened here" in text_of(sign_in("engineer").get(trail("seller", "nobody")))


@pytest.mark.parametrize("object_id", ["a/b", "商品 1", "x?y=1&z", "50%", "<b>"])
def test_any_id_has_a_trail(sign_in, people, write, object_id):
    write(1, subject=("listing", object_id))
    assert "Waiting for its place" in text_of(sign_in("engineer").get(trail("listing", object_id)))


def test_the_refs_lead_to_their_own_trails(sign_in, people, write):
    write(1)
    assert f'href="{trail("seller", "S-1")}"' in sign_in("engineer").get(trail()).content.decode()


def test_the_evidence_is_a_bundle_that_verifies_and_its_export_is_recorded(sign_in, people, home, write, now):
    write(3)
    client = sign_in("investigator")
    response = client.post(reverse("audit:bundle", args=["listing", "L-1"]))
    assert response["Content-Disposition"] == 'attachment; filename="touchstone-listing-L-1.zip"'
    report = verifier.check(response.content, key=keys.current(now).vkey, verify=verify_signature)
    assert (report.verified, report.events) == (True, 3)
    assert "verify.py" in zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    taken = Event.objects.get(type="ledger:bundle:exported")
    assert taken.actor_id == str(people["investigator"].id)
    assert json.loads(taken.payload)["bytes"] == len(response.content)


def test_looking_is_not_exporting(sign_in, people):
    assert sign_in("investigator").get(reverse("audit:bundle", args=["listing", "L-1"])).status_code == 405


@pytest.mark.parametrize("role", ["seller", "officer", "rights_holder", "reviewer", "working_group"])
def test_the_trail_is_for_those_whom_the_policy_names(sign_in, people, write, role):
    write(1)
    client = sign_in(role)
    assert client.get(trail()).status_code == 403
    assert client.post(reverse("audit:bundle", args=["listing", "L-1"])).status_code == 403
    assert not Event.objects.filter(type="ledger:bundle:exported").exists()


def test_everybody_may_read_the_checkpoints_and_the_public_key(client, home, write):
    page = reverse("audit:checkpoint")
    assert "Nothing has been signed yet" in text_of(client.get(page))
    assert client.get(reverse("audit:checkpoint_note")).status_code == 404
    write(4)
    sequencer.run_once(sign=True)
    shown = client.get(page).content.decode()
    note = client.get(reverse("audit:checkpoint_note")).content
    parsed = verifier.parse_note(note)
    key = next(k for k in re.findall(r"[\w./-]+\+[0-9a-f]{8}\+[\w/+=]{44}", shown.replace("&#x2B;", "+")))
    assert verifier.signed_by(parsed, verifier.parse_key(key), verifier.ed25519)
    assert "PRIVATE" not in shown


# --- Words


def test_every_event_type_that_the_code_records_has_its_sentence():
    source = Path(touchstone.__file__).parent
    rooms = "accounts|market|rights|screening|review|penalties|cases|agencies|disclosure|ledger|demo"
    pattern = re.compile(f'"((?:{rooms}):[a-z_]+:[a-z_-]+)"')
    types = {t for path in source.glob("*/*.py") for t in pattern.findall(path.read_text(encoding="utf-8"))}
    assert len(types) > 30
    assert types <= set(words.SENTENCES)


def test_an_unknown_type_is_still_readable():
    assert words.sentence("rooms:small_thing:was-made") == "Small thing: was made"
    assert words.kind_name("odd_thing") == "Odd thing"


def test_sentences_are_in_both_languages():
    with translation.override("zh-hans"):
        for sentence in [*words.SENTENCES.values(), *words.KINDS.values()]:
            assert re.search("[\u4e00-\u9fff]", str(sentence)), sentence
