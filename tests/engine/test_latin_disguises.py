"""Latin names and names in other scripts: slips, signs, glued words, turned text; and the honest words that stay honest."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from engine_tables import listings_table
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.bench.screen import rights_table as famous_brands
from touchstone.engine.screen import Screener
from touchstone.engine.text.disguise import find
from touchstone.engine.text.explain import steps
from touchstone.engine.text.terms import Terms
from touchstone.engine.text.turned import drawn

SEVERAL = ["Louis Vuitton", "Patek Philippe", "Tommy Hilfiger", "Ralph Lauren", "Bottega Veneta", "Calvin Klein"]
LEET = {"i": "1", "l": "1", "o": "0", "e": "3", "a": "4", "s": "5"}
SYLLABLES = ["ナイキ", "グッチ", "シャネル", "나이키", "루이비통", "구찌"]
TERMS = Terms([*SEVERAL, *SYLLABLES, "Nike", "Gucci", "Prada", "adidas", "Найк"])


@pytest.fixture(scope="module")
def famous() -> Screener:
    return Screener(famous_brands())


def names_in(text: str) -> set[str]:
    return {TERMS.texts[t] for t in find(TERMS, pa.array([text], pa.large_string())).term.tolist()}


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("Patek Philipe watch", "Patek Philippe"),
        ("Tommy Hilfigger shirt", "Tommy Hilfiger"),
        ("Loius Vuitton bag", "Louis Vuitton"),
        ("Lous Vuiton wallet", "Louis Vuitton"),
        ("Ralph Laurren polo", "Ralph Lauren"),
        ("Louiss Vuittton bag", "Louis Vuitton"),
        ("L0u1s Vu1tton bag", "Louis Vuitton"),
        ("H3rm35 bag", "Hermès"),
        ("D10R perfume", "Dior"),
        ("Nik€ shoes", "Nike"),
        ("H€rm€s scarf", "Hermès"),
        ("GU¢CI belt", "Gucci"),
        ("Pra∂a bag", "Prada"),
        ("Adida$ shoes", "adidas"),
        ("Ni₭e shoes", "Nike"),
        ("\u202eekiN\u202c shoes", "Nike"),
        ("new \u202eiccuG bag", "Gucci"),
        ("G\u3164u\u3164c\u3164c\u3164i bag", "Gucci"),
        ("N\u2800i\u2800k\u2800e shoes", "Nike"),
        ("ナ・イ・キ スニーカー", "Nike"),
        ("ﾅｲｷ スニーカー", "Nike"),
        ("ないき シューズ", "Nike"),
        ("나.이.키 신발", "Nike"),
        ("나 이 키 신발", "Nike"),
        ("ㄴ.ㅏ.ㅇ.ㅣ.ㅋ.ㅣ 신발", "Nike"),
        ("Н а й к кроссовки", "Nike"),
        ("ΝΙΚΕ shoes", "Nike"),
        ("ⲚⲒⲔⲈ shoes", "Nike"),
        ("ᴺᴵᴷᴱ shoes", "Nike"),
        ("guccibag", "Gucci"),
        ("nikeshoes", "Nike"),
        ("newadidas", "adidas"),
        ("Nkie shoes", "Nike"),
        ("ekin shoes", "Nike"),
        ("Guci bag", "Gucci"),
        ("Goochi bag", "Gucci"),
        ("Kartier ring", "Cartier"),
        ("Ralf Loren shirt", "Ralph Lauren"),
        ("Cl!nique serum", "Clinique"),
    ],
)
def test_a_name_is_seen_however_its_letters_are_written(famous, title, brand):
    row = famous.screen(listings_table(title)).to_pylist()[0]
    assert brand in row["brands"]
    assert all(title[m["start"] : m["end"]] == m["text"] for m in row["matches"])


@pytest.mark.parametrize(
    "title",
    [
        "pineapple slicer",
        "world championship mug",
        "grappa glasses",
        "legoland map",
        "hank theorists parcel",
        "channel 5 news",
        "football coach whistle",
        "under the balance of power",
        "pumas of South America",
        "η Νίκη της Σαμοθράκης",
        "ΝΙΚΗ και ΝΙΚΕ στην Ελλάδα",
        "model 1000 series filter",
        "친구 찌개 맛집",
    ],
)
def test_an_honest_word_stays_honest(famous, title):
    assert famous.screen(listings_table(title)).to_pylist()[0]["matches"] == []


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SEVERAL), st.integers(0, 10_000))
def test_one_slip_in_a_name_of_two_words_is_seen_with_its_blank(name, seed):
    pick = random.Random(seed)
    begin = name.index(" ") + 1
    i = pick.randrange(begin + 1, len(name))
    written = pick.choice((name[:i] + name[i + 1 :], name[:i] + name[i] + name[i:], name[:i] + "x" + name[i:]))
    assert name in names_in(f"new {written} | large")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(SEVERAL), st.integers(0, 10_000))
def test_two_digits_in_a_name_of_two_words_are_seen(name, seed):
    places = [i for i, c in enumerate(name) if c in LEET]
    out = list(name)
    for i in random.Random(seed).sample(places, 2):
        out[i] = LEET[out[i]]
    assert name in names_in(f"new {''.join(out)} large")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["Nike", "Gucci", "Prada", "adidas", *SEVERAL]), st.text("abc ", max_size=8), st.booleans())
def test_turned_text_is_read_as_it_is_drawn(name, beside, closed):
    text = f"{beside}| \u202e{name[::-1]}" + ("\u202c |" if closed else "")
    seen = find(TERMS, pa.array([text], pa.large_string()))
    at = text.index(name[::-1])
    assert (name, at, at + len(name)) in {
        (TERMS.texts[t], s, e)
        for t, s, e in zip(seen.term.tolist(), seen.start.tolist(), seen.end.tolist(), strict=True)
    }


@pytest.mark.parametrize("sign", [".", "・", "-", "*", " ", "\u200b", "\u3164"])
@pytest.mark.parametrize("name", SYLLABLES)
def test_syllables_apart_are_a_name_that_stands_alone(name, sign):
    assert name in names_in(f"| {sign.join(name)} |")


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n"), max_size=30))
def test_turning_keeps_every_character(text):
    order = drawn(text)
    assert order is None or sorted(order) == list(range(len(text)))


def test_the_steps_say_which_letter_a_digit_is_read_as():
    told = {step["step"]: step for step in steps("guccibag | N1KE | 42")}
    assert told["leet"]["text"].startswith("guccibag")
    assert ("1", "i") in {(c["before"], c["after"]) for c in told["leet"]["changes"]}
    assert not {c["before"] for c in told["leet"]["changes"]} & {"g", "l", "q"}
