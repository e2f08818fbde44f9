"""The tables of the market: their columns and types. The import formats of docs/architecture.md are the contract."""

from __future__ import annotations

import pyarrow as pa

_TIME = pa.timestamp("ms", tz="UTC")
_DAY = pa.date32()
_TEXT = pa.string()


def _schema(text: str, **others: pa.DataType) -> pa.Schema:
    """Columns in the order of `text`; those not named in `others` are text."""
    return pa.schema([(name, others.get(name, _TEXT)) for name in text.split()])


SELLERS = _schema(
    "seller_id shop_name legal_name licence_no contact_name phone payout_account device_id return_address "
    "ship_from_address waybill_account category region opened_on closed_on deposit currency",
    opened_on=_DAY,
    closed_on=_DAY,
    deposit=pa.float64(),
)
LISTINGS = _schema(
    "listing_id title seller_id description brand category price currency images gtin ship_from created_at orders_30d "
    "refunds_30d fake_claims_30d reviews",
    price=pa.float64(),
    created_at=_TIME,
    orders_30d=pa.int32(),
    refunds_30d=pa.int32(),
    fake_claims_30d=pa.int32(),
)
ORDERS = _schema(
    "order_id listing_id seller_id buyer_ref quantity amount currency paid_at shipped_at delivered_at waybill_no "
    "waybill_origin",
    quantity=pa.int32(),
    amount=pa.float64(),
    paid_at=_TIME,
    shipped_at=_TIME,
    delivered_at=_TIME,
)
AFTER_SALES = _schema(
    "after_sale_id order_id seller_id listing_id kind reason text rating opened_at closed_at outcome",
    rating=pa.int8(),
    opened_at=_TIME,
    closed_at=_TIME,
)
SEIZURES = _schema(
    "seizure_id agency agency_type occurred_on place region goods brand quantity value currency waybill_origin "
    "address phone notes",
    occurred_on=_DAY,
    quantity=pa.int32(),
    value=pa.float64(),
)
INSPECTIONS = _schema(
    "inspection_id agency agency_type occurred_on seller_id producer brand result sample notes",
    occurred_on=_DAY,
)
TRUTH_LISTINGS = _schema("listing_id is_fake technique honest_kind use manner", is_fake=pa.bool_())
TRUTH_SELLERS = _schema(
    "seller_id entity_id ring_id ring_shape role honest_kind sells_fakes shares",
    sells_fakes=pa.bool_(),
)
TRUTH_BRANDS = _schema("listing_id brand text technique used_as")
TRUTH_PARTNERS = _schema("record_id ring_id")
