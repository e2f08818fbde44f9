"""Points, totals and thresholds: pure functions over a penalty pack and a seller's log of points.

Totals are always recomputed from the log, never counted up or down: a reversed decision is simply no longer in it.
The pack in force on the day of the act decides points; the pack in force on the day asked for decides totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from touchstone.errors import NotValid
from touchstone.law.packs import Pack

MEASURES = (
    "SHIELD",
    "NO_LISTING",
    "NO_SHOP_CREATE",
    "MUTE",
    "PUBLIC_WARNING",
    "DELIST_ALL",
    "CLOSE_SHOP",
    "TERMINATE",
)


@dataclass(frozen=True)
class Cap:
    """At most so many points of one finding for acts within so many days in a row."""

    points: int
    days: int


@dataclass(frozen=True)
class Finding:
    code: str
    ledger: str
    title: dict[str, str]
    points: int
    cap: Cap | None
    citation: str
    source: str
    tag: str
    verified: bool


@dataclass(frozen=True)
class Node:
    """A threshold and its measures; days None is without end. `at` is the total that brought it."""

    at: int
    measures: tuple[str, ...]
    days: int | None
    source: str
    tag: str
    verified: bool
    repeats: bool = False


@dataclass(frozen=True)
class Carry:
    """Of a year with at least `least` and fewer than `below` new points, `value` stay for the next `years`."""

    least: int
    below: int
    value: int
    years: int


@dataclass(frozen=True)
class Strikes:
    finding: str
    window_days: int
    limit: int
    node: Node


@dataclass(frozen=True)
class LedgerRules:
    code: str
    title: dict[str, str]
    findings: dict[str, Finding]
    nodes: tuple[Node, ...]
    reset: tuple[int, int]
    carry: Carry | None
    strikes: Strikes | None


@dataclass(frozen=True)
class Rules:
    zone: ZoneInfo
    ledgers: dict[str, LedgerRules]

    def finding(self, code: str) -> Finding:
        """Raises NotValid for a finding that the pack does not know."""
        for ledger in self.ledgers.values():
            if code in ledger.findings:
                return ledger.findings[code]
        known = ", ".join(f for ledger in self.ledgers.values() for f in ledger.findings)
        raise NotValid(f"There is no finding {code!r} in the rules.", remedy=f"Choose from: {known}.", place="finding")


@dataclass(frozen=True)
class PointEvent:
    """One entry of the log that is in force. decided_at: when the points were given, aware."""

    ledger: str
    finding: str
    points: int
    act_date: date
    decided_at: datetime


@dataclass(frozen=True)
class Points:
    """points = nominal, less what the cap took. in_window: points of the finding that stood in the fullest window."""

    nominal: int
    points: int
    cap: Cap | None
    in_window: int


def points_for(pack: Pack, finding: str, earlier_events: Iterable[PointEvent], act_date: date) -> Points:
    """Points for a finding about an act on a day, after the points given before. Raises NotValid (unknown finding)."""
    rule = rules(pack).finding(finding)
    if rule.cap is None:
        return Points(rule.points, rule.points, None, 0)
    same = [e for e in earlier_events if e.finding == finding]
    fullest = max(
        sum(e.points for e in same if timedelta(0) <= e.act_date - first < timedelta(days=rule.cap.days))
        for first in (act_date - timedelta(days=n) for n in range(rule.cap.days))
    )
    room = max(0, rule.cap.points - fullest)
    return Points(rule.points, min(rule.points, room), rule.cap, fullest)


def total(pack: Pack, events: Iterable[PointEvent], on: datetime) -> dict[str, int]:
    """Points a ledger at a moment, from the log: years are cleared at their end, but for what is carried over.

    on: aware; an event decided at exactly this moment counts.
    """
    book = rules(pack)
    until_now = [e for e in events if e.decided_at <= on]
    return {
        code: _ledger_total(book.zone, ledger, [e for e in until_now if e.ledger == code], on)
        for code, ledger in book.ledgers.items()
    }


def measures_for(pack: Pack, ledger: str, before: int, after: int) -> tuple[Node, ...]:
    """The thresholds that lie above `before` and not above `after`, lowest first: each fires once a crossing."""
    crossed: list[Node] = []
    for node in rules(pack).ledgers[ledger].nodes:
        if not node.repeats:
            crossed += [node] if before < node.at <= after else []
            continue
        steps = range(before // node.at + 1, after // node.at + 1)
        crossed += [Node(node.at * n, node.measures, node.days, node.source, node.tag, node.verified) for n in steps]
    return tuple(sorted(crossed, key=lambda node: node.at))


def strikes(pack: Pack, ledger: str, events: Iterable[PointEvent]) -> int:
    """How many strikes the log holds; 0 where the pack knows none. Sales within its window are part of a strike."""
    rule = rules(pack).ledgers[ledger].strikes
    if rule is None:
        return 0
    count, window_ends = 0, date.min
    for act in sorted(e.act_date for e in events if e.finding == rule.finding):
        if act >= window_ends:
            count, window_ends = count + 1, act + timedelta(days=rule.window_days)
    return count


@lru_cache(maxsize=64)
def rules(pack: Pack) -> Rules:
    """The pack as objects. Raises NotValid with the place of what is wrong."""
    ledgers = pack.body.get("ledgers")
    if not isinstance(ledgers, dict) or "timezone" not in pack.body:
        raise NotValid("A penalty pack has a timezone and ledgers.", place=pack.version)
    try:
        return Rules(
            zone=ZoneInfo(pack.body["timezone"]),
            ledgers={code: _ledger(code, body) for code, body in ledgers.items()},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotValid(f"The penalty pack is not complete: {error!r}.", place=pack.version) from error


def _ledger_total(zone: ZoneInfo, ledger: LedgerRules, events: Sequence[PointEvent], on: datetime) -> int:
    years: dict[int, int] = {}
    for event in events:
        year = _year(zone, ledger.reset, event.decided_at)
        years[year] = years.get(year, 0) + event.points
    this_year = _year(zone, ledger.reset, on)
    return _carried(ledger.carry, years, this_year) + years.get(this_year, 0)


def _carried(carry: Carry | None, years: dict[int, int], this_year: int) -> int:
    if carry is None:
        return 0
    before = (years.get(this_year - n, 0) for n in range(1, carry.years + 1))
    return carry.value if any(carry.least <= new < carry.below for new in before) else 0


def _year(zone: ZoneInfo, reset: tuple[int, int], moment: datetime) -> int:
    """The counting year of a moment: it ends at 24:00 of the reset day, in the zone of the pack."""
    local = moment.astimezone(zone)
    return local.year + ((local.month, local.day) > reset)


def _ledger(code: str, body: dict[str, Any]) -> LedgerRules:
    reset, carry = body["annual_reset"], body["annual_reset"].get("carry")
    nodes = [_node(node) for node in body["nodes"]]
    return LedgerRules(
        code=code,
        title=body["title"],
        findings={name: _finding(name, code, finding) for name, finding in body["findings"].items()},
        nodes=tuple(sorted(nodes, key=lambda node: node.at)),
        reset=(reset["month"], reset["day"]),
        carry=Carry(carry["from"], carry["below"], carry["value"], carry["lasts"]["years"]) if carry else None,
        strikes=_strikes(body["strikes"]) if "strikes" in body else None,
    )


def _finding(code: str, ledger: str, body: dict[str, Any]) -> Finding:
    cap = body.get("cap")
    return Finding(
        code=code,
        ledger=ledger,
        title=body["title"],
        points=_positive(body["points"]),
        cap=Cap(_positive(cap["points"]), _positive(cap["days"])) if cap else None,
        citation=body.get("citation", ""),
        source=body["source"],
        tag=body["tag"],
        verified=body["verified"],
    )


def _node(body: dict[str, Any]) -> Node:
    return Node(
        at=_positive(body["every"] if "every" in body else body["at"]),
        measures=_measures(body["measures"]),
        days=None if body["days"] is None else _positive(body["days"]),
        source=body["source"],
        tag=body["tag"],
        verified=body["verified"],
        repeats="every" in body,
    )


def _strikes(body: dict[str, Any]) -> Strikes:
    node = Node(0, _measures(body["measures"]), None, body["source"], body["tag"], body["verified"])
    return Strikes(body["finding"], _positive(body["window_days"]), _positive(body["limit"]), node)


def _measures(names: list[str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        raise ValueError(f"unknown measures {unknown}")
    return tuple(names)


def _positive(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
        raise ValueError(f"{number!r} is not a positive whole number")
    return number
