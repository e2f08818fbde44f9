"""Settling a task: the decision, and in the same transaction everything that follows from it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.law import packs
from touchstone.law.calendar import local_day
from touchstone.law.certification import level_needed
from touchstone.market import actions as market
from touchstone.market.models import ListingStatus
from touchstone.penalties import actions as penalties
from touchstone.penalties import queries as points
from touchstone.penalties.counting import Counted
from touchstone.penalties.models import LedgerClass
from touchstone.review.models import Decision, OutcomeKind, Task, TaskState
from touchstone.rights import terms
from touchstone.screening import actions as screening
from touchstone.screening.models import LabelKind, LabelSource


@transaction.atomic
def decide(
    actor: Actor,
    now: datetime,
    *,
    task_id: UUID,
    outcome: str,
    finding: str = "",
    facts: str,
    basis: str,
    note: str = "",
    term: str = "",
    term_brand: str = "",
) -> Decision:
    """Settle the task. The actor holds it, or nobody does.

    keep: the listing stays live and counts as genuine. remove: the listing is taken down; with a finding the seller
    gets its points, and a finding of a counterfeit makes the listing count as one. The day of the act is the day of the
    verdict: on that day the listing was on offer.

    term: with a finding of a counterfeit, the word in the title by which the seller means the brand (`term_brand`, or
    that of the task): it becomes an alias, see rights.terms.confirm.

    The same decision by the same person again returns the first one. Raises Forbidden (role or certificate), NotFound,
    NotValid (no facts or basis, an unknown outcome or finding, a term that is none), Conflict (held by somebody else,
    decided otherwise).
    """
    permit(actor, "review.decide")
    task = _lock(task_id)
    content = {"outcome": outcome, "finding": finding, "facts": facts.strip(), "basis": basis.strip(), "note": note}
    if task.state == TaskState.DECIDED:
        return _again(actor, task, content)
    _check_holder(actor, now, task)
    _check_content(content)
    counted = _counted(task, finding, now)
    _check_certificate(actor, now, outcome, counted)
    decision = Decision.objects.create(
        id=uuid.uuid4(),
        task=task,
        listing=task.listing,
        decided_by_id=_person(actor),
        decided_at=now,
        automated=actor.kind == "system",
        pack_version=counted.pack.version if counted else "",
        **content,
    )
    task.state, task.decided_at = TaskState.DECIDED, now
    task.save(update_fields=["state", "decided_at"])
    _follow(actor, now, task, decision, counted)
    if term.strip():
        _confirm(actor, now, task, decision, counted, term, term_brand)
    ledger.record(
        actor,
        now,
        "review:decision:made",
        subject=("decision", decision.id),
        refs=[
            ("task", task.id),
            ("listing", task.listing.listing_id),
            ("seller", task.listing.seller.seller_id),
        ],
        payload={**content, "pack_version": decision.pack_version, "verdict": task.verdict.verdict},
    )
    return decision


def _lock(task_id: UUID) -> Task:
    tasks = Task.objects.select_for_update(of=("self",)).select_related("listing__seller", "verdict")
    task = tasks.filter(id=task_id).first()
    if task is None:
        raise NotFound(_("There is no such task."))
    return task


def _again(actor: Actor, task: Task, content: dict[str, str]) -> Decision:
    decision: Decision = task.decision
    same = decision.decided_by_id is not None and str(decision.decided_by_id) == _person(actor)
    if same and all(getattr(decision, name) == value for name, value in content.items()):
        return decision
    raise Conflict(
        _("This task is decided already: %(outcome)s.") % {"outcome": decision.get_outcome_display()},
        remedy=_("A supervisor can reverse a penalty."),
    )


def _check_holder(actor: Actor, now: datetime, task: Task) -> None:
    held = task.state == TaskState.CLAIMED and task.claim_until is not None and task.claim_until > now
    if held and str(task.claimed_by_id) != _person(actor):
        raise Conflict(_("Somebody else holds this task."), remedy=_("Take the next one, or wait."))


def _check_content(content: dict[str, str]) -> None:
    if content["outcome"] not in OutcomeKind.values:
        raise NotValid(
            _("There is no such outcome."),
            remedy=_("Choose from: %(outcomes)s.") % {"outcomes": ", ".join(OutcomeKind.values)},
            place="outcome",
        )
    if content["outcome"] == OutcomeKind.KEEP and content["finding"]:
        raise NotValid(_("A listing that is kept has no finding."), place="finding")
    if not content["facts"]:
        raise NotValid(_("A decision says on which facts it rests."), place="facts")
    if not content["basis"]:
        raise NotValid(_("A decision names the rule or law that it rests on."), place="basis")


def _counted(task: Task, finding: str, now: datetime) -> Counted | None:
    return points.preview(task.listing.seller, finding, local_day(task.verdict.at), now) if finding else None


def _check_certificate(actor: Actor, now: datetime, outcome: str, counted: Counted | None) -> None:
    today = local_day(now)
    level = needed_level(outcome, counted, today=today)
    if not actor.holds(level, today):
        raise Forbidden(
            _("This decision needs the certificate %(level)s.") % {"level": level},
            remedy=_("Release the task to somebody who holds it."),
        )


def needed_level(outcome: str, counted: Counted | None, today: date) -> str:
    """The certificate that the decision needs on the day."""
    pack = packs.load("certification", today)
    if counted is None:
        return level_needed(pack, outcome)
    return level_needed(pack, outcome, counted.points.nominal, counted.measures)


def _follow(actor: Actor, now: datetime, task: Task, decision: Decision, counted: Counted | None) -> None:
    if decision.outcome == OutcomeKind.KEEP:
        if task.listing.status != ListingStatus.LIVE:
            market.restore_listing(actor, now, listing=task.listing, because=decision.basis)
        _label(actor, now, decision, LabelKind.GENUINE)
        return
    market.remove_listing(actor, now, listing=task.listing, because=decision.basis)
    if counted is None:
        return
    penalties.impose(
        actor,
        now,
        seller=task.listing.seller,
        decision_id=decision.id,
        listing_id=task.listing.listing_id,
        finding=decision.finding,
        facts=decision.facts,
        basis=decision.basis,
        act_date=local_day(task.verdict.at),
    )
    if counted.finding.ledger == LedgerClass.COUNTERFEIT:
        _label(actor, now, decision, LabelKind.COUNTERFEIT)


def _confirm(
    actor: Actor, now: datetime, task: Task, decision: Decision, counted: Counted | None, term: str, brand: str
) -> None:
    if counted is None or counted.finding.ledger != LedgerClass.COUNTERFEIT:
        raise NotValid(_("A term is confirmed with the finding of a counterfeit only."), place="term")
    terms.confirm(
        actor,
        now,
        text=term,
        brand=brand.strip() or task.brand,
        listing_id=task.listing.listing_id,
        decision_id=decision.id,
        title=task.listing.title,
    )


def _label(actor: Actor, now: datetime, decision: Decision, label: str) -> None:
    screening.record_label(
        actor,
        now,
        listing=decision.listing,
        label=label,
        source=LabelSource.DECISION,
        source_id=str(decision.id),
    )


def _person(actor: Actor) -> str | None:
    return actor.id if actor.kind == "person" else None
