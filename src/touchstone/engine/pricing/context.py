"""The prices of other offers, from a file of `touchstone group --prices`, put beside the listings of a run."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from touchstone.engine.arrays import frame
from touchstone.engine.files.read import read_table
from touchstone.engine.pricing.distribution import COLUMNS
from touchstone.engine.schema import LISTING, TYPES
from touchstone.errors import BadInputFile


class PriceContext:
    """What a file says of each listing_id. Held in memory: about 60 bytes a listing."""

    def __init__(self, path: str) -> None:
        """Raises BadInputFile where the file cannot be read, or a column is missing or holds no numbers."""
        table = read_table(path, required=("listing_id", *COLUMNS), known=("listing_id", *COLUMNS))
        kinds = {name: pl.Int64 if LISTING[name] == "count" else pl.Float64 for name in COLUMNS}
        try:
            self._rows = (
                frame(table.select(["listing_id", *COLUMNS]))
                .with_columns(pl.col("listing_id").cast(pl.String))
                .with_columns(_number(name, kind) for name, kind in kinds.items())
                .unique("listing_id", keep="first", maintain_order=True)
            )
        except pl.exceptions.PolarsError:
            raise BadInputFile(
                f"one of the columns {', '.join(COLUMNS)} holds no numbers", place=path,
                remedy="Make it with `touchstone group --prices`.",
            ) from None  # fmt: skip

    def beside(self, listings: pa.Table) -> pa.Table:
        """Typed listings with these columns filled where they are empty."""
        ids = frame(listings.select(["listing_id"])).with_columns(pl.col("listing_id").cast(pl.String))
        found = ids.join(self._rows, on="listing_id", how="left", maintain_order="left")
        for name in COLUMNS:
            place = listings.column_names.index(name)
            own = frame(listings.select([name]))[name]
            filled = pl.select(pl.coalesce(own, found[name])).to_series().to_arrow().cast(TYPES[LISTING[name]])
            listings = listings.set_column(place, name, filled)
        return listings


def _number(name: str, kind: type[pl.DataType]) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text).cast(pl.Float64).cast(kind).alias(name)
