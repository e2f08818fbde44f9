"""The life of a learnt score: offered, approved by a second person, put into force or into shadow, stopped, given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.scoring.model import Model
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.screening.live_rules import covering
from touchstone.screening.rule_models import RuleMode
from touchstone.screening.score_models import ScoreModel, ScorePeriod

_LATEST = timedelta(days=366)
_TEXT, _NAME = 500, 60


@transaction.atomic
def draft_model(actor: Actor, now: datetime, *, name: str, raw: bytes, because: str = "") -> ScoreModel:
    """Take the bytes of a model file in as a draft; the same file again is the model that there is.

    Raises Forbidden, NotValid (no name, or a file that is no whole model).
    """
    permit(actor, "model.edit")
    if not name.strip() or len(name.strip()) > _NAME:
        raise NotValid(_("Give a name of 1 to %(most)d characters.") % {"most": _NAME}, place="name")
    digest = Model.parse(raw).digest
    found, made = ScoreModel.objects.get_or_create(
        digest=digest,
        defaults={
            "name": name.strip(),
            "file": raw,
            "because": because.strip()[:_TEXT],
            "author_id": _person_id(actor),
            "drafted_at": now,
        },
    )
    if made:
        _record(actor, now, "drafted", found, {"name": found.name, "because": found.because})
    return found


@transaction.atomic
def approve_model(actor: Actor, now: datetime, *, model_id: UUID) -> ScoreModel:
    """Approve a draft that somebody else offered. Twice changes nothing. Raises Forbidden, NotFound, Conflict."""
    model = _locked(model_id)
    permit(actor, "model.approve")
    if actor.kind != "person":
        raise Forbidden(_("Only a person can approve a model."))
    if str(model.author_id) == actor.id:
        raise Forbidden(_("You offered this model: somebody else must approve it."))
    if model.approved_at:
        return model
    _refuse_retired(model)
    Model.parse(bytes(model.file))
    model.approver_id, model.approved_at = UUID(actor.id), now
    model.save(update_fields=["approver", "approved_at"])
    _record(actor, now, "approved", model, {})
    return model


@transaction.atomic
def start_model(
    actor: Actor, now: datetime, *, model_id: UUID, mode: str, starts_at: datetime | None = None
) -> ScorePeriod:
    """Put a model into force, or into shadow, at once or from a moment on. The one in force before ends then.

    Only an approved model goes live; a draft may be in shadow. Raises Forbidden, NotFound, NotValid, Conflict.
    """
    model = _locked(model_id)
    permit(actor, "model.run")
    if mode not in RuleMode.values:
        raise NotValid(_("A model is live or in shadow."), place="mode")
    if starts_at is not None and not now <= starts_at <= now + _LATEST:
        raise NotValid(_("It can start now or within a year."), place="starts_at")
    if mode == RuleMode.LIVE and not model.approved_at:
        raise Conflict(_("Only an approved model can go live."), remedy=_("A draft can be put into shadow."))
    _refuse_retired(model)
    Model.parse(bytes(model.file))
    # One model judges at a time: whoever puts one into force waits for whoever does the same.
    list(ScoreModel.objects.select_for_update().order_by("id").values_list("id"))
    others = ScorePeriod.objects.filter(mode=mode)
    others = others if mode == RuleMode.LIVE else others.filter(model=model)
    same = others.filter(covering(now), model=model, ends_at=None).first()
    if same and starts_at is None:
        return same
    if others.filter(starts_at__gt=now, ends_at=None).exists():
        raise Conflict(_("A change of the model is scheduled already."), remedy=_("Call it off first."))
    begins = starts_at or now
    others.filter(ends_at=None).update(ends_at=begins)
    if mode == RuleMode.LIVE:
        model.periods.filter(mode=RuleMode.SHADOW, ends_at=None, starts_at__lte=begins).update(ends_at=begins)
    period = ScorePeriod.objects.create(model=model, mode=mode, starts_at=begins, started_by_id=_person_id(actor))
    told = {"mode": mode, "starts_at": begins.isoformat().replace("+00:00", "Z")}
    _record(actor, now, "started", model, told)
    return period


@transaction.atomic
def stop_model(actor: Actor, now: datetime, *, period_id: UUID, because: str) -> ScorePeriod:
    """End a period now; one that has not begun is called off and the model before it goes on. Twice changes nothing.

    Without a live model the scorecard judges. Raises Forbidden, NotFound, NotValid (no reason).
    """
    period = ScorePeriod.objects.select_for_update(of=("self",)).select_related("model").filter(id=period_id).first()
    permit(actor, "model.run")
    if period is None:
        raise NotFound(_("There is no such period of a model."))
    if period.ends_at is not None and (period.ends_at <= now or period.cancelled):
        return period
    why = _because(because)
    _end(actor, now, period, why)
    _record(actor, now, "stopped", period.model, {"mode": period.mode, "because": why})
    return period


@transaction.atomic
def retire_model(actor: Actor, now: datetime, *, model_id: UUID, because: str) -> ScoreModel:
    """Give a model up for good; where it is in force, the scorecard takes its place. Twice changes nothing.

    Raises Forbidden, NotFound, NotValid (no reason).
    """
    model = _locked(model_id)
    permit(actor, "model.run" if model.approved_at else "model.edit")
    if model.retired_at:
        return model
    why = _because(because)
    for period in model.periods.filter(Q(ends_at=None) | Q(ends_at__gt=now)).select_related("model"):
        _end(actor, now, period, why)
    model.retired_at = now
    model.save(update_fields=["retired_at"])
    _record(actor, now, "retired", model, {"because": why})
    return model


def _end(actor: Actor, now: datetime, period: ScorePeriod, why: str) -> None:
    """End the period; where it has not begun, the one that it was to replace goes on."""
    if period.starts_at > now:
        same = ScorePeriod.objects.filter(mode=period.mode, ends_at=period.starts_at).exclude(id=period.id)
        same = same if period.mode == RuleMode.LIVE else same.filter(model=period.model)
        same.filter(model__retired_at=None).update(ends_at=None)
    period.ends_at, period.because, period.ended_by_id = max(now, period.starts_at), why, _person_id(actor)
    period.save(update_fields=["ends_at", "because", "ended_by"])


def _locked(model_id: UUID) -> ScoreModel:
    found = ScoreModel.objects.select_for_update().filter(id=model_id).first()
    if found is None:
        raise NotFound(_("There is no such model."))
    return found


def _refuse_retired(model: ScoreModel) -> None:
    if model.retired_at:
        raise Conflict(_("This model was given up."), remedy=_("Train a new one."))


def _because(text: str) -> str:
    if not text.strip():
        raise NotValid(_("Say why."), place="because")
    return text.strip()[:_TEXT]


def _person_id(actor: Actor) -> UUID | None:
    return UUID(actor.id) if actor.kind == "person" else None


def _record(actor: Actor, now: datetime, verb: str, model: ScoreModel, payload: dict[str, Any]) -> None:
    """One event about a model; its digest pins what it is."""
    ledger.record(
        actor,
        now,
        f"screening:model:{verb}",
        subject=("model", str(model.id)),
        payload={"digest": model.digest, **payload},
    )
