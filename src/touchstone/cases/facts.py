"""What rings and cases need to know of the rooms below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import polars as pl
import pyarrow as pa

from touchstone.cases import valuation
from touchstone.engine.linkage import sources
from touchstone.market import lookups, queries
from touchstone.market.identifiers import keyed
from touchstone.market.models import IdentifierKind
from touchstone.review import lookups as review
from touchstone.screening import lookups as screening

sellers = lookups.sellers
seller_keys = lookups.seller_keys
seller_ids = lookups.seller_ids
sellers_of_listings = lookups.sellers_of_listings


def identifiers() -> pa.Table:
    """(seller_id, kind, digest): what identifies each seller, and the pictures and texts that several of them use."""
    listings = pl.DataFrame(queries.listings_table().select(["seller_id", "pdq", "images", "description"]))
    rows = [row for row in sources.of_listings(listings.cast(pl.String)) if row.height]
    own = _weighed(queries.identifier_pairs())
    if not rows:
        return own
    used = pl.concat(rows).filter(pl.col("seller_id").n_unique().over("kind", "digest") > 1)
    values = used.select("kind", "digest").unique()
    digests = [keyed(kind, value) for kind, value in values.iter_rows()]
    named = values.with_columns(pl.Series("keyed", digests, dtype=pl.String))
    content = used.join(named, on=["kind", "digest"]).select("seller_id", "kind", digest="keyed").sort(pl.all())
    return pa.concat_tables([own, content.to_arrow().cast(own.schema)])


def _weighed(rows: pa.Table) -> pa.Table:
    """As the engine weighs them: doors are addresses, and licence numbers that fail their check are only that."""
    spelt = {IdentifierKind.DOOR.value: IdentifierKind.SHIP_FROM_ADDRESS.value}
    frame = pl.DataFrame(rows).with_columns(pl.col("kind").replace(spelt))
    wrong = frame.filter(pl.col("kind") == IdentifierKind.LICENCE_UNCHECKED.value).select("seller_id", "digest")
    wrong = wrong.with_columns(kind=pl.lit(IdentifierKind.LICENCE.value))
    kept = frame.join(wrong, on=["seller_id", "kind", "digest"], how="anti", maintain_order="left")
    return kept.to_arrow().cast(rows.schema)


def conduct() -> pa.Table:
    """How each seller acts: listings, sales, where parcels leave from, when it opened and closed (see engine conduct)."""
    sellers = pl.DataFrame(queries.sellers_table()).rename({"ships_from": "ship_from_address"})
    listings = pl.DataFrame(queries.listing_times().select(["listing_id", "seller_id"]))
    sold = valuation.parcels()
    return sources.facts(sellers, listings, None if sold is None else pl.DataFrame(sold)).to_arrow()


def bad_listings(seller_ids: Iterable[str]) -> list[tuple[str, str]]:
    """(listing_id, seller_id) of the sellers' listings that were removed or that the engine blocks."""
    seller_ids = list(seller_ids)
    found = lookups.removed_listings(seller_ids)
    for verdict in screening.suspected_of(seller_ids, kinds=("block",)):
        found[verdict.listing.listing_id] = verdict.listing.seller.seller_id
    return sorted(found.items())


def suspected_listings(seller_ids: Iterable[str]) -> list[str]:
    """Ids of the sellers' listings that were removed, or that the engine blocks or would have reviewed."""
    seller_ids = list(seller_ids)
    found = set(lookups.removed_listings(seller_ids))
    found |= {verdict.listing.listing_id for verdict in screening.suspected_of(seller_ids)}
    return sorted(found)


def listing_rows(listing_ids: Collection[str]) -> list[dict[str, Any]]:
    """What a page or a file says of each listing: facts, status and current verdict."""
    verdicts = screening.verdicts_on(listing_ids)
    return [
        {
            "listing_id": listing.listing_id,
            "seller_id": listing.seller.seller_id,
            "title": listing.title[:500],
            "brand": listing.brand,
            "price_minor": listing.price_minor,
            "currency": listing.currency,
            "status": listing.status,
            "verdict": verdict.verdict if (verdict := verdicts.get(listing.listing_id)) else "",
            "score": verdict.score if verdict else None,
        }
        for listing in lookups.listings(listing_ids)
    ]


def decisions(listing_ids: Iterable[str]) -> list[Any]:
    """The decisions on these listings, oldest first."""
    return review.decisions_on(listing_ids)


def value_of(group_id: str, listing_ids: Collection[str]) -> list[dict[str, Any]]:
    """Rows of the value of these listings, by method and currency."""
    groups = pa.table({"group_id": pa.array([group_id] * len(listing_ids)), "listing_id": pa.array(list(listing_ids))})
    return valuation.of_listings(groups).get(group_id, []) if listing_ids else []


def sellers_sharing(seller_ids: Collection[str], too_common: int) -> dict[tuple[str, str], set[str]]:
    """(kind, digest) → the other sellers that have it, of what these sellers have and at most `too_common` share."""
    shared = {(kind, digest) for _seller, kind, digest in lookups.identifier_rows(seller_ids)}
    own = set(seller_ids)
    sharing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, digest, seller_id in lookups.holders_of(shared):
        sharing[kind, digest].add(seller_id)
    return {key: others for key, sellers in sharing.items() if len(sellers) <= too_common and (others := sellers - own)}


def identifiers_table(seller_ids: Collection[str]) -> pa.Table:
    """(seller_id, kind, digest) of these sellers."""
    columns = list(zip(*lookups.identifier_rows(seller_ids), strict=True)) or [(), (), ()]
    names = ("seller_id", "kind", "digest")
    return _weighed(pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)}))


def holders_table(identifiers: Collection[tuple[str, str]], apart_from: str) -> pa.Table:
    """(seller_id, kind, digest) of the other sellers that have one of these (kind, digest)."""
    # A door comes from `identifiers_table` as an address.
    doors = {(IdentifierKind.DOOR.value, d) for kind, d in identifiers if kind == IdentifierKind.SHIP_FROM_ADDRESS}
    sought = [*identifiers, *sorted(doors)]
    rows = [(s, kind, digest) for kind, digest, s in lookups.holders_of(sought) if s != apart_from]
    names = ("seller_id", "kind", "digest")
    return _weighed(pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(names)}))


def marks_of_goods(listing_ids: Collection[str]) -> dict[str, set[str]]:
    """What tells that two listings offer the same goods, by listing: article number, each picture's hash, the title."""
    return {
        listing.listing_id: {
            *([f"gtin:{listing.gtin}"] if listing.gtin else []),
            *(f"pdq:{h}" for h in listing.pdq.split(";") if h),
            f"title:{listing.brand}:{' '.join(listing.title.split()).casefold()}",
        }
        for listing in lookups.listings(listing_ids)
    }


def without_picture(listing_ids: Collection[str]) -> int:
    """How many of the listings have no stored picture."""
    return len(listing_ids) - len(lookups.with_picture(listing_ids))


def without_orders(seller_ids: Collection[str]) -> int:
    """How many of the sellers have no order in the lake."""
    return len(seller_ids) - len(valuation.sellers_with_orders(seller_ids))


def without_decision(listing_ids: Collection[str]) -> int:
    """How many of the listings nobody has decided about."""
    return len(listing_ids) - len({d.listing.listing_id for d in decisions(listing_ids)})
