"""What anybody sees of a shop."""

import json
from datetime import date, timedelta

import pytest

from touchstone.disclosure.actions import compute_index
from touchstone.disclosure.models import IndexRun, SellerIndex
from touchstone.errors import Forbidden
from touchstone.ledger.models import Event
from touchstone.market.actions import import_file
from touchstone.market.models import Seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(actors, now, tmp_path):
    """A shop S-1 with 40 orders, four of them refunded; a shop S-2 with one. Imported and counted."""
    sellers = [
        {
            "seller_id": "S-1",
            "shop_name": "好好小店",
            "legal_name": "杭州好好贸易有限公司",
            "licence_no": "91330100799655058B",
            "contact_name": "王小明",
            "phone": "13987654321",
            "category": "鞋",
            "region": "杭州",
            "opened_on": "2024-01-01",
            "deposit": 1000,
            "currency": "CNY",
        },
        {"seller_id": "S-2", "shop_name": "Small shop", "legal_name": "李小红", "licence_no": ""},
    ]
    orders, after = [], []
    for i in range(41):
        paid = now - timedelta(days=60, hours=i)
        orders.append(
            {
                "order_id": f"O-{i}",
                "listing_id": "L-1",
                "seller_id": "S-1" if i < 40 else "S-2",
                "buyer_ref": f"buyer-{i}",
                "amount": 100,
                "currency": "CNY",
                "paid_at": paid.isoformat(),
                "shipped_at": (paid + timedelta(hours=20)).isoformat(),
            }
        )
        if i < 4:
            after.append(
                {
                    "after_sale_id": f"A-{i}",
                    "order_id": f"O-{i}",
                    "seller_id": "S-1",
                    "kind": "refund",
                    "reason": "quality",
                    "opened_at": (paid + timedelta(days=3)).isoformat(),
                    "closed_at": (paid + timedelta(days=4)).isoformat(),
                    "outcome": "refunded",
                }
            )
    for kind, rows in (("sellers", sellers), ("orders", orders), ("after_sales", after)):
        path = tmp_path / f"{kind}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        import_file(actors["engineer"], now, kind=kind, path=path)
    return compute_index(actors["system"], now)


def test_an_index_is_kept_for_every_shop_and_recorded_once(counted, actors, now):
    assert counted == 2
    assert set(SellerIndex.objects.values_list("seller__seller_id", flat=True)) == {"S-1", "S-2"}
    assert compute_index(actors["system"], now + timedelta(hours=1)) == 2
    assert Event.objects.filter(type="disclosure:index:computed").count() == IndexRun.objects.count() == 1


def test_a_new_day_is_counted_anew(counted, actors, now):
    compute_index(actors["system"], now + timedelta(days=1))
    assert IndexRun.objects.count() == 2
    assert SellerIndex.objects.count() == 2


@pytest.mark.parametrize("role", ["reviewer", "seller", "officer", "public"])
def test_others_may_not_count(actors, now, role):
    with pytest.raises(Forbidden):
        compute_index(actors[role], now)


def test_strangers_see_figures_with_interval_number_and_window(counted, client):
    page = client.get("/shops/S-1/").content.decode()
    for text in ("好好小店", "Refund rate", "10%", "4 of 40 orders", "with 95% certainty", "100%"):
        assert text in page, text
    assert "Not enough data" in page  # nobody rated the shop


def test_a_small_shop_says_not_enough_and_never_zero(counted, client):
    page = client.get("/shops/S-2/").content.decode()
    assert page.count("Not enough data") == 7
    assert "0%" not in page


def test_no_personal_data_is_public(counted, client):
    for address in ("/shops/S-1/", "/shops/S-2/", "/shops/S-1.json", "/shops/S-2.json", "/shops/"):
        text = client.get(address).content.decode()
        for private in ("王小明", "李小红", "13987654321", "54321", "buyer-"):
            assert private not in text, (address, private)
    assert "杭州好好贸易有限公司" in client.get("/shops/S-1/").content.decode()


def test_programs_get_the_same(counted, client):
    answer = client.get("/shops/S-1.json")
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    refunds = next(row for row in body["index"]["metrics"] if row["metric"] == "refund_rate")
    assert (refunds["value"], refunds["n"], refunds["numerator"], refunds["lag_days"]) == (0.1, 40, 4, 15)
    assert body["index"]["definition_version"].startswith("seller-index/1+")
    assert body["penalties"]["reversed"] == 0


@pytest.mark.parametrize("address", ["/shops/NOBODY/", "/shops/unnamed/", "/shops/NOBODY.json"])
def test_an_unknown_shop_is_a_friendly_404(counted, client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert b"shop" in answer.content


def test_a_shop_is_found_by_name_number_or_company(counted, client):
    for search, found in (("好好", True), ("s-1", True), ("贸易", True), ("李小红", False), ("%", False)):
        assert ("/shops/S-1/" in client.get("/shops/", {"q": search}).content.decode()) is found, search


@pytest.mark.parametrize("licence", ["92330106MA0000006X", "110101199003070015"])
def test_the_name_of_a_natural_person_with_a_licence_finds_no_shop(client, db, now, licence):
    Seller.objects.create(seller_id="S-3", shop_name="Bags", legal_name="李小红", licence_no=licence, changed_at=now)
    assert "/shops/S-3/" in client.get("/shops/", {"q": "Bags"}).content.decode()
    assert "/shops/S-3/" not in client.get("/shops/", {"q": "李小红"}).content.decode()


def test_a_shop_before_the_first_counting_has_a_page(db, client, now):
    Seller.objects.create(seller_id="S-9", shop_name="New", opened_on=date(2026, 1, 1), changed_at=now)
    assert "Nothing has been counted yet" in client.get("/shops/S-9/").content.decode()


def test_the_page_speaks_chinese(counted, client):
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/shops/S-1/").content.decode()
    assert "退款率" in page
    assert "Refund" not in page
