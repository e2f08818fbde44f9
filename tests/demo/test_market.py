"""The market's tables fit together, and its truth is planted as documented."""

from __future__ import annotations

import re
import unicodedata

import pytest

from touchstone.demo.disguise import TECHNIQUES
from touchstone.demo.market import schema
from touchstone.demo.market.licences import is_licence

SHAPES = {"hierarchy", "one_person", "reopening", "cross_region", "pair"}
ROLES = {"maker", "wholesaler", "front_shop", "courier", "cash_out"}
HONEST = {"authorised", "parallel_import", "second_hand", "accessory", "fan", "generic_word"}


def test_the_size_is_the_size_asked_for(market):
    assert market.listings.num_rows == 5_000
    assert market.sellers.num_rows == 400
    assert market.orders.num_rows == 30_000


def test_tables_have_the_columns_of_the_import_formats(market):
    shapes = {
        "sellers": schema.SELLERS,
        "listings": schema.LISTINGS,
        "orders": schema.ORDERS,
        "after_sales": schema.AFTER_SALES,
        "seizures": schema.SEIZURES,
        "inspections": schema.INSPECTIONS,
    }
    for name, shape in shapes.items():
        assert market.tables[name].schema.equals(shape), name


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("sellers", "seller_id"),
        ("listings", "listing_id"),
        ("orders", "order_id"),
        ("after_sales", "after_sale_id"),
        ("seizures", "seizure_id"),
        ("inspections", "inspection_id"),
        ("truth_listings", "listing_id"),
        ("truth_sellers", "seller_id"),
        ("rights", "brand"),
    ],
)
def test_ids_are_unique_and_never_empty(sql, table, key):
    assert sql(f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == [(0,)]
    assert sql(f"SELECT count(*) FROM {table} WHERE {key} IS NULL OR {key} = ''") == [(0,)]


@pytest.mark.parametrize(
    ("child", "parent", "key"),
    [
        ("listings", "sellers", "seller_id"),
        ("orders", "listings", "listing_id"),
        ("orders", "sellers", "seller_id"),
        ("after_sales", "orders", "order_id"),
        ("after_sales", "sellers", "seller_id"),
        ("after_sales", "listings", "listing_id"),
        ("truth_listings", "listings", "listing_id"),
        ("listings", "truth_listings", "listing_id"),
        ("sellers", "truth_sellers", "seller_id"),
        ("truth_brands", "listings", "listing_id"),
        ("truth_brands", "rights", "brand"),
    ],
)
def test_every_reference_has_its_row(sql, child, parent, key):
    assert sql(f"SELECT count(*) FROM {child} ANTI JOIN {parent} USING ({key})") == [(0,)]


def test_an_order_and_its_after_sales_name_the_same_seller_and_listing(sql):
    assert sql("""SELECT count(*) FROM orders o JOIN listings l USING (listing_id)
                  WHERE o.seller_id <> l.seller_id OR o.currency <> l.currency""") == [(0,)]
    assert sql("""SELECT count(*) FROM after_sales a JOIN orders o USING (order_id)
                  WHERE a.seller_id <> o.seller_id OR a.listing_id <> o.listing_id""") == [(0,)]


def test_dates_are_in_order(sql):
    assert sql("SELECT count(*) FROM sellers WHERE closed_on < opened_on") == [(0,)]
    assert sql("""SELECT count(*) FROM listings l JOIN sellers s USING (seller_id)
                  WHERE l.created_at::DATE < s.opened_on OR l.created_at::DATE > s.closed_on""") == [(0,)]
    assert sql("""SELECT count(*) FROM orders o JOIN listings l USING (listing_id)
                  JOIN sellers s ON s.seller_id = l.seller_id
                  WHERE o.paid_at < l.created_at OR o.paid_at::DATE >= s.closed_on""") == [(0,)]
    assert sql("SELECT count(*) FROM orders WHERE shipped_at < paid_at OR delivered_at < shipped_at") == [(0,)]
    assert sql("SELECT count(*) FROM orders WHERE delivered_at IS NOT NULL AND shipped_at IS NULL") == [(0,)]
    assert sql("""SELECT count(*) FROM after_sales a JOIN orders o USING (order_id)
                  WHERE a.opened_at < o.paid_at OR a.closed_at < a.opened_at""") == [(0,)]
    assert sql("""SELECT count(*) FROM after_sales a JOIN orders o USING (order_id)
                  WHERE kind = 'review' AND (o.delivered_at IS NULL OR a.opened_at < o.delivered_at)""") == [(0,)]


def test_after_sales_keep_to_the_words_of_the_contract(sql):
    kinds = {k for (k,) in sql("SELECT DISTINCT kind FROM after_sales")}
    reasons = {r for (r,) in sql("SELECT DISTINCT reason FROM after_sales WHERE kind <> 'review'")}
    outcomes = {o for (o,) in sql("SELECT DISTINCT outcome FROM after_sales WHERE outcome IS NOT NULL")}
    assert kinds == {"refund", "complaint", "review"}
    assert reasons == {"quality", "not_received", "no_reason", "fake", "not_as_described", "other"}
    assert outcomes == {"refunded", "rejected", "seller_at_fault", "seller_not_at_fault", "withdrawn"}
    assert sql("""SELECT count(*) FROM after_sales WHERE kind <> 'review'
                  AND (closed_at IS NULL) <> (outcome IS NULL)""") == [(0,)]
    assert sql("SELECT count(*) FROM after_sales WHERE (kind = 'review') <> (rating BETWEEN 1 AND 5)") == [(0,)]


def test_the_figures_of_thirty_days_agree_with_orders_and_after_sales(sql, market):
    since = f"TIMESTAMPTZ '{market.as_of}' + INTERVAL 1 DAY - INTERVAL 30 DAY"
    wrong = sql(f"""
        WITH o AS (SELECT listing_id, count(*) n FROM orders WHERE paid_at >= {since} GROUP BY 1),
             a AS (SELECT listing_id, count(*) FILTER (kind = 'refund') r, count(*) FILTER (reason = 'fake') f
                   FROM after_sales WHERE opened_at >= {since} GROUP BY 1)
        SELECT count(*) FROM listings LEFT JOIN o USING (listing_id) LEFT JOIN a USING (listing_id)
        WHERE orders_30d <> coalesce(n, 0) OR refunds_30d <> coalesce(r, 0) OR fake_claims_30d <> coalesce(f, 0)""")
    assert wrong == [(0,)]
    totals = sql("SELECT sum(orders_30d), sum(refunds_30d), sum(fake_claims_30d) FROM listings")[0]
    assert all(total > least for total, least in zip(totals, (500, 20, 0), strict=True))


def test_listings_carry_their_newest_review(sql):
    newest = sql("""SELECT l.reviews, a.text FROM listings l JOIN (
                      SELECT listing_id, arg_max(text, (opened_at, order_id)) AS text FROM after_sales
                      WHERE kind = 'review' AND text <> '' GROUP BY 1) a USING (listing_id)""")
    assert len(newest) > 500
    assert all(reviews.split("\n")[0] == text for reviews, text in newest)


def test_the_great_sales_days_stand_out(sql):
    days = dict(sql("SELECT strftime(paid_at, '%m-%d'), count(*) FROM orders GROUP BY 1"))
    usual = sorted(days.values())[len(days) // 2]
    assert days["11-11"] > 3 * usual
    assert days["06-18"] > 2 * usual


def test_licence_numbers_are_valid_and_some_sellers_have_none(market):
    numbers = market.sellers["licence_no"].to_pylist()
    given = [n for n in numbers if n]
    assert all(map(is_licence, given))
    assert 0.75 < len(given) / len(numbers) < 0.97


def test_every_ring_shape_and_every_role_is_present(sql):
    assert {s for (s,) in sql("SELECT DISTINCT ring_shape FROM truth_sellers WHERE ring_id <> ''")} == SHAPES
    assert {r for (r,) in sql("SELECT DISTINCT role FROM truth_sellers WHERE ring_id <> ''")} == ROLES
    assert sql("SELECT count(*) FROM truth_sellers WHERE (ring_id = '') <> (role = '')") == [(0,)]


def test_one_person_can_be_behind_many_shops_with_many_names(sql):
    shops, persons, names = sql("""SELECT count(*), count(DISTINCT entity_id), count(DISTINCT legal_name)
                                   FROM truth_sellers JOIN sellers USING (seller_id)
                                   WHERE ring_shape = 'one_person' GROUP BY ring_id""")[0]
    assert persons == 1
    assert shops >= 10
    assert names > shops // 2


def test_a_reopening_ring_opens_new_shops_soon_after_the_old_ones_close(sql):
    gaps = sql("""SELECT min(datediff('day', old.closed_on, new.opened_on))
                  FROM truth_sellers t JOIN sellers old USING (seller_id)
                  JOIN truth_sellers u ON u.ring_id = t.ring_id
                  JOIN sellers new ON new.seller_id = u.seller_id AND new.opened_on > old.closed_on
                  WHERE t.ring_shape = 'reopening' AND old.closed_on IS NOT NULL GROUP BY t.seller_id""")
    assert gaps
    assert all(0 < gap <= 45 for (gap,) in gaps)


def test_a_makers_place_shows_in_the_waybills_of_its_front_shops(sql):
    share = sql("""WITH place AS (SELECT t.ring_id, mode(o.waybill_origin) origin
                                  FROM truth_sellers t JOIN orders o USING (seller_id)
                                  WHERE role = 'maker' GROUP BY 1)
                   SELECT avg((o.waybill_origin = origin)::INT) FROM place JOIN truth_sellers t USING (ring_id)
                   JOIN orders o USING (seller_id) WHERE t.role = 'front_shop' AND o.waybill_origin IS NOT NULL""")
    assert 0.4 < share[0][0] < 0.95


def plain(text: str) -> str:
    """An identifier without its spelling: half-width, digits alone where there are eleven or more."""
    text = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"\D", "", text)
    return digits[-11:] if 11 <= len(digits) <= 15 else digits if len(digits) > 15 else text


def test_ring_members_share_identifiers_but_not_all_the_same_one(sql):
    rows = sql("""SELECT phone, payout_account, device_id, waybill_account
                  FROM sellers JOIN truth_sellers USING (seller_id) WHERE ring_shape = 'one_person'""")
    members = [[plain(value) for value in row] for row in rows]
    linked = [any(set(mine) & set(other) for other in members if other is not mine) for mine in members]
    assert sum(linked) > 0.8 * len(members)
    for column in zip(*members, strict=True):
        assert len(set(column)) > 2, "no single identifier gives the ring away"


def test_honest_strangers_share_identifiers_too(sql):
    shared = {s for (s,) in sql("SELECT shares FROM truth_sellers WHERE ring_id = '' AND NOT sells_fakes")}
    assert {"warehouse", "agent", "family", "owner"} <= shared
    same_account = sql("""SELECT count(*) FROM (
                            SELECT waybill_account FROM sellers JOIN truth_sellers USING (seller_id)
                            WHERE shares = 'warehouse' AND ring_id = ''
                            GROUP BY 1 HAVING count(DISTINCT entity_id) > 2)""")
    assert same_account[0][0] >= 1


def test_every_technique_is_planted_and_written_in_the_title(sql):
    rows = sql("""SELECT b.technique, b.text, l.title FROM truth_brands b JOIN listings l USING (listing_id)
                  WHERE b.used_as = 'counterfeit'""")
    assert {technique for technique, _, _ in rows if technique} == set(TECHNIQUES)
    assert all(text in title for _, text, title in rows)


def test_honest_look_alikes_are_present_and_are_not_fake(sql):
    kinds = dict(sql("SELECT honest_kind, count(*) FROM truth_listings GROUP BY 1"))
    assert set(kinds) == HONEST | {"none"}
    assert all(kinds[kind] >= 20 for kind in HONEST)
    assert sql("SELECT count(*) FROM truth_listings WHERE is_fake AND honest_kind <> 'none'") == [(0,)]


def test_prices_of_fakes_and_of_honest_goods_overlap(sql):
    cheap, dear = sql("""SELECT avg((price < 0.3 * reference_price)::INT), avg((price > 0.7 * reference_price)::INT)
                         FROM truth_listings JOIN truth_brands USING (listing_id) JOIN listings USING (listing_id)
                         JOIN rights ON rights.brand = truth_brands.brand
                         WHERE is_fake AND listings.currency = 'CNY'""")[0]
    assert cheap > 0.3
    assert dear > 0.05
    (honest,) = sql("""SELECT avg((price < 0.5 * reference_price)::INT) FROM truth_listings
                       JOIN truth_brands USING (listing_id) JOIN listings USING (listing_id)
                       JOIN rights ON rights.brand = truth_brands.brand
                       WHERE used_as = 'genuine' AND honest_kind <> 'second_hand' AND listings.currency = 'CNY'""")[0]
    assert 0.03 < honest < 0.4


def test_buyers_of_fakes_say_so_more_often_but_not_always_and_not_alone(sql):
    rates = dict(
        sql("""SELECT is_fake, avg((text LIKE '%假%' OR text LIKE '%not original%' OR text LIKE '%fake%')::INT)
               FROM after_sales JOIN truth_listings USING (listing_id) WHERE kind = 'review' GROUP BY 1""")
    )
    assert 0 < rates[False] < rates[True] < 0.3
    denials = sql("SELECT count(*) FROM after_sales WHERE kind = 'review' AND text LIKE '%不是假%'")
    assert denials[0][0] > 0


def test_authorised_shops_stand_in_the_rights_file_and_the_register_lags(sql):
    listed = sql("""SELECT DISTINCT unnest(string_split(authorised_sellers, ';')) FROM rights
                    WHERE authorised_sellers <> ''""")
    authorised = {s for (s,) in sql("SELECT seller_id FROM truth_sellers WHERE honest_kind = 'authorised'")}
    assert {s for (s,) in listed} < authorised
    assert len(listed) > 0.6 * len(authorised)


def test_partner_records_touch_rings_through_what_they_name(sql, market):
    seized = [ring for (ring,) in sql("SELECT ring_id FROM truth_partners WHERE record_id LIKE 'Z%'")]
    assert len(set(seized) - {""}) >= 4
    assert seized.count("") >= 3
    accounts = {
        account
        for (account,) in sql("""SELECT waybill_account FROM sellers JOIN truth_sellers USING (seller_id)
                                 WHERE ring_id <> ''""")
    }
    notes = " ".join(market.seizures["notes"].to_pylist())
    assert any(account in notes for account in accounts)
    assert sql("SELECT count(*) FROM inspections WHERE (seller_id = '') = (producer = '')") == [(0,)]


def test_ids_do_not_give_the_truth_away(sql):
    (spread,) = sql("""SELECT max(place) - min(place)
                       FROM (SELECT seller_id, row_number() OVER (ORDER BY seller_id) place FROM sellers)
                       JOIN truth_sellers USING (seller_id) WHERE ring_shape = 'one_person'""")[0]
    assert spread > 100
