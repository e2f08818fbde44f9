"""Which rule uses which signal, as a picture: rules on the left, signals on the right, a line for each use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.rules.expressions import uses

WIDTH, LEFT, RIGHT, STEP, TOP = 960, 330, 690, 26, 24


@dataclass(frozen=True)
class Node:
    name: str
    y: int
    url: str = ""
    colour: str = ""
    uses: tuple[str, ...] = ()

    @property
    def text_y(self) -> int:
        return self.y + 4


@dataclass(frozen=True)
class Line:
    path: str
    colour: str
    rule: str
    signal: str
    dashed: bool


@dataclass(frozen=True)
class Picture:
    rules: list[Node]
    signals: list[Node]
    lines: list[Line]
    height: int
    unused: list[str]
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT


@dataclass(frozen=True)
class Drawn:
    """A rule to draw: its condition, what it sets, where its page is, whether it is in shadow."""

    name: str
    condition: str
    then: str
    url: str
    shadow: bool = False


def picture(rules: Sequence[Drawn]) -> Picture:
    """Signals stand near the rules that use them: in the order of the mean place of their rules."""
    used = {rule.name: sorted(uses(rule.condition) & set(SIGNALS)) for rule in rules}
    places = {rule.name: n for n, rule in enumerate(rules)}
    users: dict[str, list[int]] = {}
    for name, signals in used.items():
        for signal in signals:
            users.setdefault(signal, []).append(places[name])
    ordered = sorted(users, key=lambda s: (sum(users[s]) / len(users[s]), s))
    rows = max(len(rules), len(ordered), 1)
    rule_y, signal_y = _places(len(rules), rows), _places(len(ordered), rows)
    colour = {"block": "red", "review": "amber"}
    left = [Node(r.name, y, r.url, colour[r.then], tuple(used[r.name])) for r, y in zip(rules, rule_y, strict=True)]
    right = [Node(name, y) for name, y in zip(ordered, signal_y, strict=True)]
    at = {node.name: node.y for node in right}
    lines = [
        Line(_curve(node.y, at[signal]), node.colour, node.name, signal, rule.shadow)
        for node, rule in zip(left, rules, strict=True)
        for signal in node.uses
    ]
    return Picture(left, right, lines, TOP * 2 + (rows - 1) * STEP, sorted(set(SIGNALS) - set(ordered)))


def _places(count: int, rows: int) -> list[int]:
    """Heights of `count` nodes spread evenly over `rows` steps."""
    if count < 2:
        return [TOP + (rows - 1) * STEP // 2] * count
    return [TOP + round(n * (rows - 1) * STEP / (count - 1)) for n in range(count)]


def _curve(y1: int, y2: int) -> str:
    middle = (LEFT + RIGHT) // 2
    return f"M{LEFT} {y1}C{middle} {y1} {middle} {y2} {RIGHT} {y2}"
