from __future__ import annotations

from datetime import date

import pytest

from touchstone.accounts import actions as accounts
from touchstone.accounts.actor import Actor


@pytest.fixture
def a_reviewer(people, now):
    """`a_reviewer("name", "L2")`: one more reviewer of the marketplace, with a certificate if a level is given."""
    founder = Actor(kind="system", id="setup", name="setup", roles=frozenset({"engineer", "supervisor"}))

    def make(name: str, level: str = "L2") -> Actor:
        person = accounts.register_person(
            founder,
            now,
            organisation=people["reviewer"].organisation,
            username=name,
            display_name=name.title(),
            roles=["reviewer"],
            password="a-long-test-password",
        )
        if level:
            accounts.grant_certificate(
                founder,
                now,
                person=person,
                level=level,
                valid_from=date(2026, 1, 1),
                valid_until=date(2026, 12, 31),
            )
        return Actor.of_user(person)

    return make
