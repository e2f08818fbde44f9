"""A run over the market sees what happened to a listing, and only what had happened."""

from datetime import date, timedelta

import pytest

from shops import a_listing, a_seller
from touchstone.market import actions as market
from touchstone.market.models import SellerIdentifier
from touchstone.rights import actions as rights
from touchstone.screening.actions import screen_market
from touchstone.screening.models import Verdict

pytestmark = pytest.mark.django_db

BRANDS = "brand,aliases,classes,reference_price,currency\nNike,耐克,25;18,800,CNY\n"


@pytest.fixture
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)


def bring(actors, now, folder, kind, header, rows):
    path = folder / f"{kind}.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return market.import_file(actors["engineer"], now, kind=kind, path=path)


def sell(actors, now, folder, claims, days_ago=3):
    """20 orders of L-1 and so many complaints by different buyers, `days_ago`."""
    paid, opened = ((now - timedelta(days=d)).isoformat() for d in (days_ago + 2, days_ago))
    orders = [f"O{n},L-1,S-1,B{n},100,CNY,{paid}" for n in range(20)]
    after = [f"A{n},O{n},S-1,complaint,fake,{opened}" for n in range(claims)]
    bring(actors, now, folder, "orders", "order_id,listing_id,seller_id,buyer_ref,amount,currency,paid_at", orders)
    bring(actors, now, folder, "after_sales", "after_sale_id,order_id,seller_id,kind,reason,opened_at", after)


def signals(listing_id="L-1"):
    return {r["signal"]: r["value"] for r in Verdict.objects.get(listing__listing_id=listing_id, current=True).reasons}


def test_complaints_in_the_lake_reach_the_verdict(actors, now, brands, tmp_path):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    sell(actors, now, tmp_path, claims=4)
    screen_market(actors["system"], now)
    assert signals()["fake_claim_rate"] == "4/20"


def test_complaints_that_come_after_the_moment_do_not(actors, now, brands, tmp_path):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    sell(actors, now, tmp_path, claims=4, days_ago=3)
    screen_market(actors["system"], now - timedelta(days=4))
    assert "fake_claim_rate" not in signals()


def test_time_alone_makes_no_new_verdicts(actors, now, brands, tmp_path):
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    sell(actors, now, tmp_path, claims=2)
    screen_market(actors["system"], now)
    assert screen_market(actors["system"], now + timedelta(hours=9)).stored == 0


def test_a_brand_written_in_after_the_pass_goes_to_a_reviewer_and_stays_there(actors, now, brands):
    listing = a_listing(now, "L-1", "S-1", title="手工编织杯垫 四件套")
    screen_market(actors["system"], now)
    listing.title = "Nike 男鞋 跑步"
    listing.save()
    for hours in (1, 2):
        screen_market(actors["system"], now + timedelta(hours=hours))
        current = Verdict.objects.get(listing=listing, current=True)
        assert current.verdict == "review"
        assert "brand_added" in signals()


def test_swapped_images_are_told(actors, now, brands):
    listing = a_listing(now, "L-1", "S-1", title="Nike shoes", images="a.jpg", price_minor=79900)
    screen_market(actors["system"], now)
    listing.images = "b.jpg"
    listing.save()
    screen_market(actors["system"], now + timedelta(hours=1))
    assert "edited_images" in signals()


def test_a_shop_that_continues_a_closed_one_is_told(actors, now, brands):
    old = a_seller(now, "S-0", opened_on=date(2025, 1, 1), closed_on=date(2026, 6, 1))
    new = a_seller(now, "S-1", opened_on=date(2026, 6, 20))
    for shop in (old, new):
        for kind in ("payout_account", "device"):
            SellerIdentifier.objects.create(seller=shop, kind=kind, digest="d" * 64, hint="")
    a_listing(now, "L-1", "S-1", title="Nike shoes")
    screen_market(actors["system"], now)
    assert signals()["reopened_from"] == "S-0"
