"""How sellers act, as evidence beside what they share: where their parcels leave, when they open and close.

`facts` is a table with one row a seller: `seller_id` and any of

* `orders`, `units`: what it sold (the roles read these)
* `listings`: how many it has or had
* `origins`: list of {place, share}: the places its parcels leave from, shares of its orders
* `home`: the place it says it ships from, in the spelling of `origins`
* `opened_on`, `closed_on`: dates
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.errors import NotValid

PLACES = 3
# A place counts from this share of a seller's parcels; parcels leave from one place in full from this common share on.
_LEAST, _FULL = 0.12, 0.35
# What leaves from where so many sellers ship from says nothing.
_COMMON_SHARE, _COMMON = 0.05, 20
# Days from the closing of one shop to the opening of another that takes its place.
REOPENED_WITHIN = 60
_NEVER = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Conduct:
    """One entry a seller, in the order of the sellers asked for. place (n, PLACES): codes, -1 for none; share and away
    (not its own home) beside it; opened, closed: days since 1970."""

    place: np.ndarray
    share: np.ndarray
    away: np.ndarray
    opened: np.ndarray
    closed: np.ndarray


def read(facts: pa.Table | None, sellers: np.ndarray) -> Conduct | None:
    """The conduct of these sellers; None where the facts tell of none. Raises NotValid for a column of a wrong kind."""
    if facts is None or not {"origins", "opened_on", "closed_on"} & set(facts.column_names):
        return None
    try:
        frame = pl.DataFrame(facts).unique("seller_id", keep="first")
        known = pl.DataFrame({"seller_id": pl.Series(sellers, dtype=pl.String), "code": np.arange(len(sellers))})
        frame = known.join(frame, on="seller_id", how="left", maintain_order="left")
        place, share, away = _places(frame)
        return Conduct(place, share, away, _days(frame, "opened_on"), _days(frame, "closed_on"))
    except pl.exceptions.PolarsError as error:
        raise NotValid(f"The facts about sellers cannot be read ({error}).", place="facts") from None


def _days(frame: pl.DataFrame, name: str) -> np.ndarray:
    if name not in frame.columns:
        return np.full(len(frame), _NEVER, dtype=np.int64)
    days: np.ndarray = frame[name].cast(pl.Date).to_physical().fill_null(_NEVER).to_numpy().astype(np.int64)
    return days


def _places(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place codes, shares and whether away, each (n, PLACES), the largest share first; common places left out."""
    shape = len(frame), PLACES
    place, share, away = np.full(shape, -1, dtype=np.int64), np.zeros(shape), np.zeros(shape, dtype=bool)
    if "origins" not in frame.columns:
        return place, share, away
    home = pl.col("home") if "home" in frame.columns else pl.lit(None, pl.String).alias("home")
    rows = (
        frame.select("code", home, "origins")
        .drop_nulls("origins")
        .explode("origins")
        .drop_nulls("origins")
        .unnest("origins")
        .filter(pl.col("share") >= _LEAST)
        .sort(["code", "share", "place"], descending=[False, True, False])
        .with_columns(
            at=pl.int_range(pl.len()).over("code"),
            number=pl.col("place").rank("dense"),
            users=pl.col("code").n_unique().over("place"),
            away=pl.col("home").is_null() | (pl.col("place") != pl.col("home")),
        )
        .filter((pl.col("at") < PLACES) & (pl.col("users") <= max(_COMMON, _COMMON_SHARE * len(frame))))
    )
    at = rows["code"].to_numpy(), rows["at"].to_numpy()
    place[at], share[at], away[at] = rows["number"].to_numpy(), rows["share"].to_numpy(), rows["away"].to_numpy()
    return place, share, away


def pairwise(acts: Conduct, a: np.ndarray, b: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(kind, which of the pairs, strength 0 to 1) of what speaks for pairs of sellers a, b.

    origin: their parcels leave from one place that is not the home of both. reopened: one opened shortly after the other
    was closed.
    """
    common = np.zeros(len(a))
    for i in range(PLACES):
        for j in range(PLACES):
            same = (acts.place[a, i] >= 0) & (acts.place[a, i] == acts.place[b, j])
            same &= acts.away[a, i] | acts.away[b, j]
            common += np.where(same, np.minimum(acts.share[a, i], acts.share[b, j]), 0.0)
    which = np.flatnonzero(common >= _LEAST)
    yield "origin", which, np.minimum(common[which] / _FULL, 1.0)
    later = [
        (acts.closed[x] != _NEVER)
        & (acts.opened[y] != _NEVER)
        & (acts.opened[y] >= acts.closed[x])
        & (acts.opened[y] - acts.closed[x] <= REOPENED_WITHIN)
        for x, y in ((a, b), (b, a))
    ]
    which = np.flatnonzero(later[0] | later[1])
    yield "reopened", which, np.ones(len(which))
