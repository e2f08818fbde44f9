"""Marks: a rights holder gives pictures of its logo, and takes them back. They are looked for from then on.

Nobody else confirms a mark: a find weighs little, and only the owner's own brand is named by it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.images.logos import Marks
from touchstone.engine.images.read import Refused, bytes_of, read
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.market import media
from touchstone.rights import queries
from touchstone.rights.mark_models import Mark
from touchstone.rights.models import Brand

MOST_A_BRAND = 20


@transaction.atomic
def add_mark(actor: Actor, now: datetime, *, brand: Brand, path: Path, name: str = "") -> Mark:
    """Look for the logo in this picture file from now on; the same picture again is the same mark.

    Raises Forbidden, NotValid (a file that is not read, a shape too plain to be told from others), Conflict (the brand has
    MOST_A_BRAND marks).
    """
    permit(actor, "mark.add", brand)
    raw = _checked(path)
    sha256 = media.keep(path)
    if sha256 is None or media.original(sha256) is None or read(raw).sha256 != sha256:
        raise NotValid(_("The picture changed while it was read."), place="file", remedy=_("Send it again."))
    brand = Brand.objects.select_for_update().get(pk=brand.pk)
    live = Mark.objects.filter(brand=brand, withdrawn_at=None)
    known = live.filter(sha256=sha256).first()
    if known is not None:
        return known
    if live.count() >= MOST_A_BRAND:
        raise Conflict(
            _("%(brand)s has %(most)d marks, which is the most.") % {"brand": brand.name, "most": MOST_A_BRAND},
            remedy=_("Withdraw one of them first."),
        )
    mark = Mark.objects.create(
        brand=brand, name=name.strip()[:200], sha256=sha256, added_by_name=actor.name[:200], added_at=now
    )
    _record(actor, now, "added", mark, {"sha256": sha256, "name": mark.name})
    return mark


@transaction.atomic
def withdraw_mark(actor: Actor, now: datetime, *, mark_id: int, because: str) -> Mark:
    """Stop looking for a mark; what it found counts no more. Twice changes nothing. Raises Forbidden, NotFound, NotValid."""
    mark = Mark.objects.select_for_update(of=("self",)).select_related("brand").filter(id=mark_id).first()
    if mark is None:
        raise NotFound(_("There is no such mark."))
    permit(actor, "mark.withdraw", mark)
    if not because.strip():
        raise NotValid(_("Say why."), place="because")
    if mark.withdrawn_at is None:
        mark.withdrawn_at, mark.withdrawn_by_name = now, actor.name[:200]
        mark.withdrawn_because = because.strip()[:500]
        mark.save(update_fields=["withdrawn_at", "withdrawn_by_name", "withdrawn_because"])
        _record(actor, now, "withdrawn", mark, {"because": mark.withdrawn_because})
    return mark


def marks(actor: Actor, *, brand: str = "") -> QuerySet[Mark]:
    """The marks of the brands that the actor may see, the newest first; `brand`: of this one alone. Raises Forbidden."""
    permit(actor, "mark.view")
    found = Mark.objects.filter(brand__in=queries.brands(actor)).select_related("brand")
    return found.filter(brand__name__iexact=brand) if brand else found


def mark(actor: Actor, mark_id: int) -> Mark:
    """One mark. Raises Forbidden, NotFound."""
    found = Mark.objects.select_related("brand").filter(id=mark_id).first()
    if found is None:
        raise NotFound(_("There is no such mark."))
    permit(actor, "mark.view", found)
    return found


def live_marks() -> list[tuple[int, str, str]]:
    """(number, brand, SHA-256 of the picture) of every mark that is looked for, by number."""
    live = Mark.objects.filter(withdrawn_at=None).order_by("id")
    return list(live.values_list("id", "brand__name", "sha256"))


def _checked(path: Path) -> bytes:
    """The bytes of a picture that can be looked for. Raises NotValid."""
    try:
        raw = bytes_of(path)
        read(raw)
    except Refused as refused:
        raise NotValid(_("This picture is not read: %(why)s.") % {"why": refused}, place="file") from refused
    if not len(Marks.read([("", "mark")], lambda _name: raw, lambda _text: None)):
        raise NotValid(
            _("This shape is too plain to be told from others."),
            place="file",
            remedy=_("Choose a mark with inner structure, trimmed and flat, for example with the name in it."),
        )
    return raw


def _record(actor: Actor, now: datetime, verb: str, mark: Mark, payload: dict[str, str]) -> None:
    ledger.record(
        actor,
        now,
        f"rights:mark:{verb}",
        subject=("mark", mark.id),
        refs=[("brand", mark.brand.name)],
        payload=payload,
    )
