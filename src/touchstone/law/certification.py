"""Which certificate a decision needs."""

from __future__ import annotations

from collections.abc import Collection

from touchstone.errors import NotValid
from touchstone.law.packs import Pack


def level_needed(pack: Pack, outcome: str, points: int = 0, measures: Collection[str] = ()) -> str:
    """The lowest level that may decide this. points: of the finding, before a cap. measures: those it would bring.

    Raises NotValid for an outcome that the pack does not know.
    """
    levels = [
        rule["level"]
        for rule in pack.body["levels"]
        if rule["outcome"] == outcome
        and points >= rule.get("points", 0)
        and ("measure" not in rule or rule["measure"] in measures)
    ]
    if not levels:
        raise NotValid(f"{pack.version} says nothing about the outcome {outcome!r}.", place="outcome")
    return max(levels)
