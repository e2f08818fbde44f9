"""Reading points, penalties and measures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import NotFound
from touchstone.law import packs
from touchstone.law import penalties as law
from touchstone.law.calendar import SHANGHAI, local_day
from touchstone.market import queries as market
from touchstone.market.models import Seller
from touchstone.penalties.counting import Counted, count, log_of
from touchstone.penalties.models import LedgerClass, Measure, MeasureState, Penalty, PenaltyState
from touchstone.penalties.wording import in_language


def points(seller: Seller, on: date | datetime) -> dict[str, int]:
    """Points a class at a moment, or at the end of a day in China, recomputed from the log."""
    moment = on if isinstance(on, datetime) else datetime.combine(on + timedelta(days=1), time(), SHANGHAI)
    if not isinstance(on, datetime):
        moment -= timedelta(microseconds=1)
    pack = packs.load("penalties", local_day(moment))
    return law.total(pack, log_of(seller.penalties.all()), moment)


def preview(seller: Seller, finding: str, act_date: date, now: datetime) -> Counted:
    """What a finding would count and bring if it were decided now. Raises NotValid, NotFound."""
    return count(seller, finding, act_date, now)


def findings(on: date) -> list[dict[str, Any]]:
    """The findings that a decision about an act on the day may name: code, class, title, points, verified."""
    book = law.rules(packs.load("penalties", on))
    return [
        {
            "code": finding.code,
            "ledger": ledger.code,
            "ledger_title": in_language(ledger.title),
            "title": in_language(finding.title),
            "points": finding.points,
            "cap": finding.cap,
            "citation": finding.citation,
            "verified": finding.verified,
        }
        for ledger in book.ledgers.values()
        for finding in ledger.findings.values()
    ]


def penalties_of(actor: Actor, seller_id: str) -> QuerySet[Penalty]:
    """The seller's penalties, newest first, with their measures. Raises Forbidden, NotFound."""
    seller = market.seller(actor, seller_id)
    permit(actor, "penalty.view", seller)
    return (
        Penalty.objects.filter(seller=seller)
        .select_related("seller", "decided_by", "reversed_by")
        .prefetch_related("measures")
    )


def penalty(actor: Actor, penalty_id: UUID) -> Penalty:
    """One penalty with its seller. Raises NotFound, Forbidden."""
    found = Penalty.objects.select_related("seller", "decided_by", "reversed_by").filter(id=penalty_id).first()
    if found is None:
        raise NotFound(_("There is no such penalty."))
    permit(actor, "penalty.view", found)
    return found


def measures_of(actor: Actor, seller_id: str) -> QuerySet[Measure]:
    """The seller's measures, newest first. Raises Forbidden, NotFound."""
    seller = market.seller(actor, seller_id)
    permit(actor, "penalty.view", seller)
    return Measure.objects.filter(seller=seller).select_related("penalty")


def running(measures: QuerySet[Measure], now: datetime) -> QuerySet[Measure]:
    return measures.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), state=MeasureState.IN_FORCE)


def figures() -> dict[str, Any]:
    """For the board: penalties in force and reversed, points given a class, running measures."""
    states = dict(Penalty.objects.order_by().values_list("state").annotate(n=Count("id")))
    given = dict(
        Penalty.objects.filter(state=PenaltyState.IN_FORCE)
        .order_by()
        .values_list("ledger_class")
        .annotate(n=Sum("points"))
    )
    return {
        "in_force": states.get(PenaltyState.IN_FORCE, 0),
        "reversed": states.get(PenaltyState.REVERSED, 0),
        "points": {ledger: given.get(ledger, 0) for ledger in LedgerClass.values},
        "measures_running": running(Measure.objects.all(), timezone.now()).count(),
    }


def published(seller: Seller, now: datetime) -> dict[str, Any]:
    """What anybody may know of the shop's penalties: a row a class, the running measures, how many were reversed."""
    penalties = list(seller.penalties.all())
    current = points(seller, now)
    classes = [
        {
            "code": code,
            "title": str(LedgerClass(code).label),
            "penalties": sum(p.ledger_class == code and p.state == PenaltyState.IN_FORCE for p in penalties),
            "points": current.get(code, 0),
        }
        for code in LedgerClass.values
    ]
    measures = [
        {"kinds": list(m.kinds), "starts_at": m.starts_at, "ends_at": m.ends_at}
        for m in running(Measure.objects.filter(seller=seller), now)
    ]
    reversed_count = sum(p.state == PenaltyState.REVERSED for p in penalties)
    return {"classes": classes, "measures": measures, "reversed": reversed_count}
