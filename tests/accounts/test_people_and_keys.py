"""Organisations, people, certificates and keys."""

from datetime import date

import pytest

from touchstone.accounts import actions
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import ApiKey, Organisation, User
from touchstone.api.keys import key_of
from touchstone.errors import Forbidden, NotValid
from touchstone.ledger.models import Event

pytestmark = pytest.mark.django_db


def request_with(header, rf):
    return rf.get("/", headers={"Authorization": header})


def test_registering_an_organisation_twice_changes_nothing(actors, now):
    again = actions.register_organisation(actors["engineer"], now, kind="agency", name="City Police")
    assert Organisation.objects.filter(name="City Police").count() == 1
    assert Event.objects.filter(type="accounts:organisation:registered", payload__contains="City Police").count() == 1
    assert again.agency_type == "police"


def test_a_reviewer_may_not_register_people(actors, people, now):
    with pytest.raises(Forbidden):
        actions.register_person(
            actors["reviewer"],
            now,
            organisation=people["reviewer"].organisation,
            username="mallory",
            display_name="M",
            roles=["supervisor"],
            password="x" * 20,
        )
    assert not User.objects.filter(username="mallory").exists()


@pytest.mark.parametrize(
    ("home", "role"), [("officer", "investigator"), ("seller", "reviewer"), ("reviewer", "officer")]
)
def test_nobody_has_the_roles_of_another_kind_of_organisation(actors, people, now, home, role):
    with pytest.raises(NotValid, match=role):
        actions.register_person(
            actors["engineer"],
            now,
            organisation=people[home].organisation,
            username="mallory",
            display_name="M",
            roles=[role],
            password="x" * 20,
        )
    assert not User.objects.filter(username="mallory").exists()


def test_nobody_is_registered_as_the_system(actors, people, now):
    with pytest.raises(NotValid, match="system"):
        actions.register_person(
            actors["engineer"],
            now,
            organisation=people["reviewer"].organisation,
            username="mallory",
            display_name="M",
            roles=["system"],
            password="x" * 20,
        )


def test_a_role_that_slipped_into_the_database_gives_no_rights(people):
    people["seller"].roles = ["system", "public", "king"]
    assert Actor.of_user(people["seller"]).roles == frozenset()


def test_a_certificate_counts_only_on_its_days_and_while_it_is_not_suspended(people, now):
    reviewer = people["reviewer"]
    assert Actor.of_user(reviewer).holds("L2", date(2026, 6, 1))
    assert not Actor.of_user(reviewer).holds("L2", date(2028, 1, 1))
    reviewer.certificates.update(suspended_at=now)
    assert not Actor.of_user(reviewer).holds("L1", date(2026, 6, 1))


def test_a_key_is_shown_once_and_only_its_digest_is_kept(actors, people, now, rf):
    key, secret = actions.issue_key(
        actors["engineer"], now, organisation=people["engineer"].organisation, name="catalogue", roles=["engineer"]
    )
    assert secret.split("_", 2)[2] not in str(ApiKey.objects.values().get())
    assert key_of(request_with(f"Bearer {secret}", rf)) == key
    assert key_of(request_with(f"Bearer {secret}x", rf)) is None
    assert key_of(request_with(f"Basic {secret}", rf)) is None


def test_a_revoked_key_no_longer_works(actors, people, now, rf):
    key, secret = actions.issue_key(
        actors["engineer"], now, organisation=people["engineer"].organisation, name="catalogue", roles=["engineer"]
    )
    actions.revoke_key(actors["engineer"], now, key=key)
    actions.revoke_key(actors["engineer"], now, key=key)
    assert key_of(request_with(f"Bearer {secret}", rf)) is None
    assert Event.objects.filter(type="accounts:key:revoked").count() == 1


def test_a_key_cannot_do_more_than_its_issuer(actors, people, now):
    with pytest.raises(NotValid, match="reviewer"):
        actions.issue_key(
            actors["engineer"], now, organisation=people["engineer"].organisation, name="k", roles=["reviewer"]
        )


def test_an_organisation_cannot_issue_keys_for_another(actors, people, now):
    with pytest.raises(Forbidden):
        actions.issue_key(
            actors["officer"], now, organisation=people["reviewer"].organisation, name="k", roles=["officer"]
        )
