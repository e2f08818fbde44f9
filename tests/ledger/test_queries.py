"""Reading the ledger: an object's history, and the feed that others follow."""

import pytest

from touchstone.ledger import queries, sequencer

pytestmark = pytest.mark.django_db


def test_an_objects_events_come_newest_first_in_pages(write, home):
    events = write(7)
    write(2, subject=("listing", "L-2"), refs=())
    page = queries.events_of("listing", "L-1", page=2, per_page=3)
    assert (page.paginator.count, page.number, page.paginator.num_pages) == (7, 2, 3)
    assert [e.pk for e in page] == [events[3].pk, events[2].pk, events[1].pk]


def test_an_object_sees_events_that_only_mention_it(write):
    write(2)
    assert queries.events_of("seller", "S-1").paginator.count == 2


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (99, 3)])
def test_a_page_outside_the_range_gives_the_nearest(write, asked, given):
    write(7)
    assert queries.events_of("listing", "L-1", page=asked, per_page=3).number == given


def test_an_object_without_events_has_one_empty_page(db):
    page = queries.events_of("listing", "nobody")
    assert (list(page), page.number, page.paginator.num_pages) == ([], 1, 1)


def test_a_page_costs_a_fixed_number_of_queries(write, django_assert_num_queries):
    write(120)
    with django_assert_num_queries(3):
        page = queries.events_of("listing", "L-1")
        assert [len(list(e.refs.all())) for e in page] == [2] * 50


def test_the_feed_gives_each_sequenced_event_once_and_in_order(write, home):
    write(5)
    assert list(queries.feed()) == [], "what is not sequenced may still be overtaken"
    sequencer.run_once(sign=True)
    write(2, type="test:thing:ended")
    sequencer.run_once(sign=True)
    seen, after = [], -1
    while batch := list(queries.feed(after, limit=3)):
        seen += [e.leaf_index for e in batch]
        after = batch[-1].leaf_index
    assert seen == list(range(7))
    assert [e.leaf_index for e in queries.feed(types=["test:thing:ended"])] == [5, 6]
    assert [e.leaf_index for e in queries.feed(5, types=["test:thing:ended"])] == [6]
