"""The figures of the working group, put together from what every room knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.agencies import queries as agencies
from touchstone.cases import queries as cases
from touchstone.law.calendar import local_day
from touchstone.penalties import queries as penalties
from touchstone.review import lookups as review_lookups
from touchstone.review import queries as review
from touchstone.screening import lookups as screening_lookups
from touchstone.screening import queries as screening

WEEK = timedelta(days=7)
# Decision times are taken over this long, days are drawn over this many.
WINDOW = timedelta(days=28)
DAYS = 14


def figures(actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything that the board shows, by section; times in seconds, money in minor units by currency.

    Sections: screening, review, penalties, rings, cases, leads, outcomes (a list), labels, alerts, weeks (this week and
    the one before, by what is counted), days (decisions of each of the last DAYS days in China, oldest first).
    Raises Forbidden.
    """
    permit(actor, "board.view")
    agency, case = agencies.figures(now), cases.figures(now)
    decided = review_lookups.decided_since(now - WINDOW)
    return {
        "screening": _screening(),
        "review": _review(now, decided),
        "penalties": penalties.figures(),
        "rings": {name: case[name] for name in ("rings", "members", "largest")},
        "cases": case["cases"],
        "leads": {
            "states": agency["leads"],
            "overdue": agency["overdue"],
            "answer_seconds": agency["answer_seconds"],
            "agreements": agency["agreements"],
        },
        "outcomes": agency["outcomes"],
        "records": {"records": agency["records"], "matched": agency["records_matched"]},
        "labels": screening_lookups.label_counts(),
        "alerts": {"sent": agency["alerts"], "in_a_second": agency["alerts_in_a_second"]},
        "weeks": _weeks(now, decided),
        "days": _days(now, [at for at, _waited, _outcome in decided]),
    }


def is_empty(found: dict[str, Any]) -> bool:
    """True while nothing was screened, found or sent."""
    return not (found["screening"]["listings"] or found["rings"]["rings"] or sum(found["leads"]["states"].values()))


def _screening() -> dict[str, Any]:
    found = screening.figures()
    verdicts, last = found["verdicts"], found["last_run"]
    return {
        "listings": sum(verdicts.values()),
        "verdicts": verdicts,
        "last_run_at": last.finished_at if last else None,
        "last_run_listings": last.listings if last else 0,
    }


def _review(now: datetime, decided: Sequence[tuple[datetime, float, str]]) -> dict[str, Any]:
    found = review.figures()
    made = found["kept"] + found["removed"]
    return {
        "waiting": found["waiting"] + found["claimed"],
        "oldest_seconds": (now - found["oldest"]).total_seconds() if found["oldest"] else None,
        "decisions": made,
        "removed": found["removed"],
        "removal_rate": found["removed"] / made if made else None,
        "decision_seconds": median(waited for _at, waited, _outcome in decided) if decided else None,
    }


def _weeks(now: datetime, decided: Sequence[tuple[datetime, float, str]]) -> dict[str, tuple[int, int]]:
    """What is counted → (in the last 7 days, in the 7 days before)."""
    since = now - 2 * WEEK
    moments = {
        "decisions": [at for at, _waited, _outcome in decided],
        "removals": [at for at, _waited, outcome in decided if outcome == "remove"],
        **cases.moments(since),
        **agencies.moments(since),
    }
    return {
        name: (sum(now - WEEK < at <= now for at in times), sum(since < at <= now - WEEK for at in times))
        for name, times in moments.items()
    }


def _days(now: datetime, moments: Sequence[datetime]) -> list[int]:
    today = local_day(now)
    counted = [0] * DAYS
    for at in moments:
        back = (today - local_day(at)).days
        if 0 <= back < DAYS:
            counted[DAYS - 1 - back] += 1
    return counted
