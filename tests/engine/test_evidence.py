"""Names that are everyday words: the brand only with evidence, and never cry wolf."""

import pytest
from engine_tables import listings_table, rights_table

from touchstone.engine.screen import Screener


@pytest.mark.parametrize(
    "title",
    [
        "小米粥 农家黄小米 5斤",
        "山西小米 月子米 新米 2500g",
        "苹果 5斤 红富士 新鲜水果 整箱",
        "苹果醋 减脂 饮料",
        "Fresh apple pie slicer",
        "pumas of South America",
        "puma wildlife poster",
        "Put it on the table, on sale",
        "coach bus toy for kids",
        "football coach whistle",
        "polo shirt men cotton",
        "Nikelodeon DVD box",
        "off white curtain",
    ],
)
def test_everyday_words_are_not_brands(judge, title):
    row = judge(title)
    assert (row["brands"], row["matches"], row["verdict"]) == ([], [], "pass")


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("小米手机14 智能 5G", "小米"),
        ("苹果 iPhone 15 国行", "Apple"),
        ("Apple MacBook Air 13", "Apple"),
        ("Puma suede sneakers", "Puma"),
        ("On Cloud 5 running shoes", "On"),
        ("Coach leather tote handbag", "Coach"),
        ("Polo Ralph Lauren oxford", "Polo"),
        ("昂跑 跑鞋", "On"),
    ],
)
def test_evidence_makes_the_word_a_brand(judge, title, brand):
    assert judge(title)["brands"] == [brand]


def test_the_brand_column_is_evidence(judge):
    assert judge("Coach 2024 autumn", brand="Coach")["brands"] == ["Coach"]
    assert judge("Coach 2024 autumn")["brands"] == []


def test_the_category_is_evidence(judge):
    assert judge("Puma 2024 new", category="running shoes")["brands"] == ["Puma"]


def test_a_plain_name_of_the_same_brand_is_evidence(judge):
    row = judge("彪马 Puma 2024")
    assert [m["text"] for m in row["matches"]] == ["彪马", "Puma"]


def test_the_rights_file_says_what_supports_and_what_speaks_against_a_name():
    table = rights_table([("Loom", "", "25", "", "", "")])
    for name, value in (("generic", "yes"), ("context_for", "tee"), ("context_against", "weaving;heirloom tee")):
        table = table.append_column(name, [[value]])
    titles = ("Loom tee", "Loom shirt", "Loom shirt weaving", "Loom 2024")
    brands = Screener(table).screen(listings_table(*titles))["brands"].to_pylist()
    assert brands == [["Loom"], ["Loom"], [], []]


def test_short_aliases_and_model_names_need_evidence_and_model_numbers_do_not():
    table = rights_table([("Nike", "", "25", "", "", "")])
    table = table.append_column("short_aliases", [["NK"]]).append_column("models", [["Dunk;Air Force 1"]])
    titles = ("NK 2024", "NK sneakers", "Dunk tank", "Dunk low shoes", "Air Force 1 white")
    brands = Screener(table).screen(listings_table(*titles))["brands"].to_pylist()
    assert brands == [[], ["Nike"], [], ["Nike"], ["Nike"]]


def test_a_range_of_styles_in_a_short_title_is_evidence(judge):
    assert judge("Puma (23 colours)")["brands"] == ["Puma"]
    assert judge("Puma (23 colours) wildlife")["brands"] == []
