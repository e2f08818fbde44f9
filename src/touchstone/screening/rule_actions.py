"""The life of a rule: written, tried, approved by a second person, put into force or into shadow, stopped, rolled back."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.rules.ruleset import Rule as EngineRule
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.errors import BadRule, Conflict, Forbidden, NotFound, NotValid
from touchstone.screening import live_rules
from touchstone.screening.rule_models import Rule, RuleMode, RulePeriod, RuleTrial, RuleVerdict, RuleVersion
from touchstone.screening.rule_trials import is_fresh

RESERVED = frozenset({"new", "import", "export", "picture", "periods", "trials", "versions"})
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_LATEST = timedelta(days=366)
_TEXT = 500


@transaction.atomic
def write_rule(
    actor: Actor,
    now: datetime,
    *,
    rule_id: str,
    condition: str,
    then: str,
    reason: str,
    reason_zh: str = "",
    because: str = "",
) -> RuleVersion:
    """The rule as a draft: a new version, or the author's own draft changed. What it says already is not written again.

    Raises Forbidden, NotValid (a field), BadRule (the condition; see `engine.rules.expressions.BadCondition`).
    """
    permit(actor, "rule.edit")
    says = _checked(rule_id, condition, then, reason, reason_zh)
    return _write(actor, now, rule_id, says, because.strip()[:_TEXT])[0]


@transaction.atomic
def approve_rule(actor: Actor, now: datetime, *, version_id: UUID, trial_id: UUID) -> RuleVersion:
    """Approve a draft on the strength of the trial that the actor has looked at. Twice changes nothing.

    Raises Forbidden (not a person, or the author), NotFound, Conflict (no fresh trial of what the version says).
    """
    version = _locked(version_id)
    permit(actor, "rule.approve")
    if actor.kind != "person":
        raise Forbidden(_("Only a person can approve a rule."))
    if str(version.author_id) == actor.id:
        raise Forbidden(_("You wrote this version: somebody else must approve it."))
    if version.approved_at:
        return version
    _refuse_retired(version)
    trial = RuleTrial.objects.filter(id=trial_id, version=version).first()
    if trial is None or not is_fresh(trial, version, now):
        raise Conflict(
            _("There is no fresh backtest of this version."),
            remedy=_("Run it again and look at what the rule would change before you approve it."),
        )
    version.approver_id, version.approved_at, version.trial = UUID(actor.id), now, trial
    version.save(update_fields=["approver", "approved_at", "trial"])
    _record(actor, now, "approved", version, {"trial": str(trial.id)})
    return version


@transaction.atomic
def start_rule(
    actor: Actor, now: datetime, *, version_id: UUID, mode: str, share: int = 100, starts_at: datetime | None = None
) -> RulePeriod:
    """Put a version into force, or into shadow, for a share of the listings, at once or from a moment on.

    It takes the place of what the rule had in that mode. Only an approved version goes live; a draft may be in shadow.
    Raises Forbidden, NotFound, NotValid, Conflict.
    """
    version = _locked(version_id)
    permit(actor, "rule.run")
    if mode not in RuleMode.values:
        raise NotValid(_("A rule is live or in shadow."), place="mode")
    if not 1 <= share <= 100:
        raise NotValid(_("The share is from 1 to 100 per cent."), place="share")
    if starts_at is not None and not now <= starts_at <= now + _LATEST:
        raise NotValid(_("It can start now or within a year."), place="starts_at")
    starts_at = starts_at and starts_at.astimezone(UTC)
    if mode == RuleMode.LIVE and not version.approved_at:
        raise Conflict(_("Only an approved version can go live."), remedy=_("A draft can be put into shadow."))
    _refuse_retired(version)
    live_rules.compiled(version, share)
    same = _open(version.rule, mode, now).filter(version=version, share=share).first()
    if same and starts_at is None:
        return same
    period = _start(actor, now, version, mode, share, starts_at or now)
    _record(actor, now, "started", version, _told(period))
    return period


@transaction.atomic
def stop_rule(actor: Actor, now: datetime, *, period_id: UUID, because: str) -> RulePeriod:
    """End a period now; one that has not begun is called off and the rule stays as it was. Twice changes nothing.

    Raises Forbidden, NotFound, NotValid (no reason).
    """
    found = RulePeriod.objects.select_related("version__rule").filter(id=period_id).first()
    permit(actor, "rule.run")
    if found is None:
        raise NotFound(_("There is no such period of a rule."))
    _lock(found.version.rule.rule_id)
    period = RulePeriod.objects.select_related("version__rule").get(id=period_id)
    if period.ends_at is not None and (period.ends_at <= now or period.cancelled):
        return period
    why = _because(because)
    _end(actor, now, period, why)
    _record(actor, now, "stopped", period.version, {"mode": period.mode, "because": why})
    return period


@transaction.atomic
def retire_rule(actor: Actor, now: datetime, *, version_id: UUID, because: str) -> RuleVersion:
    """Give a version up for good; what is in force of it ends. Twice changes nothing.

    Raises Forbidden, NotFound, NotValid (no reason).
    """
    version = _locked(version_id)
    permit(actor, "rule.run" if version.approved_at else "rule.edit")
    if version.retired_at:
        return version
    why = _because(because)
    for period in version.periods.filter(Q(ends_at=None) | Q(ends_at__gt=now)).select_related("version__rule"):
        _end(actor, now, period, why)
    version.retired_at = now
    version.save(update_fields=["retired_at"])
    _record(actor, now, "retired", version, {"because": why})
    return version


@transaction.atomic
def roll_back(actor: Actor, now: datetime, *, rule_id: str, number: int, because: str) -> RulePeriod:
    """Put an earlier version into force again, at once, with the share that it last had.

    It needs no new approval: it was approved and has been live. Raises Forbidden, NotFound, NotValid, Conflict.
    """
    rule = _lock(rule_id)
    permit(actor, "rule.run")
    version = rule.versions.select_related("rule").filter(number=number).first()
    if version is None:
        raise NotFound(_("There is no such version of the rule."))
    last = version.periods.filter(mode=RuleMode.LIVE, starts_at__lte=now).first()
    if last is None or not version.approved_at or last.cancelled:
        raise Conflict(_("This version has never been live."), remedy=_("Have it approved and start it."))
    if last.covers(now):
        return last
    why = _because(because)
    live_rules.compiled(version, last.share)
    version.retired_at = None
    version.save(update_fields=["retired_at"])
    period = _start(actor, now, version, RuleMode.LIVE, last.share, now)
    _record(actor, now, "rolled-back", version, {**_told(period), "because": why})
    return period


@dataclass(frozen=True)
class RulesImported:
    drafted: list[RuleVersion]
    unchanged: int


@transaction.atomic
def import_rules(actor: Actor, now: datetime, *, source: str, file_name: str) -> RulesImported:
    """Take a rule file of the engine in as drafts; rules that say what they say already are left out. All or nothing.

    `share` and `mode` of the file are not taken over: what goes live is started by hand. Raises Forbidden, BadRule.
    """
    permit(actor, "rule.edit")
    read = Ruleset.parse(source, name="import")
    product = live_rules.product_rules()
    if (read.review_from, read.block_from) != (product.review_from, product.block_from):
        raise BadRule(_("Thresholds cannot be imported: those of the product stand."), place="thresholds")
    own = {rule.id: rule for rule in product.rules}
    given = [rule for rule in (*read.rules, *read.watched) if not _is_product(rule, own)]
    written = [
        _write(actor, now, rule.id, _checked(rule.id, rule.condition, rule.then, rule.reason, rule.reason_zh),
               file_name[:_TEXT], event=False)
        for rule in given
    ]  # fmt: skip
    drafted = [version for version, new in written if new]
    if drafted:
        sha256 = hashlib.sha256(source.encode()).hexdigest()
        ledger.record(
            actor,
            now,
            "screening:rules:imported",
            subject=("import", sha256),
            refs=[("rule", version.rule.rule_id) for version in drafted],
            payload={"file_name": file_name, "sha256": sha256, "rules": len(given), "drafted": len(drafted)},
        )
    return RulesImported(drafted, len(written) - len(drafted))


def _checked(rule_id: str, condition: str, then: str, reason: str, reason_zh: str) -> dict[str, Any]:
    """What a version says, checked."""
    if not _ID.fullmatch(rule_id) or rule_id in RESERVED:
        raise NotValid(
            _("A rule's name is 1 to 60 small letters, digits and hyphens, for example cheap-luxury."), place="rule_id"
        )
    if rule_id in {rule.id for rule in live_rules.product_rules().rules}:
        raise NotValid(_("%(rule)s comes with the product. Choose another name.") % {"rule": rule_id}, place="rule_id")
    says = {"condition": condition.strip(), "then": then, "reason": reason.strip(), "reason_zh": reason_zh.strip()}
    if then not in RuleVerdict.values:
        raise NotValid(_("A rule reviews or blocks."), place="then")
    for field in ("reason", "reason_zh"):
        if len(says[field]) > _TEXT or (field == "reason" and not says[field]):
            raise NotValid(_("Give a reason of 1 to %(most)d characters.") % {"most": _TEXT}, place=field)
    version = RuleVersion(rule=Rule(rule_id=rule_id), number=1, **says)
    live_rules.compiled(version)
    return says


def _is_product(rule: EngineRule, own: dict[str, EngineRule]) -> bool:
    """The rule is one of the product's, word for word. Another of that name is refused later."""
    known = own.get(rule.id)
    return known is not None and (known.condition.split(), known.then) == (rule.condition.split(), rule.then)


def _write(
    actor: Actor, now: datetime, rule_id: str, says: dict[str, Any], because: str, *, event: bool = True
) -> tuple[RuleVersion, bool]:
    """The version that says this, and whether it is new or changed."""
    Rule.objects.get_or_create(rule_id=rule_id, defaults={"made_at": now})
    rule = _lock(rule_id)
    latest = rule.versions.select_related("rule").first()
    if latest and not latest.retired_at and all(getattr(latest, field) == value for field, value in says.items()):
        return latest, False
    author = _person_id(actor)
    if latest and author and latest.author_id == author and _is_free(latest):
        version, verb = latest, "changed"
        for field, value in says.items():
            setattr(version, field, value)
        version.because = because or version.because
    else:
        number, verb = (latest.number if latest else 0) + 1, "drafted"
        version = RuleVersion(rule=rule, number=number, author_id=author, because=because, **says)
    version.written_at = now
    version.save()
    if event:
        _record(actor, now, verb, version, {"because": because, "condition": says["condition"], "then": says["then"]})
    return version, True


def _is_free(version: RuleVersion) -> bool:
    """A draft that nobody relies on: not approved, not given up, never in shadow."""
    return not version.approved_at and not version.retired_at and not version.periods.exists()


def _start(actor: Actor, now: datetime, version: RuleVersion, mode: str, share: int, starts_at: datetime) -> RulePeriod:
    """A period that begins then; what the rule has in that mode ends then, and a version that goes live leaves shadow."""
    if _same(version.rule, mode).filter(starts_at__gt=now, ends_at=None).exists():
        raise Conflict(_("A change of this rule is scheduled already."), remedy=_("Call it off first."))
    _same(version.rule, mode).filter(ends_at=None).update(ends_at=starts_at)
    if mode == RuleMode.LIVE:
        version.periods.filter(mode=RuleMode.SHADOW, ends_at=None, starts_at__lte=starts_at).update(ends_at=starts_at)
    return RulePeriod.objects.create(
        version=version, mode=mode, share=share, starts_at=starts_at, started_by_id=_person_id(actor)
    )


def _end(actor: Actor, now: datetime, period: RulePeriod, why: str) -> None:
    """End a period now; before one that has not begun, what it was to replace goes on."""
    if period.starts_at > now:
        before = _same(period.version.rule, period.mode).filter(ends_at=period.starts_at)
        before.exclude(id=period.id).update(ends_at=None)
    period.ends_at, period.because, period.ended_by_id = max(now, period.starts_at), why, _person_id(actor)
    period.save(update_fields=["ends_at", "because", "ended_by"])


def _same(rule: Rule, mode: str) -> Any:
    return RulePeriod.objects.filter(version__rule=rule, mode=mode)


def _open(rule: Rule, mode: str, now: datetime) -> Any:
    return _same(rule, mode).filter(live_rules.covering(now), ends_at=None)


def _lock(rule_id: str) -> Rule:
    found = Rule.objects.select_for_update().filter(rule_id=rule_id).first()
    if found is None:
        raise NotFound(_("There is no such rule."))
    return found


def _locked(version_id: UUID) -> RuleVersion:
    found = RuleVersion.objects.select_related("rule").filter(id=version_id).first()
    if found is None:
        raise NotFound(_("There is no such version of a rule."))
    _lock(found.rule.rule_id)
    return RuleVersion.objects.select_related("rule").get(id=version_id)


def _refuse_retired(version: RuleVersion) -> None:
    if version.retired_at:
        raise Conflict(_("This version was given up."), remedy=_("Write a new one."))


def _because(text: str) -> str:
    if not text.strip():
        raise NotValid(_("Say why."), place="because")
    return text.strip()[:_TEXT]


def _person_id(actor: Actor) -> UUID | None:
    return UUID(actor.id) if actor.kind == "person" else None


def _told(period: RulePeriod) -> dict[str, Any]:
    starts_at = period.starts_at.isoformat().replace("+00:00", "Z")
    return {"mode": period.mode, "share": period.share, "starts_at": starts_at}


def _record(actor: Actor, now: datetime, verb: str, version: RuleVersion, payload: dict[str, Any]) -> None:
    """One event about a version. The digest pins what it said."""
    ledger.record(
        actor,
        now,
        f"screening:rule:{verb}",
        subject=("rule", version.rule.rule_id),
        payload={"version": version.number, "content": version.content, **payload},
    )
