"""What each role finds on its home page: what waits for it, what is new, the way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from touchstone.accounts import queries as accounts
from touchstone.accounts.actor import Actor
from touchstone.accounts.models import Role
from touchstone.accounts.policy import may
from touchstone.agencies import queries as agencies
from touchstone.agencies.models import LeadState
from touchstone.board import queries as board
from touchstone.cases import queries as cases
from touchstone.cases.models import CaseState
from touchstone.market import queries as market
from touchstone.market.models import ListingStatus
from touchstone.penalties import queries as penalties
from touchstone.penalties.meters import meters
from touchstone.review import queries as review
from touchstone.rights import queries as rights
from touchstone.rights import term_queries
from touchstone.rights.models import TermState
from touchstone.screening import image_queries, rule_queries
from touchstone.screening import queries as screening
from touchstone.screening.image_models import ImageState

ROWS = 6


@dataclass(frozen=True)
class Section:
    """One role's part of the page: its template and what that shows as `d`."""

    template: str
    data: dict[str, Any]


def sections(actor: Actor, now: datetime) -> list[Section]:
    """A section for each role of the actor that has one; a person with several roles sees several."""
    roles = [role for role in BUILDERS if actor.has(role)]
    if Role.SUPERVISOR in roles and Role.WORKING_GROUP in roles:
        roles.remove(Role.WORKING_GROUP)  # it would show the same figures twice
    return [Section(f"home/{BUILDERS[role].__name__}.html", BUILDERS[role](actor, now)) for role in roles]


def reviewer(actor: Actor, now: datetime) -> dict[str, Any]:
    queue = review.queue(actor, now)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = review.decisions(actor).filter(decided_by_id=UUID(actor.id), decided_at__gte=midnight)
    return {
        "figures": review.figures(),
        "mine": review.queue(actor, now, mine=True)[:ROWS],
        "top": queue[:ROWS],
        "today": today[:ROWS],
        "decided_today": today.count(),
        "removed_today": today.filter(outcome="remove").count(),
    }


def investigator(actor: Actor, now: datetime) -> dict[str, Any]:
    sent = agencies.leads(actor, side="sent")
    return {
        "figures": cases.figures(now),
        "rings": cases.rings(actor, state="free")[:ROWS],
        "cases": cases.cases(actor, state=CaseState.OPEN)[:ROWS],
        "leads": sent.filter(state__in=[LeadState.WAITING, LeadState.SENT]).order_by(F("due_at").asc(nulls_last=True))[
            :ROWS
        ],
        "leads_awaiting": sent.filter(state=LeadState.SENT).count(),
        "unseen_alerts": agencies.unseen_alerts(actor),
        "now": now,
    }


def officer(actor: Actor, now: datetime) -> dict[str, Any]:
    to_answer = agencies.leads(actor, side="received", state=LeadState.SENT).order_by(F("due_at").asc(nulls_last=True))
    accepted = agencies.leads(actor, side="received", state=LeadState.ACCEPTED)
    unseen = agencies.alerts(actor).filter(recipient_id=actor.organisation_id, seen_at=None)
    return {
        "unseen_alerts": unseen.count(),
        "alerts": unseen[:ROWS],
        "leads_to_answer": to_answer.count(),
        "leads": to_answer[:ROWS],
        "leads_accepted": accepted.count(),
        "accepted": accepted[:ROWS],
        "records": agencies.records(actor)[:ROWS],
        "records_matched": agencies.records(actor, matched=True).count(),
        "now": now,
    }


def seller(actor: Actor, now: datetime) -> dict[str, Any]:
    if not actor.seller_id or not (shop := market.sellers_of(actor).filter(seller_id=actor.seller_id).first()):
        return {"shop": None}
    listings = market.listings_of(actor, shop.seller_id)
    return {
        "shop": shop,
        "meters": meters(shop, now),
        "measures": penalties.running(penalties.measures_of(actor, shop.seller_id), now).count(),
        "penalties": penalties.penalties_of(actor, shop.seller_id)[:ROWS],
        "live": listings.filter(status=ListingStatus.LIVE).count(),
        "held": listings.filter(status=ListingStatus.UNDER_REVIEW).count(),
        "removed": listings.filter(status=ListingStatus.REMOVED).count(),
        "listings": listings.exclude(status=ListingStatus.LIVE)[:ROWS],
    }


def rights_holder(actor: Actor, now: datetime) -> dict[str, Any]:
    brands = rights.brands(actor)
    return {"brands": brands[:ROWS], "brand_count": brands.count()}


def engineer(actor: Actor, now: datetime) -> dict[str, Any]:
    keys = accounts.keys(actor)
    return {
        "imports": market.imports(actor)[:ROWS],
        "screening": screening.figures(),
        "keys": keys.filter(revoked_at=None).count(),
    }


def overview(actor: Actor, now: datetime) -> dict[str, Any]:
    waiting = term_queries.counts()[TermState.CANDIDATE] if may(actor, "term.approve") else 0
    rules_waiting = rule_queries.waiting(actor) if may(actor, "rule.approve") else 0
    images = image_queries.counts() if may(actor, "image.confirm") else {}
    return {
        "figures": board.figures(actor, now),
        "terms_waiting": waiting,
        "rules_waiting": rules_waiting,
        "images_waiting": images.get(ImageState.PROPOSED, 0),
        "images_set_aside": images.get(ImageState.SET_ASIDE, 0),
    }


BUILDERS: dict[str, Callable[[Actor, datetime], dict[str, Any]]] = {
    Role.REVIEWER: reviewer,
    Role.INVESTIGATOR: investigator,
    Role.OFFICER: officer,
    Role.SELLER: seller,
    Role.RIGHTS_HOLDER: rights_holder,
    Role.ENGINEER: engineer,
    Role.SUPERVISOR: overview,
    Role.WORKING_GROUP: overview,
}
