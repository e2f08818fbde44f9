"""A small market of orders and after-sales to count on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from touchstone.disclosure.index import AFTER_SALE_COLUMNS, ORDER_COLUMNS, SELLER_COLUMNS, compute
from touchstone.law import packs

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


class Market:
    """Collects orders and after-sales, and counts them."""

    def __init__(self):
        self.orders, self.after, self.shops = [], [], []

    def shop(self, seller_id, category="bags", opened_on=date(2020, 1, 1)):
        self.shops.append({"seller_id": seller_id, "category": category, "opened_on": opened_on})
        return seller_id

    def order(self, seller_id, days_ago=60.0, ship_hours=24.0, amount=100):
        paid = AS_OF - timedelta(days=days_ago)
        number = f"O{len(self.orders)}"
        self.orders.append(
            {
                "order_id": number,
                "listing_id": "L",
                "seller_id": seller_id,
                "amount_minor": amount * 100,
                "currency": "CNY",
                "paid_at": paid,
                "shipped_at": None if ship_hours is None else paid + timedelta(hours=ship_hours),
            }
        )
        return number

    def after_sale(self, order_id, kind, *, reason="other", hours=24.0, outcome=None, rating=None, delay_days=2.0):
        paid = next(o["paid_at"] for o in self.orders if o["order_id"] == order_id)
        opened = paid + timedelta(days=delay_days)
        self.after.append(
            {
                "order_id": order_id,
                "kind": kind,
                "reason": reason,
                "rating": rating,
                "opened_at": opened,
                "closed_at": None if hours is None else opened + timedelta(hours=hours),
                "outcome": outcome,
            }
        )

    def index(self, as_of=AS_OF):
        """{(seller_id, metric): row}."""
        table = compute(
            pa.Table.from_pylist(self.orders, ORDER_COLUMNS),
            pa.Table.from_pylist(self.after, AFTER_SALE_COLUMNS),
            pa.Table.from_pylist(self.shops, SELLER_COLUMNS),
            as_of=as_of,
            pack=packs.load("disclosure", as_of.date()),
        )
        return {(row["seller_id"], row["metric"]): row for row in table.to_pylist()}


@pytest.fixture
def market():
    return Market()
