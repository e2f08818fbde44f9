"""A program with a key: `call("engineer")` gives a function that sends requests as that role."""

from __future__ import annotations

import json

import pytest

from touchstone.accounts import actions
from touchstone.accounts.actor import Actor


@pytest.fixture
def call(client, people, now):
    secrets: dict[str, str] = {}

    def as_role(role: str):
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

        def send(method: str, path: str, body=None, **headers):
            given = {"Authorization": f"Bearer {secrets[role]}", **{k.replace("_", "-"): v for k, v in headers.items()}}
            data = json.dumps(body) if body is not None else None
            return client.generic(method, f"/api/v1{path}", data or b"", "application/json", headers=given)

        return send

    return as_role
