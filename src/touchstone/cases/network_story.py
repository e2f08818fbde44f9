"""What happened to the sellers of a network, where, and what money they took: for the timeline, the map and the chart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from touchstone.cases import places
from touchstone.cases.models import LinkJudgement
from touchstone.cases.network import Shown
from touchstone.engine.behaviour.reopening import reopenings
from touchstone.ledger import queries as ledger
from touchstone.market import around
from touchstone.market import queries as market
from touchstone.review import lookups as review

# Rows of the timeline, from above.
EVENTS: dict[str, str | Promise] = {
    "opened": _("Shops opened"),
    "closed": _("Shops closed"),
    "reopened": _("Shops reopened"),
    "listings": _("Listings created"),
    "decisions": _("Decisions"),
    "records": _("Seizures and inspections"),
    "judgements": _("Links judged"),
    "searches": _("Ring found or changed"),
}
POINTS: dict[str, str | Promise] = {
    "shops": _("Registered there"),
    "listings": _("Listings ship from there"),
    "parcels": _("Parcels handed in there"),
    "records": _("Seizures and inspections"),
}
MOST_FLOWS = 60

_MONEY = """
SELECT strftime(paid_at, '%Y-%m') AS month, currency, role, sum(amount_minor)::BIGINT AS amount_minor,
    count(*) AS orders, sum(coalesce(quantity, 1))::BIGINT AS units
FROM orders JOIN members USING (seller_id) GROUP BY ALL ORDER BY month, currency, role
"""
_ORIGINS = """
SELECT seller_id, waybill_origin, count(*) AS parcels FROM orders JOIN members USING (seller_id)
WHERE waybill_origin <> '' GROUP BY ALL ORDER BY ALL
"""


def timeline(shown: Shown, records: Iterable[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Counted by month: [{month, event, n}], oldest first. records: [{on, ...}] of shared records that touch sellers."""
    facts = shown.facts.to_pylist()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in facts:
        found["opened"][row["opened_on"][:7]] += 1
        found["closed"][row["closed_on"][:7]] += 1
    opened = {row["seller_id"]: row["opened_on"] for row in facts}
    for seller_id in _reopened(shown):
        found["reopened"][opened[seller_id][:7]] += 1
    found["listings"].update(around.listings_by_month(shown.seller_ids))
    found["decisions"].update(d.decided_at.strftime("%Y-%m") for d in review.decisions_of(shown.seller_ids))
    found["records"].update(r["on"][:7] for r in records)
    if shown.subject[0] == "ring":
        said = LinkJudgement.objects.filter(ring__ring_id=shown.subject[1]).values_list("at", flat=True)
        found["judgements"].update(at.strftime("%Y-%m") for at in said)
        events = ledger.events_of(*shown.subject, per_page=500)
        searched = [e for e in events if e.type in ("cases:ring:found", "cases:ring:changed")]
        found["searches"].update(e.occurred_at.strftime("%Y-%m") for e in searched)
    rows = [
        {"month": month, "event": event, "n": n} for event in EVENTS for month, n in found[event].items() if month and n
    ]
    return sorted(rows, key=lambda r: (r["month"], list(EVENTS).index(r["event"])))


def _reopened(shown: Shown) -> list[str]:
    """The sellers that go on where another one of the network was closed."""
    facts = shown.facts
    dates = {
        name: pa.array([date.fromisoformat(v) if v else None for v in facts[name].to_pylist()], pa.date32())
        for name in ("opened_on", "closed_on")
    }
    rows = [(s, r["kind"], r["digest"]) for r in shown.shared.to_pylist() for s in r["sellers"]]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    names = ("seller_id", "kind", "digest")
    identifiers = pa.table({n: pa.array(list(c), pa.string()) for n, c in zip(names, columns, strict=True)})
    found = reopenings(pa.table({"seller_id": facts["seller_id"], **dates}), identifiers)
    ids: list[str] = found["seller_id"].to_pylist()
    return ids


def money(shown: Shown) -> list[dict[str, Any]]:
    """What buyers paid: [{month, currency, role, amount_minor, orders, units}], oldest first. Role may be empty."""
    rows: list[dict[str, Any]] = _orders(shown, _MONEY).to_pylist()
    return rows


def _orders(shown: Shown, query: str) -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("orders", connection.read_parquet(market.orders_path()))
        connection.register("members", shown.members.select(["seller_id", "role"]))
        return connection.sql(query).to_arrow_table()


def origins(shown: Shown, records: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """{points: [{kind, place, latitude, longitude, n}], flows: [{source, target, n}], unknown}: the map.

    A flow leads from where a shop is registered to where its parcels are handed in. unknown: how many things name no
    place of the table. records: [{place, ...}].
    """
    parcels = _orders(shown, _ORIGINS)
    homes = dict(zip(shown.facts["seller_id"].to_pylist(), shown.facts["region"].to_pylist(), strict=True))
    named: dict[str, Counter[str]] = {
        "shops": Counter(homes.values()),
        "listings": Counter(around.origins_of_listings(shown.seller_ids)),
        "parcels": Counter(),
        "records": Counter(r["place"] for r in records),
    }
    ways: Counter[tuple[str, str]] = Counter()
    for row in parcels.to_pylist():
        named["parcels"][row["waybill_origin"]] += row["parcels"]
        ways[homes.get(row["seller_id"], ""), row["waybill_origin"]] += row["parcels"]
    return _placed(named, ways)


def _placed(named: dict[str, Counter[str]], ways: Counter[tuple[str, str]]) -> dict[str, Any]:
    language = get_language() or "en"
    known: dict[str, places.Place | None] = {}

    def at(text: str) -> places.Place | None:
        return known.setdefault(text, places.find(text))

    points: Counter[tuple[str, places.Place]] = Counter()
    unknown = 0
    for kind, texts in named.items():
        for text, n in texts.items():
            place = at(text)
            if place is not None:
                points[kind, place] += n
            elif text:
                unknown += n
    return {
        "points": [_point(kind, place, n, language) for (kind, place), n in points.most_common()],
        "flows": _flows(ways, at),
        "unknown": unknown,
    }


def _point(kind: str, place: places.Place, n: int, language: str) -> dict[str, Any]:
    where = {"latitude": place.latitude, "longitude": place.longitude}
    return {"kind": kind, "place": place.name(language), **where, "n": n}


def _flows(ways: Counter[tuple[str, str]], at: Callable[[str], places.Place | None]) -> list[dict[str, Any]]:
    found: Counter[tuple[places.Place, places.Place]] = Counter()
    for (home, origin), n in ways.items():
        source, target = at(home), at(origin)
        if source and target and (source.latitude, source.longitude) != (target.latitude, target.longitude):
            found[source, target] += n
    return [
        {"source": [a.longitude, a.latitude], "target": [b.longitude, b.latitude], "n": n}
        for (a, b), n in found.most_common(MOST_FLOWS)
    ]


def months(shown: Shown) -> tuple[str, str]:
    """The first and the last month in which a shop of the network was opened; empty where none is known."""
    opened = pc.utf8_slice_codeunits(shown.facts["opened_on"], 0, 7)
    known = [m for m in opened.to_pylist() if m]
    return (min(known), max(known)) if known else ("", "")
