"""Images that are used again: which listings show a known image, which entries match too much, which listings share one.

Columns of hits (`HITS`): entry, name, kind, listing_id, seller_id, distance; one row an entry and listing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.images import hamming
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.bank_rows import KINDS
from touchstone.engine.images.known import hashes_of
from touchstone.engine.images.search import RADIUS, Index, hexed
from touchstone.engine.images.segment import numbered

HITS = pa.schema(
    [
        ("entry", pa.large_string()),
        ("name", pa.large_string()),
        ("kind", pa.string()),
        ("listing_id", pa.large_string()),
        ("seller_id", pa.large_string()),
        ("distance", pa.int64()),
    ]
)
# A hash with more near ones than this says nothing about whom it joins: everybody uses it.
CROWD = 1000
_QUERIES = 1 << 15


@dataclass(frozen=True)
class Limits:
    """When an entry floods: more listings than `listings` and than `share` of all, of more sellers than `sellers`."""

    listings: int = 50
    share: float = 0.001
    sellers: int = 20

    def of(self, total: int) -> float:
        """How many of `total` listings an entry may match."""
        return max(self.listings, self.share * total)


def matches(bank: Bank, listings: pa.Table) -> pa.Table:
    """Every listing that shows an image of the bank, as HITS, by kind, entry and distance.

    listings: columns listing_id, seller_id and pdq (hex, separated by `;`). Entries of every kind are matched, and none
    takes away the meaning of another: this is what the entry would find, not a verdict.
    """
    row, words = hashes_of(listings["pdq"])
    parts = [HITS.empty_table()]
    for kind in KINDS:
        found = bank.hits(words, kind)
        frame = pl.DataFrame({"entry": found.id, "row": row[found.query], "distance": found.distance})
        first = frame.group_by("entry", "row").agg(pl.col("distance").min()).sort("entry", "distance", "row")
        entry, at = first["entry"].to_arrow(), first["row"].to_arrow()
        rows, listed = bank.rows.take(entry), listings.take(at)
        cells = [rows["id"], rows["name"], rows["kind"], listed["listing_id"], listed["seller_id"], first["distance"]]
        parts.append(pa.table(dict(zip(HITS.names, cells, strict=True))).cast(HITS))
    return pa.concat_tables(parts)


def floods(hits: pa.Table, total: int, limits: Limits) -> pa.Table:
    """The entries that match more of `total` listings than they may: entry, name, kind, listings, sellers; most first.

    Hits without a seller count as of one seller.
    """
    counted = (
        pl.DataFrame(hits)
        .group_by("entry", "name", "kind")
        .agg(
            pl.col("listing_id").n_unique().alias("listings"),
            pl.col("seller_id").fill_null("").n_unique().alias("sellers"),
        )
        .filter((pl.col("listings") > limits.of(total)) & (pl.col("sellers") > limits.sellers))
        .sort("listings", "entry", descending=[True, False])
    )
    return counted.to_arrow()


def clusters(words: np.ndarray, *, radius: int = RADIUS, crowd: int = CROWD) -> tuple[np.ndarray, np.ndarray]:
    """The connected components of near hashes (n, 4), and which hashes are of a crowd.

    Each hash gets the number of the first of its component. A hash with more than `crowd` different hashes near it joins
    nobody, and stays alone but for its equals: else one blank picture would join everybody, in quadratic time.
    """
    number, count = numbered(words)
    first = np.unique(number, return_index=True)[1]
    once = words[first]
    index = Index(once)
    parent = np.arange(count)
    crowded = np.zeros(count, bool)
    for joining in (False, True):
        for low in range(0, count, _QUERIES):
            found = index.search(once[low : low + _QUERIES], radius, cap=crowd + 2)
            near, other = found.query + low, found.id
            if joining:
                keep = (near < other) & ~crowded[near] & ~crowded[other]
                hamming.merge(parent, near[keep], other[keep])
            else:
                size = np.bincount(found.query, minlength=len(once[low : low + _QUERIES]))
                crowded[low : low + len(size)] = size > crowd + 1
    hamming.roots(parent)
    return first[parent[number]], crowded[number]


def reused(listings: pa.Table, *, radius: int = RADIUS, crowd: int = CROWD) -> pa.Table:
    """Which listings share an image: image_id, listing_id, seller_id, listings, sellers, crowded; by image and listing.

    listings: columns listing_id, seller_id, pdq. `image_id` is the least hash of the cluster, so that it does not depend
    on the order of the rows. Images of one listing only are left out. `crowded`: more than `crowd` different hashes are
    near, or more than `crowd` listings show it; such an image is no reason to think that two listings belong together.
    """
    row, words = hashes_of(listings["pdq"])
    label, crowded = clusters(words, radius=radius, crowd=crowd)
    frame = pl.DataFrame(
        {"row": row, "label": label, "hash": pl.Series(hexed(words), dtype=pl.String), "many": crowded}
    )
    frame = frame.with_columns(pl.col("hash").min().over("label").alias("image_id"), pl.col("many").any().over("label"))
    who = pl.DataFrame(listings.select(["listing_id", "seller_id"])).with_row_index("row")
    shown = frame.select("image_id", pl.col("row").cast(pl.UInt32), "many").unique().join(who, on="row")
    counts = [pl.col("listing_id").n_unique().over("image_id").alias("listings"),
              pl.col("seller_id").n_unique().over("image_id").alias("sellers")]  # fmt: skip
    told = shown.with_columns(counts).filter(pl.col("listings") > 1)
    told = told.with_columns((pl.col("many") | (pl.col("listings") > crowd)).alias("crowded"))
    columns = ["image_id", "listing_id", "seller_id", "listings", "sellers", "crowded"]
    return told.select(columns).sort("image_id", "listing_id").to_arrow()
