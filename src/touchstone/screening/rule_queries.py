"""Reading rules: what is in force, what they hit, their versions and trials."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.rules.ruleset import Rule as EngineRule
from touchstone.errors import NotFound
from touchstone.screening import live_rules
from touchstone.screening.rule_models import Rule, RuleMode, RulePeriod, RuleTrial, RuleVersion, ShadowHit

# The reasons of the verdicts that stand, one a row: the two databases spell it differently.
_HITS = {
    "sqlite": "SELECT json_extract(r.value, '$.signal') AS name, COUNT(*) FROM {table} v, json_each(v.reasons) r "
    "WHERE v.current AND v.verdict IN ('review', 'block') AND name LIKE 'rule:%%' GROUP BY name",
    "postgresql": "SELECT r ->> 'signal', COUNT(*) FROM {table} v, jsonb_array_elements(v.reasons) r "
    "WHERE v.current AND v.verdict IN ('review', 'block') AND r ->> 'signal' LIKE 'rule:%%' GROUP BY r ->> 'signal'",
}


@dataclass(frozen=True)
class Listed:
    """A rule of the database as the list shows it. `version`: the one in force, else the latest."""

    rule: Rule
    version: RuleVersion
    latest: RuleVersion
    state: str
    live: RulePeriod | None
    shadow: RulePeriod | None
    hits: int
    shadow_hits: int


def rules(actor: Actor, now: datetime) -> list[Listed]:
    """All rules of the database, those in force first, then by name. Raises Forbidden."""
    permit(actor, "rule.view")
    hits, shadows = hits_by_rule(), shadow_hits()
    found = []
    for rule in Rule.objects.prefetch_related("versions__periods", "versions__rule"):
        versions = list(rule.versions.all())
        if not versions:
            continue
        in_force = {p.mode: p for v in versions for p in v.periods.all() if p.covers(now)}
        live, shadow = in_force.get(RuleMode.LIVE), in_force.get(RuleMode.SHADOW)
        period = live or shadow
        version = next((v for v in versions if period and v.id == period.version_id), versions[0])
        counted = shadows[shadow.id] if shadow else 0
        found.append(Listed(rule, version, versions[0], version.state(now), live, shadow, hits[rule.rule_id], counted))
    return sorted(found, key=lambda r: (r.live is None, r.shadow is None, r.rule.rule_id))


def product_rules(actor: Actor) -> list[tuple[EngineRule, int]]:
    """The rules that come with the product, each with its hits. Raises Forbidden."""
    permit(actor, "rule.view")
    hits = hits_by_rule()
    return [(rule, hits[rule.id]) for rule in live_rules.product_rules().rules]


def product_rule(actor: Actor, rule_id: str) -> EngineRule | None:
    """The product's rule of this name, if there is one. Raises Forbidden."""
    permit(actor, "rule.view")
    return next((rule for rule in live_rules.product_rules().rules if rule.id == rule_id), None)


def rule_versions(actor: Actor, rule_id: str) -> list[RuleVersion]:
    """The versions of a rule, the latest first, with periods, trials and people. Raises Forbidden, NotFound."""
    permit(actor, "rule.view")
    found = RuleVersion.objects.filter(rule__rule_id=rule_id).select_related("rule", "author", "approver")
    versions = list(found.prefetch_related("periods__started_by", "periods__ended_by", "trials"))
    if not versions:
        raise NotFound(_("There is no such rule."))
    return versions


def waiting(actor: Actor) -> int:
    """How many drafts the actor could approve: of others, not given up. Raises Forbidden."""
    permit(actor, "rule.approve")
    drafts = RuleVersion.objects.filter(approved_at=None, retired_at=None)
    return (drafts.exclude(author_id=UUID(actor.id)) if actor.kind == "person" else drafts).count()


def trial(actor: Actor, trial_id: UUID) -> RuleTrial:
    """Raises Forbidden, NotFound."""
    permit(actor, "rule.view")
    found = RuleTrial.objects.select_related("version__rule", "version__author", "by").filter(id=trial_id).first()
    if found is None:
        raise NotFound(_("There is no such backtest."))
    return found


def rule_of_version(version_id: UUID) -> str:
    """The name of the rule. Raises NotFound."""
    return _named(RuleVersion.objects.filter(id=version_id).values_list("rule__rule_id", flat=True).first())


def rule_of_period(period_id: UUID) -> str:
    """The name of the rule. Raises NotFound."""
    return _named(RulePeriod.objects.filter(id=period_id).values_list("version__rule__rule_id", flat=True).first())


def _named(rule_id: str | None) -> str:
    if rule_id is None:
        raise NotFound(_("There is no such rule."))
    return rule_id


def hits_by_rule() -> Counter[str]:
    """On how many listings each rule, by name, is among the reasons of the verdict that stands."""
    table = connection.ops.quote_name("screening_verdict")
    with connection.cursor() as cursor:
        cursor.execute(_HITS[connection.vendor].format(table=table), [])
        return Counter({str(name).removeprefix("rule:"): count for name, count in cursor.fetchall()})


def shadow_hits() -> Counter[UUID]:
    """How many listings each period in shadow has hit."""
    rows = ShadowHit.objects.order_by().values_list("period_id").annotate(n=Count("id"))
    return Counter(dict(rows))


def shadow_moves(period: RulePeriod) -> list[tuple[str, str, int]]:
    """(verdict, what it would have been, on how many listings) of a period in shadow."""
    rows = period.hits.order_by("verdict", "would_be").values_list("verdict", "would_be").annotate(n=Count("id"))
    return [(verdict, would_be, n) for verdict, would_be, n in rows]
