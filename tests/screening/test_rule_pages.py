"""The pages of rules: list, editor, versions with differences, backtest and approval, picture, files."""

from __future__ import annotations

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.reading import Page

from shops import a_listing, a_verdict
from touchstone.engine.catalogue import SIGNALS
from touchstone.engine.rules.ruleset import Ruleset
from touchstone.rights import actions as rights
from touchstone.screening import wording
from touchstone.screening.models import RulePeriod, RuleTrial, RuleVersion
from touchstone.screening.rule_picture import Drawn, picture

SAYS = {
    "rule_id": "cheap-nike",
    "condition": "brand = 'Nike' AND price_ratio < 0.9",
    "then": "block",
    "reason": "Cheap Nike.",
    "reason_zh": "廉价耐克。",
}


@pytest.fixture(autouse=True)
def market(actors, now, tmp_path):
    path = tmp_path / "brands.csv"
    path.write_text("brand,aliases,classes,reference_price,currency\nNike,耐克,25,800,CNY\n", encoding="utf-8")
    rights.import_brands(actors["engineer"], now, path=path)
    a_listing(now, "N-1", "S-1", title="Nike 耐克 跑鞋", price_minor=60000, orders_30d=10)


def read(response) -> Page:
    page = Page(response.content.decode())
    assert page.hindrances() == []
    return page


def follow(client, url, **data):
    return read(client.post(url, data, follow=True))


@pytest.fixture
def draft(sign_in):
    sign_in("engineer").post("/rules/new/", SAYS)
    return RuleVersion.objects.get()


def test_a_rule_goes_from_the_editor_over_backtest_and_approval_to_live(sign_in, draft):
    engineer = sign_in("engineer")
    trial = follow(engineer, f"/rules/versions/{draft.id}/try/")
    assert "You wrote this version: somebody else must approve it." in trial.texts
    assert "N-1" in trial.texts
    supervisor = sign_in("supervisor")
    found = RuleTrial.objects.get()
    assert "Approve" in read(supervisor.get(f"/rules/trials/{found.id}/")).texts
    approved = follow(supervisor, f"/rules/versions/{draft.id}/approve/", trial_id=found.id)
    assert "Approved. It can go live." in approved.texts
    live = follow(supervisor, f"/rules/versions/{draft.id}/start/", mode="live", share=100)
    assert "Live" in live.texts
    period = RulePeriod.objects.get()
    stopped = follow(supervisor, f"/rules/periods/{period.id}/stop/", because="Enough.")
    assert {"Retired", "Enough."} <= set(stopped.texts)
    back = follow(supervisor, "/rules/cheap-nike/roll-back/", number=1, because="After all.")
    assert "Version 1 is in force again." in back.texts


def test_approval_without_a_backtest_is_refused_on_the_page(sign_in, draft):
    page = follow(sign_in("supervisor"), f"/rules/versions/{draft.id}/approve/")
    assert any("Look at the backtest first." in text for text in page.texts)
    assert RuleVersion.objects.get().approved_at is None


@pytest.mark.parametrize(
    ("condition", "place", "says"),
    [
        ("brand_count > 0 AND vareity > 3", "vareity", "There is no signal vareity."),
        ("brand = 3", "brand = 3", "Here things of different kinds are put together."),
        ("brand_count > 0 AND", "AND", "cannot be read"),
        ("lower(brand) = 'x'", "lower(brand", "A rule may not use LOWER(brand)."),
        ("price_ratio", "price_ratio", "not true or false"),
        ("brand = 'x", "'x", "begins here"),
        ("brand_count > 0; DROP TABLE x", "brand_count > 0; DROP TABLE x", "may not use"),
        ("brand IS 3", "brand IS 3", "IS takes"),
        ("brand IN (SELECT 1)", "brand IN (SELECT 1", "IN needs"),
        ("x" * 2001, "x", "2001 characters"),
    ],
)
def test_a_bad_condition_is_shown_with_its_place_and_a_remedy(sign_in, condition, place, says):
    response = sign_in("engineer").post("/rules/new/", {**SAYS, "condition": condition})
    assert response.status_code == 422
    page = read(response)
    assert [e.text for e in page.all("span") if e.attrs.get("class") == "wrong-place"] == [place]
    assert any(says in e.text for e in page.all("p") if "error" in e.attrs.get("class", ""))
    assert not RuleVersion.objects.exists()


def test_a_misspelt_signal_gets_a_suggestion(sign_in):
    page = read(sign_in("engineer").post("/rules/new/", {**SAYS, "condition": "vareity > 3"}))
    assert "variety" in [e.text for e in page.all("code")]


def test_html_in_a_condition_stays_text(sign_in):
    response = sign_in("engineer").post("/rules/new/", {**SAYS, "condition": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


def test_the_condition_can_be_checked_without_saving(sign_in):
    page = read(sign_in("engineer").post("/rules/new/", {**SAYS, "check": ""}))
    assert "The condition is right." in page.texts
    assert not RuleVersion.objects.exists()


def test_the_editor_lists_every_signal_with_its_meaning(sign_in):
    page = read(sign_in("engineer").get("/rules/new/"))
    assert set(SIGNALS) <= set(page.texts)


def test_every_signal_has_its_words_in_both_languages():
    assert set(SIGNALS) - set(wording.SIGNALS) == set()


def test_a_wrong_name_is_told_at_its_field(sign_in):
    response = sign_in("engineer").post("/rules/new/", {**SAYS, "rule_id": "says-it-is-a-copy"})
    assert response.status_code == 422
    assert any("comes with the product" in text for text in read(response).texts)


def test_a_version_shows_what_it_changed(sign_in, draft):
    sign_in("supervisor").post("/rules/cheap-nike/edit/", {**SAYS, "condition": "brand = 'Nike' AND price_ratio < 0.5"})
    page = read(sign_in("supervisor").get("/rules/cheap-nike/"))
    assert [e.text for e in page.all("del")] == ["0.9"]
    assert [e.text for e in page.all("ins")] == ["0.5"]


def test_the_list_shows_states_and_hits_of_own_rules_and_the_products(sign_in, draft, actors, now):
    from touchstone.market.models import Listing

    reasons = [{"signal": f"rule:{name}", "value": "block", "weight": 0.0, "text": "x", "text_zh": "x"}
               for name in ("cheap-nike", "implausible-price")]  # fmt: skip
    a_verdict(Listing.objects.get(), now, "block", reasons=reasons)
    page = read(sign_in("reviewer").get("/rules/"))
    rows = [row.text.strip() for row in page.all("tr")]
    own, priced, imaged = (
        next(row for row in rows if row.startswith(name)) for name in ("cheap-nike", "implausible-price", "known-image")
    )
    assert "Draft" in own
    assert (priced[-1], imaged[-1]) == ("1", "0")


def test_a_product_rule_has_a_page(sign_in):
    page = read(sign_in("reviewer").get("/rules/implausible-price/"))
    assert any("comes with the product" in text for text in page.texts)


def test_the_picture_draws_a_line_for_each_use(sign_in):
    page = read(sign_in("reviewer").get("/rules/picture/"))
    assert len(page.all("path")) > 40
    assert "price_ratio" in page.texts
    drawn = picture(
        [Drawn("a", "brand_count > 0 AND variety > 1", "block", "/a/"), Drawn("b", "variety > 2", "review", "/b/")]
    )
    assert [(line.rule, line.signal) for line in drawn.lines] == [
        ("a", "brand_count"),
        ("a", "variety"),
        ("b", "variety"),
    ]
    assert "price_ratio" in drawn.unused


def test_a_rule_file_goes_out_and_comes_back_the_same(sign_in, draft, client):
    client = sign_in("engineer")
    text = client.get("/rules/export/?which=latest").content.decode()
    read_back = Ruleset.parse(text, name="x")
    assert [r.id for r in read_back.rules if r.id == "cheap-nike"] == ["cheap-nike"]
    assert yaml.safe_load(client.get("/rules/export/").content)["rules"] == []
    one = client.get("/rules/cheap-nike/1/export/").content.decode()
    assert Ruleset.parse(one, name="x").rules[-1].reason_zh == "廉价耐克。"
    follow(client, "/rules/import/", file=SimpleUploadedFile("rules.yaml", text.encode()))
    assert RuleVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"- {id: a, when: nothing > 1, then: review, reason: x}", "rule 1 (a)"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b": : :", "YAML"),
        (b"- &a {id: a}\n- *a", "aliases"),
        (b"", "empty"),
        (b"- {id: says-it-is-a-copy, when: brand_count > 1, then: review, reason: x}\n", "comes with the product"),
    ],
)
def test_a_bad_file_is_refused_at_its_form(sign_in, content, says):
    response = sign_in("engineer").post("/rules/import/", {"file": SimpleUploadedFile("r.yaml", content)})
    assert response.status_code == 422
    assert any(says in text for text in read(response).texts), read(response).texts
    assert not RuleVersion.objects.exists()


def test_who_may_only_look_sees_no_forms(sign_in, draft):
    page = read(sign_in("reviewer").get("/rules/cheap-nike/"))
    assert [f.attrs.get("action") for f in page.all("form") if "/rules/" in f.attrs.get("action", "")] == []


def test_the_pages_speak_chinese(sign_in, draft):
    client = sign_in("engineer")
    client.cookies["django_language"] = "zh-hans"
    assert {"规则", "产品自带规则"} <= set(read(client.get("/rules/")).texts)
    page = read(client.post("/rules/new/", {**SAYS, "condition": "vareity > 3"}))
    assert any("没有信号 vareity" in text for text in page.texts)
