"""Opening, filling and closing cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from touchstone.cases import actions, queries
from touchstone.cases.models import Case, CaseState, ItemKind
from touchstone.errors import Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event

pytestmark = pytest.mark.django_db


def open_from(actors, now, ring, **more):
    return actions.open_case_from_ring(actors["investigator"], now, ring_id=ring.ring_id, **more)


def test_a_case_from_a_ring_holds_its_shops_its_suspected_listings_and_a_wish_list(ring, actors, now):
    case = open_from(actors, now, ring)
    assert sorted(queries.item_ids(case, ItemKind.SELLER)) == ["S-1", "S-2", "S-3"]
    assert sorted(queries.item_ids(case, ItemKind.LISTING)) == ["L-1", "L-2"]
    assert {"test_purchase", "payouts", "premises"} <= set(queries.item_ids(case, ItemKind.WANTED))
    assert case.number == "C-2026-000001"
    assert Event.objects.filter(type="cases:case:opened").count() == 1


def test_a_ring_has_one_open_case(ring, actors, now):
    assert open_from(actors, now, ring) == open_from(actors, now, ring)
    assert Case.objects.count() == 1
    assert list(queries.rings(actors["investigator"], state="case")) == [ring]


def test_after_it_is_closed_a_new_case_can_be_opened(ring, actors, now):
    first = open_from(actors, now, ring)
    actions.close_case(actors["investigator"], now, case_number=first.number, because="Handed over on paper.")
    assert open_from(actors, now, ring).number == "C-2026-000002"


def test_numbers_begin_anew_with_the_year_in_china(ring, actors):
    late = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # already 1 January in Shanghai
    assert open_from(actors, late, ring).number == "C-2027-000001"


def test_a_case_from_listings_holds_them_and_their_sellers(market, actors, now):
    case = actions.open_case_from_listings(
        actors["investigator"], now, listing_ids=["L-1", "L-3", "L-1"], title="Shoes"
    )
    assert sorted(queries.item_ids(case, ItemKind.LISTING)) == ["L-1", "L-3"]
    assert sorted(queries.item_ids(case, ItemKind.SELLER)) == ["S-1", "S-3"]


def test_a_listing_is_in_one_open_case(ring, actors, now):
    case = open_from(actors, now, ring)
    with pytest.raises(Conflict, match=case.number):
        actions.open_case_from_listings(actors["investigator"], now, listing_ids=["L-1"], title="Again")
    other = actions.open_case_from_listings(actors["investigator"], now, listing_ids=["L-1", "L-9"], title="Scarf")
    assert queries.item_ids(other, ItemKind.LISTING) == ["L-9"]


def test_unknown_listings_are_named(market, actors, now):
    with pytest.raises(NotFound, match="L-404"):
        actions.open_case_from_listings(actors["investigator"], now, listing_ids=["L-1", "L-404"], title="x")
    assert not Case.objects.exists()


@pytest.mark.parametrize(("ids", "title"), [([], "x"), (["  "], "x"), (["L-1"], "  ")])
def test_a_case_needs_listings_and_a_title(market, actors, now, ids, title):
    with pytest.raises(NotValid):
        actions.open_case_from_listings(actors["investigator"], now, listing_ids=ids, title=title)


def test_only_investigators_open_cases(ring, actors, now):
    for role in ("reviewer", "officer", "seller", "supervisor", "engineer"):
        with pytest.raises(Forbidden):
            actions.open_case_from_ring(actors[role], now, ring_id=ring.ring_id)


def test_value_is_the_price_paid_and_says_by_which_method(ring, actors, now):
    value = {row["method"]: row for row in queries.valuation(open_from(actors, now, ring))}
    assert value["orders_paid"]["amount_minor"] == 9900 + 19800 + 8900
    assert value["orders_kept"]["amount_minor"] == 9900 + 8900
    assert value["orders_paid"]["units"] == 4
    assert value["orders_paid"]["currency"] == "CNY"


def test_notes_are_kept_with_author_and_an_event_that_does_not_repeat_the_text(ring, actors, people, now):
    case = open_from(actors, now, ring)
    actions.add_note(actors["investigator"], now, case_number=case.number, text=" Seen the warehouse. ")
    (note,) = case.notes.all()
    assert (note.text, note.author) == ("Seen the warehouse.", people["investigator"])
    event = Event.objects.get(type="cases:note:added")
    assert "warehouse" not in event.payload


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
def test_a_note_says_something_and_not_everything(ring, actors, now, text):
    case = open_from(actors, now, ring)
    with pytest.raises(NotValid):
        actions.add_note(actors["investigator"], now, case_number=case.number, text=text)


def test_items_are_added_once_and_must_exist(ring, actors, now):
    case, investigator = open_from(actors, now, ring), actors["investigator"]
    for _ in range(2):
        actions.add_item(investigator, now, case_number=case.number, kind="listing", object_id="L-3")
    assert queries.item_ids(case, ItemKind.LISTING).count("L-3") == 1
    assert Event.objects.filter(type="cases:item:added").count() == 1
    for kind, object_id in (("listing", "L-404"), ("seller", "S-404")):
        with pytest.raises(NotFound):
            actions.add_item(investigator, now, case_number=case.number, kind=kind, object_id=object_id)
    for kind, object_id in (("wanted", "magic"), ("decision", "1"), ("nonsense", "1"), ("listing", " ")):
        with pytest.raises(NotValid):
            actions.add_item(investigator, now, case_number=case.number, kind=kind, object_id=object_id)


def test_a_closed_case_takes_nothing_more(ring, actors, now):
    case, investigator = open_from(actors, now, ring), actors["investigator"]
    with pytest.raises(NotValid):
        actions.close_case(investigator, now, case_number=case.number, because=" ")
    for _ in range(2):
        actions.close_case(investigator, now, case_number=case.number, because="Nothing in it.")
    assert Event.objects.filter(type="cases:case:closed").count() == 1
    with pytest.raises(Conflict):
        actions.add_note(investigator, now, case_number=case.number, text="More")
    with pytest.raises(Conflict):
        actions.add_item(investigator, now, case_number=case.number, kind="listing", object_id="L-3")


def test_a_case_becomes_a_lead_once(ring, actors, now):
    case = open_from(actors, now, ring)
    for number in ("L-2026-000001", "L-2026-000002"):
        actions.mark_lead_sent(actors["investigator"], now, case_number=case.number, lead_number=number)
    case.refresh_from_db()
    assert case.state == CaseState.LEAD_SENT
    assert Event.objects.filter(type="cases:case:lead_sent").count() == 1


def test_the_file_is_plain_json_without_floats(ring, actors, now):
    import rfc8785

    file = queries.file_of(open_from(actors, now, ring))
    rfc8785.dumps(file)
    assert {s["seller_id"] for s in file["shops"]} == {"S-1", "S-2", "S-3"}
    assert {row["listing_id"] for row in file["listings"]} == {"L-1", "L-2"}
    assert file["people"]
    assert _floats(file) == []


def _floats(value):
    if isinstance(value, dict):
        return [f for v in value.values() for f in _floats(v)]
    if isinstance(value, list):
        return [f for v in value for f in _floats(v)]
    return [value] if isinstance(value, float) else []
