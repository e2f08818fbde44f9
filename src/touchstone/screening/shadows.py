"""Keeping what rules in shadow would have done: a row a listing and period, never an update that others wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from touchstone.engine.rules.judging import ShadowHit as Seen
from touchstone.screening.live_rules import covering
from touchstone.screening.rule_models import RuleMode, RulePeriod, ShadowHit


def keep(seen: Sequence[Seen], now: datetime) -> None:
    """Store the hits of the rules that are in shadow at `now`; a listing counts once a period."""
    if not seen:
        return
    found = RulePeriod.objects.filter(covering(now), mode=RuleMode.SHADOW)
    periods = {
        (rule_id, str(number)): period_id
        for period_id, rule_id, number in found.values_list("id", "version__rule__rule_id", "version__number")
    }
    rows = [
        ShadowHit(
            period_id=periods[hit.rule, hit.version],
            listing_id=hit.listing_id[:100],
            verdict=hit.verdict,
            would_be=hit.would_be,
            at=now,
        )
        for hit in seen
        if (hit.rule, hit.version) in periods
    ]
    ShadowHit.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
