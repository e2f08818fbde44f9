"""POST /screen goes by what the market knows of the seller, the listing and the product, as a run over it does."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from shops import a_listing, a_seller
from touchstone.market import actions as market
from touchstone.market.models import Listing, SellerIdentifier
from touchstone.market.queries import listings_table
from touchstone.rights import actions as rights
from touchstone.screening import actions as screening
from touchstone.screening import figures
from touchstone.screening.figure_models import KnownFigures
from touchstone.screening.known import with_known
from touchstone.screening.models import Verdict
from touchstone.screening.rows import rows_to_screen

pytestmark = pytest.mark.django_db
ORDERS = "order_id,listing_id,seller_id,buyer_ref,amount,currency,paid_at"
AFTER = "after_sale_id,order_id,seller_id,kind,reason,opened_at"


@pytest.fixture(autouse=True)
def _market(actors, now, tmp_path, settings):
    settings.HOME = tmp_path
    path = tmp_path / "brands.csv"
    path.write_text("brand,aliases,reference_price,currency\nNike,耐克,800,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def bring(actors, now, folder, kind, header, rows):
    path = folder / f"{kind}-{len(rows)}.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    market.import_file(actors["engineer"], now, kind=kind, path=path)


def sell(actors, now, folder, claims):
    """20 orders of L-1 and so many complaints by different buyers, three days ago."""
    paid, opened = ((now - timedelta(days=d)).isoformat() for d in (5, 3))
    bring(actors, now, folder, "orders", ORDERS, [f"O{n},L-1,S-1,B{n},100,CNY,{paid}" for n in range(20)])
    bring(actors, now, folder, "after_sales", AFTER, [f"A{n},O{n},S-1,complaint,fake,{opened}" for n in range(claims)])


def asked(call, **row) -> dict:
    answer = call("engineer")("POST", "/screen", {"listing_id": "L-1", "title": "Nike shoes", **row})
    assert answer.status_code == 200, answer.content
    return answer.json()


def reasons(answer: dict) -> dict[str, str]:
    return {r["signal"]: r["value"] for r in answer["reasons"]}


def test_a_known_listing_is_judged_as_the_run_over_the_market_judged_it(actors, now, tmp_path, call):
    a_listing(now, "L-1", "S-1", title="Nike shoes", price_minor=None, reviews="质量太差，是假货")
    sell(actors, now, tmp_path, claims=4)
    screening.screen_market(actors["system"], now)
    run = Verdict.objects.get(current=True)
    answer = asked(call, seller_id="S-1")
    assert {"fake_claim_rate", "review_fakes"} <= reasons(answer).keys()
    assert answer["score"] == pytest.approx(run.score, abs=1e-9)
    assert answer["reasons"] == run.reasons


def test_what_the_caller_says_counts_before_what_the_market_knows(actors, now, tmp_path, call):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    sell(actors, now, tmp_path, claims=4)
    screening.screen_market(actors["system"], now)
    assert reasons(asked(call, seller_id="S-1"))["fake_claim_rate"] == "4/20"
    assert reasons(asked(call, seller_id="S-1", orders_30d=400))["fake_claim_rate"] == "4/400"


def test_a_new_listing_of_a_known_seller_brings_the_sellers_past_with_it(actors, now, call):
    for seller, opened, closed in (("S-1", "2026-01-01", None), ("S-0", "2020-01-01", "2025-12-20")):
        made = a_seller(now, seller, opened_on=opened, closed_on=closed)
        for kind in ("licence", "payout_account"):
            SellerIdentifier.objects.create(seller=made, kind=kind, digest=f"{kind}-same")
    a_listing(now, "L-0", "S-1", title="tea cup")
    screening.screen_market(actors["system"], now)
    answer = asked(call, listing_id="new", seller_id="S-1")
    assert "reopened" in " ".join(reasons(answer))
    assert "reopened" not in " ".join(reasons(asked(call, listing_id="new", seller_id="S-9")))


def test_a_new_offer_is_compared_with_what_the_product_costs(actors, now, call):
    title = "Nike Air Max 270 AH8050-002 男鞋"
    for n in range(8):
        a_listing(now, f"L-{n}", f"S-{n}", title=title, price_minor=90_000 + 100 * n)
    screening.screen_market(actors["system"], now)
    rows = pa.table({"listing_id": ["new", "other"], "title": [title, "tea cup"], "seller_id": ["S-99", "S-99"]})
    found = with_known(rows, now).to_pylist()
    assert found[0]["group_size"] == 8
    assert found[0]["group_price_usd"] == pytest.approx(900 / 7.2, rel=0.05)
    assert found[1]["group_size"] is None


def test_what_is_known_is_found_with_one_query(actors, now, tmp_path, django_assert_num_queries):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    sell(actors, now, tmp_path, claims=4)
    screening.screen_market(actors["system"], now)
    rows = pa.table({"listing_id": ["L-1", "n"], "title": ["Nike shoes", "cup"], "seller_id": ["S-1", "S-1"]})
    with django_assert_num_queries(1):
        found = with_known(rows, now)
    assert found["fake_buyers_30d"].to_pylist() == [4, None]
    assert found["orders_30d"].to_pylist() == [20, 0]


def test_no_answer_goes_by_what_happened_later(actors, now, tmp_path):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    sell(actors, now, tmp_path, claims=4)
    screening.screen_market(actors["system"], now)
    rows = pa.table({"listing_id": ["L-1"], "title": ["Nike shoes"], "seller_id": ["S-1"]})
    assert with_known(rows, now - timedelta(days=4)) == rows


def test_the_worker_counts_anew_after_an_import_and_only_then(actors, now, tmp_path):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    figures.refresh_if_imported(now)
    assert KnownFigures.objects.get(key="s:S-1").facts["counted"] is False
    sell(actors, now, tmp_path, claims=2)
    assert figures.refresh_if_imported(now) > 0
    assert KnownFigures.objects.get(key="l:L-1").facts["fake_buyers_30d"] == 2
    Listing.objects.filter(listing_id="L-1").update(reviews="假货")
    assert figures.refresh_if_imported(now) == 0


def test_what_is_gone_from_the_market_is_forgotten(actors, now, tmp_path):
    listing = a_listing(now, "L-1", "S-1", title="Nike shoes", reviews="good")
    screening.screen_market(actors["system"], now)
    assert KnownFigures.objects.filter(key="l:L-1").exists()
    listing.status = "removed"
    listing.save()
    screening.screen_market(actors["system"], now)
    assert not KnownFigures.objects.filter(key="l:L-1").exists()


def test_an_empty_market_has_nothing_to_count(now):
    table = rows_to_screen(listings_table(), now)
    assert table.num_rows == 0
    assert figures.keep_figures(table, now) == 0
