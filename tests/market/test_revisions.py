"""What a listing said before it was changed is kept, and can be read for any moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from touchstone.errors import Forbidden
from touchstone.market import actions, queries, revisions
from touchstone.market.models import Listing, ListingRevision

pytestmark = pytest.mark.django_db
HEADER = "listing_id,title,seller_id,brand,price,currency,images,orders_30d"


@pytest.fixture
def bring(actors, now, tmp_path):
    """`bring(hours, row, ...)` imports the rows so many hours after `now`."""

    def bring(hours: int, *rows: str) -> None:
        path = tmp_path / f"listings-{hours}.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        actions.import_file(actors["engineer"], now + timedelta(hours=hours), kind="listings", path=path)

    return bring


def titles(now, *hours: float) -> list[str]:
    moments = [now + timedelta(hours=h) for h in hours]
    return [revisions.contents_at({"L-1": moment})["L-1"]["title"] for moment in moments]


def test_a_new_listing_has_no_past(bring):
    bring(0, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,1")
    assert not ListingRevision.objects.exists()


def test_every_moment_has_the_title_that_stood_then(bring, now):
    bring(0, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,1", "L-2,Scarf,S-1,,59,CNY,,1")
    bring(2, "L-1,Nike shoes,S-1,,25,CNY,a.jpg,1", "L-2,Scarf,S-1,,59,CNY,,1")
    bring(4, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,1")
    bring(6, "L-1,Dior bag,S-1,,25,CNY,a.jpg,1")
    assert titles(now, 0, 1.9, 2, 3, 4, 5, 6, 99) == [
        "Wooden spoon",
        "Wooden spoon",
        "Nike shoes",
        "Nike shoes",
        "Wooden spoon",
        "Wooden spoon",
        "Dior bag",
        "Dior bag",
    ]
    kept = ListingRevision.objects.filter(listing__listing_id="L-1")
    assert list(kept.values_list("title", flat=True)) == ["Wooden spoon", "Nike shoes", "Wooden spoon"]
    first, second, third = kept
    assert first.content_hash == third.content_hash != second.content_hash
    assert not ListingRevision.objects.filter(listing__listing_id="L-2").exists()


def test_counts_that_change_daily_leave_no_revision(bring):
    bring(0, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,1")
    bring(1, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,900")
    assert Listing.objects.get().orders_30d == 900
    assert not ListingRevision.objects.exists()


def test_the_changes_are_told_field_by_field_the_newest_first(bring, actors, now):
    bring(0, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,1")
    bring(1, "L-1,Nike shoes,S-1,Nike,25,CNY,a.jpg,1")
    bring(2, "L-1,Nike shoes,S-1,Nike,20,CNY,b.jpg,1")
    told = revisions.changes(actors["reviewer"], Listing.objects.get())
    assert [(c.field, c.before, c.after) for c in told] == [
        ("price", (2500, "CNY"), (2000, "CNY")),
        ("images", "a.jpg", "b.jpg"),
        ("title", "Wooden spoon", "Nike shoes"),
        ("brand", "", "Nike"),
    ]
    assert [c.at for c in told] == [now + timedelta(hours=h) for h in (2, 2, 1, 1)]


def test_the_engine_gets_the_listing_as_it_was(bring, now):
    bring(0, "L-1,Wooden spoon,S-1,,25,CNY,a.jpg,1", "L-2,Scarf,S-1,,59.5,CNY,,1")
    bring(2, "L-1,Nike shoes,S-1,Nike,9900,JPY,b.jpg,7")
    then = queries.listings_at({"L-1": now + timedelta(hours=1), "L-2": now})
    today = queries.listings_at({"L-1": now + timedelta(hours=2), "L-2": now})
    assert today.equals(queries.listings_table(["L-1", "L-2"]))
    (spoon, scarf) = then.to_pylist()
    seen = {name: spoon[name] for name in ("title", "brand", "price", "currency", "images", "orders_30d")}
    assert seen == {
        "title": "Wooden spoon",
        "brand": None,
        "price": 25.0,
        "currency": "CNY",
        "images": "a.jpg",
        "orders_30d": 7,
    }
    assert scarf["price"] == 59.5


def test_what_there_is_not_is_not_answered(now):
    assert revisions.contents_at({"L-0": now}) == {}


def test_another_shop_does_not_see_the_changes(bring, actors):
    bring(0, "L-1,Wooden spoon,S-2,,25,CNY,a.jpg,1")
    with pytest.raises(Forbidden):
        revisions.changes(actors["seller"], Listing.objects.get())


def test_the_past_of_many_listings_costs_a_few_queries(bring, now, django_assert_max_num_queries):
    rows = [f"L-{n},Wooden spoon {n},S-1,,25,CNY,,1" for n in range(300)]
    bring(0, *rows)
    bring(1, *(row.replace("spoon", "fork") for row in rows))
    with django_assert_max_num_queries(2):
        found = revisions.contents_at({f"L-{n}": now for n in range(300)})
    assert {content["title"] for content in found.values()} == {f"Wooden spoon {n}" for n in range(300)}


def test_the_listing_page_tells_what_was_changed_and_is_not_hurt_by_it(bring, sign_in):
    bring(0, 'L-1,"<script>alert(1)</script> spoon",S-1,,25,CNY,a.jpg,1')
    bring(1, "L-1,Nike shoes,S-1,Nike,20,CNY,b.jpg,1")
    page = sign_in("reviewer").get("/market/listings/L-1/").content.decode()
    assert "<del>&lt;script&gt;alert(1)&lt;/script&gt; spoon</del>" in page
    assert "Changes" in page
    assert "Images" in page
