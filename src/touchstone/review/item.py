"""What the reviewer's work place shows about one task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from touchstone.accounts.actor import Actor
from touchstone.market import queries as market
from touchstone.market.models import Listing
from touchstone.penalties.meters import Meter, meters
from touchstone.review import queries
from touchstone.review.models import Decision, Task, TaskState
from touchstone.screening import queries as screening
from touchstone.screening.models import Verdict

_MOST_DECISIONS = 8
_MOST_LISTINGS = 8
_PLAIN = ("exact", "case", "width", "alias")


@dataclass(frozen=True)
class History:
    """What is known of the seller: points and thresholds a class, earlier decisions, confirmed counterfeits."""

    meters: list[Meter]
    fakes: int
    decisions: list[Decision]
    others: list[Listing]


def history(actor: Actor, task: Task, now: datetime) -> History:
    """Raises Forbidden."""
    seller = task.listing.seller
    earlier = queries.decisions(actor, seller_id=seller.seller_id).exclude(task=task)
    others = market.listings_of(actor, seller.seller_id).exclude(pk=task.listing_id)
    return History(
        meters=meters(seller, now),
        fakes=screening.fakes_of(seller.seller_id),
        decisions=list(earlier[:_MOST_DECISIONS]),
        others=list(others[:_MOST_LISTINGS]),
    )


def holding(task: Task, actor: Actor, now: datetime) -> str:
    """Who has the task: `me`, `other`, `nobody`, or `decided`."""
    if task.state == TaskState.DECIDED:
        return "decided"
    if task.state != TaskState.CLAIMED or task.claim_until is None or task.claim_until <= now:
        return "nobody"
    return "me" if str(task.claimed_by_id) == actor.id else "other"


def found_in_title(verdict: Verdict) -> list[dict[str, Any]]:
    """The matches, one a brand, text and technique, the disguised ones (`plain` false) first."""
    seen = {(m["brand"], m["text"], m["technique"]): m for m in verdict.matches}
    found = [{**m, "plain": m["technique"] in _PLAIN} for m in seen.values()]
    return sorted(found, key=lambda m: m["plain"])


def is_rule(reason: dict[str, Any]) -> bool:
    """The reason is a rule that fired: it has no weight, it sets the least verdict."""
    return str(reason["signal"]).startswith("rule:")


def price_ratio(verdict: Verdict) -> float | None:
    """The price as a share of the genuine price, where the engine compared them."""
    for reason in verdict.reasons:
        if reason["signal"] == "price_ratio":
            try:
                return float(reason["value"])
            except ValueError:
                return None
    return None
