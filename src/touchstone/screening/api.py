"""Verdicts for programs: one listing at the moment it is offered, or many."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import pyarrow as pa
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AfterValidator, BaseModel

from touchstone.accounts.gate import actor_of
from touchstone.market import queries as market
from touchstone.screening import actions, queries

router = Router()
MOST_AT_ONCE = 1000
# Programs send no paths of pictures: they would name files of this machine.
LISTING_SCHEMA = pa.schema([field for field in market.LISTING_SCHEMA if field.name != "images"])


def _moment(given: datetime) -> datetime:
    """In UTC, which is also meant where the caller names no zone."""
    if not 1900 <= given.year < 2200:
        raise ValueError(_("The year must be from 1900 to 2199."))
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)


class ListingFields(BaseModel):
    """The listing columns of `touchstone screen`; see docs/formats.md."""

    listing_id: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=10_000)
    seller_id: str | None = Field(None, max_length=100)
    description: str | None = Field(None, max_length=100_000)
    brand: str | None = Field(None, max_length=200)
    category: str | None = Field(None, max_length=200)
    price: Decimal | None = Field(None, ge=0, lt=Decimal(10) ** 12, allow_inf_nan=False)
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    pdq: str | None = Field(
        None, pattern=r"^[0-9a-fA-F]{64}(;[0-9a-fA-F]{64}){0,19}$", description="PDQ hashes of the images, in hex"
    )
    gtin: str | None = Field(None, max_length=14)
    ship_from: str | None = Field(None, max_length=200)
    created_at: Annotated[datetime, AfterValidator(_moment)] | None = None
    orders_30d: int | None = Field(None, ge=0, lt=2**31)
    refunds_30d: int | None = Field(None, ge=0, lt=2**31)
    fake_claims_30d: int | None = Field(None, ge=0, lt=2**31)
    reviews: str | None = Field(None, max_length=100_000)


class ListingIn(ListingFields, Schema):
    """A listing as a program sends it."""


class MatchOut(Schema):
    brand: str
    text: str
    start: int
    end: int
    technique: str


class ReasonOut(Schema):
    signal: str
    value: str | None
    weight: float
    text: str
    text_zh: str


class VerdictOut(Schema):
    listing_id: str
    verdict: str
    score: float
    brands: list[str]
    matches: list[MatchOut]
    reasons: list[ReasonOut]
    engine_version: str
    rules_version: str


class ManyIn(Schema):
    listings: list[ListingIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class ManyOut(Schema):
    verdicts: list[VerdictOut]


@router.post("/screen", response=VerdictOut, summary="The verdict on one listing")
def screen(request: HttpRequest, listing: ListingIn) -> dict[str, Any]:
    """A listing that the market knows gets its verdict stored; one that it does not know is only answered."""
    return _screen(request, [listing])[0]


@router.post("/screen/batch", response=ManyOut, summary="The verdicts on up to a thousand listings")
def screen_many(request: HttpRequest, many: ManyIn) -> dict[str, Any]:
    return {"verdicts": _screen(request, many.listings)}


@router.get("/verdicts/{listing_id}", response=VerdictOut, summary="The verdict that stands on a listing")
def verdict(request: HttpRequest, listing_id: str) -> dict[str, Any]:
    found = queries.current_verdict(actor_of(request), listing_id)
    return {
        "listing_id": listing_id,
        **{name: getattr(found, name) for name in VerdictOut.model_fields if name != "listing_id"},
    }


def _screen(request: HttpRequest, listings: list[ListingIn]) -> list[dict[str, Any]]:
    table = pa.Table.from_pylist([row_of(listing) for listing in listings], LISTING_SCHEMA)
    answered = actions.screen_rows(actor_of(request), timezone.now(), rows=table, store=True)
    return answered.to_pylist()


def row_of(listing: ListingFields) -> dict[str, Any]:
    """The listing with its price as a float and its time as text, as in a file."""
    row = listing.model_dump()
    row["price"] = None if listing.price is None else float(listing.price)
    row["created_at"] = listing.created_at and listing.created_at.isoformat().replace("+00:00", "Z")
    return row
