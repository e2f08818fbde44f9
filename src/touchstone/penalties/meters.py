"""Points a class as a meter with the thresholds of the rules: numbers for `penalties/_meters.html`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from touchstone.law import packs
from touchstone.law import penalties as law
from touchstone.law.calendar import local_day
from touchstone.market.models import Seller
from touchstone.penalties import queries
from touchstone.penalties.wording import in_language, measures

_STEPS = 4  # how many times a repeating threshold is drawn


@dataclass(frozen=True)
class Mark:
    """A threshold on the meter. x: 0 to 100 from left to right."""

    at: int
    x: str
    reached: bool
    verified: bool
    measures: list[str]
    days: int | None


@dataclass(frozen=True)
class Meter:
    code: str
    title: str
    points: int
    width: str
    colour: str
    marks: list[Mark]
    coming: Mark | None


def meters(seller: Seller, now: datetime) -> list[Meter]:
    """One meter a class, by the rules in force today."""
    book = law.rules(packs.load("penalties", local_day(now)))
    points = queries.points(seller, now)
    return [_meter(ledger, points[code]) for code, ledger in book.ledgers.items()]


def _meter(ledger: law.LedgerRules, points: int) -> Meter:
    nodes = [step for node in ledger.nodes for step in _steps(node)]
    top = max([points, *(at for at, _node in nodes)], default=1)
    marks = [
        Mark(at, f"{at / top * 100:.2f}", points >= at, node.verified, measures(node.measures), node.days)
        for at, node in nodes
    ]
    return Meter(
        code=ledger.code,
        title=in_language(ledger.title),
        points=points,
        width=f"{points / top * 100:.2f}",
        colour=_colour(points, marks),
        marks=marks,
        coming=next((mark for mark in marks if not mark.reached), None),
    )


def _steps(node: law.Node) -> list[tuple[int, law.Node]]:
    return [(node.at * n, node) for n in range(1, _STEPS + 1)] if node.repeats else [(node.at, node)]


def _colour(points: int, marks: list[Mark]) -> str:
    if any(mark.reached for mark in marks):
        return "red"
    return "amber" if points else "green"
