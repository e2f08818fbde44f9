"""POST /screen from many programs at once: judged together, each answered as if it had come alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import RequestFactory

from shops import a_listing
from touchstone.accounts import actions as accounts
from touchstone.accounts.models import ApiKey
from touchstone.api import direct, together
from touchstone.api.models import GivenAnswer
from touchstone.ledger.models import Event
from touchstone.rights import actions as rights
from touchstone.screening.models import Verdict

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = (
    "Nike Dunk 1:1 高仿 复刻",
    "Ceramic tea cup",
    "N1KE running shoes",
    "耐克 运动鞋 正品",
    "case for phone",
    "adidas 三叶草 外套",
    "nike socks set of 3",
    "手机壳 新款",
)


@pytest.fixture
def desk(actors, now, tmp_path, monkeypatch):
    path = tmp_path / "rights.csv"
    path.write_text(
        "brand,aliases,reference_price,currency\nNike,耐克,600,CNY\nAdidas,阿迪达斯,500,CNY\n", encoding="utf-8"
    )
    rights.import_brands(actors["engineer"], now, path=path)
    made = together.Desk()
    monkeypatch.setattr(direct, "desk", lambda: made)
    yield made
    made.close()


@pytest.fixture
def listings(now):
    """As programs send them; the market knows them all."""
    for number, title in enumerate(TITLES):
        a_listing(now, f"L-{number}", "S-9", title=title)
    return [
        {"listing_id": f"L-{number}", "title": title, "price": 99 + number, "currency": "CNY", "seller_id": "S-9"}
        for number, title in enumerate(TITLES)
    ]


@pytest.fixture
def post(desk, secret_of):
    """`post(body, role, **headers)`: (status, headers, body) of a POST through the application that is served."""
    application = direct.Direct(get_wsgi_application())
    secret_of("engineer"), secret_of("officer")

    def send(body, role="engineer", **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {secret_of(role)}", "Host": "testserver", **headers}
        request = RequestFactory().generic("POST", direct.PATH, content, "application/json", headers=given)
        told = {}

        def start_response(status, received, exc_info=None):
            told.update(status=int(status[:3]), headers=dict(received))

        try:
            answer = b"".join(application(request.environ, start_response))
            return told["status"], told["headers"], answer
        finally:
            connection.close()

    return send


def at_once(calls):
    """The results of the calls, made at the same moment, each in its thread."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def events():
    return Event.objects.filter(type="screening:verdict:stored").count()


def waiting_for(rows, key):
    """Requests as the desk takes them."""
    actor = direct.KnownKey(key.id, together.Actor.of_key(key)).actor
    fields = [direct.ListingFields.model_validate(row) for row in rows]
    return [together.Waiting(actor, key.id, direct.row_of(row)) for row in fields]


def test_together_each_gets_the_verdict_that_it_gets_alone(call, desk, secret_of, listings):
    alone = [call("engineer")("POST", "/screen", listing).json() for listing in listings]
    assert {verdict["verdict"] for verdict in alone} > {"pass"}
    batch = waiting_for(listings, ApiKey.objects.get(name="engineer key"))
    together.answer(batch)
    assert [json.loads(waiting.answer) for waiting in batch] == alone
    assert Verdict.objects.count() == events() == 2 * len(listings)
    inputs = Verdict.objects.values_list("inputs", flat=True)
    assert len(set(inputs)) == len(listings)  # what went in was the same, too


def test_requests_at_the_same_time_are_all_answered_and_stored_once(post, listings):
    answers = at_once([lambda row=row: post(row) for row in listings])
    assert [status for status, _, _ in answers] == [200] * len(listings)
    assert [json.loads(body)["listing_id"] for _, _, body in answers] == [row["listing_id"] for row in listings]
    assert Verdict.objects.count() == Verdict.objects.filter(current=True).count() == events() == len(listings)


def test_one_listing_asked_for_at_once_has_one_current_verdict_and_every_answer_is_stored(post, listings):
    prices = [{**listings[0], "price": 10 * number + 1} for number in range(6)]
    answers = at_once([lambda row=row: post(row) for row in prices])
    assert [status for status, _, _ in answers] == [200] * 6
    assert (Verdict.objects.count(), Verdict.objects.filter(current=True).count(), events()) == (6, 1, 6)


def test_of_one_listing_in_a_batch_the_last_verdict_stays(call, desk, secret_of, listings):
    secret_of("engineer")
    rows = [{**listings[0], "price": price} for price in ("1", "2", "3")]
    together.answer(waiting_for([*rows, listings[1]], ApiKey.objects.get(name="engineer key")))
    call("engineer")("POST", "/screen", rows[2])
    last, before = Verdict.objects.filter(listing__listing_id="L-0").order_by("-id")[:2]
    assert last.inputs == before.inputs
    assert Verdict.objects.count() == 5


def test_a_retry_at_the_same_time_is_answered_alike_and_done_once(post, listings):
    answers = at_once([lambda: post(listings[0], **{"Idempotency-Key": "k-1"}) for _ in range(6)])
    assert [status for status, _, _ in answers] == [200] * 6
    assert len({body for _, _, body in answers}) == 1
    assert sum("Idempotency-Replayed" in headers for _, headers, _ in answers) == 5
    assert (Verdict.objects.count(), GivenAnswer.objects.count(), events()) == (1, 1, 1)


def test_a_key_that_was_used_for_another_listing_is_refused(post, listings):
    assert post(listings[0], **{"Idempotency-Key": "k-1"})[0] == 200
    assert post(listings[1], **{"Idempotency-Key": "k-1"})[0] == 422
    assert Verdict.objects.count() == 1


def test_a_retry_the_ordinary_way_finds_the_answer(call, post, listings):
    first = post(listings[0], **{"Idempotency-Key": "k-1"})[2]
    again = call("engineer")("POST", "/screen", listings[0], **{"Idempotency-Key": "k-1"})
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first, "true")
    assert Verdict.objects.count() == 1


def test_a_listing_that_breaks_a_batch_does_not_fail_its_neighbours(post, listings, now):
    bad = {**listings[0], "listing_id": "L\t1"}  # the ledger takes no such id
    a_listing(now, "L\t1", "S-9", title=bad["title"])
    answers = at_once([lambda row=row: post(row) for row in [*listings, bad]])
    assert [status for status, _, _ in answers[:-1]] == [200] * len(listings)
    assert answers[-1][0] == 422
    assert json.loads(answers[-1][2])["type"] == "urn:touchstone:problem:not-valid"
    assert Verdict.objects.count() == events() == len(listings)


def test_a_revoked_key_is_refused_at_once(post, listings, people, now):
    assert post(listings[0])[0] == 200
    key = ApiKey.objects.get(name="engineer key")
    engineer = accounts.Actor.of_user(people["engineer"])
    accounts.revoke_key(engineer, now, key=key)
    assert post(listings[1])[0] == 401
    assert Verdict.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "place"), [({"title": ""}, "title"), ({"price": -1}, "price"), ({"currency": "yuan"}, "currency")]
)
def test_a_bad_field_is_a_problem_that_names_the_place(post, listings, change, place):
    status, headers, body = post({**listings[0], **change})
    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert place in json.loads(body)["errors"][0]["place"]


def test_what_is_no_json_is_a_problem(post):
    assert post(b'{"listing_id": ')[0] == 400


def test_a_program_that_may_not_screen_is_refused(post, listings):
    assert post(listings[0], role="officer")[0] == 403
    assert not Verdict.objects.exists()


def test_a_foreign_host_gets_no_verdict(post, listings):
    assert post(listings[0], Host="elsewhere.example")[0] >= 400
    assert not Verdict.objects.exists()
