"""A small market: a ring of three shops with one payout account, two honest shops, orders and verdicts."""

from __future__ import annotations

import pytest

SELLERS = """seller_id,shop_name,legal_name,licence_no,phone,payout_account,device_id,ship_from_address,waybill_account
S-1,Shop One,Yun Trading,91330100799655058B,13800000001,6222020200000001,dev-000001,浙江省杭州市西湖区文三路1号,WB-1001
S-2,Shop Two,Li Shop,91110000600037341L,13800000002,6222020200000001,dev-000002,浙江省杭州市西湖区文三路2号,WB-1002
S-3,Shop Three,Wang Shop,91330106673959654P,13800000003,6222020200000001,dev-000003,浙江省杭州市西湖区文三路2号,WB-1003
H-1,Honest One,Zhao Ltd,,13900000001,6222020200000011,dev-000011,广东省广州市白云区石井1号,WB-2001
H-2,Honest Two,Qian Ltd,,13900000002,6222020200000012,dev-000012,广东省广州市白云区石井2号,WB-2002
"""
LISTINGS = """listing_id,title,seller_id,brand,price,currency
L-1,高仿 Nike 跑鞋,S-1,Nike,99,CNY
L-2,Nike 1:1 复刻,S-2,Nike,89,CNY
L-3,棉袜三双装,S-3,,19.9,CNY
L-9,羊毛围巾,H-1,,59,CNY
"""
ORDERS = """order_id,listing_id,seller_id,quantity,amount,currency,paid_at
O-1,L-1,S-1,1,99,CNY,2026-10-01T08:00:00Z
O-2,L-1,S-1,2,198,CNY,2026-10-02T08:00:00Z
O-3,L-2,S-2,1,89,CNY,2026-10-03T08:00:00Z
O-4,L-3,S-3,1,19.9,CNY,2026-10-03T08:00:00Z
O-5,L-9,H-1,1,59,CNY,2026-10-03T08:00:00Z
"""
AFTER_SALES = """after_sale_id,order_id,seller_id,listing_id,kind,reason,opened_at,closed_at,outcome
A-1,O-2,S-1,L-1,refund,fake,2026-10-05T08:00:00Z,2026-10-06T08:00:00Z,refunded
"""


@pytest.fixture
def load(actors, now, tmp_path, settings):
    """`load("sellers", text)` imports CSV text the way an engineer does."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir(exist_ok=True)
    from touchstone.market import actions

    def load(kind: str, text: str):
        path = tmp_path / f"{kind}-{abs(hash(text))}.csv"
        path.write_text(text, encoding="utf-8")
        return actions.import_file(actors["engineer"], now, kind=kind, path=path)

    return load


@pytest.fixture
def verdict(db, now):
    """`verdict("L-1", "block")` puts a current verdict on the listing."""
    from touchstone.market.models import Listing
    from touchstone.screening.models import Verdict

    def verdict(listing_id: str, kind: str, score: float = 0.9):
        return Verdict.objects.create(
            listing=Listing.objects.get(listing_id=listing_id),
            verdict=kind,
            score=score,
            engine_version="e",
            rules_version="r",
            rights_version="g",
            inputs="",
            at=now,
        )

    return verdict


@pytest.fixture
def market(load, verdict):
    """The small market, imported, with two suspected listings."""
    for kind, text in (("sellers", SELLERS), ("listings", LISTINGS), ("orders", ORDERS), ("after_sales", AFTER_SALES)):
        load(kind, text)
    verdict("L-1", "block")
    verdict("L-2", "review", 0.6)
    verdict("L-3", "pass", 0.1)


@pytest.fixture
def ring(market, actors, now):
    """The one ring of the small market, found."""
    from touchstone.cases import actions

    (found,) = actions.find_rings(actors["investigator"], now)
    return found
