"""Who may do and see what: the one place that decides.

`POLICY` maps a verb to the roles that may use it and how far: `ALL`, or `OWN`, which means objects of which the actor's
organisation is a party (`obj.party_ids()`). Pages, the API, actions and queries all ask `permit` or `may`. A test walks
every endpoint with every role against this table.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.models import OrganisationKind, Role
from touchstone.errors import Forbidden


class Scope(Enum):
    ALL = "all"
    OWN = "own"


class HasParties(Protocol):
    def party_ids(self) -> set[UUID]: ...


ALL, OWN = Scope.ALL, Scope.OWN
_STAFF: dict[str, Scope] = {Role.REVIEWER: ALL, Role.INVESTIGATOR: ALL, Role.SUPERVISOR: ALL, Role.ENGINEER: ALL}
_SIGNED_IN = {role: ALL for role in Role.values if role not in (Role.SYSTEM, Role.PUBLIC)}

POLICY: dict[str, dict[str, Scope]] = {
    # accounts
    "home.view": _SIGNED_IN,
    "settings.edit": _SIGNED_IN,
    "language.choose": {Role.PUBLIC: ALL},
    "style.view": {Role.ENGINEER: ALL},
    "key.manage": {Role.ENGINEER: OWN, Role.RIGHTS_HOLDER: OWN, Role.OFFICER: OWN},
    "organisation.register": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "certificate.grant": {Role.SUPERVISOR: ALL},
    # ledger
    "audit.view": {Role.INVESTIGATOR: ALL, Role.SUPERVISOR: ALL, Role.ENGINEER: ALL},
    "ledger.sequence": {Role.SYSTEM: ALL, Role.ENGINEER: ALL},
    "checkpoint.view": {Role.PUBLIC: ALL},
    # market
    "market.import": {Role.ENGINEER: ALL, Role.SYSTEM: ALL},
    "import.view": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "listing.view": {**_STAFF, Role.WORKING_GROUP: ALL, Role.SELLER: OWN, Role.SYSTEM: ALL},
    "listing.restrict": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    "seller.view": {**_STAFF, Role.WORKING_GROUP: ALL, Role.SELLER: OWN, Role.SYSTEM: ALL},
    # rights
    "right.register": {Role.RIGHTS_HOLDER: OWN},
    "right.view": {**_STAFF, Role.RIGHTS_HOLDER: OWN, Role.SYSTEM: ALL},
    "authorisation.grant": {Role.RIGHTS_HOLDER: OWN},
    "mark.view": {**_STAFF, Role.RIGHTS_HOLDER: OWN, Role.SYSTEM: ALL},
    "mark.add": {Role.RIGHTS_HOLDER: OWN},
    "mark.withdraw": {Role.RIGHTS_HOLDER: OWN, Role.SUPERVISOR: ALL},
    "rights.import": {Role.ENGINEER: ALL, Role.SYSTEM: ALL},
    "term.view": {**_STAFF, Role.SYSTEM: ALL},
    "term.propose": {**_STAFF, Role.SYSTEM: ALL},
    "term.confirm": {Role.REVIEWER: ALL, Role.SYSTEM: ALL},
    "term.approve": {Role.SUPERVISOR: ALL},
    "term.withdraw": {Role.SUPERVISOR: ALL},
    "term.mine": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    # screening
    "screening.run": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    "screening.screen": {Role.ENGINEER: ALL, Role.SYSTEM: ALL},
    "verdict.view": {**_STAFF, Role.SYSTEM: ALL},
    "title.explain": {Role.PUBLIC: ALL},
    "model.view": _STAFF,
    "model.edit": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    "model.approve": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "model.run": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "rule.view": _STAFF,
    "rule.edit": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL, Role.INVESTIGATOR: ALL, Role.SYSTEM: ALL},
    "rule.approve": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "rule.run": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "image.view": _STAFF,
    "image.add": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL, Role.ENGINEER: ALL, Role.SYSTEM: ALL},
    "image.confirm": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL},
    "image.withdraw": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL},
    # review
    "review.view": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL},
    "review.claim": {Role.REVIEWER: ALL},
    "review.release": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    "review.decide": {Role.REVIEWER: ALL},
    "review.enqueue": {Role.SYSTEM: ALL, Role.ENGINEER: ALL, Role.SUPERVISOR: ALL},
    "decision.view": {**_STAFF, Role.SELLER: OWN},
    # penalties
    "penalty.impose": {Role.REVIEWER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    "penalty.reverse": {Role.SUPERVISOR: ALL},
    "penalty.view": {**_STAFF, Role.SELLER: OWN},
    # cases
    "ring.find": {Role.INVESTIGATOR: ALL, Role.SYSTEM: ALL},
    "link.judge": {Role.INVESTIGATOR: ALL, Role.SUPERVISOR: ALL},
    "ring.view": {Role.INVESTIGATOR: ALL, Role.SUPERVISOR: ALL},
    "ring.export": {Role.INVESTIGATOR: ALL, Role.SUPERVISOR: ALL},
    "case.view": {Role.INVESTIGATOR: ALL, Role.SUPERVISOR: ALL},
    "case.open": {Role.INVESTIGATOR: ALL},
    "case.edit": {Role.INVESTIGATOR: ALL, Role.SYSTEM: ALL},
    # agencies
    "agreement.view": {Role.INVESTIGATOR: OWN, Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    "agreement.propose": {Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    "agreement.sign": {Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    "agreement.end": {Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    "alert.send": {Role.INVESTIGATOR: OWN, Role.SUPERVISOR: OWN, Role.SYSTEM: ALL},
    "alert.view": {Role.INVESTIGATOR: OWN, Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    "lead.view": {Role.INVESTIGATOR: OWN, Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    "lead.send": {Role.INVESTIGATOR: OWN},
    "lead.approve": {Role.SUPERVISOR: OWN},
    "lead.answer": {Role.OFFICER: OWN},
    "outcome.report": {Role.OFFICER: OWN},
    "record.share": {Role.OFFICER: OWN, Role.INVESTIGATOR: OWN},
    "record.view": {Role.INVESTIGATOR: OWN, Role.SUPERVISOR: OWN, Role.OFFICER: OWN},
    # disclosure
    "shop.view": {Role.PUBLIC: ALL},
    "index.compute": {Role.ENGINEER: ALL, Role.SUPERVISOR: ALL, Role.SYSTEM: ALL},
    # board
    "board.view": {Role.WORKING_GROUP: ALL, Role.SUPERVISOR: ALL},
}

# Which roles a person of an organisation may have: ALL of a marketplace's roles is far too much for anybody else.
ROLES_OF: dict[str, frozenset[str]] = {
    OrganisationKind.MARKETPLACE: frozenset({*_STAFF, Role.WORKING_GROUP}),
    OrganisationKind.RIGHTS_HOLDER: frozenset({Role.RIGHTS_HOLDER, Role.WORKING_GROUP}),
    OrganisationKind.SELLER: frozenset({Role.SELLER}),
    OrganisationKind.AGENCY: frozenset({Role.OFFICER, Role.WORKING_GROUP}),
}


def may(actor: Actor, verb: str, obj: HasParties | None = None) -> bool:
    """True if one of the actor's roles may use the verb (on the object, where one is given)."""
    allowed = POLICY[verb]
    scopes = {allowed[role] for role in (*actor.roles, Role.PUBLIC) if role in allowed}
    if ALL in scopes or not scopes:
        return bool(scopes)
    return obj is None or (actor.organisation_id is not None and actor.organisation_id in obj.party_ids())


def permit(actor: Actor, verb: str, obj: HasParties | None = None) -> None:
    """Raise Forbidden unless `may`."""
    if not may(actor, verb, obj):
        raise Forbidden(_("You may not do this (%(verb)s).") % {"verb": verb})


def scope_of(actor: Actor, verb: str) -> Scope | None:
    """How far the actor may go with the verb; None if not at all. Queries use it to narrow what they return."""
    allowed: dict[str, Any] = POLICY[verb]
    scopes = {allowed[role] for role in (*actor.roles, Role.PUBLIC) if role in allowed}
    return ALL if ALL in scopes else OWN if scopes else None
