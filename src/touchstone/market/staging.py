"""From a file to a staged Parquet file of good rows and a file of rejected ones, in flat memory. No database.

Personal data of sellers leaves its plain form here, chunk by chunk: neither the staged nor the rejected file holds a
phone, an account, a device, an address or a contact's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from touchstone.market import identifiers, licence
from touchstone.market.formats import KEYS
from touchstone.market.lake import SCHEMAS
from touchstone.market.models import IdentifierKind, ImportKind
from touchstone.market.money import minor_units
from touchstone.market.rows import Cleaner, Rejected

# A chunk of rows as they were read, with the line of each (int64).
Chunk = tuple[pa.Table, pa.Array]

_IDENTIFIERS = {
    "licence_no": IdentifierKind.LICENCE,
    "contact_name": IdentifierKind.CONTACT_NAME,
    "phone": IdentifierKind.PHONE,
    "payout_account": IdentifierKind.PAYOUT_ACCOUNT,
    "device_id": IdentifierKind.DEVICE,
    "return_address": IdentifierKind.RETURN_ADDRESS,
    "ship_from_address": IdentifierKind.SHIP_FROM_ADDRESS,
    "waybill_account": IdentifierKind.WAYBILL_ACCOUNT,
}
_IDENTIFIER = pa.struct([("kind", pa.string()), ("digest", pa.string()), ("hint", pa.string())])
_FACTOR = pa.decimal128(5, 0)
_SCHEMAS = {
    **SCHEMAS,
    ImportKind.SELLERS: pa.schema(
        [
            ("seller_id", pa.string()),
            ("shop_name", pa.string()),
            ("legal_name", pa.string()),
            ("licence_no", pa.string()),
            ("category", pa.string()),
            ("region", pa.string()),
            ("opened_on", pa.date32()),
            ("closed_on", pa.date32()),
            ("deposit_minor", pa.int64()),
            ("currency", pa.string()),
            ("identifiers", pa.list_(_IDENTIFIER)),
        ]
    ),
    ImportKind.LISTINGS: pa.schema(
        [
            ("listing_id", pa.string()),
            ("title", pa.string()),
            ("seller_id", pa.string()),
            ("description", pa.string()),
            ("brand", pa.string()),
            ("category", pa.string()),
            ("price_minor", pa.int64()),
            ("currency", pa.string()),
            ("images", pa.string()),
            ("pdq", pa.string()),
            ("gtin", pa.string()),
            ("ship_from", pa.string()),
            ("created_at", pa.timestamp("us", "UTC")),
            ("orders_30d", pa.int32()),
            ("refunds_30d", pa.int32()),
            ("fake_claims_30d", pa.int32()),
            ("reviews", pa.string()),
        ]
    ),
}


@dataclass
class Staged:
    """`path`: the good rows, each key once. `rejected`: JSON Lines of {line, id, reason}, in no order."""

    path: Path
    rejected: Path
    rows: int
    good: int

    @property
    def bad(self) -> int:
        return self.rows - self.good

    def chunks(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """The good rows as dictionaries, `size` at a time."""
        for batch in pq.ParquetFile(self.path).iter_batches(batch_size=size):
            yield batch.to_pylist()


def stage(kind: str, chunks: Iterable[Chunk | Rejected], folder: Path) -> Staged:
    """Read all chunks; write the good rows and the rejected ones to the folder."""
    staged = Staged(folder / "good.parquet", folder / "rejected.jsonl", 0, 0)
    cleaner, schema = Cleaner(kind), _SCHEMAS[ImportKind(kind)]
    draft = folder / "draft.parquet"
    with staged.rejected.open("w", encoding="utf-8") as rejected:
        with pq.ParquetWriter(draft, schema.insert(0, pa.field("line", pa.int64())), compression="zstd") as writer:
            for chunk in chunks:
                if isinstance(chunk, Rejected):
                    staged.rows += 1
                    rejected.write(_rejection(chunk))
                    continue
                rows, lines = chunk
                staged.rows += rows.num_rows
                good, bad = cleaner.clean(rows, lines)
                rejected.writelines(map(_rejection, bad))
                writer.write_table(_shaped(kind, good, schema))
        _without_repeats(kind, draft, staged, rejected)
    draft.unlink()
    return staged


def _rejection(row: Rejected) -> str:
    return json.dumps({"line": row.line, "id": row.key, "reason": row.reason}, ensure_ascii=False) + "\n"


def _shaped(kind: str, good: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows in the columns that are stored, `line` first."""
    columns = {name: good[name] for name in good.column_names}
    if kind == ImportKind.SELLERS:
        columns["identifiers"] = pa.array(_identified(good), pa.list_(_IDENTIFIER))
        numbers = good["licence_no"].to_pylist()
        columns["licence_no"] = pa.array([_public_licence(number) for number in numbers], pa.string())
        columns["deposit_minor"] = _minor(good["deposit"], good["currency"])
    elif kind == ImportKind.LISTINGS:
        columns["price_minor"] = _minor(good["price"], good["currency"])
    elif kind == ImportKind.ORDERS:
        columns["amount_minor"] = _minor(good["amount"], good["currency"])
        buyers = good["buyer_ref"].to_pylist()
        columns["buyer_ref"] = pa.array(
            [identifiers.keyed("buyer", b)[:32] if b else None for b in buyers], pa.string()
        )
    return pa.table(
        [columns["line"], *(columns[name].cast(schema.field(name).type) for name in schema.names)],
        names=["line", *schema.names],
    )


def _identified(good: pa.Table) -> list[list[dict[str, str]]]:
    columns = [(kind, good[name].to_pylist()) for name, kind in _IDENTIFIERS.items()]
    found: list[list[dict[str, str]]] = []
    for row in range(good.num_rows):
        pairs = [(kind, identifiers.identify(kind, values[row] or "")) for kind, values in columns]
        found.append([{"kind": str(k), "digest": p[0], "hint": p[1]} for k, p in pairs if p])
    return found


def _pseudonyms(buyers: pa.ChunkedArray) -> pa.Array:
    coded = buyers.combine_chunks().dictionary_encode()
    digests = [identifiers.keyed("buyer", buyer)[:32] for buyer in coded.dictionary.to_pylist()]
    return pa.array(digests, pa.string()).take(coded.indices)


def _public_licence(number: str | None) -> str | None:
    code = licence.normalised(number or "")
    return code if licence.is_legal_entity(code) else None


def _minor(amounts: pa.ChunkedArray, currencies: pa.ChunkedArray) -> pa.Array:
    """Minor units, half a unit rounded up."""
    coded = currencies.combine_chunks().dictionary_encode()
    factors = pa.array([Decimal(minor_units(code)) for code in coded.dictionary.to_pylist()], _FACTOR)
    units = pc.fill_null(factors.take(coded.indices), pa.scalar(Decimal(minor_units("")), _FACTOR))
    return pc.round(pc.multiply(amounts, units), ndigits=0, round_mode="half_up").cast(pa.int64())


def _without_repeats(kind: str, draft: Path, staged: Staged, rejected: TextIO) -> None:
    """Copy the rows whose key no earlier row has; reject the others."""
    key = KEYS[kind]
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    source = f"read_parquet('{str(draft).replace(chr(39), chr(39) * 2)}')"
    connection.execute(
        f"""CREATE TEMP TABLE repeats AS SELECT line, {key} AS key, first FROM (
                SELECT line, {key}, min(line) OVER (PARTITION BY {key}) AS first FROM {source}
            ) WHERE line > first"""  # noqa: S608
    )
    for line, value, first in connection.execute("SELECT * FROM repeats ORDER BY line").fetchall():
        rejected.write(_rejection(Rejected(line, value, f"{key} stands in line {first} already")))
    rows = connection.sql(
        f"SELECT * EXCLUDE (line) FROM {source} WHERE line NOT IN (SELECT line FROM repeats)"  # noqa: S608
    ).to_arrow_reader(20_000)
    schema = _SCHEMAS[ImportKind(kind)]
    with pq.ParquetWriter(staged.path, schema, compression="zstd") as writer:
        for batch in rows:
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
            staged.good += batch.num_rows
