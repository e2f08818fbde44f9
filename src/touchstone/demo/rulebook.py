"""The demo's own rules: one live for half of the listings with its next version in shadow, and one that waits."""

from __future__ import annotations

from datetime import datetime

from touchstone.accounts.actor import Actor
from touchstone.screening import rule_actions, rule_queries
from touchstone.screening.rule_models import RuleMode
from touchstone.screening.rule_trials import try_rule

_NEW_AND_CHEAP = {
    "rule_id": "new-shop-cheap-brand",
    "then": "review",
    "reason": "A young shop offers a brand for much less than it usually costs.",
    "reason_zh": "新开店铺以远低于通常的价格销售品牌商品。",
}
_FIRST = "brand_count > 0 AND price_ratio < 0.5\n  AND shop_age_days < 180 AND seller_status <> 'authorised'"
_SECOND = _FIRST + "\n  AND NOT accessory AND NOT secondhand"
_WAITING = {
    "rule_id": "many-variants-no-brand",
    "condition": "brand_count = 0 AND variety >= 12 AND refund_rate > 0.1",
    "then": "review",
    "reason": "Many variants without a brand, and buyers send them back.",
    "reason_zh": "多款式无品牌商品，且退货率高。",
}


def write(now: datetime, *, engineer: Actor, supervisor: Actor) -> None:
    """Write, try, approve and start them. What is there already stays."""
    if rule_queries.rules(engineer, now):
        return
    first = rule_actions.write_rule(engineer, now, condition=_FIRST, because="Pilot", **_NEW_AND_CHEAP)
    trial = try_rule(engineer, now, version_id=first.id)
    rule_actions.approve_rule(supervisor, now, version_id=first.id, trial_id=trial.id)
    rule_actions.start_rule(supervisor, now, version_id=first.id, mode=RuleMode.LIVE, share=50)
    fewer = "Fewer alarms with accessories and second-hand goods"
    second = rule_actions.write_rule(engineer, now, condition=_SECOND, because=fewer, **_NEW_AND_CHEAP)
    rule_actions.start_rule(supervisor, now, version_id=second.id, mode=RuleMode.SHADOW)
    try_rule(engineer, now, version_id=rule_actions.write_rule(engineer, now, **_WAITING).id)
