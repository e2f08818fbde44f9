"""The page of a seller's points and measures, for the seller and for staff."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from shops import a_listing, a_seller
from touchstone.penalties.actions import impose
from touchstone.penalties.models import Penalty

pytestmark = pytest.mark.django_db


@pytest.fixture
def penalty(actors, people, now):
    seller = a_seller(now, organisation=people["seller"].organisation)
    a_listing(now, status="removed")
    moment = timezone.now()
    return impose(
        actors["reviewer"],
        moment,
        seller=seller,
        decision_id=uuid.uuid4(),
        listing_id="L-1",
        finding="CF_SOLD",
        facts="A test purchase proved it.",
        basis="Rule 1",
        act_date=moment.date(),
    )


def page(client, seller_id="S-1"):
    return client.get(reverse("penalties:seller", args=[seller_id]))


def test_the_seller_reads_facts_basis_calculation_and_rule_version(sign_in, penalty):
    text = page(sign_in("seller")).content.decode()
    for part in (
        "A test purchase proved it.",
        "Rule 1",
        "Counterfeit actually sold (proved by test purchase or inspection): 12 points.",
        "This reaches the threshold of 12 points.",
        penalty.pack_version,
        "Public warning",
        "What you can do",
    ):
        assert part in text
    assert reverse("penalties:reverse", args=[penalty.id]) not in text


def test_figures_from_memory_are_marked(sign_in, penalty):
    text = page(sign_in("seller")).content.decode()
    assert "unverified" in text


def test_measures_run_until_a_time_in_the_readers_zone(sign_in, people, penalty):
    people["seller"].time_zone = "America/New_York"
    people["seller"].save()
    text = page(sign_in("seller")).content.decode()
    ends = penalty.measures.get().ends_at
    assert ends.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") in text


def test_the_page_speaks_chinese(sign_in, penalty):
    client = sign_in("seller")
    client.cookies["django_language"] = "zh-hans"
    text = page(client).content.decode()
    for part in ("扣分", "实际出售假冒商品", "公示警告", "未核实"):
        assert part in text


def test_a_supervisor_reverses_with_a_reason(sign_in, penalty):
    client = sign_in("supervisor")
    url = reverse("penalties:reverse", args=[penalty.id])
    assert url in page(client).content.decode()
    refused = client.post(url, {"because": ""}, follow=True)
    assert "Say why the penalty is taken back." in refused.content.decode()
    answer = client.post(url, {"because": "The invoice is in order."}, follow=True)
    assert "The invoice is in order." in answer.content.decode()
    penalty.refresh_from_db()
    assert penalty.state == "reversed"


def test_a_reviewer_reads_and_does_not_reverse(sign_in, penalty):
    client = sign_in("reviewer")
    url = reverse("penalties:reverse", args=[penalty.id])
    assert url not in page(client).content.decode()
    assert client.post(url, {"because": "x"}).status_code == 403


def test_a_shop_without_points_says_so(sign_in, people, now):
    a_seller(now, organisation=people["seller"].organisation)
    assert "You have no points" in page(sign_in("seller")).content.decode()


def test_other_sellers_pages_are_closed(sign_in, client, penalty, now):
    a_seller(now, "S-2")
    assert page(sign_in("seller"), "S-2").status_code == 403
    assert page(sign_in("officer")).status_code == 403
    assert page(sign_in("reviewer"), "S-404").status_code == 404
    client.logout()
    assert page(client).status_code == 302


def test_measures_that_have_ended_are_not_among_those_in_force(sign_in, penalty):
    penalty.measures.update(ends_at=timezone.now() - timedelta(days=1))
    text = page(sign_in("seller")).content.decode()
    assert "None." in text
    assert Penalty.objects.count() == 1
