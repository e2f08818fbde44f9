"""The figures that `make demo` prints: what stands in the database after the chain has run."""

from __future__ import annotations

from datetime import UTC, datetime

from touchstone.agencies import queries as agencies
from touchstone.cases import queries as cases
from touchstone.ledger import queries as ledger
from touchstone.penalties import queries as penalties
from touchstone.review import queries as review
from touchstone.screening import image_queries, picture_queries
from touchstone.screening import queries as screening


def figures() -> dict[str, int | str]:
    """(what, how many) in the order of the chain."""
    now = datetime.now(UTC)
    verdicts = screening.figures()["verdicts"]
    looked, images = picture_queries.figures(), image_queries.counts()
    decided, points, rings, sent = review.figures(), penalties.figures(), cases.figures(now), agencies.figures(now)
    return {
        "Listings screened": sum(verdicts.values()),
        "  pass": verdicts["pass"],
        "  review": verdicts["review"],
        "  block": verdicts["block"],
        "Pictures opened": looked["opened"],
        "  text read": looked["read"],
        "Known images": images["confirmed"],
        "  waiting for confirmation": images["proposed"],
        "  set aside because they matched too much": images["set_aside"],
        "  listings that show a known copy": image_queries.copies_shown(),
        "Waiting for a reviewer": decided["waiting"],
        "Decisions": decided["kept"] + decided["removed"],
        "  listings removed": decided["removed"],
        "Penalties in force": points["in_force"],
        "  points": sum(points["points"].values()),
        "  measures running": points["measures_running"],
        "Rings": rings["rings"],
        "  sellers in them": rings["members"],
        "Cases": sum(rings["cases"].values()),
        "Leads": sum(sent["leads"].values()),
        "  accepted": sent["leads"]["accepted"],
        "  returned": sent["leads"]["returned"],
        "  waiting for an answer": sent["leads"]["sent"],
        "Outcomes": sum(o["n"] for o in sent["outcomes"]),
        "Shared records": sent["records"],
        "Alerts": sent["alerts"],
        "Events under a signed checkpoint": ledger.covered_size(),
    }
