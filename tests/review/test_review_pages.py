"""The queue and the reviewer's work place, as a browser gets them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shops import a_listing, a_verdict
from touchstone.accounts.models import User
from touchstone.market.models import Listing
from touchstone.penalties.models import Penalty
from touchstone.review.actions import claim, enqueue
from touchstone.review.models import Decision, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def tasks(actors, now):
    """Two tasks, the more urgent one first."""
    verdicts = [
        a_verdict(a_listing(now, "L-1", orders_30d=12), now, "block", 0.97),
        a_verdict(a_listing(now, "L-2", title="Plain <b>bag</b>"), now, matches=[]),
    ]
    enqueue(actors["system"], now, verdicts=verdicts)
    return list(Task.objects.all())


def test_the_queue_lists_what_waits_most_urgent_first(sign_in, tasks):
    page = sign_in("reviewer").get(reverse("review:queue"))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.index(str(tasks[0].id)) < text.index(str(tasks[1].id))
    assert re.search(r'<mark class="match hidden-brand"[^>]*>N1KE</mark> running shoes', text)
    assert "The price is 12 % of what such goods of Nike cost." in text
    assert "12% of the reference" in text
    assert "Plain &lt;b&gt;bag&lt;/b&gt;" in text


def test_the_queue_speaks_chinese(sign_in, tasks):
    client = sign_in("reviewer")
    client.cookies["django_language"] = "zh-hans"
    text = client.get(reverse("review:queue")).content.decode()
    assert "审核队列" in text
    assert "价格仅为Nike同类正品的12%。" in text
    assert "The price is" not in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("verdict=block", [0]), ("verdict=review", [1]), ("brand=Nike", [0, 1]), ("mine=1", []), ("page=99", [0, 1])],
)
def test_the_queue_can_be_narrowed(sign_in, tasks, query, shown):
    text = sign_in("reviewer").get(f"{reverse('review:queue')}?{query}").content.decode()
    assert [n for n, task in enumerate(tasks) if str(task.id) in text] == shown


def test_an_empty_queue_says_so(sign_in, people):
    text = sign_in("reviewer").get(reverse("review:queue")).content.decode()
    assert "Nothing waits for a decision" in text


def test_the_queue_asks_the_database_no_more_for_fifty_rows_than_for_two(
    sign_in, actors, now, tasks, django_assert_max_num_queries
):
    for n in range(60):
        enqueue(actors["system"], now, verdicts=[a_verdict(a_listing(now, f"X-{n}", f"S-{n}"), now)])
    client = sign_in("reviewer")
    with django_assert_max_num_queries(20):
        text = client.get(reverse("review:queue")).content.decode()
    assert text.count("row-link") == 50


def test_a_megabyte_of_title_does_not_burst_the_pages(sign_in, actors, now):
    listing = a_listing(now, title="耐克" * 350_000)
    enqueue(actors["system"], now, verdicts=[a_verdict(listing, now, matches=[])])
    client, task = sign_in("reviewer"), Task.objects.get()
    assert len(client.get(reverse("review:queue")).content) < 100_000
    assert len(client.get(reverse("review:item", args=[task.id])).content) < 200_000


def test_take_the_next_opens_the_most_urgent(sign_in, tasks):
    answer = sign_in("reviewer").post(reverse("review:claim_next"))
    assert answer.headers["Location"] == reverse("review:item", args=[tasks[0].id])
    tasks[0].refresh_from_db()
    assert tasks[0].state == "claimed"


def open_item(client, task):
    return client.get(reverse("review:item", args=[task.id])).content.decode()


def test_who_has_not_taken_a_task_is_offered_to(sign_in, tasks):
    text = open_item(sign_in("reviewer"), tasks[0])
    assert reverse("review:claim", args=[tasks[0].id]) in text
    assert 'name="facts"' not in text


def test_who_has_taken_it_finds_facts_and_basis_filled_in(sign_in, tasks):
    client = sign_in("reviewer")
    client.post(reverse("review:claim", args=[tasks[0].id]))
    text = open_item(client, tasks[0])
    assert "the shop Shop S-1 (S-1) offered the listing L-1" in text
    assert "- The price is 12 % of what such goods of Nike cost." in text
    assert "Offered as second-hand" in text  # among the reasons, not among the facts
    assert "- Offered as second-hand" not in text
    assert "2 points: 0 → 2" in text
    assert re.search(r'value="CF_SOLD"[^>]*data-told="12 points: 0 → 12, reaches 12"', text)
    assert "Trademark Law (2019) art. 57(3)" in text


def test_a_claim_of_somebody_else_is_named_with_its_end(sign_in, tasks, a_reviewer):
    claim(a_reviewer("second"), timezone.now(), task_id=tasks[0].id)
    text = open_item(sign_in("reviewer"), tasks[0])
    assert "Second holds this task" in text
    assert 'name="facts"' not in text


def test_what_a_certificate_does_not_cover_cannot_be_chosen(client, people, tasks, a_reviewer):
    who = a_reviewer("novice", "L2")
    claim(who, timezone.now(), task_id=tasks[0].id)
    client.force_login(User.objects.get(id=who.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    text = open_item(client, tasks[0])
    assert re.search(r'<option value="CF_SERIOUS"[^>]* disabled[^>]*>[^<]*\(needs L3\)', text)
    assert not re.search(r'<option value="CF_INFO"[^>]* disabled', text)


REMOVE = {"outcome": "remove", "finding": "CF_INFO", "facts": "The title says copy.", "basis": "Rule 1", "note": ""}


def test_after_a_decision_the_next_task_opens(sign_in, tasks):
    client = sign_in("reviewer")
    client.post(reverse("review:claim", args=[tasks[0].id]))
    answer = client.post(reverse("review:decide", args=[tasks[0].id]), REMOVE)
    assert answer.headers["Location"] == reverse("review:item", args=[tasks[1].id])
    assert Penalty.objects.get().points == 2
    assert Listing.objects.get(listing_id="L-1").status == "removed"
    answer = client.post(
        reverse("review:decide", args=[tasks[1].id]), {**REMOVE, "outcome": "keep", "basis": "No breach."}
    )
    assert answer.headers["Location"] == reverse("review:queue")
    assert Decision.objects.get(outcome="keep").finding == ""


def test_a_wrong_form_comes_back_with_what_was_typed(sign_in, tasks):
    client = sign_in("reviewer")
    client.post(reverse("review:claim", args=[tasks[0].id]))
    answer = client.post(reverse("review:decide", args=[tasks[0].id]), {**REMOVE, "facts": "", "note": "My own words"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "A decision says on which facts it rests." in text
    assert "My own words" in text
    assert not Decision.objects.exists()


def test_a_task_lost_meanwhile_is_explained(sign_in, tasks, a_reviewer):
    client = sign_in("reviewer")
    claim(a_reviewer("second"), timezone.now(), task_id=tasks[0].id)
    answer = client.post(reverse("review:decide", args=[tasks[0].id]), REMOVE)
    assert answer.status_code == 409
    assert "Somebody else holds this task." in answer.content.decode()


def test_a_decided_task_shows_its_decision_and_the_way_back(sign_in, tasks):
    client = sign_in("reviewer")
    client.post(reverse("review:claim", args=[tasks[0].id]))
    client.post(reverse("review:decide", args=[tasks[0].id]), REMOVE)
    text = open_item(client, tasks[0])
    assert "The title says copy." in text
    assert reverse("penalties:seller", args=["S-1"]) in text
    assert 'name="facts"' not in text


def test_put_back_frees_the_task(sign_in, tasks):
    client = sign_in("reviewer")
    client.post(reverse("review:claim", args=[tasks[0].id]))
    client.post(reverse("review:release", args=[tasks[0].id]))
    tasks[0].refresh_from_db()
    assert (tasks[0].state, tasks[0].claimed_by) == ("open", None)


def test_the_history_of_the_seller_stands_beside_the_listing(sign_in, tasks):
    client = sign_in("reviewer")
    client.post(reverse("review:claim", args=[tasks[0].id]))
    client.post(reverse("review:decide", args=[tasks[0].id]), REMOVE)
    text = open_item(client, tasks[1])
    assert "Earlier decisions" in text
    assert "N1KE running shoes" in text
    assert re.search(r"Confirmed counterfeits</dt><dd>1<", text)


def test_pages_are_closed_to_those_who_do_not_review(sign_in, client, tasks):
    assert client.get(reverse("review:queue")).status_code == 302
    for role in ("seller", "officer", "rights_holder", "investigator"):
        assert sign_in(role).get(reverse("review:queue")).status_code == 403


def test_verbs_are_not_reached_by_get(sign_in, tasks):
    client = sign_in("reviewer")
    for name in ("claim", "release", "decide"):
        assert client.get(reverse(f"review:{name}", args=[tasks[0].id])).status_code == 405


def test_an_expired_claim_is_shown_as_free(sign_in, actors, tasks):
    claim(actors["reviewer"], timezone.now() - timedelta(hours=3), task_id=tasks[0].id)
    text = open_item(sign_in("reviewer"), tasks[0])
    assert "Nobody holds this task" in text
