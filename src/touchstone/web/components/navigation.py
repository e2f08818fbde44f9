"""What the rail offers: the pages of the actor's work, no other."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import may


@dataclass(frozen=True)
class Entry:
    """`key` is pressed after `g`; `own` entries carry the actor's seller id and are for sellers alone."""

    label: str | Promise
    url_name: str
    icon: str
    verb: str
    key: str = ""
    own: bool = False


GROUPS: list[tuple[str | Promise, list[Entry]]] = [
    ("", [Entry(_("Home"), "home", "home", "home.view", "h")]),
    (
        _("My shop"),
        [
            Entry(_("Shop and listings"), "market:seller", "shop", "seller.view", "s", own=True),
            Entry(_("Points and measures"), "penalties:seller", "points", "penalty.view", "p", own=True),
        ],
    ),
    (
        _("Work"),
        [
            Entry(_("Review queue"), "review:queue", "queue", "review.view", "q"),
            Entry(_("Rings"), "cases:rings", "ring", "ring.view", "r"),
            Entry(_("Cases"), "cases:list", "case", "case.view", "c"),
            Entry(_("Known images"), "images:index", "image", "image.view", "v"),
            Entry(_("Brands and rights"), "rights:brands", "brand", "right.view", "b"),
            Entry(_("Rules"), "screening:rules", "rule", "rule.view", "u"),
            Entry(_("Learnt scores"), "screening:models", "lens", "model.view", "z"),
            Entry(_("Word lists"), "rights:terms", "term", "term.view", "t"),
        ],
    ),
    (
        _("Together"),
        [
            Entry(_("Alerts"), "agencies:alerts", "alert", "alert.view", "a"),
            Entry(_("Leads"), "agencies:leads", "lead", "lead.view", "l"),
            Entry(_("Shared records"), "agencies:records", "record", "record.view", "d"),
            Entry(_("Agreements"), "agencies:agreements", "agreement", "agreement.view", "m"),
        ],
    ),
    (
        _("Overview"),
        [
            Entry(_("Board"), "board:board", "board", "board.view", "o"),
            Entry(_("Shops"), "disclosure:shops", "search", "shop.view", "f"),
            Entry(_("Explain a title"), "screening:explain", "lens", "title.explain", "e"),
            Entry(_("Checkpoint"), "audit:checkpoint", "seal", "checkpoint.view", "k"),
        ],
    ),
    (
        _("Set-up"),
        [
            Entry(_("Imports"), "market:imports", "import", "import.view", "i"),
            Entry(_("Keys"), "keys", "key", "key.manage", "y"),
        ],
    ),
]


def navigation(actor: Actor, path: str) -> list[dict[str, object]]:
    """Groups of entries that the actor may use; the one that `path` lies under is `current`."""
    groups: list[dict[str, object]] = []
    shown: list[dict[str, object]] = []
    for title, entries in GROUPS:
        items = [item for entry in entries if (item := _item(entry, actor))]
        shown += items
        if items:
            groups.append({"title": title, "entries": items})
    _mark_current(shown, path)
    return groups


def _item(entry: Entry, actor: Actor) -> dict[str, object] | None:
    if not may(actor, entry.verb) or (entry.own and not actor.seller_id):
        return None
    url = reverse(entry.url_name, args=[actor.seller_id] if entry.own else [])
    return {"label": entry.label, "url": url, "icon": entry.icon, "key": entry.key, "current": False}


def _mark_current(items: list[dict[str, object]], path: str) -> None:
    under = [i for i in items if i["url"] == path or (i["url"] != "/" and path.startswith(str(i["url"])))]
    if under:
        max(under, key=lambda i: len(str(i["url"])))["current"] = True
