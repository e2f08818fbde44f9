"""What the policy table promises."""

import uuid

import pytest

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import POLICY, Scope, may, permit, scope_of
from touchstone.errors import Forbidden


class Thing:
    def __init__(self, *organisations):
        self.organisations = set(organisations)

    def party_ids(self):
        return self.organisations


def actor(role, organisation=None):
    return Actor(kind="person", id="1", name="x", roles=frozenset({role}), organisation_id=organisation)


def test_a_role_without_an_entry_may_not():
    with pytest.raises(Forbidden):
        permit(actor("seller"), "review.decide")


def test_own_scope_reaches_only_objects_of_the_actors_organisation():
    mine, other = uuid.uuid4(), uuid.uuid4()
    assert may(actor("officer", mine), "lead.view", Thing(mine, other))
    assert not may(actor("officer", mine), "lead.view", Thing(other))
    assert not may(actor("officer", None), "lead.view", Thing(other))


def test_what_the_public_may_do_everyone_may_do():
    assert may(Actor.public(), "shop.view")
    assert may(actor("officer"), "shop.view")


def test_the_wider_of_two_roles_counts():
    both = Actor(kind="person", id="1", name="x", roles=frozenset({"seller", "reviewer"}))
    assert scope_of(both, "listing.view") is Scope.ALL


def test_every_verb_is_open_to_somebody():
    assert all(POLICY.values())
