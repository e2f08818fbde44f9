"""Who a shop is measured against: the other shops of its category, price band and age, or of a wider group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from touchstone.disclosure.statistics import Floats, quantile_of_others
from touchstone.law.packs import Pack


@dataclass
class Peers:
    """One entry a shop; NaN, 0 or "" where no group has enough other shops. `mean`: of their observations together."""

    level: NDArray[np.object_]
    group: NDArray[np.object_]
    shops: NDArray[np.int64]
    mean: Floats
    q1: Floats
    median: Floats
    q3: Floats

    @classmethod
    def none(cls, size: int) -> Peers:
        text, unknown = np.full(size, "", object), np.full(size, np.nan)
        numbers = [unknown.copy() for _ in range(4)]
        return cls(text, text.copy(), np.zeros(size, np.int64), *numbers)


def keys(shops: pa.Table, as_of: datetime, pack: Pack) -> dict[str, NDArray[np.object_]]:
    """What shops are grouped by: category, price_band ("50-200 CNY"), age_band (days, "365-1095"); one entry a shop."""
    rule = pack.body["peers"]
    amounts = shops["amount"].to_pylist()
    prices = zip(amounts, shops["currency"].to_pylist(), strict=True)
    return {
        "category": np.array(shops["category"].to_pylist(), object),
        "price_band": np.array([_price_band(a, c, rule["price_bands"]) for a, c in prices], object),
        "age_band": np.array(
            [_age_band(d, as_of.date(), rule["age_bands"]) for d in shops["opened_on"].to_pylist()], object
        ),
    }


def compare(grouping: dict[str, NDArray[np.object_]], value: Floats, k: Floats, n: Floats, pack: Pack) -> Peers:
    """The peers of each shop: of the narrowest group that has enough other shops with a figure.

    value: one a shop, NaN without enough data. k, n: sums and numbers of observations, for the mean (NaN for durations,
    whose mean is then the median).
    """
    found = Peers.none(len(value))
    for level in pack.body["peers"]["levels"]:
        names = _joined([grouping[part] for part in level])
        unique, group_of = np.unique(names, return_inverse=True)
        order = np.argsort(group_of, kind="stable")
        for members in np.split(order, np.cumsum(np.bincount(group_of))[:-1]):
            open_members = members[found.shops[members] == 0]
            if len(open_members):
                _fill(found, members, open_members, value, k, n, pack.body["peers"]["least"])
                settled = open_members[found.shops[open_members] > 0]
                found.level[settled] = "+".join(level)
                found.group[settled] = unique[group_of[members[0]]]
    return found


def _fill(
    found: Peers,
    members: NDArray[np.int64],
    wanted: NDArray[np.int64],
    value: Floats,
    k: Floats,
    n: Floats,
    least: int,
) -> None:
    """Compare each wanted shop with the members that have a figure, itself left out."""
    known = members[~np.isnan(value[members])]
    inside = np.isin(known, wanted)
    outside = wanted[np.isnan(value[wanted])]
    if len(known) - 1 >= least:
        chosen = known[inside]
        found.shops[chosen] = len(known) - 1
        for q, column in ((0.25, found.q1), (0.5, found.median), (0.75, found.q3)):
            column[chosen] = quantile_of_others(value[known], q)[inside]
        found.mean[chosen] = (k[known].sum() - k[chosen]) / (n[known].sum() - n[chosen])
    if len(known) >= least:
        found.shops[outside] = len(known)
        for q, column in ((0.25, found.q1), (0.5, found.median), (0.75, found.q3)):
            column[outside] = np.quantile(value[known], q)
        found.mean[outside] = k[known].sum() / n[known].sum()
    without_mean = wanted[np.isnan(found.mean[wanted])]
    found.mean[without_mean] = found.median[without_mean]


def _joined(parts: list[NDArray[np.object_]]) -> NDArray[np.str_]:
    return np.array([" · ".join(row) for row in zip(*parts, strict=True)], dtype=str)


def _price_band(amount: float | None, currency: str | None, ends: list[int]) -> str:
    return "" if amount is None else f"{_band(amount, ends)} {currency or ''}".strip()


def _age_band(opened_on: date | None, on: date, ends: list[int]) -> str:
    return "" if opened_on is None else _band((on - opened_on).days, ends)


def _band(number: float, ends: list[int]) -> str:
    """`0-50`, `50-200`, ... `5000-`: the band from the last end at or below the number up to the next."""
    at = int(np.searchsorted(ends, number, side="right"))
    low = ends[at - 1] if at else 0
    high = ends[at] if at < len(ends) else ""
    return f"{low}-{high}"
