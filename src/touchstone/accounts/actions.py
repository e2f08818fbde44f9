"""Verbs about organisations, people, certificates and keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import ApiKey, Certificate, Organisation, Role, User
from touchstone.accounts.policy import ROLES_OF, permit
from touchstone.errors import Forbidden, NotValid


@transaction.atomic
def register_organisation(
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    name: str,
    name_zh: str = "",
    agency_type: str = "",
    region: str = "",
    seller_id: str = "",
) -> Organisation:
    """The organisation of this kind and name; made if there is none yet."""
    permit(actor, "organisation.register")
    known = Organisation.objects.filter(kind=kind, name=name).first()
    if known:
        return known
    organisation = Organisation.objects.create(
        kind=kind,
        name=name,
        name_zh=name_zh,
        agency_type=agency_type,
        region=region,
        seller_id=seller_id,
        created_at=now,
    )
    ledger.record(
        actor,
        now,
        "accounts:organisation:registered",
        subject=("organisation", organisation.id),
        payload={"kind": kind, "name": name, "agency_type": agency_type},
    )
    return organisation


@transaction.atomic
def register_person(
    actor: Actor,
    now: datetime,
    *,
    organisation: Organisation,
    username: str,
    display_name: str,
    roles: Iterable[str],
    password: str,
    language: str = "",
) -> User:
    """The person with this user name; made if there is none yet. The password of a known person is left alone."""
    permit(actor, "organisation.register")
    known = User.objects.filter(username=username).first()
    if known:
        return known
    roles = _checked_roles(roles)
    if beyond := sorted(set(roles) - ROLES_OF[organisation.kind]):
        raise NotValid(
            _("Nobody of this organisation can be: %(roles)s.") % {"roles": ", ".join(beyond)},
            remedy=_("Choose from: %(roles)s.") % {"roles": ", ".join(sorted(ROLES_OF[organisation.kind]))},
            place="roles",
        )
    person = User.objects.create_user(
        username=username,
        password=password,
        organisation=organisation,
        roles=roles,
        display_name=display_name,
        language=language,
    )
    ledger.record(
        actor,
        now,
        "accounts:person:registered",
        subject=("user", person.id),
        refs=[("organisation", organisation.id)],
        payload={"roles": roles},
    )
    return person


@transaction.atomic
def grant_certificate(
    actor: Actor, now: datetime, *, person: User, level: str, valid_from: date, valid_until: date
) -> Certificate:
    permit(actor, "certificate.grant")
    certificate, made = Certificate.objects.get_or_create(
        person=person, level=level, valid_from=valid_from, valid_until=valid_until
    )
    if made:
        ledger.record(
            actor,
            now,
            "accounts:certificate:granted",
            subject=("user", person.id),
            payload={
                "level": level,
                "valid_from": valid_from.isoformat(),
                "valid_until": valid_until.isoformat(),
            },
        )
    return certificate


@transaction.atomic
def issue_key(
    actor: Actor, now: datetime, *, organisation: Organisation, name: str, roles: Iterable[str]
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown this once: `ts_<prefix>_<secret>`."""
    permit(actor, "key.manage", organisation)
    roles = _checked_roles(roles)
    beyond = set(roles) - set(actor.roles)
    if beyond:
        raise NotValid(
            _("A key cannot do more than you can: %(roles)s.") % {"roles": ", ".join(sorted(beyond))},
            place="roles",
        )
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        roles=roles,
        created_by_id=actor.id if actor.kind == "person" else None,
        created_at=now,
    )
    ledger.record(
        actor,
        now,
        "accounts:key:issued",
        subject=("organisation", organisation.id),
        payload={"prefix": prefix, "name": name, "roles": roles},
    )
    return key, f"ts_{prefix}_{secret}"


@transaction.atomic
def revoke_key(actor: Actor, now: datetime, *, key: ApiKey) -> ApiKey:
    """The key stops working at once. Revoking twice changes nothing."""
    permit(actor, "key.manage", key)
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        ledger.record(
            actor,
            now,
            "accounts:key:revoked",
            subject=("organisation", key.organisation_id),
            payload={"prefix": key.prefix, "name": key.name},
        )
    return key


@transaction.atomic
def change_settings(actor: Actor, now: datetime, *, language: str, time_zone: str) -> User:
    """The actor's own language and time zone. Saving the same again records nothing. Raises Forbidden for a program."""
    permit(actor, "settings.edit")
    if actor.kind != "person":
        raise Forbidden(_("Only a person has settings."))
    person = User.objects.select_for_update().get(id=actor.id)
    if (person.language, person.time_zone) == (language, time_zone):
        return person
    person.language, person.time_zone = language, time_zone
    person.save(update_fields=["language", "time_zone"])
    ledger.record(
        actor,
        now,
        "accounts:person:settings-changed",
        subject=("user", person.id),
        payload={"language": language, "time_zone": time_zone},
    )
    return person


def _checked_roles(roles: Iterable[str]) -> list[str]:
    roles = sorted(set(roles))
    unknown = [r for r in roles if r not in Role.values or r in (Role.SYSTEM, Role.PUBLIC)]
    if unknown or not roles:
        raise NotValid(
            _("These are not roles: %(roles)s.") % {"roles": ", ".join(unknown) or "-"},
            remedy=_("Choose from: %(roles)s.") % {"roles": ", ".join(Role.values)},
            place="roles",
        )
    return roles
