"""Events as the audit trail shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from touchstone.accounts import queries as accounts
from touchstone.ledger import words
from touchstone.ledger.models import Event, EventRef

PAGES = {
    "seller": "market:seller",
    "listing": "market:listing",
    "task": "review:item",
    "ring": "cases:ring",
    "case": "cases:case",
    "lead": "agencies:lead",
    "agreement": "agencies:agreement",
    "record": "agencies:record",
    "term": "rights:term",
    "rule": "screening:rule",
    "model": "screening:model",
    "image": "images:entry",
}


@dataclass(frozen=True)
class Named:
    """An object that an event names: what it is, and where its own audit trail is."""

    kind: str
    object_id: str

    @property
    def kind_name(self) -> str | Promise:
        return words.kind_name(self.kind)

    @property
    def trail(self) -> str:
        return reverse("audit:object", args=[self.kind, self.object_id])


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. `place`: `signed`, `placed` (in the tree, not yet signed) or `waiting`."""

    event: Event
    sentence: str | Promise
    by: str
    payload: str
    others: list[Named]
    place: str


def entries(events: Sequence[Event], about: Named, covered: int) -> list[Entry]:
    """covered: the size of the latest checkpoint."""
    organisations = accounts.organisation_names({e.organisation_id for e in events if e.organisation_id})
    return [_entry(event, about, covered, organisations) for event in events]


def page_of(named: Named) -> str:
    """The address of the object's own page; empty where it has none."""
    try:
        return reverse(PAGES[named.kind], args=[named.object_id])
    except (KeyError, NoReverseMatch):
        return ""


def _entry(event: Event, about: Named, covered: int, organisations: dict[UUID, dict[str, str]]) -> Entry:
    return Entry(
        event=event,
        sentence=words.sentence(event.type),
        by=_who(event, organisations),
        payload="" if event.payload is None else _pretty(event.payload),
        others=[named for ref in event.refs.all() if (named := _named(ref)) != about],
        place=_place(event, covered),
    )


def _who(event: Event, organisations: dict[UUID, dict[str, str]]) -> str:
    if event.actor_kind == "system":
        return _("The system (%(name)s)") % {"name": event.actor_name}
    names = organisations.get(event.organisation_id, {}) if event.organisation_id else {}
    chinese = (get_language() or "").startswith("zh")
    organisation = (names.get("zh") if chinese else "") or names.get("en", "")
    who = _("The program %(name)s") % {"name": event.actor_name} if event.actor_kind == "key" else event.actor_name
    return _("%(name)s, %(organisation)s") % {"name": who, "organisation": organisation} if organisation else who


def _pretty(payload: str) -> str:
    content = json.loads(payload)
    return json.dumps(content, ensure_ascii=False, indent=2) if content else ""


def _named(ref: EventRef) -> Named:
    return Named(ref.kind, ref.object_id)


def _place(event: Event, covered: int) -> str:
    if event.leaf_index is None:
        return "waiting"
    return "signed" if event.leaf_index < covered else "placed"
