"""The surroundings of a seller in milliseconds: an index on disk over who has which attribute.

Two compressed tables (seller → attributes, attribute → sellers) lie as plain arrays in a folder and are mapped into
memory, so opening costs nothing and a step reads only the rows that it needs. It is made once from the identifiers.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.errors import NotFound, NotValid

NEAR = pa.schema(
    [
        ("seller_id", pa.string()),
        ("steps", pa.int64()),
        ("from_seller", pa.string()),
        ("kind", pa.string()),
        ("digest", pa.string()),
        ("sellers", pa.int64()),
    ]
)
# An attribute that more sellers have is a warehouse or an agent, and leads nowhere; no more sellers than this are found.
HUB, LIMIT = 200, 5_000
_ARRAYS = ("seller_start", "seller_rows", "attribute_start", "attribute_rows", "seller_hash")
_TABLES = ("sellers", "attributes")


def build(identifiers: pa.Table, folder: Path) -> None:
    """Write the index of identifiers(seller_id, kind, digest) into `folder`, which appears whole or not at all.

    An index that is there is replaced. Rows with an empty value are left out. Raises NotValid where a column is missing.
    """
    missing = {"seller_id", "kind", "digest"} - set(identifiers.column_names)
    if missing:
        raise NotValid(f"The identifiers lack the column {', '.join(sorted(missing))}.", place="identifiers")
    rows = pl.DataFrame(identifiers.select(["seller_id", "kind", "digest"])).drop_nulls().filter(pl.col("digest") != "")
    sellers = rows.select("seller_id").unique().with_columns(hash=pl.col("seller_id").hash(seed=0)).sort("hash")
    attributes = rows.select("kind", "digest").unique().with_row_index("attribute")
    coded = (
        rows.join(sellers.select("seller_id").with_row_index("seller"), on="seller_id")
        .join(attributes, on=["kind", "digest"])
        .select(pl.col("seller", "attribute").cast(pl.Int64))
        .unique()
    )
    seller, attribute = coded["seller"].to_numpy(), coded["attribute"].to_numpy()
    seller_start, seller_rows = _compressed(seller, attribute, len(sellers))
    attribute_start, attribute_rows = _compressed(attribute, seller, len(attributes))
    arrays = (seller_start, seller_rows, attribute_start, attribute_rows, sellers["hash"].to_numpy())
    tables = (sellers.select("seller_id"), attributes.select("kind", "digest"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(draft / f"{name}.npy", array)
        for name, table in zip(_TABLES, tables, strict=True):
            _save(table, draft / f"{name}.arrow")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _compressed(key: np.ndarray, value: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Starts (count + 1,) and values in the order of their keys, sorted under each."""
    order = np.lexsort((value, key))
    starts = np.concatenate(([0], np.cumsum(np.bincount(key, minlength=count)))).astype(np.int64)
    return starts, value[order].astype(np.int32)


def _save(frame: pl.DataFrame, path: Path) -> None:
    columns = [pa.array(frame[name].to_arrow()).cast(pa.large_string()) for name in frame.columns]
    table = pa.table(columns, names=frame.columns)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


@dataclass(frozen=True)
class Index:
    """An open index; safe to share between threads."""

    seller_start: np.ndarray
    seller_rows: np.ndarray
    attribute_start: np.ndarray
    attribute_rows: np.ndarray
    seller_hash: np.ndarray
    sellers: pa.Table
    attributes: pa.Table

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Raises NotFound where there is no index."""
        try:
            arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS]
            tables = [pa.ipc.open_file(pa.memory_map(str(folder / f"{name}.arrow"))).read_all() for name in _TABLES]
        except (OSError, ValueError, pa.ArrowException) as error:
            raise NotFound(f"There is no whole index of sellers here ({error}).", place=str(folder)) from None
        return cls(*arrays, *tables)

    def around(self, seller_id: str, *, steps: int = 2, hub: int = HUB, limit: int = LIMIT) -> pa.Table:
        """The sellers within `steps` of a seller (schema NEAR), nearest first; a step is one shared attribute.

        One row a seller, with one attribute that leads to it and from whom: of several the one that fewest sellers
        have. Attributes that more than `hub` sellers have are not followed. At most `limit` sellers, those over the
        rarest attributes first. Raises NotFound for a seller that is not in the index.
        """
        start = self._code(seller_id)
        known = np.array([start], dtype=np.int64)
        front, parts = known, []
        for step in range(1, steps + 1):
            found = self._next(front, known, hub)
            found = found[:, : max(limit - len(known) + 1, 0)]
            if not found.shape[1]:
                break
            front = found[0]
            known = np.sort(np.concatenate((known, front)))
            parts.append(np.vstack((found, np.full(found.shape[1], step))))
        return self._told(np.concatenate(parts, axis=1) if parts else np.zeros((5, 0), dtype=np.int64))

    def _next(self, front: np.ndarray, known: np.ndarray, hub: int) -> np.ndarray:
        """New sellers one step from `front`: rows seller, from, attribute, how many have it; rarest first."""
        source, attribute = _gather(self.seller_start, self.seller_rows, front)
        size = self.attribute_start[attribute + 1] - self.attribute_start[attribute]
        order = np.lexsort((front[source], attribute))
        # Each attribute is followed once, from the first who has it.
        order = order[(size[order] >= 2) & (size[order] <= hub)]
        leads = attribute[order]
        first = np.concatenate(([True], leads[1:] != leads[:-1])) if len(leads) else np.zeros(0, dtype=bool)
        leads, source, size = leads[first], front[source[order][first]], size[order][first]
        which, seller = _gather(self.attribute_start, self.attribute_rows, leads)
        fresh = known[np.minimum(np.searchsorted(known, seller), len(known) - 1)] != seller
        which, seller = which[fresh], seller[fresh]
        order = np.lexsort((leads[which], size[which], seller))
        once = np.concatenate(([True], seller[order][1:] != seller[order][:-1])) if len(order) else order.astype(bool)
        order = order[once]
        order = order[np.lexsort((seller[order], size[which[order]]))]
        return np.vstack((seller[order], source[which[order]], leads[which[order]], size[which[order]]))

    def _code(self, seller_id: str) -> int:
        key = pl.Series([seller_id], dtype=pl.String).hash(seed=0).to_numpy()[0]
        place = int(np.searchsorted(self.seller_hash, key))
        while place < len(self.seller_hash) and self.seller_hash[place] == key:
            if self.sellers["seller_id"][place].as_py() == seller_id:
                return place
            place += 1
        raise NotFound(f"The index knows no seller {seller_id}.")

    def _told(self, found: np.ndarray) -> pa.Table:
        seller, source, attribute, size, step = (pa.array(row.astype(np.int64)) for row in found)
        ids, about = self.sellers["seller_id"], self.attributes
        columns = [
            ids.take(seller),
            step,
            ids.take(source),
            *(about[n].take(attribute) for n in about.column_names),
            size,
        ]
        return pa.table(columns, names=NEAR.names).cast(NEAR)


def _gather(starts: np.ndarray, rows: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(place in `keys`, value) of every value that stands under one of the keys."""
    low = starts[keys]
    width = starts[keys + 1] - low
    which = np.repeat(np.arange(len(keys)), width)
    inside = np.arange(len(which)) - np.repeat(np.cumsum(width) - width, width)
    return which, rows[np.repeat(low, width) + inside].astype(np.int64)
