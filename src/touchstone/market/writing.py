"""Takes staged sellers and listings into the database: set by set, and only what changed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from touchstone.accounts import queries as accounts
from touchstone.market import revisions
from touchstone.market.models import Listing, ListingStatus, Seller, SellerIdentifier, SellerStatus
from touchstone.market.pictures import Album
from touchstone.market.signals import sellers_written
from touchstone.market.upsert import upsert

UNNAMED = "unnamed"  # the seller of listings that name none
_AT_ONCE = 2_000
_SELLER_FIELDS = (
    "shop_name",
    "legal_name",
    "licence_no",
    "category",
    "region",
    "ships_from",
    "opened_on",
    "closed_on",
    "deposit_minor",
    "currency",
)
_LISTING_FIELDS = (
    "seller_id",
    "title",
    "description",
    "brand",
    "category",
    "price_minor",
    "currency",
    "images",
    "pdq",
    "gtin",
    "ship_from",
    "created_at",
    "orders_30d",
    "refunds_30d",
    "fake_claims_30d",
    "reviews",
)
_NULLABLE = {
    "opened_on",
    "closed_on",
    "deposit_minor",
    "price_minor",
    "created_at",
    "orders_30d",
    "refunds_30d",
    "fake_claims_30d",
}


@dataclass
class Written:
    accepted: int = 0
    unchanged: int = 0

    def add(self, accepted: int, rows: int) -> None:
        self.accepted += accepted
        self.unchanged += rows - accepted


def write_sellers(chunks: Iterable[list[dict[str, Any]]], now: datetime) -> Written:
    """Sellers and their identifiers, which become those of the file. A shop's status follows closed_on."""
    written = Written()
    for rows in chunks:
        known = dict(
            Seller.objects.filter(seller_id__in=[r["seller_id"] for r in rows]).values_list("seller_id", "content_hash")
        )
        hashes = {row["seller_id"]: _hash(row) for row in rows}
        changed = [row for row in rows if known.get(row["seller_id"]) != hashes[row["seller_id"]]]
        written.add(len(changed), len(rows))
        if changed:
            _upsert_sellers(changed, hashes, now)
    return written


def link_organisations() -> None:
    """Give shops without an organisation the one that names them."""
    organisations = accounts.organisations_of_shops()
    waiting = list(Seller.objects.filter(organisation=None, seller_id__in=organisations))
    for seller in waiting:
        seller.organisation_id = organisations[seller.seller_id]
    Seller.objects.bulk_update(waiting, ["organisation"], batch_size=_AT_ONCE)


@dataclass
class WrittenListings(Written):
    """new_sellers: named by a listing before their own row came. unnamed: listings that name no seller."""

    new_sellers: int = 0
    unnamed: int = 0

    def notices(self, album: Album | None) -> list[str]:
        counted = (
            (
                self.new_sellers,
                ngettext_lazy("%(n)s seller was not known yet.", "%(n)s sellers were not known yet.", "n"),
            ),
            (self.unnamed, ngettext_lazy("%(n)s listing names no seller.", "%(n)s listings name no seller.", "n")),
            (
                album.missing if album else 0,
                ngettext_lazy("%(n)s picture could not be opened.", "%(n)s pictures could not be opened.", "n"),
            ),
        )
        return [str(text % {"n": n}) for n, text in counted if n]


def write_listings(chunks: Iterable[list[dict[str, Any]]], now: datetime, album: Album | None) -> WrittenListings:
    """Listings, and their pictures where there is an album. The status of a listing is not the file's to change."""
    written = WrittenListings()
    for rows in chunks:
        written.unnamed += sum(not row["seller_id"] for row in rows)
        ids = [row["listing_id"] for row in rows]
        known = dict(Listing.objects.filter(listing_id__in=ids).values_list("listing_id", "content_hash"))
        hashes = {row["listing_id"]: _hash(row) for row in rows}
        changed = [row for row in rows if known.get(row["listing_id"]) != hashes[row["listing_id"]]]
        written.add(len(changed), len(rows))
        revisions.keep(
            {r["listing_id"]: _fields(r, revisions.FIELDS) for r in changed if r["listing_id"] in known}, now
        )
        if changed:
            written.new_sellers += _upsert_listings(changed, hashes, now)
            if album:
                _attach_pictures(album, changed)
    return written


def _attach_pictures(album: Album, rows: list[dict[str, Any]]) -> None:
    images = {row["listing_id"]: row["images"] or "" for row in rows}
    keys = Listing.objects.filter(listing_id__in=images).values_list("listing_id", "pk")
    album.attach({pk: images[listing_id] for listing_id, pk in keys})


def _upsert_sellers(rows: list[dict[str, Any]], hashes: dict[str, str], now: datetime) -> None:
    values = [
        {
            **_fields(row, _SELLER_FIELDS),
            "seller_id": row["seller_id"],
            "status": SellerStatus.ACTIVE.value,
            "content_hash": hashes[row["seller_id"]],
            "changed_at": now,
        }
        for row in rows
    ]
    upsert(Seller, values, unique="seller_id", update={*_SELLER_FIELDS, "content_hash", "changed_at"})
    keys = dict(Seller.objects.filter(seller_id__in=[r["seller_id"] for r in rows]).values_list("seller_id", "pk"))
    _follow_closing(rows, keys)
    _set_identifiers({keys[row["seller_id"]]: row["identifiers"] or [] for row in rows})
    sellers_written.send(sender=Seller, keys=list(keys.values()), now=now)


def _follow_closing(rows: list[dict[str, Any]], keys: dict[str, int]) -> None:
    """A shop that the file closes is closed, one that it reopens is active; a restriction is not the file's to lift."""
    closed = [keys[row["seller_id"]] for row in rows if row["closed_on"]]
    opened = [keys[row["seller_id"]] for row in rows if not row["closed_on"]]
    Seller.objects.filter(pk__in=closed).exclude(status=SellerStatus.CLOSED).update(status=SellerStatus.CLOSED)
    Seller.objects.filter(pk__in=opened, status=SellerStatus.CLOSED).update(status=SellerStatus.ACTIVE)


def _set_identifiers(wanted: dict[int, list[dict[str, str]]]) -> None:
    have: dict[int, set[tuple[str, str]]] = defaultdict(set)
    stale = []
    for pk, seller, kind, digest in SellerIdentifier.objects.filter(seller_id__in=wanted).values_list(
        "pk", "seller_id", "kind", "digest"
    ):
        have[seller].add((kind, digest))
        if (kind, digest) not in {(i["kind"], i["digest"]) for i in wanted[seller]}:
            stale.append(pk)
    SellerIdentifier.objects.filter(pk__in=stale).delete()
    SellerIdentifier.objects.bulk_create(
        [
            SellerIdentifier(seller_id=seller, **identifier)
            for seller, identifiers in wanted.items()
            for identifier in identifiers
            if (identifier["kind"], identifier["digest"]) not in have[seller]
        ],
        batch_size=_AT_ONCE,
    )


def _upsert_listings(rows: list[dict[str, Any]], hashes: dict[str, str], now: datetime) -> int:
    keys, new = _seller_keys({row["seller_id"] or UNNAMED for row in rows}, now)
    values = [
        {
            **_fields({**row, "seller_id": keys[row["seller_id"] or UNNAMED]}, _LISTING_FIELDS),
            "listing_id": row["listing_id"],
            "status": ListingStatus.LIVE.value,
            "content_hash": hashes[row["listing_id"]],
            "changed_at": now,
        }
        for row in rows
    ]
    upsert(Listing, values, unique="listing_id", update={*_LISTING_FIELDS, "content_hash", "changed_at"})
    return new


def _seller_keys(seller_ids: set[str], now: datetime) -> tuple[dict[str, int], int]:
    """(primary keys, how many sellers were made: a listing may come before its seller's own row)."""
    keys = dict(Seller.objects.filter(seller_id__in=seller_ids).values_list("seller_id", "pk"))
    missing = sorted(seller_ids - keys.keys())
    if missing:
        names = {UNNAMED: _("Seller not named")}
        Seller.objects.bulk_create(
            Seller(seller_id=seller_id, shop_name=names.get(seller_id, seller_id), changed_at=now)
            for seller_id in missing
        )
        keys |= dict(Seller.objects.filter(seller_id__in=missing).values_list("seller_id", "pk"))
    return keys, len([seller_id for seller_id in missing if seller_id != UNNAMED])


def _fields(row: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {n: row[n] if row[n] is not None or n in _NULLABLE else "" for n in names}


def _hash(row: dict[str, Any]) -> str:
    """SHA-256 of all that the file says of the row."""
    whole = "\x1f".join("" if value is None else str(value) for value in row.values())
    return hashlib.sha256(whole.encode()).hexdigest()
