"""A program with a key: `call("engineer")` gives a function that sends requests as that role."""

from __future__ import annotations

import json

import pytest

from touchstone.accounts import actions
from touchstone.accounts.actor import Actor


@pytest.fixture
def secret_of(people, now):
    """`secret_of("engineer")` gives the secret of a key of that role, the same each time."""
    secrets: dict[str, str] = {}

    def of_role(role: str) -> str:
        if role not in secrets:
            issuer = Actor(
                kind="person",
                id=str(people[role].id),
                name=role,
                roles=frozenset({role, "engineer"}),
                organisation_id=people[role].organisation_id,
            )
            _, secrets[role] = actions.issue_key(
                issuer, now, organisation=people[role].organisation, name=f"{role} key", roles=[role]
            )
        return secrets[role]

    return of_role


@pytest.fixture
def call(client, secret_of):
    def as_role(role: str):
        secret = secret_of(role)

        def send(method: str, path: str, body=None, **headers):
            given = {"Authorization": f"Bearer {secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
            data = json.dumps(body) if body is not None else None
            return client.generic(method, f"/api/v1{path}", data or b"", "application/json", headers=given)

        return send

    return as_role
