"""What a version of a rule would do, before it does it: against what proved true, and on the market as it stands.

The rules in force are put beside the same rules with this version, at its full share. Signals are measured once a
listing, in blocks, and both sets judge them. Of listings that proved true or false the signals are those of the moment at
which each was judged (see `learning`); of those that were never judged before, those of today, but no listing counts among
the confirmed counterfeits of its own seller, nor one that was found later.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
import pyarrow as pa
from django.db import transaction
from django.utils.translation import gettext as _

from touchstone import ledger
from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import permit
from touchstone.engine.rules.judging import fired
from touchstone.engine.rules.ruleset import VERDICTS, Rule, Ruleset
from touchstone.engine.screen import Screener
from touchstone.errors import NotFound
from touchstone.market import queries as market
from touchstone.market.money import minor_units
from touchstone.screening import live_rules, pictures
from touchstone.screening.learning import judged, listings_then
from touchstone.screening.models import Label, LabelKind
from touchstone.screening.rows import rows_to_screen
from touchstone.screening.rule_models import RuleTrial, RuleVersion
from touchstone.screening.screeners import screener as screener_for

FRESH = timedelta(hours=24)
MOST_CHANGES = 200
MOST_NAMED = 20
_AT_ONCE = 10_000
_FAKES = "seller_confirmed_fakes"


@dataclass(frozen=True)
class Compared:
    """The rules in force and the same with the candidate; `old`: what of the rule is in force."""

    candidate: Rule
    old: tuple[Rule, ...]
    before: Ruleset
    after: Ruleset

    @classmethod
    def of(cls, version: RuleVersion, now: datetime) -> Compared:
        """Raises BadRule where the engine cannot judge by the version."""
        before, candidate = live_rules.ruleset(now), live_rules.compiled(version)
        old = tuple(rule for rule in before.rules if rule.id == candidate.id)
        others = replace(before, rules=tuple(rule for rule in before.rules if rule.id != candidate.id))
        return cls(candidate, old, before, others.also([candidate]))


def try_rule(actor: Actor, now: datetime, *, version_id: UUID) -> RuleTrial:
    """Run the version over history and market and keep what it would have done. Raises Forbidden, NotFound, BadRule."""
    permit(actor, "rule.edit")
    version = RuleVersion.objects.select_related("rule").filter(id=version_id).first()
    if version is None:
        raise NotFound(_("There is no such version of a rule."))
    screener = screener_for(now)
    compared = Compared.of(version, now)
    figures = measured(screener, compared, now)
    engine, _rules, rights_version = screener.versions
    with transaction.atomic():
        trial = RuleTrial.objects.create(
            version=version,
            content=version.content,
            rules_version=compared.before.version,
            engine_version=engine,
            rights_version=rights_version,
            figures=figures,
            by_id=UUID(actor.id) if actor.kind == "person" else None,
            at=now,
        )
        told = {name: figures[name] for name in ("listings", "hits", "changed", "moves", "labelled")}
        ledger.record(
            actor,
            now,
            "screening:rule:tried",
            subject=("rule", version.rule.rule_id),
            payload={"version": version.number, "content": trial.content, "trial": str(trial.id), **told},
        )
    return trial


def is_fresh(trial: RuleTrial, version: RuleVersion, now: datetime) -> bool:
    """The trial is of what the version says, beside the rules that are in force, and of the last 24 hours."""
    return (
        trial.content == version.content
        and trial.rules_version == live_rules.ruleset(now).version
        and now - FRESH <= trial.at <= now
    )


def measured(screener: Screener, compared: Compared, now: datetime) -> dict[str, Any]:
    """Figures of a trial, ready for JSON.

    On the market: `listings`, `hits`, `hits_before` (of the version in force), `changed`, `moves` ("pass to review": 3),
    `sellers` and `brands` (how many, and the first with their numbers of changed listings), `stake` (price × orders of
    thirty days of the changed listings, minor units by currency), `changes` (up to 200 listings, the most money first).
    On what proved true: `labelled` (counterfeit, genuine), `alone` (what the rule itself hits of each), `before` and
    `after` (what is not passed of each); `as_judged`: how many with the signals of the moment at which they were judged.
    """
    began = time.monotonic()
    tally, labels = _Tally(), latest_labels()
    for listings in _market_now():
        tally.add(_judged(screener, compared, rows_to_screen(listings, now)))
    return {**tally.figures(), **_proved(screener, compared, labels, now), "seconds": round(time.monotonic() - began)}


@dataclass(frozen=True)
class Proved:
    """What a listing proved to be, when, and whose it is."""

    label: str
    at: datetime
    seller_id: str


def latest_labels() -> dict[str, Proved]:
    """External listing id to what it proved to be by its latest label."""
    rows = Label.objects.order_by("at", "id").values_list(
        "listing__listing_id", "label", "at", "listing__seller__seller_id"
    )
    return {listing_id: Proved(label, at, seller_id) for listing_id, label, at, seller_id in rows}


def _market_now() -> Iterator[pa.Table]:
    """The listings that are on the market, in blocks."""
    for batch in market.listings_table().to_batches(max_chunksize=_AT_ONCE):
        yield pa.Table.from_batches([batch])


def _judged(screener: Screener, compared: Compared, listings: pa.Table) -> pl.DataFrame:
    """One row a listing: what it is, whether the candidate and the old version hit it, both verdicts as indexes."""
    ids = listings["listing_id"].combine_chunks()
    signals = pictures.signals(screener, listings)
    before, after = screener.verdicts(signals, ids, compared.before, compared.after)
    shown = pl.DataFrame(
        pl.from_arrow(listings.select(["listing_id", "seller_id", "title", "price", "currency", "orders_30d"]))
    )
    return shown.with_columns(
        signals["brand"],
        pl.Series("hit", _hit((compared.candidate,), signals, ids)),
        pl.Series("hit_before", _hit(compared.old, signals, ids)),
        pl.Series("before", before),
        pl.Series("after", after),
    )


def _hit(rules: tuple[Rule, ...], signals: pl.DataFrame, ids: pa.Array) -> np.ndarray:
    hit = np.zeros(signals.height, dtype=bool)
    for _number, rows in fired(rules, signals, ids):
        hit[rows] = True
    return hit


@dataclass
class _Tally:
    """Sums over blocks of the market."""

    listings: int = 0
    hits: int = 0
    hits_before: int = 0
    moves: Counter[tuple[int, int]] = field(default_factory=Counter)
    sellers: Counter[str] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)
    stake: Counter[str] = field(default_factory=Counter)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def add(self, judged: pl.DataFrame) -> None:
        self.listings += judged.height
        self.hits += int(judged["hit"].sum())
        self.hits_before += int(judged["hit_before"].sum())
        changed = judged.filter(pl.col("before") != pl.col("after"))
        for row in changed.iter_rows(named=True):
            self._count(row)
        self.changes = sorted(self.changes, key=lambda c: (-c["stake_minor"], c["listing_id"]))[:MOST_CHANGES]

    def _count(self, row: dict[str, Any]) -> None:
        self.moves[row["before"], row["after"]] += 1
        self.sellers[row["seller_id"] or ""] += 1
        self.brands[row["brand"] or ""] += 1
        currency, stake = row["currency"] or "", _stake(row)
        self.stake[currency] += stake
        change = {"listing_id": row["listing_id"], "title": row["title"][:200], "seller_id": row["seller_id"] or ""}
        moved = {"before": VERDICTS[row["before"]], "after": VERDICTS[row["after"]]}
        self.changes.append({**change, **moved, "stake_minor": stake, "currency": currency})

    def figures(self) -> dict[str, Any]:
        return {
            "listings": self.listings,
            "hits": self.hits,
            "hits_before": self.hits_before,
            "changed": sum(self.moves.values()),
            "moves": {f"{VERDICTS[a]} to {VERDICTS[b]}": n for (a, b), n in sorted(self.moves.items())},
            "sellers": {"n": len(self.sellers), "first": _first(self.sellers)},
            "brands": {"n": len(self.brands), "first": _first(self.brands)},
            "stake": dict(sorted((c, n) for c, n in self.stake.items() if n)),
            "changes": self.changes,
        }


def _first(counted: Counter[str]) -> list[list[Any]]:
    return [list(pair) for pair in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_NAMED]]


def _stake(row: dict[str, Any]) -> int:
    """Price × orders of thirty days in minor units; 0 where one of them is not known."""
    if row["price"] is None or not row["orders_30d"]:
        return 0
    return round(row["price"] * minor_units(row["currency"] or "")) * int(row["orders_30d"])


def _proved(screener: Screener, compared: Compared, labels: dict[str, Proved], now: datetime) -> dict[str, Any]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("labelled", "alone", "before", "after")}
    then = [one for one in judged(now) if one.listing_id in labels]
    known = {one.listing_id for one in then}
    blocks = [listings_then(then)] if then else []
    blocks += [_unjudged(ids, labels, now) for ids in _chunks(sorted(set(labels) - known))]
    for listings in blocks:
        if not listings.num_rows:
            continue
        for row in _judged(screener, compared, listings).iter_rows(named=True):
            label = labels[row["listing_id"]].label
            counts["labelled"][label] += 1
            counts["alone"][label] += row["hit"]
            counts["before"][label] += row["before"] > 0
            counts["after"][label] += row["after"] > 0
    shown = {name: {kind: counted[kind] for kind in LabelKind.values} for name, counted in counts.items()}
    return {**shown, "as_judged": len(known)}


def _unjudged(listing_ids: list[str], labels: dict[str, Proved], now: datetime) -> pa.Table:
    """Listings that proved true or false without a verdict before: as they are today, but see `_as_then`."""
    return _as_then(rows_to_screen(market.listings_table(listing_ids), now), labels)


def _as_then(listings: pa.Table, labels: dict[str, Proved]) -> pa.Table:
    """The listings with the confirmed counterfeits of the seller as they were before the listing itself proved true."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for proved in labels.values():
        if proved.label == LabelKind.COUNTERFEIT:
            found[proved.seller_id].append(proved.at)
    for times in found.values():
        times.sort()
    known = [labels[listing_id] for listing_id in listings["listing_id"].to_pylist()]
    counts = [bisect_left(found.get(p.seller_id, []), p.at) for p in known]
    if _FAKES in listings.column_names:
        listings = listings.drop_columns([_FAKES])
    return listings.append_column(_FAKES, pa.array(counts, pa.int64()))


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    waiting = list(ids)
    for start in range(0, len(waiting), _AT_ONCE):
        yield waiting[start : start + _AT_ONCE]
