"""Terms: proposed, looked at, approved by the right person, live, and taken back; with provenance and events."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from touchstone.errors import BadInputFile, Conflict, Forbidden, NotFound, NotValid
from touchstone.ledger.models import Event
from touchstone.rights import actions, term_files, term_queries, terms
from touchstone.rights.models import Term, TermState
from touchstone.rights.terms import Draft

pytestmark = pytest.mark.django_db

BRANDS = """brand,aliases,short_aliases,classes
Nike,耐克,NK,25
Dior,迪奥,,3
"""


@pytest.fixture(autouse=True)
def brands(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text(BRANDS, encoding="utf-8")
    actions.import_brands(actors["engineer"], now, path=path)


@pytest.fixture
def candidate(actors, now):
    def candidate(kind="alias", text="大钩子", brand="Nike", who="reviewer", measured=True) -> Term:
        term = terms.propose(actors[who], now, kind=kind, text=text, brand=brand, reason="seen in a shop")
        if measured:
            terms.note_effects(actors["system"], now, effects={term.id: {"listings": 9, "changed": 2}})
        return Term.objects.get(id=term.id)

    return candidate


def events(verb: str) -> list[dict]:
    return [json.loads(e.payload) for e in Event.objects.filter(type=f"rights:term:{verb}").order_by("id")]


def test_a_proposal_is_a_candidate_with_who_when_and_why(actors, now, candidate):
    term = candidate(measured=False)
    assert (term.state, term.source, term.reason) == ("candidate", "hand", "seen in a shop")
    assert (term.proposed_by, term.proposed_by_name) == (actors["reviewer"].id, "Reviewer")
    assert (term.proposed_at, term.brand.name, term.key) == (now, "Nike", "大钩子")
    assert term_queries.live_terms() == (set(), set())
    event = Event.objects.get(type="rights:term:proposed")
    assert set(event.refs.values_list("kind", "object_id")) == {("term", str(term.id)), ("brand", "Nike")}


def test_the_same_proposal_again_is_the_same_term_and_no_event(actors, now, candidate):
    first = candidate()
    again = terms.propose(actors["supervisor"], now, kind="alias", text=" 大钩子\u200b ", brand="nike", reason="x")
    assert (again.id, again.reason) == (first.id, "seen in a shop")
    assert len(events("proposed")) == 1


def test_an_alias_is_live_once_it_is_approved_and_gone_once_it_is_withdrawn(actors, now, candidate):
    term = candidate()
    (approved,) = terms.approve(actors["supervisor"], now, term_ids=[term.id])
    assert (approved.state, approved.approved_by_name, approved.approved_at) == ("approved", "Supervisor", now)
    assert term_queries.live_terms() == ({("Nike", "大钩子")}, set())
    assert events("approved") == [{"kind": "alias", "text": "大钩子", "listings": 9, "changed": 2}]
    terms.approve(actors["supervisor"], now, term_ids=[term.id])
    assert len(events("approved")) == 1
    gone = terms.withdraw(actors["supervisor"], now, term_id=term.id, because="It is a kind of hook.")
    assert (gone.state, gone.ended_because) == ("withdrawn", "It is a kind of hook.")
    assert term_queries.live_terms() == (set(), set())
    assert terms.withdraw(actors["supervisor"], now, term_id=term.id, because="again").ended_because != "again"
    assert len(events("withdrawn")) == 1


def test_nobody_approves_what_nobody_has_looked_at(actors, now, candidate):
    term = candidate(measured=False)
    with pytest.raises(Conflict, match="Measure its effect first"):
        terms.approve(actors["supervisor"], now, term_ids=[term.id])


@pytest.mark.parametrize(("kind", "text", "brand"), [("safe", "耐克跑步节", ""), ("negative", "耐刻", "Nike")])
def test_what_lets_listings_through_needs_a_second_person(actors, now, candidate, kind, text, brand):
    own = candidate(kind, text, brand, who="supervisor")
    with pytest.raises(Forbidden, match="second person"):
        terms.approve(actors["supervisor"], now, term_ids=[own.id])
    alias = candidate("alias", "大钩子", "Nike", who="supervisor")
    assert terms.approve(actors["supervisor"], now, term_ids=[alias.id])[0].state == "approved"
    assert term_queries.live_terms() == ({("Nike", "大钩子")}, set())


def test_screening_is_told_of_which_brand_a_phrase_is(actors, now, candidate):
    for kind, text, brand in (("negative", "耐刻", "Nike"), ("safe", "耐克跑步节", "")):
        terms.approve(actors["supervisor"], now, term_ids=[candidate(kind, text, brand).id])
    assert term_queries.live_terms() == (set(), {("Nike", "耐刻"), ("", "耐克跑步节")})


def test_of_several_terms_all_are_approved_or_none(actors, now, candidate):
    good, bad = candidate(), candidate(text="钩钩牌", measured=False)
    with pytest.raises(Conflict):
        terms.approve(actors["supervisor"], now, term_ids=[good.id, bad.id])
    assert set(Term.objects.values_list("state", flat=True)) == {"candidate"}


@pytest.mark.parametrize("role", ["reviewer", "investigator", "engineer", "working_group", "seller", "rights_holder"])
def test_only_a_supervisor_approves_refuses_and_withdraws(actors, now, candidate, role):
    term = candidate()
    with pytest.raises(Forbidden):
        terms.approve(actors[role], now, term_ids=[term.id])
    with pytest.raises(Forbidden):
        terms.refuse(actors[role], now, term_id=term.id, because="no")
    terms.approve(actors["supervisor"], now, term_ids=[term.id])
    with pytest.raises(Forbidden):
        terms.withdraw(actors[role], now, term_id=term.id, because="no")


def test_a_seller_neither_sees_nor_proposes_terms(actors, now):
    with pytest.raises(Forbidden):
        terms.propose(actors["seller"], now, kind="safe", text="耐克跑步节")
    with pytest.raises(Forbidden):
        term_queries.terms(actors["seller"])


def test_what_was_refused_is_not_mined_again_but_may_be_proposed_again(actors, now, candidate):
    term = candidate()
    terms.refuse(actors["supervisor"], now, term_id=term.id, because="too common")
    draft = [Draft("alias", "大钩子", "Nike")]
    mined = terms.propose_many(actors["system"], now, drafts=draft, source="mined", source_id="r-1", again=False)
    assert (mined.fresh, mined.terms[0].state) == (0, "refused")
    later = now + timedelta(days=1)
    again = terms.propose(actors["investigator"], later, kind="alias", text="大钩子", brand="Nike", reason="new shops")
    assert (again.id, again.state, again.reason, again.proposed_at) == (term.id, "candidate", "new shops", later)
    assert (again.ended_at, again.effect) == (None, None)
    assert [e["text"] for e in events("proposed")] == ["大钩子", "大钩子"]


def test_the_same_text_is_never_an_alias_and_safe_at_once(actors, now, candidate):
    terms.approve(actors["supervisor"], now, term_ids=[candidate().id])
    safe = candidate("safe", "大钩子", "")
    with pytest.raises(Conflict, match="approved as: Alias"):
        terms.approve(actors["supervisor"], now, term_ids=[safe.id])
    other = candidate("alias", "大钩子", "Dior")
    with pytest.raises(Conflict):
        terms.approve(actors["supervisor"], now, term_ids=[other.id])


@pytest.mark.parametrize(
    ("kind", "text", "brand", "says"),
    [
        ("alias", "", "Nike", "at least two"),
        ("alias", "\u200b\u202e", "Nike", "at least two"),
        ("alias", "+ -", "Nike", "at least two"),
        ("alias", "x" * 101, "Nike", "at most 100"),
        ("alias", "大钩子", "", "which brand"),
        ("negative", "耐刻", "", "which brand"),
        ("alias", "大钩子", "Puma", "no brand Puma"),
        ("alias", "ＮＩＫＥ", "Nike", "a name of Nike already"),
        ("alias", "nk", "Nike", "a name of Nike already"),
        ("alias", "迪奥", "Nike", "a name of Dior"),
        ("safe", "耐克", "", "itself a name of Nike"),
        ("negative", "Nike", "Nike", "itself a name of Nike"),
        ("regex", "大钩子", "Nike", "no kind of term"),
    ],
)
def test_what_cannot_be_a_term_is_said_clearly(actors, now, kind, text, brand, says):
    with pytest.raises(NotValid, match=says):
        terms.propose(actors["reviewer"], now, kind=kind, text=text, brand=brand)
    assert not Term.objects.exists()


def test_what_cannot_be_seen_is_taken_out_of_a_text(actors, now):
    term = terms.propose(actors["reviewer"], now, kind="alias", text="\u202e大\u200b钩\n 子\x00", brand="Nike")
    assert term.text == "大钩 子"


def test_a_term_that_is_not_there_is_not_found(actors, now):
    with pytest.raises(NotFound):
        terms.approve(actors["supervisor"], now, term_ids=["00000000-0000-4000-8000-000000000000"])


def test_a_confirmed_word_is_an_alias_at_once_with_its_decision(actors, now):
    about = {"listing_id": "L-1", "decision_id": "d-1", "title": "大\u200b钩子 跑鞋 清仓"}
    term = terms.confirm(actors["reviewer"], now, text="大钩子", brand="Nike", **about)
    assert (term.state, term.source, term.source_id) == ("approved", "decision", "d-1")
    assert (term.evidence, term.approved_by_name) == ({"listing_ids": ["L-1"]}, "Reviewer")
    kinds = dict(Event.objects.get(type="rights:term:approved").refs.values_list("kind", "object_id"))
    assert (kinds["decision"], kinds["listing"], kinds["brand"]) == ("d-1", "L-1", "Nike")
    assert terms.confirm(actors["reviewer"], now, text="大钩子", brand="Nike", **about).id == term.id
    assert len(events("approved")) == 1


@pytest.mark.parametrize("text", ["跑鞋", "☆新款☆", "新款 包邮", "男士手表防水", "cotton shirt"])
def test_everyday_words_that_a_reviewer_confirms_wait_for_somebody_to_look(actors, now, text):
    term = terms.confirm(
        actors["reviewer"], now, text=text, brand="Nike", listing_id="L-1", decision_id="d-1", title=f"{text} 大钩子"
    )
    assert term.state == TermState.CANDIDATE


@pytest.mark.parametrize("text", ["大钩子", "n1ke", "奈克", "👟耐刻"])
def test_words_that_nobody_says_otherwise_are_live_at_once(actors, now, text):
    term = terms.confirm(
        actors["reviewer"], now, text=text, brand="Nike", listing_id="L-1", decision_id="d-1", title=f"{text} 跑鞋"
    )
    assert term.state == TermState.APPROVED


def test_a_word_that_the_title_does_not_say_is_not_confirmed(actors, now):
    with pytest.raises(NotValid, match="does not say"):
        terms.confirm(
            actors["reviewer"], now, text="大钩子", brand="Nike", listing_id="L-1", decision_id="d-1", title="跑鞋"
        )


def test_a_file_comes_in_once_and_goes_out_as_it_came(actors, now, candidate, tmp_path):
    path = tmp_path / "safe.csv"
    path.write_text("term,kind,brand,provenance\n耐克跑步节,safe,,rights team\n=大钩子,alias,Nike,\n", encoding="utf-8")
    done = term_files.import_terms(actors["engineer"], now, path=path)
    assert (len(done.terms), done.fresh) == (2, 2)
    found = Term.objects.get(text="耐克跑步节")
    assert (found.source, len(found.source_id), found.reason) == ("file", 64, "rights team")
    assert term_files.import_terms(actors["engineer"], now, path=path).fresh == 0
    lines = "".join(term_files.terms_csv(term_queries.terms(actors["engineer"])))
    assert "'=大钩子,alias,Nike" in lines
    Term.objects.all().delete()
    path.write_text(lines, encoding="utf-8")
    assert term_files.import_terms(actors["engineer"], now, path=path).fresh == 2
    assert set(Term.objects.values_list("text", flat=True)) == {"耐克跑步节", "=大钩子"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("term\n大钩子\n", "kind"),
        ("term,kind,brand\n大钩子,alias,Nike\n大勾,alias,Puma\n", "safe.csv, term 2, brand: .*Puma"),
        ("term,kind\n大钩子,safe\n,safe\n", "term 2"),
    ],
)
def test_a_file_with_a_wrong_row_changes_nothing(actors, now, tmp_path, content, says):
    path = tmp_path / "safe.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInputFile, match=says):
        term_files.import_terms(actors["engineer"], now, path=path)
    assert not Term.objects.exists()


def test_terms_that_say_the_opposite_are_not_approved_together(actors, now, candidate):
    one, other = candidate(), candidate(brand="Dior")
    with pytest.raises(Conflict, match="opposite"):
        terms.approve(actors["supervisor"], now, term_ids=[one.id, other.id])
    assert set(Term.objects.values_list("state", flat=True)) == {"candidate"}
    assert events("approved") == []
