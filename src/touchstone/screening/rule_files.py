"""Rules as the rule file of the engine: what `touchstone screen --rules` takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml

from touchstone.accounts.actor import Actor
from touchstone.screening import rule_queries
from touchstone.screening.rule_models import RuleMode, RulePeriod, RuleVersion

MOST_BYTES = 1_000_000


def in_force(actor: Actor, now: datetime) -> str:
    """The rules of the database that are in force or in shadow, after the product's own. Raises Forbidden."""
    rows = rule_queries.rules(actor, now)
    periods = [p for row in rows for p in (row.live, row.shadow) if p]
    versions = {v.id: v for row in rows for v in row.rule.versions.all()}
    return _file([_entry(versions[p.version_id], p) for p in periods])


def latest(actor: Actor, now: datetime) -> str:
    """The latest version of every rule that is not given up, whatever its state, as live rules. Raises Forbidden."""
    return _file([_entry(row.latest) for row in rule_queries.rules(actor, now) if not row.latest.retired_at])


def one(version: RuleVersion) -> str:
    """One version."""
    return _file([_entry(version)])


def _entry(version: RuleVersion, period: RulePeriod | None = None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": version.rule.rule_id,
        "version": version.number,
        "when": " ".join(version.condition.split()),
        "then": version.then,
        "reason": version.reason,
    }
    if version.reason_zh:
        entry["reason_zh"] = version.reason_zh
    if period and period.share < 100:
        entry["share"] = period.share
    if period and period.mode == RuleMode.SHADOW:
        entry["mode"] = RuleMode.SHADOW.value
    return entry


def _file(entries: list[dict[str, Any]]) -> str:
    data = {"extends": "default", "rules": entries}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
