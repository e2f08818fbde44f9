"""Template tags and filters of the pages, available everywhere without a load tag."""

from __future__ import annotations

from django import template

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import may as policy_may

register = template.Library()


@register.simple_tag
def may(actor: Actor, verb: str) -> bool:
    """`{% may actor "case.view" as can_see %}`: whether to show a thing at all."""
    return policy_may(actor, verb)
