"""What the marketplace tells us about: sellers, what identifies them, their listings, the files that brought them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from touchstone.accounts import queries as accounts


class SellerStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    RESTRICTED = "restricted", _("Restricted")
    CLOSED = "closed", _("Closed")


class ListingStatus(models.TextChoices):
    LIVE = "live", _("Live")
    UNDER_REVIEW = "under_review", _("Under review")
    REMOVED = "removed", _("Removed")


class IdentifierKind(models.TextChoices):
    LICENCE = "licence", _("Licence")
    PHONE = "phone", _("Phone")
    PAYOUT_ACCOUNT = "payout_account", _("Payout account")
    DEVICE = "device", _("Device")
    RETURN_ADDRESS = "return_address", _("Return address")
    SHIP_FROM_ADDRESS = "ship_from_address", _("Ship-from address")
    CONTACT_NAME = "contact_name", _("Contact name")
    WAYBILL_ACCOUNT = "waybill_account", _("Waybill account")
    LICENCE_UNCHECKED = "licence_unchecked", _("Licence that fails its check")
    DOOR = "door", _("Address by its door")
    LEGAL_PERSON = "legal_person", _("Legal name and account")


class ImportKind(models.TextChoices):
    SELLERS = "sellers", _("Sellers")
    LISTINGS = "listings", _("Listings")
    ORDERS = "orders", _("Orders")
    AFTER_SALES = "after_sales", _("After-sales")


class Seller(models.Model):
    """A shop. `licence_no` is kept in clear only for legal entities, whose code is public; see market/licence.py."""

    seller_id = models.CharField(max_length=100, unique=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="shops", null=True, blank=True
    )
    shop_name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True)
    licence_no = models.CharField(max_length=18, blank=True)
    category = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    # The district of the ship-from or return address, as the shop says it; street and number are kept as digests only.
    ships_from = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    deposit_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=12, choices=SellerStatus, default=SellerStatus.ACTIVE)
    restricted_until = models.DateTimeField(null=True, blank=True)  # empty while restricted: without end
    content_hash = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["seller_id"]

    def __str__(self) -> str:
        return self.shop_name

    def party_ids(self) -> set[uuid.UUID]:
        """The shop's own organisation; also one that was registered after the shop came in."""
        if self.organisation_id:
            return {self.organisation_id}
        return set(accounts.organisations_of_shops([self.seller_id]).values())


class SellerIdentifier(models.Model):
    """A keyed digest of something that identifies a seller. The plain value is nowhere."""

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=20, choices=IdentifierKind)
    digest = models.CharField(max_length=64)
    hint = models.CharField(max_length=4, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind", "digest"], name="one_row_per_identifier"),
        ]
        indexes = [models.Index(fields=["kind", "digest"])]


class Listing(models.Model):
    """What a seller offers. `images` and `pdq` are `;`-separated as in the listing file; the price is per piece."""

    listing_id = models.CharField(max_length=100, unique=True)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="listings")
    title = models.TextField()
    description = models.TextField(blank=True)
    brand = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=200, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    images = models.TextField(blank=True)
    pdq = models.TextField(blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    ship_from = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)
    orders_30d = models.IntegerField(null=True, blank=True)
    refunds_30d = models.IntegerField(null=True, blank=True)
    fake_claims_30d = models.IntegerField(null=True, blank=True)
    reviews = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=ListingStatus, default=ListingStatus.LIVE, db_index=True)
    content_hash = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["listing_id"]
        indexes = [models.Index(fields=["seller", "listing_id"])]

    def __str__(self) -> str:
        return self.title

    def party_ids(self) -> set[uuid.UUID]:
        return self.seller.party_ids()


class ListingRevision(models.Model):
    """What buyers saw of a listing until it was changed at `replaced_at`; what they see now stands in Listing.

    So the content of a moment is that of the first revision replaced after it, else today's. Counts of orders and reviews
    are not kept: they change daily and are counted from the lake. content_hash: SHA-256 of the fields here.
    """

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="revisions")
    title = models.TextField()
    description = models.TextField(blank=True)
    brand = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=200, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    images = models.TextField(blank=True)
    pdq = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["replaced_at", "id"]
        indexes = [models.Index(fields=["listing", "replaced_at"])]


class ListingImage(models.Model):
    """One picture of a listing, by the SHA-256 of its bytes in the media store (market/media.py)."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "position"], name="one_picture_per_position"),
        ]


class Import(models.Model):
    """A file that was taken in. The same bytes are taken in once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=ImportKind)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    accepted = models.BigIntegerField()
    unchanged = models.BigIntegerField()
    rejected = models.BigIntegerField()
    # Name of the file of rejected rows below TOUCHSTONE_HOME/rejected; empty if every row was good.
    rejected_file = models.CharField(max_length=100, blank=True)
    notices = models.JSONField(default=list)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "sha256"], name="the_same_file_once"),
        ]


class Lake(models.Model):
    """Which snapshot of the Parquet files of a kind is the current one (market/lake.py)."""

    kind = models.CharField(max_length=12, choices=ImportKind, unique=True)
    snapshot = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    changed_at = models.DateTimeField()
