"""What rings and cases need to know of the rooms below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import pyarrow as pa

from touchstone.cases import valuation
from touchstone.market import lookups, queries
from touchstone.review import lookups as review
from touchstone.screening import lookups as screening

identifiers = queries.identifier_pairs
sellers = lookups.sellers
seller_keys = lookups.seller_keys
seller_ids = lookups.seller_ids
sellers_of_listings = lookups.sellers_of_listings


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
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})


def holders_table(identifiers: Collection[tuple[str, str]], apart_from: str) -> pa.Table:
    """(seller_id, kind, digest) of the other sellers that have one of these (kind, digest)."""
    rows = [(s, kind, digest) for kind, digest, s in lookups.holders_of(identifiers) if s != apart_from]
    names = ("seller_id", "kind", "digest")
    return pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate(names)})


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
