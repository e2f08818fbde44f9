"""Files of sellers, listings, orders and after-sales coming in."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.apps import apps

from touchstone.errors import BadInputFile, Forbidden, NotValid
from touchstone.ledger.models import Event
from touchstone.market import queries
from touchstone.market.actions import import_file, import_listings
from touchstone.market.models import Import, Lake, Listing, Seller, SellerIdentifier

pytestmark = pytest.mark.django_db

PHONE, ACCOUNT, DEVICE = "13987654321", "6222021299887766", "3c22fb0a119e77aa"
SELLER = {
    "seller_id": "S-1",
    "shop_name": "小店",
    "legal_name": "杭州某某有限公司",
    "licence_no": "91330100799655058B",
    "contact_name": "王小明",
    "phone": PHONE,
    "payout_account": ACCOUNT,
    "device_id": DEVICE,
    "return_address": "浙江省杭州市余杭区文一西路969号3栋",
    "opened_on": "2024-05-01",
    "deposit": "1000.50",
    "currency": "CNY",
}
LISTING = {"listing_id": "L-1", "title": "运动鞋", "seller_id": "S-1", "price": "99.90", "currency": "CNY"}
ORDER = {
    "order_id": "O-1",
    "listing_id": "L-1",
    "seller_id": "S-1",
    "buyer_ref": "buyer-77",
    "amount": "99.90",
    "currency": "CNY",
    "paid_at": "2026-01-05T10:00:00+08:00",
}


@pytest.fixture
def take(actors, now, tmp_path):
    """`take("listings", rows)` imports rows as JSON Lines; `take("listings", text, "x.csv")` imports a text."""

    def imported(kind, content, name="file.jsonl", **options):
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(actors["engineer"], now, kind=kind, path=path, **options)

    return imported


def rejected(settings, done):
    lines = (Path(settings.HOME) / "rejected" / done.rejected_file).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def orders():
    return duckdb.sql(f"SELECT * FROM read_parquet('{queries.orders_path()}') ORDER BY order_id").to_arrow_table()


def counts(done):
    return done.rows, done.accepted, done.unchanged, done.rejected


def test_a_seller_comes_in_with_digests_in_place_of_personal_data(take):
    assert counts(take("sellers", [SELLER])) == (1, 1, 0, 0)
    seller = Seller.objects.get(seller_id="S-1")
    assert (seller.shop_name, seller.opened_on, seller.deposit_minor) == ("小店", date(2024, 5, 1), 100050)
    assert seller.licence_no == "91330100799655058B"
    kinds = set(seller.identifiers.values_list("kind", flat=True))
    assert kinds == {"licence", "contact_name", "phone", "payout_account", "device", "return_address", "door"}
    assert seller.identifiers.get(kind="phone").hint == "21"


def test_no_plain_identifier_is_anywhere_on_disk(take, settings, tmp_path):
    take("sellers", [SELLER, {**SELLER, "shop_name": ""}, {"phone": PHONE}, {**SELLER, "opened_on": PHONE}])
    take("orders", [ORDER])
    written = [repr(list(model.objects.values_list())) for model in apps.get_models()]
    for path in Path(settings.HOME).rglob("*"):
        if path.is_file() and path.suffix in {".jsonl", ".parquet"}:
            written.append(path.read_bytes().decode("latin-1"))
    written.append(repr(orders().to_pylist()))
    for plain in (PHONE, ACCOUNT, DEVICE, "王小明", "文一西路", "buyer-77"):
        assert not any(plain in text for text in written), plain


def test_a_sole_traders_licence_is_kept_as_a_digest_only(take):
    take("sellers", [{**SELLER, "licence_no": "92330106MA2XXXXXXX"}])
    seller = Seller.objects.get()
    assert seller.licence_no == ""
    assert seller.identifiers.filter(kind="licence").exists()


def test_the_same_file_again_is_the_same_import(take):
    first = take("listings", [LISTING])
    assert take("listings", [LISTING]) == first
    assert Event.objects.filter(type="market:import:finished").count() == 1


def test_the_same_bytes_as_another_kind_are_another_import(take):
    row = {**LISTING, **ORDER}
    assert take("listings", [row]) != take("orders", [row])


def test_only_what_changed_is_touched(take, now):
    take("listings", [LISTING, {**LISTING, "listing_id": "L-2"}])
    Listing.objects.update(changed_at=datetime(2020, 1, 1, tzinfo=UTC))
    done = take("listings", [{**LISTING, "title": "靴子"}, {**LISTING, "listing_id": "L-2"}])
    assert counts(done) == (2, 1, 1, 0)
    assert Listing.objects.get(listing_id="L-1").changed_at == now
    assert Listing.objects.get(listing_id="L-2").changed_at.year == 2020


def test_a_removed_listing_stays_removed_when_its_file_comes_again(take):
    take("listings", [LISTING])
    Listing.objects.update(status="removed")
    take("listings", [{**LISTING, "price": "89"}])
    listing = Listing.objects.get()
    assert (listing.status, listing.price_minor) == ("removed", 8900)


def test_a_seller_who_drops_a_phone_loses_its_digest(take):
    take("sellers", [SELLER])
    take("sellers", [{**SELLER, "phone": "13700001111"}])
    assert SellerIdentifier.objects.filter(kind="phone").get().hint == "11"


def test_a_restriction_outlives_an_import_and_a_closed_shop_closes(take):
    take("sellers", [SELLER, {**SELLER, "seller_id": "S-2"}])
    Seller.objects.filter(seller_id="S-1").update(status="restricted")
    take("sellers", [{**SELLER, "region": "杭州"}, {**SELLER, "seller_id": "S-2", "closed_on": "2026-01-01"}])
    assert dict(Seller.objects.values_list("seller_id", "status")) == {"S-1": "restricted", "S-2": "closed"}


def test_a_shop_is_tied_to_the_organisation_that_names_it(take, actors):
    take("sellers", [SELLER])
    seller = Seller.objects.get()
    assert seller.organisation_id == actors["seller"].organisation_id
    assert queries.seller(actors["seller"], "S-1") == seller


def test_a_listing_may_come_before_its_seller(take):
    done = take("listings", [LISTING, {"listing_id": "L-9", "title": "x"}])
    assert Seller.objects.get(seller_id="S-1").shop_name == "S-1"
    assert done.notices == [
        "1 seller was not known yet.",
        "1 listing names no seller.",
    ]
    take("sellers", [SELLER])
    assert Listing.objects.get(listing_id="L-1").seller.shop_name == "小店"


def test_bad_rows_go_to_the_rejected_file_with_line_and_reason(take, settings):
    text = (
        "listing_id,title,seller_id,price,currency\n"
        "L-1,鞋,S-1,NaN,CNY\n"
        "L-2,鞋,S-1,-5,CNY\n"
        "L-3,,S-1,5,CNY\n"
        "L-4,鞋,S-1,5,YUAN\n"
        "L-5,鞋,S-1\n"
        "L-6,鞋,S-1,5,CNY\n"
        "L-6,靴,S-1,5,CNY\n"
    )
    done = take("listings", text, "l.csv")
    assert counts(done) == (7, 1, 0, 6)
    found = {row["line"]: row["reason"] for row in rejected(settings, done)}
    assert found == {
        2: "price is not an amount from 0 to 1,000,000,000,000",
        3: "price is not an amount from 0 to 1,000,000,000,000",
        4: "title is empty",
        5: "currency is not a currency code like CNY",
        6: "the row has 3 columns, the header has 5",
        8: "listing_id stands in line 7 already",
    }
    assert Listing.objects.get().title == "鞋"


def test_a_broken_byte_costs_its_row_only(take, settings):
    content = b"listing_id,title\nL-1,good\nL-2," + b"\xff\xfe\xfa" + b"\nL-3,good\n"
    done = take("listings", content, "l.csv")
    assert counts(done) == (3, 2, 0, 1)
    assert rejected(settings, done)[0]["line"] == 3


def test_a_chinese_file_in_gb18030_is_read(take):
    done = take("listings", "listing_id,title\nL-1,耐克运动鞋男款正品包邮\n".encode("gb18030"), "l.csv")
    assert Listing.objects.get().title == "耐克运动鞋男款正品包邮"
    assert "GB18030" in done.notices[0]


def test_a_title_of_a_megabyte_is_cut(take):
    take("listings", [{**LISTING, "title": "鞋" * 1_000_000}])
    assert len(Listing.objects.get().title) == 10_000


def test_a_missing_column_is_named_and_nothing_comes_in(take):
    with pytest.raises(BadInputFile, match=r"orders.csv: .*listing_id, seller_id, amount, currency, paid_at"):
        take("orders", "order_id,colour\n1,red\n", "orders.csv")
    assert not Import.objects.exists()


def test_unknown_columns_are_a_notice(take):
    assert take("listings", "listing_id,title,colour\nL,t,red\n", "l.csv").notices[0] == (
        "Columns that are not known were ignored: colour."
    )


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_a_truncated_parquet_file_leaves_nothing(take, keep, tmp_path):
    pq.write_table(pa.table({"listing_id": ["a"] * 1000, "title": ["t"] * 1000}), tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()[:keep]
    with pytest.raises(BadInputFile, match=r"cut\.parquet"):
        take("listings", content, "cut.parquet")
    assert not Listing.objects.exists()
    assert not Event.objects.filter(type__startswith="market:").exists()


@pytest.mark.parametrize(("name", "content"), [("x.csv", ""), ("x.xlsx", "PK"), ("x.jsonl", ""), ("x.csv", "\n\n")])
def test_what_is_no_import_file_is_said_clearly(take, name, content):
    with pytest.raises(BadInputFile):
        take("listings", content, name)


def test_parquet_comes_in_with_its_own_types(take, tmp_path):
    table = pa.table(
        {
            "listing_id": ["L-1"],
            "title": ["鞋"],
            "price": [19.9],
            "currency": ["JPY"],
            "created_at": pa.array([datetime(2026, 1, 1, 8, tzinfo=UTC)], pa.timestamp("ns", "UTC")),
            "images": [["a.jpg", "b.jpg"]],
            "orders_30d": pa.array([7], pa.int8()),
        }
    )
    pq.write_table(table, tmp_path / "l.parquet")
    take("listings", (tmp_path / "l.parquet").read_bytes(), "l.parquet")
    listing = Listing.objects.get()
    assert (listing.price_minor, listing.currency, listing.orders_30d) == (20, "JPY", 7)
    assert (listing.images, listing.created_at) == ("a.jpg;b.jpg", datetime(2026, 1, 1, 8, tzinfo=UTC))


def test_orders_lie_in_the_lake_each_once_and_the_last_wins(take, settings):
    assert counts(take("orders", [ORDER, {**ORDER, "order_id": "O-2"}])) == (2, 2, 0, 0)
    moved = {**ORDER, "paid_at": "2026-03-01T00:00:00Z", "amount": "50"}
    assert counts(take("orders", [moved, {**ORDER, "order_id": "O-2"}, {**ORDER, "order_id": "O-3"}])) == (3, 2, 1, 0)
    found = orders()
    assert found["order_id"].to_pylist() == ["O-1", "O-2", "O-3"]
    assert found["amount_minor"].to_pylist() == [5000, 9990, 9990]
    assert found["paid_at"].to_pylist()[1] == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert Lake.objects.get(kind="orders").rows == 3
    assert sorted(p.name for p in Path(queries.orders_path()).parent.iterdir()) == [
        "2026-01.parquet",
        "2026-03.parquet",
    ]


def test_months_that_an_import_does_not_touch_are_not_written_again(take):
    take("orders", [ORDER])
    january = Path(queries.orders_path()).parent / "2026-01.parquet"
    before = january.stat().st_ino
    take("orders", [{**ORDER, "order_id": "O-2", "paid_at": "2026-02-02"}])
    assert (Path(queries.orders_path()).parent / "2026-01.parquet").stat().st_ino == before


def test_an_import_that_fails_leaves_the_lake_as_it_was(take, monkeypatch):
    take("orders", [ORDER])
    before = queries.orders_path()
    monkeypatch.setattr("touchstone.market.actions._keep_rejected", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take("orders", [{**ORDER, "amount": "1"}])
    assert queries.orders_path() == before
    assert orders()["amount_minor"].to_pylist() == [9990]
    assert Import.objects.count() == 1


def test_after_sales_come_in(take, settings):
    row = {
        "after_sale_id": "A-1",
        "order_id": "O-1",
        "seller_id": "S-1",
        "kind": "Refund",
        "reason": "fake",
        "rating": None,
        "opened_at": "2026-01-07",
        "outcome": "",
    }
    bad = [{**row, "after_sale_id": "A-2", "kind": "gift"}, {**row, "after_sale_id": "A-3", "rating": 6}]
    done = take("after_sales", [row, *bad])
    assert counts(done) == (3, 1, 0, 2)
    table = duckdb.sql(f"SELECT * FROM read_parquet('{queries.after_sales_path()}')").to_arrow_table()
    assert table.to_pylist()[0]["kind"] == "refund"
    assert {row["id"] for row in rejected(settings, done)} == {"A-2", "A-3"}


def test_an_empty_lake_can_be_read():
    assert orders().num_rows == 0


def test_a_table_of_listings_comes_in_like_a_file(actors, now):
    rows = pa.table({"listing_id": ["L-1", "L-2"], "title": ["a", None], "price": [1.5, 2.0], "currency": ["CNY"] * 2})
    done = import_listings(actors["engineer"], now, rows=rows, source="api")
    assert counts(done) == (2, 1, 0, 1)
    assert import_listings(actors["engineer"], now, rows=rows, source="api") == done
    with pytest.raises(BadInputFile, match="title"):
        import_listings(actors["engineer"], now, rows=rows.select(["listing_id"]), source="api")


def test_the_engine_gets_its_columns(take):
    take("listings", [{**LISTING, "created_at": "2026-01-01"}, {"listing_id": "L-2", "title": "x"}])
    Listing.objects.filter(listing_id="L-2").update(status="removed")
    table = queries.listings_table()
    assert table.to_pylist()[0] == {
        **dict.fromkeys(table.column_names),
        "listing_id": "L-1",
        "title": "运动鞋",
        "seller_id": "S-1",
        "price": 99.9,
        "currency": "CNY",
        "created_at": "2026-01-01T00:00:00Z",
    }
    assert table.num_rows == 1
    assert queries.listings_table(["L-2"])["seller_id"].to_pylist() == [None]


def test_identifier_pairs_let_shops_be_linked(take):
    take("sellers", [SELLER, {**SELLER, "seller_id": "S-2", "phone": "+86 139 8765 4321"}])
    pairs = queries.identifier_pairs().to_pylist()
    phones = {p["digest"] for p in pairs if p["kind"] == "phone"}
    assert len(phones) == 1
    assert {p["seller_id"] for p in pairs} == {"S-1", "S-2"}


def test_a_door_is_one_however_its_address_is_spelt(take):
    one = {**SELLER, "ship_from_address": "福建省莆田市荔城区学园路128号3栋502室", "return_address": ""}
    take("sellers", [one, {**one, "seller_id": "S-2", "ship_from_address": "福建莆田荔城区 学园路128号3#502"}])
    doors = [{p["digest"] for p in queries.identifier_pairs().to_pylist() if (p["kind"], p["seller_id"]) == ("door", s)}
             for s in ("S-1", "S-2")]  # fmt: skip
    assert doors[0] & doors[1]
    assert Seller.objects.get(seller_id="S-1").ships_from == "福建省莆田市荔城区"


def test_of_somebody_without_a_licence_name_and_account_are_one_identifier(take):
    person = {**SELLER, "licence_no": "", "legal_name": "林小梅"}
    take("sellers", [person, {**person, "seller_id": "S-2", "phone": "13900000001", "device_id": "other-device"},
                     {**SELLER, "seller_id": "S-3"}])  # fmt: skip
    persons = [p for p in queries.identifier_pairs().to_pylist() if p["kind"] == "legal_person"]
    assert {p["seller_id"] for p in persons} == {"S-1", "S-2"}
    assert len({p["digest"] for p in persons}) == 1


def test_a_licence_that_fails_its_check_is_marked_as_such(take):
    take("sellers", [{**SELLER, "licence_no": "91350300MA2Y000000"}])
    kinds = {p["kind"] for p in queries.identifier_pairs().to_pylist()}
    assert {"licence", "licence_unchecked"} <= kinds


@pytest.mark.parametrize("role", ["reviewer", "seller", "officer", "rights_holder", "public"])
def test_others_may_not_import(actors, now, role, tmp_path):
    (tmp_path / "l.csv").write_text("listing_id,title\n1,a\n")
    with pytest.raises(Forbidden):
        import_file(actors[role], now, kind="listings", path=tmp_path / "l.csv")


def test_an_unknown_kind_is_refused(take):
    with pytest.raises(NotValid, match="sellers, listings, orders, after_sales"):
        take("buyers", [LISTING])
