"""Signals from a price: against the reference, against other offers of the same product, against the seller's own goods."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import series
from touchstone.engine.pricing.distribution import LEAST, per_piece, robust_distance
from touchstone.engine.pricing.kinds import GOODS, priced
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.text.evidence import Found, Words, goods
from touchstone.engine.text.lexicon import Lexicon, cheap_shares


def price_signals(
    lexicon: Lexicon,
    found: Found,
    pairs: tuple[np.ndarray, np.ndarray],
    listings: pa.Table,
    money: Rates,
    words: Words,
) -> pl.DataFrame:
    """The price signals of typed listings (see `catalogue`). `pairs`: row and brand, see `signals.Brands`."""
    price = listings["price"].combine_chunks().to_numpy(zero_copy_only=False).astype(float)
    usd = price / money.usd_column(series(listings["currency"]))
    what = priced(listings["title"], price, usd)
    whole = what.kind == GOODS
    share = _cheap(lexicon, words, listings.num_rows)
    reference = share * _reference(lexicon, found, pairs, listings.num_rows, usual=whole & (share == 1))
    piece = per_piece(usd, what.pack)
    with np.errstate(invalid="ignore"):
        ratio = np.where(whole & (price > 0) & np.isfinite(reference), piece / reference, np.nan)
    return pl.DataFrame(
        {
            "price_ratio": pl.Series(ratio).fill_nan(None),
            "price_percent": _percent(ratio),
            "narrow": _narrow(lexicon, pairs, words, listings.num_rows),
            "price_kind": pl.Series(what.kind.tolist(), dtype=pl.String),
            "pack_count": what.pack,
            "currency_unknown": _unknown(listings, price, usd, money),
            **_compared(listings, np.where(whole, piece, np.nan)),
        }
    )


def _cheap(lexicon: Lexicon, words: Words, rows: int) -> np.ndarray:
    """The share of the reference that goods of the kind have: 1 unless the title names a cheap kind."""
    share = np.ones(rows)
    for cheap in reversed(cheap_shares()):
        share[words.rows(rows, lexicon.tagged(f"cheap:{cheap}"))] = cheap
    return share


def _reference(
    lexicon: Lexicon, found: Found, pairs: tuple[np.ndarray, np.ndarray], rows: int, usual: np.ndarray
) -> np.ndarray:
    """The reference of each row in US dollars, inf where none is known.

    Of several brands the cheapest counts: the listing gets the benefit. A model that the title names speaks before the
    brand, in rows of the brand's usual goods (`usual`).
    """
    row, brand = pairs
    usd = lexicon.rights.reference_usd
    by_brand = np.full(rows, np.inf)
    np.minimum.at(by_brand, row, np.where(np.isnan(usd), np.inf, usd)[brand])
    named = np.bincount(row, minlength=rows)
    model = lexicon.model_usd[found.name]
    take = found.strong & ~found.nominative & np.isfinite(model) & usual[found.row] & (named[found.row] == 1)
    by_model = np.full(rows, np.inf)
    np.minimum.at(by_model, found.row[take], model[take])
    return np.where(np.isfinite(by_model), by_model, by_brand)


def _narrow(lexicon: Lexicon, pairs: tuple[np.ndarray, np.ndarray], words: Words, rows: int) -> np.ndarray:
    """Do all brands of the row sell in a narrow band of prices, and goods of their own?"""
    row, brand = pairs
    narrow = np.ones(rows, dtype=bool)
    np.logical_and.at(narrow, row, lexicon.rights.narrow[brand])
    narrow &= np.bincount(row, minlength=rows) > 0
    own, foreign = goods(lexicon, words, row, brand, rows)
    at_home = np.zeros(rows, dtype=bool)
    at_home[row[own]] = True
    narrow[row[foreign & ~at_home[row]]] = False
    return narrow


def _percent(ratio: np.ndarray) -> pl.Series:
    return (pl.Series(ratio).fill_nan(None) * 100).round().clip(1, 1e9).cast(pl.Int64)


def _unknown(listings: pa.Table, price: np.ndarray, usd: np.ndarray, money: Rates) -> pl.Series:
    """The code of a currency without a rate, "-" for none, null where the price has a rate or there is no price."""
    given = series(listings["currency"]).cast(pl.String).fill_null("")
    codes = {text: money.code(text) or "-" for text in given.unique().to_list()}
    lost = pl.Series((price > 0) & np.isnan(usd))
    said = given.replace_strict(codes, return_dtype=pl.String).str.head(20)
    return pl.select(pl.when(lost).then(said)).to_series()


def _compared(listings: pa.Table, piece: np.ndarray) -> dict[str, pl.Series]:
    """What the columns of `distribution.COLUMNS` say of a price of one piece, NaN where it is that of no goods."""
    size, own = (series(listings[name]).fill_null(0).to_numpy() for name in ("group_size", "own_size"))
    middle, spread, usual = (
        series(listings[name]).cast(pl.Float64).fill_null(np.nan).to_numpy()
        for name in ("group_price_usd", "group_spread", "own_price_usd")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        to_group = np.where((size >= LEAST) & (middle > 0) & (piece > 0), piece / middle, np.nan)
        distance = robust_distance(np.log(to_group), np.nan_to_num(spread))
        to_own = np.where((own >= LEAST) & (usual > 0) & (piece > 0), piece / usual, np.nan)
    return {
        "price_to_group": pl.Series(to_group).fill_nan(None),
        "group_percent": _percent(to_group),
        "group_size": series(listings["group_size"]),
        "price_group_score": pl.Series(distance).fill_nan(None),
        "price_to_own": pl.Series(to_own).fill_nan(None),
        "own_size": series(listings["own_size"]),
    }
