"""Learning from the rooms: what listings proved to be, with the signals as they were when they were judged.

Each label is joined with the last verdict before it: that is the moment of asking. Title and images are those that were
judged then, description, brand, category and price those that stood there; orders, complaints, reviews and confirmed copies
are counted up to then. The rights are today's, and the model's card says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from touchstone.engine.behaviour.events import RATES, counts_at, reviews_at
from touchstone.engine.scoring.model import Model
from touchstone.engine.scoring.training import Labelled, train
from touchstone.market import queries as market
from touchstone.screening.behaviour import with_shop
from touchstone.screening.models import Label, LabelKind, Verdict
from touchstone.screening.screeners import screener as screener_for

NOTE = (
    "decisions and outcomes in the database; what buyers saw, orders, complaints, reviews and confirmed copies as they were "
    "when each listing was judged, the rights as they are today"
)
_TIME = pa.timestamp("us", "UTC")
_COUNTED = ("orders_30d", "refunds_30d", "fake_claims_30d", "reviews", "seller_confirmed_fakes", "title", "images")


@dataclass(frozen=True)
class Judged:
    """A label and the verdict before it. `known_at`: when the label was given; `asked_at`: when the verdict was."""

    listing_id: str
    seller_id: str
    copy: bool
    known_at: datetime
    asked_at: datetime
    title: str
    images: str


def train_on_market(as_of: datetime, *, thresholds: tuple[float, float]) -> Model:
    """A model from the labels given before `as_of`. Raises NotValid for too few."""
    screener = screener_for(as_of)
    about = {
        "source": NOTE,
        "as_of": as_of.isoformat(),
        "engine": screener.versions[0],
        "rights": screener.versions[2],
    }
    return train(labelled(as_of), review=thresholds[0], block=thresholds[1], about=about)


def labelled(as_of: datetime) -> Labelled:
    """The labels given before `as_of` with the signals of the moment at which each listing was judged."""
    found = judged(as_of)
    table = listings_then(found)
    by_id = {one.listing_id: one for one in found}
    rows = [by_id[i] for i in table["listing_id"].to_pylist()]
    return Labelled(
        screener_for(as_of).signals(table),
        np.array([one.copy for one in rows], dtype=float),
        np.array([one.known_at.timestamp() // 86_400 for one in rows], dtype=np.int64),
        np.ones(len(rows)),
    )


def judged(as_of: datetime) -> list[Judged]:
    """The latest label of each listing before `as_of`, with the last verdict before that listing's first label.

    What was screened after a listing had been labelled is left out: its signals may know the label.
    """
    first: dict[str, datetime] = {}
    latest: dict[str, tuple[str, str, datetime]] = {}
    labels = Label.objects.filter(at__lt=as_of).order_by("at", "id")
    for listing_id, seller_id, label, at in labels.values_list(
        "listing__listing_id", "listing__seller__seller_id", "label", "at"
    ):
        first.setdefault(listing_id, at)
        latest[listing_id] = (seller_id, label, at)
    verdicts: dict[str, tuple[datetime, str, str]] = {}
    earlier = Verdict.objects.filter(listing__labels__at__lt=as_of, at__lt=as_of).order_by("at", "id").distinct()
    for listing_id, at, title, images in earlier.values_list("listing__listing_id", "at", "title", "images"):
        if at <= first[listing_id]:
            verdicts[listing_id] = (at, title, images)
    return [
        Judged(listing_id, seller_id, label == LabelKind.COUNTERFEIT, at, *verdicts[listing_id])
        for listing_id, (seller_id, label, at) in sorted(latest.items())
        if listing_id in verdicts
    ]


def listings_then(found: list[Judged]) -> pa.Table:
    """The listing columns of each, as they were when it was judged, by listing id."""
    then = with_shop(market.listings_at({one.listing_id: one.asked_at for one in found}))
    then = then.drop_columns([name for name in _COUNTED if name in then.column_names])
    by_id = {one.listing_id: one for one in found}
    rows = [by_id[i] for i in then["listing_id"].to_pylist()]
    asked = then.select(["listing_id", "seller_id", "category"])
    asked = asked.append_column("as_of", pa.array([one.asked_at for one in rows], _TIME))
    orders, after_sales = market.orders_path(), market.after_sales_path()
    counted = counts_at(asked, orders=orders, after_sales=after_sales, listings=market.listing_times())
    columns: dict[str, Any] = {
        "title": pa.array([one.title for one in rows], pa.string()),
        "images": pa.array([one.images or None for one in rows], pa.string()),
        "reviews": reviews_at(asked, after_sales),
        "seller_confirmed_fakes": pa.array(_confirmed_before(rows), pa.int64()),
        "as_of": pa.array([one.asked_at.isoformat() for one in rows], pa.string()),
        **{n: counted[n].cast(pa.float64()) if n in RATES else counted[n] for n in counted.column_names},
    }
    for name, values in columns.items():
        then = then.append_column(name, values)
    return then


def _confirmed_before(rows: Iterable[Judged]) -> list[int]:
    """How many other listings of the same seller had proved copies when each was judged."""
    events: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    asked = list(rows)
    sellers = {one.seller_id for one in asked}
    labels = Label.objects.order_by("at", "id").values_list(
        "listing__seller__seller_id", "at", "listing__listing_id", "label"
    )
    for seller_id, at, listing_id, label in labels:
        if seller_id in sellers:
            events[seller_id].append((at, listing_id, label))
    counts = []
    for one in asked:
        known = {i: label for at, i, label in events[one.seller_id] if at < one.asked_at and i != one.listing_id}
        counts.append(Counter(known.values())[LabelKind.COUNTERFEIT])
    return counts
