"""Look-ups in bulk for the rooms above: between ids, keys and facts of many sellers and listings at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from touchstone.market.models import Listing, ListingImage, ListingStatus, Seller, SellerIdentifier

_AT_ONCE = 500


def seller_keys(seller_ids: Iterable[str]) -> dict[str, int]:
    """External seller id to primary key, for those that there are."""
    return {seller_id: pk for ids in _chunks(seller_ids) for seller_id, pk in _pairs(ids)}


def seller_ids(keys: Iterable[int]) -> dict[int, str]:
    """Primary key to external seller id."""
    found: dict[int, str] = {}
    for some in _chunks(keys):
        found.update(Seller.objects.filter(pk__in=some).values_list("pk", "seller_id"))
    return found


def sellers(seller_ids: Iterable[str]) -> list[Seller]:
    """The sellers of these external ids, by id."""
    found = [s for ids in _chunks(seller_ids) for s in Seller.objects.filter(seller_id__in=ids)]
    return sorted(found, key=lambda s: s.seller_id)


def sellers_with(kinds: Collection[str], digests: Iterable[str]) -> Iterator[tuple[str, int]]:
    """(digest, seller's primary key) of every seller that has one of the digests as one of these kinds."""
    for some in _chunks(set(digests)):
        yield from SellerIdentifier.objects.filter(kind__in=kinds, digest__in=some).values_list("digest", "seller_id")


def identifier_rows(seller_ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """(external seller id, kind, digest) of everything that these sellers have, sorted."""
    return sorted(
        row
        for ids in _chunks(seller_ids)
        for row in SellerIdentifier.objects.filter(seller__seller_id__in=ids).values_list(
            "seller__seller_id", "kind", "digest"
        )
    )


def holders_of(identifiers: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(kind, digest, external seller id) of every seller that has one of these (kind, digest)."""
    for kind in sorted({kind for kind, _digest in identifiers}):
        for some in _chunks(sorted(digest for of, digest in identifiers if of == kind)):
            rows = SellerIdentifier.objects.filter(kind=kind, digest__in=some)
            for digest, seller_id in rows.values_list("digest", "seller__seller_id").iterator():
                yield kind, digest, seller_id


def sellers_of_listings(listing_ids: Iterable[str]) -> dict[str, str]:
    """External listing id to external seller id, for the listings that there are."""
    found: dict[str, str] = {}
    for ids in _chunks(listing_ids):
        rows = Listing.objects.filter(listing_id__in=ids)
        found.update(rows.values_list("listing_id", "seller__seller_id"))
    return found


def listings(listing_ids: Iterable[str]) -> list[Listing]:
    """The listings of these external ids with their sellers, by id."""
    found = [
        listing
        for ids in _chunks(listing_ids)
        for listing in Listing.objects.select_related("seller").filter(listing_id__in=ids)
    ]
    return sorted(found, key=lambda listing: listing.listing_id)


def held_listings(listing_ids: Iterable[str]) -> dict[tuple[str, str], int]:
    """(external listing id, title) to primary key, for those that there are; each is held until the transaction ends.

    So verdicts on one listing are stored one after the other. All hold in the order of the keys: nobody waits in a ring.
    """
    found: dict[tuple[str, str], int] = {}
    for ids in _chunks(sorted(set(listing_ids))):
        rows = Listing.objects.select_for_update(no_key=True).filter(listing_id__in=ids).order_by("pk")
        found.update(
            ((listing_id, title), pk) for pk, listing_id, title in rows.values_list("pk", "listing_id", "title")
        )
    return found


def with_picture(listing_ids: Iterable[str]) -> set[str]:
    """Those of the listings (external ids) that have a stored picture."""
    rows = (ListingImage.objects.filter(listing__listing_id__in=ids) for ids in _chunks(listing_ids))
    return {listing_id for found in rows for listing_id in found.values_list("listing__listing_id", flat=True)}


def listing_count() -> int:
    """How many listings there are, removed ones too."""
    return Listing.objects.count()


def listing_texts(at_once: int) -> Iterator[pa.Table]:
    """What every listing says, removed ones too: (listing_id, title, description, brand), by id and in chunks."""
    fields = ("listing_id", "title", "description", "brand")
    last = ""
    while rows := list(
        Listing.objects.filter(listing_id__gt=last).order_by("listing_id").values_list(*fields)[:at_once]
    ):
        columns = zip(*rows, strict=True)
        yield pa.table({n: pa.array(c, pa.large_string()) for n, c in zip(fields, columns, strict=True)})
        last = rows[-1][0]


def removed_listings(seller_ids: Iterable[str]) -> dict[str, str]:
    """External listing id to external seller id, for the sellers' listings that were removed."""
    found: dict[str, str] = {}
    for ids in _chunks(seller_ids):
        rows = Listing.objects.filter(status=ListingStatus.REMOVED, seller__seller_id__in=ids)
        found.update(rows.values_list("listing_id", "seller__seller_id"))
    return found


def _pairs(ids: Collection[str]) -> QuerySet[Seller, tuple[str, int]]:
    return Seller.objects.filter(seller_id__in=ids).values_list("seller_id", "pk")


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
