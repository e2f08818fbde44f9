"""What other rooms and more than one page read of the market."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import Scope, permit, scope_of
from touchstone.errors import NotFound
from touchstone.market import lake, revisions
from touchstone.market.models import Import, ImportKind, Listing, ListingImage, ListingStatus, Seller, SellerIdentifier
from touchstone.market.money import minor_units
from touchstone.market.writing import UNNAMED

_AT_ONCE = 5_000
LISTING_SORTS = {
    "": ("-created_at", "listing_id"),
    "price": ("price_minor", "listing_id"),
    "-price": ("-price_minor", "listing_id"),
    "orders": ("orders_30d", "listing_id"),
    "-orders": ("-orders_30d", "listing_id"),
    "created": ("created_at", "listing_id"),
    "-created": ("-created_at", "listing_id"),
}
_LISTING_FIELDS = (
    "listing_id",
    "title",
    "seller__seller_id",
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
# The listing columns of the engine.
LISTING_SCHEMA = pa.schema(
    [
        ("listing_id", pa.string()),
        ("title", pa.string()),
        ("seller_id", pa.string()),
        ("description", pa.string()),
        ("brand", pa.string()),
        ("category", pa.string()),
        ("price", pa.float64()),
        ("currency", pa.string()),
        ("images", pa.string()),
        ("pdq", pa.string()),
        ("gtin", pa.string()),
        ("ship_from", pa.string()),
        ("created_at", pa.string()),
        ("orders_30d", pa.int64()),
        ("refunds_30d", pa.int64()),
        ("fake_claims_30d", pa.int64()),
        ("reviews", pa.string()),
    ]
)


def listing(actor: Actor, listing_id: str) -> Listing:
    """The listing with its seller. Raises NotFound, and Forbidden where the actor may not see it."""
    found = Listing.objects.select_related("seller").filter(listing_id=listing_id).first()
    if found is None:
        raise NotFound(_("There is no listing %(id)s.") % {"id": listing_id})
    permit(actor, "listing.view", found)
    return found


def seller(actor: Actor, seller_id: str) -> Seller:
    """The seller. Raises NotFound, and Forbidden where the actor may not see it."""
    found = Seller.objects.filter(seller_id=seller_id).first()
    if found is None:
        raise NotFound(_("There is no seller %(id)s.") % {"id": seller_id})
    permit(actor, "seller.view", found)
    return found


def sellers_of(actor: Actor) -> QuerySet[Seller]:
    """The sellers that the actor may see."""
    scope = scope_of(actor, "seller.view")
    if scope is Scope.ALL:
        return Seller.objects.all()
    if scope is Scope.OWN and actor.organisation_id:
        own = Q(organisation_id=actor.organisation_id)
        return Seller.objects.filter(own | Q(seller_id=actor.seller_id) if actor.seller_id else own)
    return Seller.objects.none()


def listings_of(actor: Actor, seller_id: str) -> QuerySet[Listing]:
    """The listings of one seller, the newest first. Raises NotFound, and Forbidden where the actor may not see it."""
    shop = seller(actor, seller_id)
    permit(actor, "listing.view", shop)
    return Listing.objects.filter(seller=shop).order_by("-created_at", "listing_id")


def imports(actor: Actor) -> QuerySet[Import]:
    """What was imported, the newest first. Raises Forbidden."""
    permit(actor, "import.view")
    return Import.objects.order_by("-at", "-id")


def image_urls(listing: Listing) -> list[str]:
    """Addresses of the listing's thumbnails, in order; who asks for one must be allowed to see the listing."""
    positions = ListingImage.objects.filter(listing=listing).values_list("position", flat=True)
    return [reverse("market:picture", args=[listing.listing_id, position]) for position in positions]


def first_images(listings: Iterable[Listing]) -> dict[int, str]:
    """Primary key to the address of the first thumbnail, for the listings that have one; one query."""
    ids = {listing.pk: listing.listing_id for listing in listings}
    with_one = ListingImage.objects.filter(listing_id__in=ids, position=0).values_list("listing_id", flat=True)
    return {pk: reverse("market:picture", args=[ids[pk], 0]) for pk in with_one}


def picture(actor: Actor, listing_id: str, position: int) -> ListingImage:
    """One picture of the listing. Raises NotFound, Forbidden."""
    found = ListingImage.objects.filter(listing=listing(actor, listing_id), position=position).first()
    if found is None:
        raise NotFound(_("The listing has no such picture."))
    return found


def picture_hash(listing: Listing, position: int) -> str:
    """The SHA-256 of a stored picture of the listing; empty if there is none."""
    found = ListingImage.objects.filter(listing=listing, position=position).values_list("sha256", flat=True)
    return found.first() or ""


def import_of(actor: Actor, import_id: UUID) -> Import:
    """One import. Raises NotFound, Forbidden."""
    found = imports(actor).filter(id=import_id).first()
    if found is None:
        raise NotFound(_("There is no such import."))
    return found


def find_listings(
    actor: Actor, seller_id: str, *, search: str = "", status: str = "", sort: str = ""
) -> QuerySet[Listing]:
    """The seller's listings: `search` in title, brand or id; of a status; sorted by one of LISTING_SORTS."""
    found = listings_of(actor, seller_id)
    if search:
        found = found.filter(Q(title__icontains=search) | Q(brand__icontains=search) | Q(listing_id__iexact=search))
    if status:
        found = found.filter(status=status)
    return found.order_by(*LISTING_SORTS.get(sort, LISTING_SORTS[""]))


def seller_figures(seller: Seller) -> dict[str, int]:
    """Listings a status, and orders, refunds and complaints of fakes of the last 30 days as the catalogue says."""
    totals = Listing.objects.filter(seller=seller).aggregate(
        live=Count("pk", filter=Q(status=ListingStatus.LIVE)),
        under_review=Count("pk", filter=Q(status=ListingStatus.UNDER_REVIEW)),
        removed=Count("pk", filter=Q(status=ListingStatus.REMOVED)),
        orders=Sum("orders_30d"),
        refunds=Sum("refunds_30d"),
        fake_claims=Sum("fake_claims_30d"),
    )
    return {name: value or 0 for name, value in totals.items()}


def listings_table(listing_ids: Collection[str] | None = None) -> pa.Table:
    """All listings on the market, or those given by external id (removed ones too), as LISTING_SCHEMA, by listing id.

    Prices are major units, times ISO 8601 with Z, empty text null.
    """
    batches = [pa.RecordBatch.from_pylist(rows, LISTING_SCHEMA) for rows in _engine_rows(listing_ids)]
    return pa.Table.from_batches(batches, LISTING_SCHEMA)


def hashes_table() -> pa.Table:
    """(listing_id, seller_id, pdq) of every listing on the market that has hashes, by listing id."""
    rows = Listing.objects.exclude(status=ListingStatus.REMOVED).exclude(pdq="").order_by("listing_id")
    found = rows.values_list("listing_id", "seller__seller_id", "pdq")
    columns: Any = list(zip(*found.iterator(chunk_size=_AT_ONCE), strict=True)) or [(), (), ()]
    names = ("listing_id", "seller_id", "pdq")
    return pa.table({n: pa.array(c, pa.large_string()) for n, c in zip(names, columns, strict=True)})


def listings_at(moments: Mapping[str, datetime]) -> pa.Table:
    """As `listings_table` of these listings, with what buyers saw of each at its moment.

    Seller, GTIN, origin, time of creation and the counts are today's.
    """
    rows = listings_table(list(moments)).to_pylist()
    contents = revisions.contents_at(moments)
    for row in rows:
        then = contents[row["listing_id"]]
        row |= {name: then[name] or None for name in revisions.FIELDS if name != "price_minor"}
        units = minor_units(then["currency"])
        row["price"] = None if then["price_minor"] is None else then["price_minor"] / units
    return pa.Table.from_pylist(rows, LISTING_SCHEMA)


def listing_keys(listing_ids: Iterable[str]) -> dict[str, int]:
    """External listing id to primary key, for those that there are."""
    return dict(_by_ids(listing_ids, "listing_id", "pk"))


def listing_titles(listing_ids: Iterable[str]) -> dict[str, str]:
    """External listing id to title, for those that there are."""
    return dict(_by_ids(listing_ids, "listing_id", "title"))


def orders_path() -> str:
    """A glob of Parquet files with every order once; market/lake.py says which columns. Always matches a file."""
    return lake.path(ImportKind.ORDERS)


def after_sales_path() -> str:
    """A glob of Parquet files with every after-sale once. Always matches a file."""
    return lake.path(ImportKind.AFTER_SALES)


def identifier_pairs() -> pa.Table:
    """(seller_id, kind, digest) of every identifier, sorted."""
    rows = SellerIdentifier.objects.order_by("seller__seller_id", "kind", "digest").values_list(
        "seller__seller_id", "kind", "digest"
    )
    columns: Any = list(zip(*rows.iterator(chunk_size=_AT_ONCE), strict=True)) or [(), (), ()]
    return pa.table(
        dict(zip(("seller_id", "kind", "digest"), (pa.array(c, pa.string()) for c in columns), strict=True))
    )


def sellers_table() -> pa.Table:
    """(seller_id, category, ships_from, opened_on, closed_on) of every seller, sorted."""
    names = ("seller_id", "category", "ships_from", "opened_on", "closed_on")
    rows = Seller.objects.order_by("seller_id").values_list(*names)
    columns: Any = list(zip(*rows.iterator(chunk_size=_AT_ONCE), strict=True)) or [(), (), (), (), ()]
    kinds = (pa.string(), pa.string(), pa.string(), pa.date32(), pa.date32())
    return pa.table({n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)})


def listing_times() -> pa.Table:
    """(listing_id, seller_id, category, created_at) of every listing, removed ones too, whose time is known."""
    rows = Listing.objects.exclude(created_at=None).order_by("listing_id")
    found = rows.values_list("listing_id", "seller__seller_id", "category", "created_at")
    columns: Any = list(zip(*found.iterator(chunk_size=_AT_ONCE), strict=True)) or [(), (), (), ()]
    kinds = (pa.string(), pa.string(), pa.string(), pa.timestamp("us", "UTC"))
    names = ("listing_id", "seller_id", "category", "created_at")
    return pa.table({n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)})


def seller_keys() -> dict[str, int]:
    """External seller id to primary key, of every seller that has a name."""
    return dict(Seller.objects.exclude(seller_id=UNNAMED).values_list("seller_id", "pk"))


def _engine_rows(listing_ids: Collection[str] | None) -> Iterator[list[dict[str, Any]]]:
    listings = Listing.objects.order_by("listing_id")
    if listing_ids is None:
        live = listings.exclude(status=ListingStatus.REMOVED).values_list(*_LISTING_FIELDS)
        yield from _chunks(map(_engine_row, live.iterator(chunk_size=_AT_ONCE)))
        return
    for ids in _chunks(sorted(set(listing_ids))):
        yield [_engine_row(row) for row in listings.filter(listing_id__in=ids).values_list(*_LISTING_FIELDS)]


def _engine_row(row: tuple[Any, ...]) -> dict[str, Any]:
    named = dict(zip(LISTING_SCHEMA.names, (None if value == "" else value for value in row), strict=True))
    if named["price"] is not None:
        named["price"] = named["price"] / minor_units(named["currency"] or "")
    if named["seller_id"] == UNNAMED:
        named["seller_id"] = None
    if named["created_at"] is not None:
        named["created_at"] = named["created_at"].isoformat().replace("+00:00", "Z")
    return named


def _by_ids(listing_ids: Iterable[str], *fields: str) -> Iterator[tuple[Any, ...]]:
    for ids in _chunks(listing_ids):
        yield from Listing.objects.filter(listing_id__in=ids).values_list(*fields)


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
