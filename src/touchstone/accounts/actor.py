"""Who acts. Every action takes an Actor; nothing in the product reads a request or a session to learn it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from touchstone.accounts.models import ApiKey, Role, User


@dataclass(frozen=True)
class HeldCertificate:
    level: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class Actor:
    """A person, a program with a key, a task of the system, or the public.

    `roles` are values of accounts.models.Role; everyone also has the public's rights.
    """

    kind: Literal["person", "key", "system", "public"]
    id: str
    name: str
    roles: frozenset[str] = frozenset()
    organisation_id: UUID | None = None
    organisation_kind: str = ""
    seller_id: str = ""
    certificates: tuple[HeldCertificate, ...] = ()

    @classmethod
    def of_user(cls, user: User) -> Actor:
        organisation = user.organisation
        return cls(
            kind="person",
            id=str(user.id),
            name=str(user),
            roles=_known(user.roles),
            organisation_id=organisation.id if organisation else None,
            organisation_kind=organisation.kind if organisation else "",
            seller_id=organisation.seller_id if organisation else "",
            certificates=_held_by(user),
        )

    @classmethod
    def of_key(cls, key: ApiKey) -> Actor:
        """A program works under the certificates of the person who issued its key."""
        return cls(
            kind="key",
            id=str(key.id),
            name=key.name,
            roles=_known(key.roles),
            organisation_id=key.organisation_id,
            organisation_kind=key.organisation.kind,
            seller_id=key.organisation.seller_id,
            certificates=_held_by(key.created_by) if key.created_by else (),
        )

    @classmethod
    def system(cls, task: str) -> Actor:
        """A task of the system itself, for example `screening` or `sequencer`."""
        return cls(kind="system", id=task, name=task, roles=frozenset({Role.SYSTEM}))

    @classmethod
    def public(cls) -> Actor:
        return cls(kind="public", id="", name="")

    def has(self, role: str) -> bool:
        return role in self.roles

    def holds(self, level: str, on: date) -> bool:
        """True if the actor holds a certificate of at least this level that is valid on the day."""
        return any(c.level >= level and c.valid_from <= on <= c.valid_until for c in self.certificates)


def _held_by(person: User) -> tuple[HeldCertificate, ...]:
    return tuple(
        HeldCertificate(c.level, c.valid_from, c.valid_until)
        for c in person.certificates.filter(suspended_at__isnull=True)
    )


def _known(roles: Iterable[str]) -> frozenset[str]:
    return frozenset(r for r in roles if r in Role.values and r not in (Role.SYSTEM, Role.PUBLIC))
