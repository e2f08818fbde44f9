"""What every verb about a case begins with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.cases.models import Case, CaseState
from touchstone.errors import Conflict, NotFound, NotValid


def locked(actor: Actor, number: str, *, closed_too: bool = False) -> Case:
    """The case for the rest of the transaction. Raises Forbidden, NotFound, Conflict (closed, unless `closed_too`)."""
    case = Case.objects.select_for_update().filter(number=number).first()
    if case is None:
        raise NotFound(_("There is no case %(number)s.") % {"number": number})
    permit(actor, "case.edit", case)
    if case.state == CaseState.CLOSED and not closed_too:
        raise Conflict(_("The case %(number)s is closed.") % {"number": number})
    return case


def person_of(actor: Actor) -> str | None:
    return actor.id if actor.kind == "person" else None


def required(text: str, place: str, most: int) -> str:
    """The text, stripped. Raises NotValid where it is empty or too long."""
    text = text.strip()
    if not text:
        raise NotValid(_("This must not be empty."), place=place)
    if len(text) > most:
        raise NotValid(_("This must not be longer than %(n)s characters.") % {"n": most}, place=place)
    return text
