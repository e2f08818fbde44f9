"""What a finding would count for a seller: the log read from the rows, the rules from the pack of the act's day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from touchstone.law import packs
from touchstone.law import penalties as law
from touchstone.law.packs import Pack
from touchstone.market.models import Seller
from touchstone.penalties.models import Penalty, PenaltyState


@dataclass(frozen=True)
class Counted:
    """points of a finding with the totals of its ledger before and after, and the thresholds that this crosses."""

    pack: Pack
    finding: law.Finding
    points: law.Points
    before: int
    after: int
    nodes: tuple[law.Node, ...]
    strikes: int

    @property
    def measures(self) -> set[str]:
        return {measure for node in self.nodes for measure in node.measures}

    def as_json(self) -> dict[str, Any]:
        """The calculation as a penalty keeps it; `wording.calculation` says it in words."""
        cap = self.points.cap
        return {
            "nominal": self.points.nominal,
            "points": self.points.points,
            "cap": {"points": cap.points, "days": cap.days} if cap else None,
            "in_window": self.points.in_window,
            "before": self.before,
            "after": self.after,
            "crossed": [node.at for node in self.nodes if node.at],
            "strikes": self.strikes,
            "verified": self.finding.verified,
        }


def log_of(penalties: Iterable[Penalty]) -> list[law.PointEvent]:
    """The entries that are in force, oldest first."""
    found = [
        law.PointEvent(p.ledger_class, p.finding, p.points, p.act_date, p.decided_at)
        for p in penalties
        if p.state == PenaltyState.IN_FORCE
    ]
    return sorted(found, key=lambda event: event.decided_at)


def count(seller: Seller, finding: str, act_date: date, now: datetime) -> Counted:
    """What the finding counts if it is decided now. Raises NotValid (unknown finding), NotFound (no rules then)."""
    pack = packs.load("penalties", act_date)
    rule = law.rules(pack).finding(finding)
    log = log_of(seller.penalties.all())
    points = law.points_for(pack, finding, log, act_date)
    event = law.PointEvent(rule.ledger, finding, points.points, act_date, now)
    before = law.total(pack, log, now)[rule.ledger]
    after = before + points.points
    strikes, nodes = _struck(pack, rule.ledger, log, event)
    return Counted(
        pack=pack,
        finding=rule,
        points=points,
        before=before,
        after=after,
        nodes=law.measures_for(pack, rule.ledger, before, after) + nodes,
        strikes=strikes,
    )


def still_reached(pack: Pack, ledger: str, threshold: int, log: list[law.PointEvent], since: datetime) -> bool:
    """True if the log still brings the threshold (0: the strikes) at some moment from `since` on."""
    if threshold == 0:
        rule = law.rules(pack).ledgers[ledger].strikes
        return rule is not None and law.strikes(pack, ledger, log) >= rule.limit
    moments = [since, *(event.decided_at for event in log if event.decided_at > since)]
    return any(law.total(pack, log, moment)[ledger] >= threshold for moment in moments)


def _struck(
    pack: Pack, ledger: str, log: list[law.PointEvent], event: law.PointEvent
) -> tuple[int, tuple[law.Node, ...]]:
    """(strikes with the event, the node of the strikes if the event brings the last one)"""
    rule = law.rules(pack).ledgers[ledger].strikes
    if rule is None:
        return 0, ()
    before, after = law.strikes(pack, ledger, log), law.strikes(pack, ledger, [*log, event])
    return after, (rule.node,) if before < rule.limit <= after else ()
