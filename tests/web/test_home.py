"""The home page: what each role finds there."""

from __future__ import annotations

import pytest

from touchstone.accounts.models import Role
from touchstone.web.home import BUILDERS, sections

EXPECTED = {
    "reviewer": ["Waiting in the queue", "Take the next one", "My day"],
    "investigator": ["Rings in no case yet", "Open cases", "Leads on their way"],
    "officer": ["Leads to answer", "New alerts", "Shared records"],
    "seller": ["Your shop has not been imported yet"],
    "rights_holder": ["My brands and rights"],
    "engineer": ["Latest imports", "Last screening", "Keys in force"],
    "supervisor": ["Where the chain stands", "Decisions a day"],
    "working_group": ["Where the chain stands"],
}


def test_every_role_of_a_person_has_a_home():
    assert set(BUILDERS) == {r for r in Role.values if r not in (Role.SYSTEM, Role.PUBLIC)}


@pytest.mark.parametrize("role", list(EXPECTED))
def test_each_role_finds_its_work_also_on_an_empty_market(sign_in, role):
    page = sign_in(role).get("/").content.decode()
    for words in EXPECTED[role]:
        assert words in page


def test_a_person_with_two_roles_finds_both_and_the_board_once(people, actors):
    from dataclasses import replace
    from datetime import UTC, datetime

    both = replace(actors["supervisor"], roles=frozenset({"supervisor", "working_group", "reviewer"}))
    found = sections(both, datetime.now(UTC))
    assert [s.template for s in found] == ["home/reviewer.html", "home/overview.html"]


def test_somebody_without_a_role_comes_no_further(client, people):
    people["reviewer"].roles = []
    people["reviewer"].save()
    client.force_login(people["reviewer"], backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/")
    assert answer.status_code == 403
