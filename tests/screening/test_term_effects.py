"""What a term would change is counted on the stored listings, and candidates are mined from what was blocked."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from shops import a_listing, a_verdict
from touchstone.errors import Forbidden
from touchstone.ledger.models import Event
from touchstone.market.models import Listing
from touchstone.rights import actions as rights
from touchstone.rights import terms
from touchstone.rights.models import Term
from touchstone.screening.actions import record_label, screen_market
from touchstone.screening.effects import measure_terms
from touchstone.screening.mining import mine_terms
from touchstone.screening.models import Verdict
from touchstone.screening.screeners import screener

pytestmark = pytest.mark.django_db

BRANDS = """brand,aliases,classes,reference_price,currency
Nike,耐克,25;18,800,CNY
"""
GOODS = ["木勺 手工", "羊毛围巾 秋冬", "陶瓷茶杯 两只", "玻璃花瓶", "棉麻桌布", "竹编篮子"]


@pytest.fixture(autouse=True)
def market(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    for number, title in enumerate(GOODS):
        a_listing(now, f"H-{number}", "S-9", title=title, price_minor=9900)
    for number in range(3):
        a_listing(now, f"F-{number}", "S-1", title=f"大钩子跑鞋 高仿 1:1 复刻 第{number}款", price_minor=9900)
    a_listing(now, "F-3", "S-1", title="大.钩.子 运动", price_minor=9900)
    a_listing(now, "R-1", "S-2", title="耐克跑步节 纪念杯", price_minor=9900)


@pytest.fixture
def measured(actors, now):
    def measured(kind, text, brand="") -> Term:
        term = terms.propose(actors["reviewer"], now, kind=kind, text=text, brand=brand)
        assert measure_terms(actors["supervisor"], now, term_ids=[term.id]) == 1
        return Term.objects.get(id=term.id)

    return measured


def verdicts(actors, now) -> dict[str, str]:
    screen_market(actors["system"], now)
    return dict(Verdict.objects.filter(current=True).values_list("listing__listing_id", "verdict"))


def changes(term) -> dict[str, tuple[str, str]]:
    return {c["listing_id"]: (c["before"], c["after"]) for c in term.effect["changes"]}


@pytest.mark.parametrize(
    ("kind", "text", "brand"),
    [("alias", "大钩子", "Nike"), ("safe", "耐克跑步节", ""), ("negative", "耐克跑步", "Nike")],
)
def test_the_effect_is_what_the_next_screening_then_does(actors, now, measured, kind, text, brand):
    """The promise made before the approval is kept to the letter by the run after it."""
    before = verdicts(actors, now)
    term = measured(kind, text, brand)
    promised = changes(term)
    assert verdicts(actors, now) == before, "counting changes nothing"
    terms.approve(actors["supervisor"], now, term_ids=[term.id])
    after = verdicts(actors, now)
    assert {i: (before[i], after[i]) for i in before if before[i] != after[i]} == promised
    assert term.effect["listings"] == Listing.objects.count()
    assert term.effect["changed"] == len(promised) == sum(term.effect["moves"].values())
    if kind == "alias":
        assert promised.keys() >= {"F-0", "F-1", "F-2"}
        assert term.effect["touched"] == 4


def test_of_an_approved_term_the_effect_is_what_it_does_now(actors, now, measured):
    term = measured("alias", "大钩子", "Nike")
    terms.approve(actors["supervisor"], now, term_ids=[term.id])
    measure_terms(actors["supervisor"], now, term_ids=[term.id])
    assert Term.objects.get(id=term.id).effect["moves"] == term.effect["moves"]


def test_after_counting_the_screener_has_the_lists_in_force(actors, now, measured):
    version = screener(now).versions
    measured("alias", "大钩子", "Nike")
    assert screener(now).versions == version


def test_a_removed_listing_counts_too(actors, now, measured):
    Listing.objects.filter(listing_id="F-0").update(status="removed")
    assert "F-0" in changes(measured("alias", "大钩子", "Nike"))


def test_a_text_that_nobody_writes_changes_nothing(measured):
    term = measured("alias", "青蛙牌儿", "Nike")
    assert (term.effect["touched"], term.effect["changed"], term.effect["changes"]) == (0, 0, [])


def test_many_terms_are_counted_as_each_alone(actors, now, measured):
    alone = [measured("alias", "大钩子", "Nike").effect, measured("safe", "耐克跑步节").effect]
    found = list(Term.objects.order_by("kind"))
    measure_terms(actors["supervisor"], now, term_ids=[t.id for t in found])
    assert [t.effect for t in Term.objects.order_by("kind")] == alone


def test_a_seller_counts_nothing(actors, now):
    with pytest.raises(Forbidden):
        measure_terms(actors["seller"], now, term_ids=[])


def test_what_blocked_titles_share_is_mined_with_the_listings_that_speak_for_it(actors, now):
    for number in range(3):
        listing = Listing.objects.get(listing_id=f"F-{number}")
        a_verdict(listing, now, "block", 0.95, matches=[])
        record_label(
            actors["reviewer"], now, listing=listing, label="counterfeit", source="decision", source_id=f"d-{number}"
        )
    for number in range(len(GOODS)):
        a_verdict(Listing.objects.get(listing_id=f"H-{number}"), now, "pass", 0.1, brands=[], matches=[])
    found = mine_terms(actors["supervisor"], now)
    mined = {t.text: t for t in Term.objects.all()}
    assert found.fresh == len(mined)
    assert "大钩子" in mined
    assert not mined.keys() & {"跑鞋", "高仿", "复刻", "手工", "耐克"}
    hook = mined["大钩子"]
    assert (hook.brand.name, hook.kind, hook.state, hook.source) == ("Nike", "alias", "candidate", "mined")
    assert sorted(hook.evidence["listing_ids"]) == ["F-0", "F-1", "F-2"]
    assert (hook.evidence["support"], hook.evidence["clean_support"]) == (3, 0)
    assert hook.effect["changed"] == 4
    assert mine_terms(actors["supervisor"], now).fresh == 0


def test_candidates_are_stored_with_their_effect_or_not_at_all(actors, now):
    """Where the database fails while the effects are written, nobody has seen a candidate."""
    for number in range(3):
        a_verdict(Listing.objects.get(listing_id=f"F-{number}"), now, "block", 0.95, brands=["Nike"], matches=[])

    def full(execute, sql, *rest):
        if sql.startswith('UPDATE "rights_term"'):
            raise OperationalError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(full), pytest.raises(OperationalError):
        mine_terms(actors["supervisor"], now)
    assert not Term.objects.exists()
    assert not Event.objects.filter(type="rights:term:proposed").exists()
    found = mine_terms(actors["supervisor"], now)
    assert found.fresh
    assert not Term.objects.filter(effect_at=None).exists()


def test_a_listing_that_was_found_genuine_speaks_for_no_candidate(actors, now):
    for number in range(3):
        listing = Listing.objects.get(listing_id=f"F-{number}")
        a_verdict(listing, now, "block", 0.95, matches=[])
        record_label(
            actors["reviewer"], now, listing=listing, label="genuine", source="decision", source_id=f"d-{number}"
        )
    assert mine_terms(actors["supervisor"], now).fresh == 0
    assert not Term.objects.exists()


def test_only_who_may_mines(actors, now):
    with pytest.raises(Forbidden):
        mine_terms(actors["reviewer"], now)
