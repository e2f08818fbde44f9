"""A reviewer who finds a counterfeit says with which word the seller meant the brand."""

import pytest
from django.utils import timezone

from shops import a_listing, a_verdict
from touchstone.errors import NotValid
from touchstone.ledger.models import Event
from touchstone.review.actions import claim, decide, enqueue
from touchstone.review.models import Decision, Task
from touchstone.rights import term_queries, terms
from touchstone.rights.models import Brand, Term

pytestmark = pytest.mark.django_db
REMOVE = {"outcome": "remove", "finding": "CF_INFO", "facts": "The title says copy.", "basis": "Rule 1"}


@pytest.fixture
def task(actors, now):
    Brand.objects.create(name="Nike", changed_at=now)
    listing = a_listing(now, title="N1KE 大钩子 running shoes")
    enqueue(actors["system"], now, verdicts=[a_verdict(listing, now)])
    return Task.objects.get()


def test_the_word_becomes_an_alias_that_names_its_decision(actors, now, task):
    decision = decide(actors["reviewer"], now, task_id=task.id, **REMOVE, term="大钩子")
    term = Term.objects.get()
    assert (term.text, term.brand.name, term.state) == ("大钩子", "Nike", "approved")
    assert (term.source, term.source_id) == ("decision", str(decision.id))
    assert term.evidence == {"listing_ids": ["L-1"]}
    assert term_queries.live_terms() == ({("Nike", "大钩子")}, set())
    decide(actors["reviewer"], now, task_id=task.id, **REMOVE, term="大钩子")
    assert Event.objects.filter(type="rights:term:approved").count() == 1


@pytest.mark.parametrize(
    ("term", "change", "says"),
    [
        ("小钩子", {}, "does not say"),
        ("大钩子", {"finding": ""}, "finding of a counterfeit"),
        ("大钩子", {"finding": "GN_BRAND_MISUSE"}, "finding of a counterfeit"),
        ("大钩子", {"term_brand": "Puma"}, "no brand Puma"),
        ("\u202e\u200b", {}, "at least two"),
    ],
)
def test_with_a_wrong_word_nothing_is_decided(actors, now, task, term, change, says):
    with pytest.raises(NotValid, match=says):
        decide(actors["reviewer"], now, task_id=task.id, **{**REMOVE, **change}, term=term)
    assert not Decision.objects.exists()
    assert not Term.objects.exists()


def test_the_form_offers_the_word_and_keeps_what_was_typed(sign_in, actors, now, task):
    claim(actors["reviewer"], timezone.now(), task_id=task.id)
    client = sign_in("reviewer")
    page = client.get(f"/review/{task.id}/").content.decode()
    assert 'name="term"' in page
    given = {**REMOVE, "term": "小钩子<b>", "term_brand": "Nike"}
    answer = client.post(f"/review/{task.id}/decide/", given)
    assert answer.status_code == 422
    assert 'value="小钩子&lt;b&gt;"' in answer.content.decode()
    client.post(f"/review/{task.id}/decide/", {**given, "term": "大钩子"})
    assert Term.objects.get().text == "大钩子"


def test_a_word_that_was_withdrawn_does_not_come_back_by_one_reviewer(actors, now, task):
    term = terms.propose(actors["reviewer"], now, kind="alias", text="大钩子", brand="Nike", reason="seen")
    terms.note_effects(actors["system"], now, effects={term.id: {"listings": 9, "changed": 2}})
    terms.approve(actors["supervisor"], now, term_ids=[term.id])
    terms.withdraw(actors["supervisor"], now, term_id=term.id, because="hits fishing hooks")
    decide(actors["reviewer"], now, task_id=task.id, **REMOVE, term="大钩子")
    assert Term.objects.get().state == "candidate"
    assert term_queries.live_terms() == (set(), set())
