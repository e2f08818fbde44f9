"""What the description of the API allows, and much of what it does not, is sent: no answer is a fault of ours."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode

from touchstone.project.wsgi import application
from touchstone.rights import actions as rights

ROLES = ("engineer", "reviewer", "investigator", "officer")
EXAMPLES = 6  # an operation and mode; each is sent with a key of every role

DESCRIPTION = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIPTION.get_all_operations()}


def errors_are_problems(_context, response, _case) -> None:
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]


@pytest.fixture
def _one_connection():
    """The requests run in the transaction of the test, as those of Django's test client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def secrets(_one_connection, secret_of, actors, now, tmp_path):
    path = tmp_path / "rights.csv"
    path.write_text("brand,reference_price,currency\nNike,600,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    return [secret_of(role) for role in ROLES]


def test_every_operation_is_described():
    assert len(OPERATIONS) >= 10


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_is_answered_with_a_fault(operation, mode, secrets):
    @hypothesis.given(case=OPERATIONS[operation].as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def send(case):
        for secret in secrets:
            headers = {"Authorization": f"Bearer {secret}"}
            case.call_and_validate(headers=headers, checks=[not_a_server_error, errors_are_problems])

    try:
        send()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE
        pytest.skip("any request fits the description")
