"""Why would this title get its verdict? Asked by anybody; nothing is stored and no event is left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.text.explain import explain as told
from touchstone.errors import NotValid
from touchstone.screening.screeners import screener as screener_for

# Limits for what is open to everybody: a page of titles, none longer than what the engine reads.
MOST_TITLES = 50
MOST_CHARACTERS = 2_000
MOST_TOGETHER = 10_000


def explain(
    actor: Actor,
    now: datetime,
    *,
    titles: list[str],
    price: float | None = None,
    currency: str = "CNY",
    category: str = "",
    brand: str = "",
) -> list[dict[str, Any]]:
    """The way from each title to its verdict (see `engine.text.explain`), with the rights and rules in force at `now`.

    Raises Forbidden, NotValid (no title, too many, too long).
    """
    permit(actor, "title.explain")
    check(titles)
    screener = screener_for(now)
    more = {"price": price, "currency": currency, "category": category or None, "brand": brand or None}
    return [told(title, screener, **more) for title in titles]


def check(titles: list[str]) -> None:
    """Raises NotValid, with a sentence, where there are no titles or more than can be answered at once."""
    if not titles:
        raise NotValid(_("Give at least one title."), place="titles")
    if len(titles) > MOST_TITLES:
        raise NotValid(
            _("These are %(n)d titles; %(most)d can be explained at once.") % {"n": len(titles), "most": MOST_TITLES},
            place="titles",
        )
    longest = max(map(len, titles))
    if longest > MOST_CHARACTERS:
        raise NotValid(
            _("A title has %(n)d characters; %(most)d are read.") % {"n": longest, "most": MOST_CHARACTERS},
            place="titles",
        )
    if sum(map(len, titles)) > MOST_TOGETHER:
        raise NotValid(
            _("Together the titles have more than %(most)d characters.") % {"most": MOST_TOGETHER}, place="titles"
        )


def titles_of(text: str) -> list[str]:
    """One title a line; empty lines are left out. Only line ends part lines: other controls belong to the title."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for line in lines if line.strip()]
