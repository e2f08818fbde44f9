"""Files of listings against banks, and against one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.files.formats import STREAM, format_of
from touchstone.engine.files.read import expand, open_listings, read_table
from touchstone.engine.files.write import check_targets, open_writer, whole_file
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.bank_rows import COLUMNS
from touchstone.engine.images.reuse import Limits, floods, matches, reused
from touchstone.engine.schema import column
from touchstone.errors import BadInputFile

Notice = Callable[[str], None]
_READ = ("listing_id", "seller_id", "pdq")


def match_files(
    listings: Sequence[str], banks: Sequence[str], out: str, limits: Limits, notice: Notice
) -> tuple[int, pa.Table]:
    """Write to `out` every hit of the banks in the listings (`reuse.HITS` and flood); the number of hits, and the
    entries that flood, see `reuse.floods`. Raises BadInputFile, NotValid."""
    format_of(out, writing=True)
    paths = expand(list(listings))
    check_targets([out], [*paths, *banks])
    tables = [read_table(path, required=("pdq",), known=COLUMNS) for path in banks]
    bank = Bank.of(tables, places=banks)
    table = _listings(paths, notice)
    hits = matches(bank, table)
    flooding = floods(hits, table.num_rows, limits)
    marked = hits.append_column("flood", pc.is_in(hits["entry"], flooding["entry"].cast(hits["entry"].type)))
    _write(out, marked)
    return hits.num_rows, flooding


def reused_files(listings: Sequence[str], out: str, notice: Notice) -> tuple[int, int]:
    """Write to `out` which images more than one listing shows, see `reuse.reused`; the rows and the images.

    Raises BadInputFile."""
    format_of(out, writing=True)
    paths = expand(list(listings))
    check_targets([out], paths)
    found = reused(_listings(paths, notice))
    _write(out, found)
    return found.num_rows, len(found["image_id"].unique())


def _listings(paths: Sequence[str], notice: Notice) -> pa.Table:
    """listing_id, seller_id and pdq of every row that can be read."""
    parts, bad = [], 0
    for path in paths:
        reader = open_listings(path)
        for text in reader.notices:
            notice(text)
        with_hashes = False
        for batch in reader.batches():
            with_hashes = with_hashes or "pdq" in batch.table.column_names
            parts.append(pa.table({name: column(batch.table, name) for name in _READ}))
            bad += len(batch.rejected)
        if not with_hashes:
            raise BadInputFile("the column pdq is missing", place=path, remedy="Give a column pdq of hashes in hex.")
    if bad:
        notice(f"{bad:,} rows could not be read and are left out.")
    return pa.concat_tables(parts)


def _write(out: str, table: pa.Table) -> None:
    if out == STREAM:
        open_writer(out, out, table.schema, frozenset()).write(table)
        return
    with whole_file(out) as partial:
        writer = open_writer(out, partial, table.schema, frozenset())
        writer.write(table)
        writer.close()
