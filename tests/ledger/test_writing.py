"""What may be written into the ledger, and what is refused."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from django.db import transaction

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.errors import NotValid
from touchstone.ledger.canonical import canonical
from touchstone.ledger.models import Event, EventRef

pytestmark = pytest.mark.django_db
ROBOT = Actor.system("test")


def write(now, payload=None, **kwargs):
    kwargs.setdefault("subject", ("listing", "L-1"))
    with transaction.atomic():
        return ledger.record(ROBOT, now, kwargs.pop("type", "test:thing:happened"), payload=payload, **kwargs)


def test_the_envelope_commits_to_the_payload_without_holding_it(now):
    event = write(now, {"note": "假货", "n": 1})
    envelope = json.loads(event.envelope)
    assert "假货" not in event.envelope
    digest = hashlib.sha256(bytes.fromhex(event.salt) + event.payload.encode()).hexdigest()
    assert envelope["payload_commitment"] == digest
    assert envelope["time"] == "2026-11-24T08:00:00Z"
    assert envelope["subject"] == ["listing", "L-1"]


def test_equal_payloads_have_different_commitments(now):
    first, second = write(now, {"a": 1}), write(now, {"a": 1})
    assert json.loads(first.envelope)["payload_commitment"] != json.loads(second.envelope)["payload_commitment"]


def test_an_event_names_each_object_once(now):
    event = write(now, refs=[("listing", "L-1"), ("seller", "S-1"), ("seller", "S-1")])
    assert list(event.refs.values_list("kind", "object_id", "is_subject")) == [
        ("listing", "L-1", True),
        ("seller", "S-1", False),
    ]


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"ratio": 0.3}, "payload.ratio"),
        ({"a": [{"b": float("nan")}]}, "payload.a[0].b"),
        ({"a": float("inf")}, "payload.a"),
        ({"n": 2**53}, "payload.n"),
        ({"n": -(2**53)}, "payload.n"),
        ({1: "x"}, "payload"),
        ({"s": "\ud800"}, "payload.s"),
        ({"\udfff": 1}, "payload"),
        ({"when": datetime(2026, 1, 1, tzinfo=UTC)}, "payload.when"),
        ({"s": {1, 2}}, "payload.s"),
        ({"b": b"x"}, "payload.b"),
        ({"big": "x" * 1_000_001}, "payload"),
        ([1], "payload"),
    ],
)
def test_a_payload_without_one_single_form_is_refused_with_its_place(now, payload, place):
    with pytest.raises(NotValid) as refused:
        canonical(payload)
    assert refused.value.place == place
    assert not Event.objects.exists()


def test_a_bottomless_payload_is_refused():
    payload: dict = {}
    for _ in range(5000):
        payload = {"a": payload}
    with pytest.raises(NotValid, match="levels deep"):
        canonical(payload)


def test_the_largest_exact_integer_is_kept(now):
    assert json.loads(write(now, {"n": 2**53 - 1}).payload) == {"n": 2**53 - 1}


def test_the_canonical_form_is_that_of_rfc_8785():
    # Sorting by UTF-16 code units and the escapes of RFC 8785, section 3.2.
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "\r": "\u20ac$\u000f\n'B\"\\", "1": None}) == (
        '{"\\r":"€$\\u000f\\n\'B\\"\\\\","1":null,"\U0001f600":2,"\ufb33":1}'.encode()
    )


@pytest.mark.parametrize("type_", ["", "a:b", "A:b:c", "a:b:c:d", "a b:c:d"])
def test_a_malformed_type_is_refused(now, type_):
    with pytest.raises(NotValid):
        write(now, type=type_)


@pytest.mark.parametrize("subject", [("Seller", "1"), ("seller", ""), ("seller", "x" * 201), ("seller", "a\x00b")])
def test_a_malformed_reference_is_refused(now, subject):
    with pytest.raises(NotValid):
        write(now, subject=subject)


def test_a_naive_time_is_refused(now):
    with pytest.raises(ValueError, match="aware"):
        write(now.replace(tzinfo=None))


def test_many_events_are_written_in_bulk(now, django_assert_max_num_queries):
    entries = [(("listing", f"L-{n}"), [("seller", "S-1")], {"n": n}) for n in range(200)]
    with transaction.atomic(), django_assert_max_num_queries(12):
        events = ledger.record_many(ROBOT, now, "test:thing:happened", entries=entries)
    assert [json.loads(e.payload)["n"] for e in events] == list(range(200))
    assert EventRef.objects.filter(event=events[7]).count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="inside the action's transaction"):
        ledger.record(ROBOT, now, "test:thing:happened", subject=("listing", "L-1"))
