"""What is the same everywhere: keys, problems, idempotency, the description."""

import json

import pytest

from shops import a_listing, a_verdict
from touchstone.api.models import GivenAnswer
from touchstone.review.actions import enqueue
from touchstone.review.models import Decision, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(actors, now):
    """The body of a POST that keeps a listing."""
    enqueue(actors["system"], now, verdicts=[a_verdict(a_listing(now), now)])
    task = Task.objects.get()
    return {"task_id": str(task.id), "outcome": "keep", "facts": "The invoice is in order.", "basis": "No breach."}


def test_without_a_key_the_answer_is_401_with_the_remedy(client):
    answer = client.get("/api/v1/leads")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Bearer" in answer.json()["remedy"]


def test_a_session_of_the_pages_is_no_key(sign_in):
    assert sign_in("officer").get("/api/v1/leads").status_code == 401


def test_an_unknown_address_is_a_problem(call):
    answer = call("reviewer")("GET", "/verdicts/nothing")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:touchstone:problem:not-found")


def test_a_body_that_is_no_json_is_a_problem(client, call):
    call("engineer")
    answer = call("engineer")("POST", "/screen", None)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_retried_post_is_answered_and_not_done_again(call, decision):
    send = call("reviewer")
    first = send("POST", "/decisions", decision, Idempotency_Key="k-1")
    again = send("POST", "/decisions", decision, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Decision.objects.count() == 1


def test_a_key_used_for_another_request_is_refused(call, decision):
    send = call("reviewer")
    send("POST", "/decisions", decision, Idempotency_Key="k-1")
    answer = send("POST", "/decisions", {**decision, "facts": "Other facts."}, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:touchstone:problem:idempotency-key-reused")


def test_an_error_is_not_kept_so_a_retry_may_go_better(call, decision):
    send = call("reviewer")
    bad = send("POST", "/decisions", {**decision, "facts": " "}, Idempotency_Key="k-1")
    assert bad.status_code == 422
    assert not GivenAnswer.objects.exists()
    assert send("POST", "/decisions", decision, Idempotency_Key="k-1").status_code == 201


def test_the_same_idempotency_key_of_two_programs_does_not_meet(call, decision):
    call("reviewer")("POST", "/decisions", decision, Idempotency_Key="k-1")
    answer = call("officer")("POST", "/decisions", decision, Idempotency_Key="k-1")
    assert answer.status_code == 403


def test_an_endless_idempotency_key_is_refused(call, decision):
    answer = call("reviewer")("POST", "/decisions", decision, Idempotency_Key="k" * 201)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:touchstone:problem:bad-idempotency-key")


def test_the_description_names_every_operation(client):
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    assert {
        "/api/v1/screen",
        "/api/v1/screen/batch",
        "/api/v1/verdicts/{listing_id}",
        "/api/v1/imports/{kind}",
        "/api/v1/decisions",
        "/api/v1/leads",
        "/api/v1/leads/{number}",
        "/api/v1/leads/{number}/answer",
        "/api/v1/leads/{number}/outcomes",
    } <= set(paths)
