"""Giving points and taking them back."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import Conflict, NotFound, NotValid
from touchstone.law import packs
from touchstone.market import actions as market
from touchstone.market.models import Seller
from touchstone.penalties.counting import Counted, count, log_of, still_reached
from touchstone.penalties.models import Account, Measure, MeasureState, Penalty, PenaltyState
from touchstone.screening import actions as screening
from touchstone.screening.models import LabelKind, LabelSource


@transaction.atomic
def impose(
    actor: Actor,
    now: datetime,
    *,
    seller: Seller,
    decision_id: UUID,
    listing_id: str,
    finding: str,
    facts: str,
    basis: str,
    act_date: date,
) -> Penalty:
    """Give the seller the points of the finding, by the pack in force on the day of the act, and start what they bring.

    The same decision again returns its penalty. Raises Forbidden, NotValid (unknown finding, no facts or basis),
    NotFound (no rules were in force on the day), Conflict (the decision brought another penalty).
    """
    permit(actor, "penalty.impose")
    _require(facts=facts, basis=basis)
    _lock(seller)
    known = Penalty.objects.filter(decision_id=decision_id).first()
    if known:
        return _same(known, seller, finding, act_date)
    counted = count(seller, finding, act_date, now)
    penalty = Penalty.objects.create(
        id=uuid.uuid4(),
        seller=seller,
        decision_id=decision_id,
        listing_id=listing_id,
        ledger_class=counted.finding.ledger,
        finding=finding,
        points=counted.points.points,
        pack_version=counted.pack.version,
        facts=facts,
        basis=basis,
        calculation=counted.as_json(),
        act_date=act_date,
        decided_at=now,
        decided_by_id=_person(actor),
    )
    started = _start_measures(penalty, counted, now)
    if started:
        _restrict(actor, now, seller, because=_because(penalty))
    ledger.record(
        actor,
        now,
        "penalties:penalty:imposed",
        subject=("penalty", penalty.id),
        refs=_refs(penalty),
        payload={
            "finding": finding,
            "class": penalty.ledger_class,
            "act_date": act_date.isoformat(),
            "pack_version": penalty.pack_version,
            "facts": facts,
            "basis": basis,
            "calculation": penalty.calculation,
            "measures": [_told(measure) for measure in started],
        },
    )
    return penalty


@transaction.atomic
def reverse(actor: Actor, now: datetime, *, penalty_id: UUID, because: str, restore_listing: bool = True) -> Penalty:
    """Take the penalty back: its points leave the log, measures that the log no longer brings are lifted.

    The listing goes live again and counts as genuine, unless `restore_listing` is false or another penalty in force
    stands on it. Reversing twice changes nothing. Raises Forbidden, NotFound, NotValid (no reason).
    """
    penalty = Penalty.objects.select_related("seller").filter(id=penalty_id).first()
    if penalty is None:
        raise NotFound(_("There is no such penalty."))
    permit(actor, "penalty.reverse", penalty)
    _require(because=because)
    _lock(penalty.seller)
    penalty.refresh_from_db()
    if penalty.state == PenaltyState.REVERSED:
        return penalty
    penalty.state = PenaltyState.REVERSED
    penalty.reversed_at, penalty.reversed_by_id, penalty.reversed_because = now, _person(actor), because
    penalty.save(update_fields=["state", "reversed_at", "reversed_by", "reversed_because"])
    lifted = _lift_measures(actor, now, penalty, because)
    restored = restore_listing and _restore(actor, now, penalty, because)
    ledger.record(
        actor,
        now,
        "penalties:penalty:reversed",
        subject=("penalty", penalty.id),
        refs=_refs(penalty),
        payload={
            "because": because,
            "points": penalty.points,
            "lifted": [_told(measure) for measure in lifted],
            "listing_restored": restored,
        },
    )
    return penalty


def _lock(seller: Seller) -> None:
    """One count at a time for a seller, so that two decisions cannot both take the last room below a cap."""
    Account.objects.get_or_create(seller=seller)
    Account.objects.select_for_update().get(seller=seller)


def _same(known: Penalty, seller: Seller, finding: str, act_date: date) -> Penalty:
    if (known.seller_id, known.finding, known.act_date) != (seller.pk, finding, act_date):
        raise Conflict(_("This decision has already brought another penalty."))
    return known


def _start_measures(penalty: Penalty, counted: Counted, now: datetime) -> list[Measure]:
    return Measure.objects.bulk_create(
        Measure(
            seller=penalty.seller,
            penalty=penalty,
            threshold=node.at,
            kinds=list(node.measures),
            verified=node.verified,
            starts_at=now,
            ends_at=None if node.days is None else now + timedelta(days=node.days),
        )
        for node in counted.nodes
    )


def _lift_measures(actor: Actor, now: datetime, penalty: Penalty, because: str) -> list[Measure]:
    """Lift the running measures of the class that the log without the penalty does not bring."""
    log = log_of(penalty.seller.penalties.all())
    lifted = []
    for measure in _running(penalty.seller, now):
        if measure.penalty.ledger_class != penalty.ledger_class:
            continue
        pack = packs.load("penalties", measure.penalty.act_date)
        if not still_reached(pack, penalty.ledger_class, measure.threshold, log, measure.starts_at):
            measure.state, measure.lifted_at = MeasureState.LIFTED, now
            measure.save(update_fields=["state", "lifted_at"])
            lifted.append(measure)
    if lifted:
        _restrict(actor, now, penalty.seller, because=because)
    return lifted


def _restrict(actor: Actor, now: datetime, seller: Seller, because: str) -> None:
    """Hold the shop restricted until the last running measure ends; the longest restriction wins."""
    ends = [measure.ends_at for measure in _running(seller, now)]
    if not ends:
        market.lift_restriction(actor, now, seller=seller, because=because)
        return
    until = None if None in ends else max(end for end in ends if end is not None)
    market.restrict_seller(actor, now, seller=seller, until=until, because=because)


def _running(seller: Seller, now: datetime) -> list[Measure]:
    in_force = seller.measures.filter(state=MeasureState.IN_FORCE).select_related("penalty")
    return [measure for measure in in_force if measure.runs(now)]


def _restore(actor: Actor, now: datetime, penalty: Penalty, because: str) -> bool:
    others = Penalty.objects.filter(listing_id=penalty.listing_id, state=PenaltyState.IN_FORCE)
    listing = penalty.seller.listings.filter(listing_id=penalty.listing_id).first()
    if listing is None or others.exists():
        return False
    market.restore_listing(actor, now, listing=listing, because=because)
    screening.record_label(
        actor,
        now,
        listing=listing,
        label=LabelKind.GENUINE,
        source=LabelSource.DECISION,
        source_id=str(penalty.decision_id),
    )
    return True


def _require(**texts: str) -> None:
    missing = {
        "facts": _("Points rest on facts: name them."),
        "basis": _("Points rest on a rule or a law: name it."),
        "because": _("Say why the penalty is taken back."),
    }
    for name, text in texts.items():
        if not text.strip():
            raise NotValid(missing[name], place=name)


def _refs(penalty: Penalty) -> list[tuple[str, str]]:
    refs = [("seller", penalty.seller.seller_id), ("decision", str(penalty.decision_id))]
    return [*refs, ("listing", penalty.listing_id)] if penalty.listing_id else refs


def _told(measure: Measure) -> dict[str, object]:
    ends = measure.ends_at.isoformat().replace("+00:00", "Z") if measure.ends_at else None
    return {"threshold": measure.threshold, "kinds": measure.kinds, "ends_at": ends}


def _because(penalty: Penalty) -> str:
    return f"{penalty.basis} (penalty {penalty.id})"


def _person(actor: Actor) -> str | None:
    return actor.id if actor.kind == "person" else None
