"""Only what happened before the moment of asking counts."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.behaviour import events
from touchstone.engine.behaviour.events import COUNTED, counts_at
from touchstone.engine.behaviour.reopening import reopenings

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
TIME = pa.timestamp("us", "UTC")
ORDERS = pa.schema([(n, pa.string()) for n in ("order_id", "listing_id", "buyer_ref")] + [("paid_at", TIME)])
AFTER = pa.schema(
    [(n, pa.string()) for n in ("after_sale_id", "order_id", "listing_id", "kind", "reason", "text", "outcome")]
    + [("opened_at", TIME), ("closed_at", TIME)]
)
LISTINGS = pa.schema([(n, pa.string()) for n in ("listing_id", "seller_id", "category")] + [("created_at", TIME)])


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


def ask(*moments: float, orders=(), after=(), listings=()) -> list[dict]:
    asked = pa.table(
        {
            "listing_id": ["l1"] * len(moments),
            "seller_id": ["s1"] * len(moments),
            "category": ["shoes"] * len(moments),
            "as_of": [days(m) for m in moments],
        }
    )
    return counts_at(
        asked,
        orders=pa.Table.from_pylist(list(orders), ORDERS),
        after_sales=pa.Table.from_pylist(list(after), AFTER),
        listings=pa.Table.from_pylist(list(listings), LISTINGS),
    ).to_pylist()


def order(number: int, at: float, buyer: str = "") -> dict:
    return {"order_id": f"o{number}", "listing_id": "l1", "buyer_ref": buyer or f"b{number}", "paid_at": days(at)}


def claim(number: int, at: float, **more) -> dict:
    base = {"after_sale_id": f"a{number}-{at}", "order_id": f"o{number}", "kind": "complaint", "reason": "fake"}
    return {**base, "listing_id": "l1", "opened_at": days(at), **more}


def test_windows_end_at_the_moment_and_leave_it_out():
    orders = [order(1, 0), order(2, -0.5), order(3, -3), order(4, -7), order(5, -20), order(6, -30), order(7, -31)]
    (row,) = ask(0, orders=orders)
    assert (row["orders_1d"], row["orders_7d"], row["orders_30d"]) == (1, 3, 5)


def test_a_buyer_who_asks_back_complains_and_reviews_counts_once():
    orders = [order(1, -9, "anna"), order(2, -8, "anna"), order(3, -8, "ben")]
    after = [
        claim(1, -5),
        claim(1, -4, kind="refund"),
        claim(2, -3, kind="review", reason=None, text="是假货"),
        claim(3, -2, kind="review", reason=None, text="绝对不是假货"),
    ]
    (row,) = ask(0, orders=orders, after=after)
    assert (row["fake_buyers_30d"], row["refunds_30d"]) == (1, 1)


def test_an_acquittal_counts_only_from_the_day_on_which_it_came():
    after = [claim(1, -10, closed_at=days(-2), outcome="seller_not_at_fault")]
    before, later = ask(-5, 0, orders=[order(1, -12)], after=after)
    assert (before["fake_buyers_30d"], later["fake_buyers_30d"]) == (1, 0)


def test_an_after_sale_that_names_no_listing_is_found_by_its_order():
    (row,) = ask(0, orders=[order(1, -9)], after=[claim(1, -5, listing_id=None)])
    assert row["fake_buyers_30d"] == 1


def test_rows_come_back_in_the_order_of_asking_and_nothing_is_zero():
    rows = ask(-100, 0, -50, orders=[order(1, -1)])
    assert [r["orders_30d"] for r in rows] == [0, 1, 0]
    assert rows[0]["category_fake_rate"] is None


def test_the_usual_rate_of_a_category_comes_from_days_before(monkeypatch):
    monkeypatch.setattr(events, "ENOUGH_ORDERS", 4)
    listings = [{"listing_id": "l1", "seller_id": "s1", "category": "shoes", "created_at": days(-90)}]
    orders = [order(n, -3) for n in range(4)]
    early, late = ask(-1, 1, orders=orders, after=[claim(1, -0.2)], listings=listings)
    assert (early["category_fake_rate"], late["category_fake_rate"]) == (0.0, 0.25)


EVENTS = st.lists(st.tuples(st.integers(0, 9), st.floats(-40, 40), st.sampled_from(["fake", "quality"])), max_size=12)


@given(EVENTS, st.floats(-20, 20))
@settings(max_examples=25, deadline=None)
def test_what_happens_later_changes_nothing(drawn, moment):
    """The answer at a moment is the same whether the events after it are there or not."""
    orders = [order(n, at) for n, at, _ in drawn]
    after = [claim(n, at, reason=why, closed_at=days(at + 3), outcome="seller_not_at_fault") for n, at, why in drawn]
    listings = [
        {"listing_id": f"x{n}", "seller_id": "s1", "category": "shoes", "created_at": days(at)} for n, at, _ in drawn
    ]
    known_orders = [o for o in orders if o["paid_at"] < days(moment)]
    known_after = [a for a in after if a["opened_at"] < days(moment)]
    still_open = [
        a if a["closed_at"] < days(moment) else {**a, "closed_at": None, "outcome": None} for a in known_after
    ]
    known_listings = [x for x in listings if x["created_at"] < days(moment)]
    everything = ask(moment, orders=orders, after=after, listings=listings)
    known = ask(moment, orders=known_orders, after=still_open, listings=known_listings)
    assert [[r[c] for c in COUNTED] for r in everything] == [[r[c] for c in COUNTED] for r in known]


def sellers(*rows: tuple[str, str | None, str | None]) -> pa.Table:
    day = lambda text: date.fromisoformat(text) if text else None  # noqa: E731
    return pa.table(
        {
            "seller_id": [r[0] for r in rows],
            "opened_on": pa.array([day(r[1]) for r in rows], pa.date32()),
            "closed_on": pa.array([day(r[2]) for r in rows], pa.date32()),
        }
    )


def identifiers(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.table({n: [r[i] for r in rows] for i, n in enumerate(("seller_id", "kind", "digest"))})


def test_a_shop_that_opens_after_another_closed_with_its_card_and_phone_continues_it():
    shops = sellers(("old", "2025-01-01", "2026-03-01"), ("new", "2026-03-20", None), ("other", "2026-03-20", None))
    shared = identifiers(
        ("old", "payout_account", "x"), ("new", "payout_account", "x"), ("old", "device", "d"), ("new", "device", "d"),
        ("other", "return_address", "x"),
    )  # fmt: skip
    assert reopenings(shops, shared).to_pylist() == [{"seller_id": "new", "reopened_from": "old", "reopened_shares": 2}]


def test_a_shop_that_was_open_before_continues_nothing():
    shops = sellers(("old", "2025-01-01", "2026-03-01"), ("twin", "2026-02-20", None), ("late", "2027-03-01", None))
    shared = identifiers(*((s, "device", "d") for s in ("old", "twin", "late")))
    assert reopenings(shops, shared).num_rows == 0


def test_an_identifier_that_many_share_continues_nothing():
    shops = sellers(("old", "2025-01-01", "2026-03-01"), *((f"n{i}", "2026-03-20", None) for i in range(6)))
    shared = identifiers(("old", "phone", "p"), *((f"n{i}", "phone", "p") for i in range(6)))
    assert reopenings(shops, shared).num_rows == 0
