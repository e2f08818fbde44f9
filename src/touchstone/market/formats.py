"""What the four kinds of import files hold: the columns, how each is read, and what is wrong with a row.

A column becomes two SQL expressions over its text `{x}`: what it is worth, and when that is wrong. The text is trimmed
and null if nothing is left, so no expression has to think of empty strings. Amounts stay exact decimals until the
currency says how many minor units they have (market/money.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from touchstone.market.money import CURRENCIES

EARLIEST, LATEST = "1990-01-01", "2200-01-01"
X = "{x}"  # the place of the column's name


@dataclass(frozen=True)
class Column:
    """value, wrong: SQL over `{x}`; `wrong` is true where the text cannot be taken. reason: what is then said."""

    value: str
    wrong: str
    reason: str
    required: bool = False

    def needed(self) -> Column:
        return Column(self.value, self.wrong, self.reason, required=True)


def text(most: int) -> Column:
    return Column("{x}", f"length({X}) > {most}", f"is longer than {most:,} characters")


def cut(most: int) -> Column:
    """Text whose end does not matter: what is too long is cut."""
    return Column(f"left({X}, {most})", "false", "")


def choice(*values: str) -> Column:
    listed = ", ".join(f"'{v}'" for v in values)
    return Column("lower({x})", f"lower({X}) NOT IN ({listed})", f"is none of {', '.join(values)}")


ID = Column(
    "{x}",
    "length({x}) > 100 OR regexp_matches({x}, '[\\x00-\\x1f/]')",
    "is longer than 100 characters or holds a slash or a control character",
)
DATE = Column(
    "TRY_CAST({x} AS DATE)",
    f"TRY_CAST({X} AS DATE) IS NULL OR TRY_CAST({X} AS DATE) NOT BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}'",
    "is not a date like 2026-01-31",
)
TIME = Column(
    "TRY_CAST({x} AS TIMESTAMPTZ)",
    f"TRY_CAST({X} AS TIMESTAMPTZ) IS NULL OR TRY_CAST({X} AS TIMESTAMPTZ) NOT BETWEEN '{EARLIEST}' AND '{LATEST}'",
    "is not a time like 2026-01-31T08:00:00Z",
)
MONEY = Column(
    "TRY_CAST({x} AS DECIMAL(18,4))",
    "coalesce(TRY_CAST({x} AS DECIMAL(18,4)) NOT BETWEEN 0 AND 1e12, true)",
    "is not an amount from 0 to 1,000,000,000,000",
)
CURRENCY = Column(
    "upper({x})",
    f"upper({X}) NOT IN ({', '.join(repr(c) for c in sorted(CURRENCIES))})",
    "is not a currency code like CNY",
)
COUNT = Column(
    "TRY_CAST(TRY_CAST({x} AS DECIMAL(18,4)) AS INT)",
    """coalesce(TRY_CAST({x} AS DECIMAL(18,4)) NOT BETWEEN 0 AND 2147483647
       OR TRY_CAST({x} AS DECIMAL(18,4)) % 1 <> 0, true)""",
    "is not a whole number from 0 on",
)
STARS = Column(
    "TRY_CAST({x} AS DOUBLE)",
    "coalesce(TRY_CAST({x} AS DECIMAL(18,4)) NOT BETWEEN 1 AND 5, true)",
    "is not a rating from 1 to 5",
)

SELLERS = {
    "seller_id": ID.needed(),
    "shop_name": text(200).needed(),
    "legal_name": text(200),
    "licence_no": text(100),
    "contact_name": text(200),
    "phone": text(100),
    "payout_account": text(200),
    "device_id": text(200),
    "return_address": text(500),
    "ship_from_address": text(500),
    "waybill_account": text(100),
    "category": text(100),
    "region": text(100),
    "opened_on": DATE,
    "closed_on": DATE,
    "deposit": MONEY,
    "currency": CURRENCY,
}
LISTINGS = {
    "listing_id": ID.needed(),
    "title": cut(10_000).needed(),
    "seller_id": ID,
    "description": cut(100_000),
    "brand": text(200),
    "category": text(200),
    "price": MONEY,
    "currency": CURRENCY,
    "images": text(10_000),
    "pdq": text(10_000),
    "gtin": text(14),
    "ship_from": text(200),
    "created_at": TIME,
    "orders_30d": COUNT,
    "refunds_30d": COUNT,
    "fake_claims_30d": COUNT,
    "reviews": cut(100_000),
}
ORDERS = {
    "order_id": ID.needed(),
    "listing_id": ID.needed(),
    "seller_id": ID.needed(),
    "buyer_ref": text(200),
    "quantity": COUNT,
    "amount": MONEY.needed(),
    "currency": CURRENCY.needed(),
    "paid_at": TIME.needed(),
    "shipped_at": TIME,
    "delivered_at": TIME,
    "waybill_no": text(100),
    "waybill_origin": text(200),
}
AFTER_SALES = {
    "after_sale_id": ID.needed(),
    "order_id": ID.needed(),
    "seller_id": ID.needed(),
    "listing_id": ID,
    "kind": choice("refund", "complaint", "review").needed(),
    "reason": choice("quality", "not_received", "no_reason", "fake", "not_as_described", "other"),
    "text": cut(100_000),
    "rating": STARS,
    "opened_at": TIME.needed(),
    "closed_at": TIME,
    "outcome": choice("refunded", "rejected", "seller_at_fault", "seller_not_at_fault", "withdrawn"),
}
COLUMNS: dict[str, dict[str, Column]] = {
    "sellers": SELLERS,
    "listings": LISTINGS,
    "orders": ORDERS,
    "after_sales": AFTER_SALES,
}
# The column that names the row; no two rows of a file may share it.
KEYS = {kind: next(iter(columns)) for kind, columns in COLUMNS.items()}

_UTC = pa.timestamp("us", "UTC")
_IDENTIFIER = pa.struct([("kind", pa.string()), ("digest", pa.string()), ("hint", pa.string())])
# What is kept of each kind. Of sellers and buyers only digests; amounts in minor units.
STORED = {
    "sellers": pa.schema(
        [
            ("seller_id", pa.string()),
            ("shop_name", pa.string()),
            ("legal_name", pa.string()),
            ("licence_no", pa.string()),
            ("category", pa.string()),
            ("region", pa.string()),
            ("ships_from", pa.string()),
            ("opened_on", pa.date32()),
            ("closed_on", pa.date32()),
            ("deposit_minor", pa.int64()),
            ("currency", pa.string()),
            ("identifiers", pa.list_(_IDENTIFIER)),
        ]
    ),
    "listings": pa.schema(
        [
            ("listing_id", pa.string()),
            ("title", pa.string()),
            ("seller_id", pa.string()),
            ("description", pa.string()),
            ("brand", pa.string()),
            ("category", pa.string()),
            ("price_minor", pa.int64()),
            ("currency", pa.string()),
            ("images", pa.string()),
            ("pdq", pa.string()),
            ("gtin", pa.string()),
            ("ship_from", pa.string()),
            ("created_at", _UTC),
            ("orders_30d", pa.int32()),
            ("refunds_30d", pa.int32()),
            ("fake_claims_30d", pa.int32()),
            ("reviews", pa.string()),
        ]
    ),
    "orders": pa.schema(
        [
            ("order_id", pa.string()),
            ("listing_id", pa.string()),
            ("seller_id", pa.string()),
            ("buyer_ref", pa.string()),
            ("quantity", pa.int32()),
            ("amount_minor", pa.int64()),
            ("currency", pa.string()),
            ("paid_at", _UTC),
            ("shipped_at", _UTC),
            ("delivered_at", _UTC),
            ("waybill_no", pa.string()),
            ("waybill_origin", pa.string()),
        ]
    ),
    "after_sales": pa.schema(
        [
            ("after_sale_id", pa.string()),
            ("order_id", pa.string()),
            ("seller_id", pa.string()),
            ("listing_id", pa.string()),
            ("kind", pa.string()),
            ("reason", pa.string()),
            ("text", pa.string()),
            ("rating", pa.float64()),
            ("opened_at", _UTC),
            ("closed_at", _UTC),
            ("outcome", pa.string()),
        ]
    ),
}
