"""The rules in force: the product's own, and those of the database at a moment.

Which periods cover the moment is asked with every screening (one small query), so a change is live in every process
with the next listing. The rules themselves are compiled once for each such set.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from touchstone.engine.rules.ruleset import Rule, Ruleset, rule
from touchstone.errors import BadRule
from touchstone.screening.rule_models import RuleMode, RulePeriod, RuleVersion

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def product_rules() -> Ruleset:
    """The rules that come with the product."""
    return Ruleset.default()


def covering(now: datetime) -> Q:
    """The periods that cover the moment."""
    return Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))


def ruleset(now: datetime) -> Ruleset:
    """The rules in force at `now`: the same object as long as nothing changes."""
    found = RulePeriod.objects.filter(covering(now)).order_by("version__rule__rule_id", "id")
    return _compiled(tuple(found.values_list("id", flat=True)))


def compiled(version: RuleVersion, share: int = 100) -> Rule:
    """The version as the engine takes it. Raises BadRule, also where the engine no longer knows a signal of it."""
    return rule(
        id=version.rule.rule_id,
        version=str(version.number),
        when=version.condition,
        then=version.then,
        reason=version.reason,
        reason_zh=version.reason_zh,
        share=share,
    )


@lru_cache(maxsize=8)
def _compiled(period_ids: tuple[UUID, ...]) -> Ruleset:
    if not period_ids:
        return product_rules()
    found = RulePeriod.objects.filter(id__in=period_ids).select_related("version__rule")
    periods = sorted(found, key=lambda p: (p.version.rule.rule_id, str(p.id)))
    return product_rules().also(*(_good(p for p in periods if p.mode == mode) for mode in RuleMode.values))


def _good(periods: Iterable[RulePeriod]) -> list[Rule]:
    """The rules that this engine can judge by. One that an update has made impossible must not stop all screening."""
    rules = []
    for period in periods:
        try:
            rules.append(compiled(period.version, period.share))
        except BadRule as error:
            log.error("The rule %s is in force and cannot be used: %s", period.version, error)
    return rules
