"""What every test may use: organisations with one person per role, actors, a fixed clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import hypothesis
import pytest

# A slow machine is no wrong answer.
hypothesis.settings.register_profile("touchstone", deadline=None)
hypothesis.settings.load_profile("touchstone")


def pytest_configure():
    from touchstone.web import translations

    translations.build()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_ledger():
    """Tests that commit are cleaned up by emptying all tables, which the ledger's triggers refuse.

    They are lifted meanwhile.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from touchstone.ledger import guards

    tear_down = TransactionTestCase._fixture_teardown

    def guarded_tear_down(case):
        guards.lift(connection)
        try:
            tear_down(case)
        finally:
            guards.install(connection)

    TransactionTestCase._fixture_teardown = guarded_tear_down
    yield
    TransactionTestCase._fixture_teardown = tear_down


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language active in the thread; the next test begins in English."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture
def people(db, now):
    """One person per role, by role name: marketplace staff, a rights holder, a seller (S-1), a police officer."""
    from touchstone.accounts import actions
    from touchstone.accounts.actor import Actor
    from touchstone.accounts.models import OrganisationKind, Role

    founder = Actor(kind="system", id="setup", name="setup", roles=frozenset({"engineer", "supervisor"}))
    organisations = {
        "marketplace": {
            "kind": OrganisationKind.MARKETPLACE,
            "name": "Test Market",
            "name_zh": "测试市场",
        },
        "rights_holder": {"kind": OrganisationKind.RIGHTS_HOLDER, "name": "Holder Ltd"},
        "seller": {"kind": OrganisationKind.SELLER, "name": "Shop One", "seller_id": "S-1"},
        "agency": {
            "kind": OrganisationKind.AGENCY,
            "name": "City Police",
            "name_zh": "市公安局",
            "agency_type": "police",
        },
    }
    made = {k: actions.register_organisation(founder, now, **v) for k, v in organisations.items()}
    homes = {Role.RIGHTS_HOLDER: "rights_holder", Role.SELLER: "seller", Role.OFFICER: "agency"}
    found = {}
    for role in Role.values:
        if role in (Role.SYSTEM, Role.PUBLIC):
            continue
        found[role] = actions.register_person(
            founder,
            now,
            organisation=made[homes.get(role, "marketplace")],
            username=role,
            display_name=role.replace("_", " ").title(),
            roles=[role],
            password="a-long-test-password",
        )
    for level in ("L1", "L2", "L3"):
        actions.grant_certificate(
            founder,
            now,
            person=found[Role.REVIEWER],
            level=level,
            valid_from=date(2026, 1, 1),
            valid_until=date(2027, 12, 31),
        )
    return found


@pytest.fixture
def actors(people):
    """The same people as actors, by role name, and `system`."""
    from touchstone.accounts.actor import Actor

    found = {role: Actor.of_user(person) for role, person in people.items()}
    found["system"] = Actor.system("test")
    found["public"] = Actor.public()
    return found


@pytest.fixture
def sign_in(client, people):
    """`sign_in("reviewer")` gives a client that is signed in as that role."""

    def as_role(role: str):
        client.force_login(people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_role
