"""The pages of rings, links and cases can be heard and are Chinese where they should be, with everything on them."""

from __future__ import annotations

import pytest
from django.utils import translation
from tests.web.reading import Page
from tests.web.test_walk import english_words

from touchstone.cases import actions, analysis, judgements, merging

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(ring, actors, now):
    """A judged ring with a case that is analysed and related to another."""
    investigator = actors["investigator"]
    case = actions.open_case_from_ring(investigator, now, ring_id=ring.ring_id)
    other = actions.open_case_from_listings(investigator, now, listing_ids=["L-3"], title="袜子")
    merging.relate_cases(investigator, now, case_number=case.number, other=other.number, because="同一供货人")
    rival = analysis.state_hypothesis(investigator, now, case_number=case.number, statement="同一伙人")
    put = analysis.put_argument(investigator, now, case_number=case.number, text="同一账户")
    analysis.weigh(investigator, now, argument_id=put.id, hypothesis_id=rival.id, weight=2)
    judgements.judge_link(investigator, now, seller_a="S-1", seller_b="S-2", judgement="confirmed", because="同一租约")
    digest = ring.attributes.get(kind="payout_account").digest
    base = f"/cases/rings/{ring.ring_id}/"
    return [
        base,
        f"{base}link/?a=S-1&b=S-2",
        f"{base}apart/?kind=payout_account&digest={digest}",
        f"/cases/{case.number}/",
    ]


def test_the_pages_can_be_heard_in_both_languages(sign_in, addresses):
    client, words = sign_in("investigator"), english_words() - {"Investigator"}  # the person is called so
    found = []
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        for url in addresses:
            page = Page(client.get(url).content.decode())
            found += [f"{language} {url}: {what}" for what in page.hindrances()]
            if language == "zh-hans":
                found += [f"{url}: {text}" for text in page.texts if text in words]
    translation.activate("en")
    assert found == []
