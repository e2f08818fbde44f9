"""What other offers of a product and a seller's own goods cost, from the market's listings.

A run over the whole market groups the listings and keeps the figures; every screening until the next such run goes by
them, so that a rule's trial and a later look at one listing see the same prices as the run did.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from touchstone.engine.grouping.group import group
from touchstone.engine.pricing.distribution import COLUMNS, LEAST, distributions, of_whole_groups
from touchstone.engine.schema import typed

# Of a price so many digits count: a small change elsewhere is no new evidence about a listing.
_DIGITS = 2
WHOLE = "whole_"


def keep_prices(listings: pa.Table) -> None:
    """Group all listings of the market (its listing columns) and keep what each one's like cost. Replaces what was kept."""
    path = _path()
    if listings.num_rows <= LEAST:
        path.unlink(missing_ok=True)
        return
    rows = typed(listings)
    groups = group(rows)
    whole = pl.DataFrame(of_whole_groups(rows, groups)).rename({name: WHOLE + name for name in COLUMNS})
    found = pl.DataFrame(distributions(rows, groups)).hstack(whole).with_columns(cs.float().round_sig_figs(_DIGITS))
    table = found.to_arrow().append_column("listing_id", rows["listing_id"].cast(pa.string()))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)


def with_prices(listings: pa.Table) -> pa.Table:
    """`listings` with the columns of `distribution.COLUMNS`, null where the last run over the market knew none."""
    path = _path()
    if not path.exists():
        return listings
    ids = pl.DataFrame(listings.select(["listing_id"])).with_columns(pl.col("listing_id").cast(pl.String))
    kept = pl.scan_parquet(path).join(ids.lazy().unique(), on="listing_id", how="semi").collect()
    found = ids.join(kept, on="listing_id", how="left", maintain_order="left")
    for name in COLUMNS:
        if name not in listings.column_names:
            listings = listings.append_column(name, found[name].to_arrow())
    return listings


def whole_prices() -> pl.DataFrame:
    """listing_id, and COLUMNS with WHOLE before them: what a listing to come of the same product or seller goes by."""
    kinds = {WHOLE + name: pl.Int64 if name.endswith("size") else pl.Float64 for name in COLUMNS}
    path = _path()
    if not path.exists() or not kinds.keys() <= pl.read_parquet_schema(path).keys():  # kept by an older version
        return pl.DataFrame(schema={"listing_id": pl.String, **kinds})
    return pl.read_parquet(path, columns=["listing_id", *kinds])


def _path() -> Path:
    return Path(settings.HOME) / "lake" / "prices.parquet"
