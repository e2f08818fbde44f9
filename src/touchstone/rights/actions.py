"""Verbs about brands, rights and authorisations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts import queries as accounts
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Organisation
from touchstone.accounts.policy import permit
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.law.calendar import local_day
from touchstone.market.models import Seller
from touchstone.rights.brands_file import LISTS, read_brands
from touchstone.rights.models import Authorisation, Brand, Right, RightType

_FIELDS = ("owner_name", "reference_price_minor", "currency", "generic", *LISTS)


@dataclass(frozen=True)
class BrandsImported:
    rows: int
    accepted: int
    unchanged: int


def import_brands(actor: Actor, now: datetime, *, path: Path) -> BrandsImported:
    """Take in a brands file (CSV, JSON Lines, Parquet); brands it does not name stay. All of it comes in, or nothing.

    A brand becomes the object of the rights holder's organisation that has the owner's name. Raises Forbidden,
    BadInputFile with the row.
    """
    permit(actor, "rights.import")
    rows = read_brands(Path(path))
    with Path(path).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        accepted = _write_brands(rows, now)
        done = BrandsImported(len(rows), accepted, len(rows) - accepted)
        if accepted:
            ledger.record(
                actor,
                now,
                "rights:brands:imported",
                subject=("import", sha256),
                payload={"file_name": Path(path).name, "sha256": sha256, "brands": len(rows), "accepted": accepted},
            )
    return done


@transaction.atomic
def register_right(
    actor: Actor,
    now: datetime,
    *,
    brand: str,
    type: str,
    number: str,
    office: str,
    valid_from: date,
    valid_until: date | None = None,
    classes: Iterable[str | int] = (),
) -> Right:
    """Register a right in a brand for the actor's organisation; the same right again gives the first.

    A brand that nobody has yet, and that names no other owner, becomes the organisation's. Raises Forbidden, NotValid,
    Conflict (the right, or the brand, is another's).
    """
    permit(actor, "right.register")
    number, office = number.strip(), office.strip().upper()
    _check_right(type, number, office, valid_from, valid_until)
    found = _claimed_brand(actor, now, brand.strip())
    permit(actor, "right.register", found)
    known = Right.objects.filter(type=type, office=office, number=number).first()
    if known:
        if known.holder_id != actor.organisation_id:
            raise Conflict(
                _("%(office)s %(number)s is registered by somebody else.") % {"office": office, "number": number}
            )
        return known
    found.save()
    right = Right.objects.create(
        brand=found,
        type=type,
        number=number,
        office=office,
        classes=sorted({str(c).strip() for c in classes if str(c).strip()}, key=lambda c: (len(c), c)),
        valid_from=valid_from,
        valid_until=valid_until,
        holder=_organisation(actor),
        registered_at=now,
    )
    ledger.record(
        actor,
        now,
        "rights:right:registered",
        subject=("right", right.id),
        refs=[("brand", found.name), ("organisation", right.holder_id)],
        payload={"type": type, "office": office, "number": number, "classes": right.classes},
    )
    return right


@transaction.atomic
def grant_authorisation(
    actor: Actor,
    now: datetime,
    *,
    brand: Brand,
    seller: Seller,
    proof: str,
    valid_from: date,
    valid_until: date,
    scope: str = "",
) -> Authorisation:
    """Let the seller sell under the brand from the first day to the last; the same permission again gives the first.

    proof: where the permission is written (a contract's number, a letter). Raises Forbidden, NotValid.
    """
    permit(actor, "authorisation.grant", brand)
    if not proof.strip():
        raise NotValid(_("Say where the permission is written."), place="proof")
    if valid_until < valid_from:
        raise NotValid(_("It ends before it begins."), place="valid_until")
    authorisation, made = Authorisation.objects.get_or_create(
        brand=brand,
        seller=seller,
        valid_from=valid_from,
        valid_until=valid_until,
        withdrawn_on=None,
        defaults={
            "proof": proof.strip()[:500],
            "scope": scope.strip()[:500],
            "granted_by": _organisation(actor),
            "granted_at": now,
        },
    )
    if made:
        ledger.record(
            actor,
            now,
            "rights:authorisation:granted",
            subject=("authorisation", authorisation.id),
            refs=[("brand", brand.name), ("seller", seller.seller_id)],
            payload={
                "proof": authorisation.proof,
                "scope": authorisation.scope,
                "valid_from": valid_from.isoformat(),
                "valid_until": valid_until.isoformat(),
            },
        )
    return authorisation


@transaction.atomic
def withdraw_authorisation(actor: Actor, now: datetime, *, authorisation_id: UUID, because: str) -> Authorisation:
    """End a permission from today on (Shanghai); twice changes nothing. Raises Forbidden, NotFound, NotValid."""
    found = (
        Authorisation.objects.select_for_update(of=("self",))
        .select_related("brand", "seller")
        .filter(id=authorisation_id)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such authorisation."))
    permit(actor, "authorisation.grant", found.brand)
    if not because.strip():
        raise NotValid(_("Say why."), place="because")
    if found.withdrawn_on is None:
        found.withdrawn_on, found.withdrawn_because = local_day(now), because.strip()[:500]
        found.save(update_fields=["withdrawn_on", "withdrawn_because"])
        ledger.record(
            actor,
            now,
            "rights:authorisation:withdrawn",
            subject=("authorisation", found.id),
            refs=[("brand", found.brand.name), ("seller", found.seller.seller_id)],
            payload={"because": found.withdrawn_because, "on": found.withdrawn_on.isoformat()},
        )
    return found


def _write_brands(rows: list[dict[str, Any]], now: datetime) -> int:
    """How many brands are new or changed."""
    known = {brand.name.casefold(): brand for brand in Brand.objects.select_for_update()}
    owners = accounts.rights_holders_by_name()
    new, changed = [], []
    for row in rows:
        brand = known.get(row["name"].casefold())
        fields = {field: row[field] for field in _FIELDS}
        owner = owners.get(row["owner_name"].casefold())
        if brand is None:
            new.append(Brand(name=row["name"], owner_id=owner, changed_at=now, **fields))
        elif any(getattr(brand, f) != v for f, v in fields.items()) or (owner and not brand.owner_id):
            for field, value in fields.items():
                setattr(brand, field, value)
            brand.owner_id, brand.changed_at = brand.owner_id or owner, now
            changed.append(brand)
    for brand in [*new, *changed]:
        brand.search_text = brand.words()
    Brand.objects.bulk_create(new, batch_size=500)
    Brand.objects.bulk_update(changed, [*_FIELDS, "owner", "changed_at", "search_text"], batch_size=200)
    return len(new) + len(changed)


def _check_right(type: str, number: str, office: str, valid_from: date, valid_until: date | None) -> None:
    if type not in RightType.values:
        raise NotValid(_("This is no type of right."), place="type")
    if not 1 <= len(number) <= 100:
        raise NotValid(_("Give the number of the right as the office writes it."), place="number")
    if not 1 <= len(office) <= 20:
        raise NotValid(_("Name the office, for example CNIPA."), place="office")
    if valid_until is not None and valid_until < valid_from:
        raise NotValid(_("It ends before it begins."), place="valid_until")


def _claimed_brand(actor: Actor, now: datetime, name: str) -> Brand:
    """The brand, as it is or as the actor's organisation may claim it; not saved."""
    if not 1 <= len(name) <= 100:
        raise NotValid(_("A brand is a name of 1 to 100 characters."), place="brand")
    own = _organisation(actor)
    brand = Brand.objects.select_for_update().filter(name__iexact=name).first()
    if brand is None:
        return Brand(name=name, owner_name=own.name, owner=own, changed_at=now)
    if brand.owner_id is None:
        if brand.owner_name and brand.owner_name.casefold() != own.name.casefold():
            raise Conflict(
                _("%(brand)s belongs to %(owner)s.") % {"brand": brand.name, "owner": brand.owner_name},
                remedy=_("Ask the marketplace to link the brand to your organisation."),
            )
        brand.owner, brand.changed_at = own, now
    return brand


def _organisation(actor: Actor) -> Organisation:
    if actor.organisation_id is None:
        raise Forbidden(_("Only an organisation can hold a right."))
    return accounts.organisation(actor.organisation_id)
