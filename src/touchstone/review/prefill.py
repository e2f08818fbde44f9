"""What the decision form says before the reviewer changes it: facts from the verdict, basis from the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.errors import NotFound
from touchstone.law import packs
from touchstone.law.calendar import local_day
from touchstone.market.models import Listing
from touchstone.market.money import minor_units
from touchstone.penalties import queries as penalties
from touchstone.penalties.wording import in_language
from touchstone.review.deciding import needed_level
from touchstone.review.models import OutcomeKind, Task
from touchstone.screening.models import Verdict

_MOST_REASONS = 6


@dataclass(frozen=True)
class Choice:
    """A finding as the form offers it. told: what it would count now. level: the certificate it needs."""

    code: str
    ledger: str
    title: str
    told: str
    basis: str
    level: str
    allowed: bool
    verified: bool


def reasons_in_language(verdict: Verdict) -> list[dict[str, Any]]:
    """The reasons, heaviest first, their sentence in the reader's language."""
    chinese = (get_language() or "en").startswith("zh")
    told = [{**r, "text": (r.get("text_zh") if chinese else "") or r["text"]} for r in verdict.reasons]
    return sorted(told, key=lambda r: -abs(r["weight"]))


def facts(task: Task) -> str:
    """What was found, as the verdict's reasons against the listing say it."""
    listing = task.listing
    offered = _(
        "On %(day)s the shop %(shop)s (%(seller)s) offered the listing %(listing)s, “%(title)s”, for %(price)s."
    ) % {
        "day": local_day(task.verdict.at).isoformat(),
        "shop": listing.seller.shop_name,
        "seller": listing.seller.seller_id,
        "listing": listing.listing_id,
        "title": _shortened(listing),
        "price": _price(listing),
    }
    against = [r["text"] for r in reasons_in_language(task.verdict) if r["weight"] > 0][:_MOST_REASONS]
    return "\n".join([offered, *(f"- {text}" for text in against)])


def basis_to_keep() -> str:
    return _("On examination, no breach of the marketplace's rules was found.")


def choices(actor: Actor, task: Task, now: datetime) -> list[Choice]:
    """The findings that the rules of the act's day know, each with what it would count for this seller now."""
    act_day, today = local_day(task.verdict.at), local_day(now)
    title = in_language(packs.load("penalties", act_day).title)
    offered = []
    for finding in penalties.findings(act_day):
        counted = penalties.preview(task.listing.seller, finding["code"], act_day, now)
        level = needed_level(OutcomeKind.REMOVE, counted, today)
        article = _article(finding["citation"], task)
        offered.append(
            Choice(
                code=finding["code"],
                ledger=finding["ledger_title"],
                title=finding["title"],
                told=_told(counted.points.points, counted.before, counted.after, [n.at for n in counted.nodes if n.at]),
                basis="; ".join(filter(None, [f"{title}: {finding['title']}", article])),
                level=level,
                allowed=actor.holds(level, today),
                verified=finding["verified"],
            )
        )
    return offered


def _article(citation: str, task: Task) -> str:
    """The article of the law in force on the day of the act; empty where the packs know none for that day."""
    if not citation:
        return ""
    try:
        return in_language(packs.load("citations", local_day(task.verdict.at)).body[citation])
    except NotFound:
        return ""


def _told(points: int, before: int, after: int, crossed: list[int]) -> str:
    told = _("%(points)d points: %(before)d → %(after)d") % {"points": points, "before": before, "after": after}
    if not crossed:
        return told
    return _("%(told)s, reaches %(crossed)s") % {"told": told, "crossed": ", ".join(map(str, crossed))}


def _price(listing: Listing) -> str:
    if listing.price_minor is None:
        return _("an unknown price")
    amount = Decimal(listing.price_minor) / minor_units(listing.currency)
    return f"{amount:,.2f} {listing.currency}".strip()


def _shortened(listing: Listing) -> str:
    return listing.title if len(listing.title) <= 200 else listing.title[:200] + "…"
