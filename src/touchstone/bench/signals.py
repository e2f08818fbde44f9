"""Suite `signals`: verdicts, the learnt score and the reading of reviews, on planted truth and on the real lists; and
pictures, see `bench.pictures`.

The settings of the model were chosen on the synthetic markets of the seeds TUNED. It learns from LEARNT as a marketplace
would: from what was reviewed, and from a random twentieth of what passed, which weighs twenty times as much. It is
measured on the seeds REPORTED, which nobody tuned on. The peer is a keyword search in the titles.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.bench import pictures
from touchstone.bench.screen import REAL, rights_table
from touchstone.engine.behaviour.claims import said
from touchstone.engine.behaviour.events import counts_at
from touchstone.engine.behaviour.reopening import reopenings
from touchstone.engine.data import load
from touchstone.engine.files.read import read_table
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.engine.schema import LISTING
from touchstone.engine.scoring.costs import Costs, with_costs
from touchstone.engine.scoring.evaluation import calibration_error, precision_recall, reliability
from touchstone.engine.scoring.model import Model
from touchstone.engine.scoring.training import Labelled, train
from touchstone.engine.screen import Screener
from touchstone.engine.validate import split

Figure = dict[str, Any]
TUNED, LEARNT, REPORTED = (1, 2, 3), (101, 102), (11, 12, 13)
MARKET = 12_000
AS_OF = date(2026, 10, 31)
AUDITED = 20  # one in so many of the listings that passed is reviewed too
# In yuan: a fake that passes, a genuine listing that is blocked, a minute of a reviewer.
COSTS = Costs(missed=60, wrong=300, minute=1.5)
PEER = "keyword search: the trade's words, and plain brand names beside them"
# What the reading of reviews stood against before: any of these words is a complaint.
# fmt: off
REVIEW_WORDS = (
    "假货", "假的", "是假", "买到假", "不是正品", "非正品", "仿货", "仿品", "冒牌", "山寨货", "高仿", "假冒", "盗版",
    "鉴定为假", "鉴定不通过", "fake", "counterfeit", "not authentic", "not genuine", "not real", "knockoff", "knock off",
    "not original", "replica", "inauthentic",
)
# fmt: on


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """The figures of the suite, as they are measured."""
    size = max(min(rows, MARKET), 500)
    yield from _reviews()
    model = learnt(size)
    yield from _markets(model, size)
    if data is not None:
        yield from _lists(model, data)
    yield from pictures.figures(data, rows)


@cache
def market(seed: int, size: int) -> tuple[pa.Table, pa.Table, np.ndarray, np.ndarray]:
    """(rights, listings with the behaviour columns at the end of the market, truth, day on which each was made)."""
    from touchstone.demo.market import generate

    tables = generate(seed=seed, listings=size, as_of=AS_OF, image_share=0.0).tables
    listings = tables["listings"]
    end = datetime.combine(AS_OF, time.max, UTC)
    times = listings.select(["listing_id", "seller_id", "category", "created_at"])
    asked = listings.select(["listing_id", "seller_id", "category"])
    asked = asked.append_column("as_of", pa.array([end] * listings.num_rows, pa.timestamp("us", "UTC")))
    counted = counts_at(asked, orders=tables["orders"], after_sales=tables["after_sales"], listings=times)
    for name in counted.column_names:
        if name not in listings.column_names:
            listings = listings.append_column(name, counted[name])
    listings = _with_shops(listings, tables["sellers"])
    made = pc.strftime(listings["created_at"], format="%Y-%m-%dT%H:%M:%SZ")
    listings = listings.set_column(listings.column_names.index("created_at"), "created_at", made)
    fakes = dict(zip(*(tables["truth_listings"][n].to_pylist() for n in ("listing_id", "is_fake")), strict=True))
    truth = np.array([fakes[i] for i in listings["listing_id"].to_pylist()], dtype=float)
    days = np.array([np.datetime64(text[:10], "D").astype(int) for text in made.to_pylist()])
    return tables["rights"], listings, truth, days


def learnt(size: int) -> Model:
    """A model from the labels of the LEARNT markets: those that were reviewed, and a random sample of those that passed."""
    found = [_labels(seed, size) for seed in LEARNT]
    joined = Labelled(
        pl.concat([f.signals for f in found]),
        *(np.concatenate([getattr(f, name) for f in found]) for name in ("truth", "day", "weight")),
    )
    rules = Ruleset.default()
    return train(joined, review=rules.review_from, block=rules.block_from, about={"source": "synthetic markets"})


def _labels(seed: int, size: int) -> Labelled:
    rights, listings, truth, days = market(seed, size)
    screener = Screener(rights)
    passed = np.array(screener.screen(listings)["verdict"].to_pylist()) == "pass"
    audited = np.random.default_rng(seed).random(len(truth)) < 1 / AUDITED
    weight = np.where(passed, float(AUDITED), 1.0)
    return Labelled(screener.signals(listings), truth, days, weight).take(np.flatnonzero(~passed | audited))


def _markets(model: Model, size: int) -> Iterator[Figure]:
    """Precision and recall on the markets that were kept aside, all together and the range over the seeds."""
    ways = _ways(model)
    told: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in ways}
    scores: dict[str, list[np.ndarray]] = {name: [] for name in ways}
    truths = []
    for seed in REPORTED:
        rights, listings, truth, _days = market(seed, size)
        truths.append(truth)
        for name, way in ways.items():
            verdict, score = way(rights, listings)
            told[name].append((verdict, truth))
            scores[name].append(score)
    for said_, least in (("block", "block"), ("block or review", "review")):
        for name in list(ways)[1:]:
            both, peer = (_both(told[n], least) for n in (name, "keywords"))
            for what in ("precision", "recall"):
                yield _figure(
                    f"{name}: {what} of {said_} on synthetic markets",
                    both[what],
                    "share",
                    peer[what],
                    seeds=list(REPORTED),
                    range=_range(told[name], least, what),
                    listings=size,
                )
    truth = np.concatenate(truths)
    errors = {
        name: calibration_error(reliability(np.concatenate(scores[name]), truth, np.ones(len(truth))))
        for name in ("scorecard", "model")
    }
    yield {
        **_figure("model: calibration error on synthetic markets", errors["model"], "share", errors["scorecard"]),
        "peer": "the scorecard",
        "seeds": list(REPORTED),
    }


Way = Callable[[pa.Table, pa.Table], tuple[np.ndarray, np.ndarray]]


def _ways(model: Model) -> dict[str, Way]:
    priced = with_costs(Ruleset.default(), COSTS)

    def screened(**how: Any) -> Way:
        def way(rights: pa.Table, listings: pa.Table) -> tuple[np.ndarray, np.ndarray]:
            found = Screener(rights, **how).screen(listings)
            return np.array(found["verdict"].to_pylist()), found["score"].to_numpy()

        return way

    return {
        "keywords": keywords,
        "scorecard": screened(),
        "model": screened(model=model),
        "model, thresholds from costs": screened(model=model, rules=priced),
    }


def keywords(rights: pa.Table, listings: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """The peer: a title with a word of the trade is reviewed, with a plain brand name beside it blocked."""
    words = [str(w["word"]).lower() for w in load("text/data/replica.yaml")["words"] if w["strength"] != "weak"]
    names = {str(name).lower() for name in rights["brand"].to_pylist()}
    for aliases in rights["aliases"].to_pylist() if "aliases" in rights.column_names else []:
        names |= {alias.strip().lower() for alias in str(aliases or "").split(";") if alias.strip()}
    titles = pl.Series(listings["title"].cast(pa.string())).str.to_lowercase()
    worded = titles.str.contains_any(words)
    named = titles.str.contains_any(sorted(n for n in names if len(n) > 1))
    verdict = np.where(worded & named, "block", np.where(worded, "review", "pass"))
    return verdict, worded.cast(pl.Float64).to_numpy()


def _lists(model: Model, data: Path) -> Iterator[Figure]:
    """The real lists: copies that do not pass, against alarms among honest offers."""
    rights = rights_table()
    tables = {name: _good(data / path) for name, path in REAL.items() if (data / path).exists()}
    ways = _ways(model)
    for name, (what, unit, times) in {
        "real replica listings": ("not passed", "share", 1),
        "real offers": ("alarms per thousand", "per thousand", 1000),
    }.items():
        if name not in tables:
            continue
        shares = {way: float((run(rights, tables[name])[0] != "pass").mean()) * times for way, run in ways.items()}
        for way in list(ways)[1:]:
            yield _figure(f"{way}: {what}, {name}", shares[way], unit, shares["keywords"], rows=tables[name].num_rows)


def _reviews() -> Iterator[Figure]:
    """The reading of reviews on the hand-written sentences, by the part of the set."""
    rows = list(
        csv.DictReader(files("touchstone.bench").joinpath("sets/review_claims.csv").read_text("utf-8").splitlines())
    )
    for part in ("tune", "test", "late"):
        some = [r for r in rows if r["part"] == part]
        truth = np.array([r["claim"] == "yes" for r in some], dtype=float)
        ours = precision_recall(np.array([said(r["text"]).claim for r in some]), truth)
        theirs = precision_recall(np.array([any(w in r["text"].lower() for w in REVIEW_WORDS) for r in some]), truth)
        for what in ("precision", "recall"):
            yield {**_figure(f"reviews that call goods false, part {part}: {what}", ours[what], "share", theirs[what],
                             rows=len(some)), "peer": "a list of words"}  # fmt: skip


def _with_shops(listings: pa.Table, sellers: pa.Table) -> pa.Table:
    opened = dict(zip(sellers["seller_id"].to_pylist(), sellers["opened_on"].to_pylist(), strict=True))
    kinds = load("behaviour/data/behaviour.yaml")["telling_identifiers"]
    columns = {"licence_no": "licence", "phone": "phone", "payout_account": "payout_account", "device_id": "device"}
    pairs = [
        {"seller_id": row["seller_id"], "kind": kind, "digest": "".join(c for c in row[name] if c.isalnum())}
        for row in sellers.to_pylist()
        for name, kind in columns.items()
        if kind in kinds and row[name]
    ]
    found = {row["seller_id"]: row for row in reopenings(sellers, pa.Table.from_pylist(pairs)).to_pylist()}
    ids = listings["seller_id"].to_pylist()
    listings = listings.append_column("seller_opened_on", pa.array([str(opened.get(s) or "") or None for s in ids]))
    for name, kind in (("reopened_from", pa.string()), ("reopened_shares", pa.int64())):
        listings = listings.append_column(name, pa.array([found.get(s, {}).get(name) for s in ids], kind))
    return listings


def _both(told: list[tuple[np.ndarray, np.ndarray]], least: str) -> dict[str, float | None]:
    verdict, truth = (np.concatenate(parts) for parts in zip(*told, strict=True))
    return precision_recall(_said(verdict, least), truth)


def _range(told: list[tuple[np.ndarray, np.ndarray]], least: str, what: str) -> list[float | None]:
    found = [precision_recall(_said(verdict, least), truth)[what] for verdict, truth in told]
    known = [value for value in found if value is not None]
    return [min(known), max(known)] if known else [None, None]


def _said(verdict: np.ndarray, least: str) -> np.ndarray:
    return np.asarray(verdict == "block") if least == "block" else np.asarray(verdict != "pass")


def _good(path: Path) -> pa.Table:
    return split(read_table(str(path), required=("listing_id", "title"), known=tuple(LISTING))).good


def _figure(what: str, value: float | None, unit: str, peer: float | None, **more: object) -> Figure:
    return {
        "figure": what,
        "value": None if value is None else round(value, 4),
        "unit": unit,
        "peer": PEER,
        "peer_value": None if peer is None else round(peer, 4),
        **more,
    }
