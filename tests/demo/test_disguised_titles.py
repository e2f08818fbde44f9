"""How a name is disguised, technique by technique."""

from __future__ import annotations

import random
import unicodedata

import pytest

from touchstone.demo.disguise import TECHNIQUES, disguise, is_han
from touchstone.errors import NotValid

NIKE = ("Nike", "耐克")
ADIDAS = ("adidas", "阿迪达斯")
LV = ("Louis Vuitton", "路易威登")


def ways(names, technique, aliases=(), tries=60) -> set[str]:
    rnd = random.Random(5)
    return {text for _ in range(tries) if (text := disguise(rnd, names, technique, aliases))}


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_disguise_never_is_the_name_itself(technique):
    for names in (NIKE, ADIDAS, LV, ("Hermès", "爱马仕"), ("Lacoste", "拉科斯特", "鳄鱼")):
        written = ways(names, technique, ("NB", "小马"))
        assert not written & set(names)
        assert all(text.strip("\u200b") for text in written)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_every_technique_finds_a_hold_in_a_usual_brand(technique):
    assert ways(("Hermès", "爱马仕"), technique, ("驴牌",))


def test_case_and_width_fold_back_to_the_name():
    assert all(text.casefold() == "nike" for text in ways(("Nike",), "case"))
    assert all(unicodedata.normalize("NFKC", text).casefold() == "nike" for text in ways(("Nike",), "width"))


def test_separators_are_the_only_addition():
    for text in ways(("adidas",), "separator"):
        assert "".join(c for c in text if "a" <= c <= "z") == "adidas"
        assert text != "adidas"


def test_leet_swaps_letters_for_digits_and_signs():
    assert all(len(text) == 4 and any(not c.isalpha() for c in text) for text in ways(("Nike",), "leet"))


def test_homoglyphs_look_like_letters_and_are_not_ascii():
    for text in ways(("Nike",), "homoglyph"):
        assert len(text) == 4
        assert not text.isascii()


def test_traditional_writes_every_character_that_has_a_form():
    assert ways(("爱马仕",), "traditional") == {"愛馬仕"}
    assert ways(("耐克",), "traditional") == set(), "no character of it has another form"


def test_homophones_keep_the_sound():
    from pypinyin import lazy_pinyin

    written = ways(("阿迪达斯",), "homophone")
    assert len(written) > 5
    assert all(lazy_pinyin(text) == lazy_pinyin("阿迪达斯") for text in written)


def test_pinyin_spells_the_sound_or_part_of_it():
    written = {text.lower().replace(" ", "") for text in ways(("耐克",), "pinyin")}
    assert written == {"naike", "耐ke", "nai克"}


def test_initials_of_words_and_of_syllables():
    assert {text[:2].upper() for text in ways(("Louis Vuitton",), "initials")} == {"LV"}
    assert {text[:4].upper() for text in ways(("阿迪达斯",), "initials")} == {"ADDS"}
    assert ways(("Nike",), "initials") == set()


def test_glyphs_and_splits_change_chinese_characters_alone():
    assert ways(("Nike",), "glyph") == ways(("Nike",), "split") == set()
    assert "而寸克" in ways(("耐克",), "split")
    assert all(any(map(is_han, text)) for text in ways(("阿迪达斯",), "glyph"))


def test_emoji_stand_for_words_or_letters():
    assert "🍎" in ways(("苹果",), "emoji")
    assert all(any(ord(c) > 0x2000 for c in text) for text in ways(("Nike",), "emoji"))


def test_shuffle_keeps_the_characters_and_typo_does_not():
    assert all(sorted(text) == sorted("adidas") for text in ways(("adidas",), "shuffle"))
    assert all(abs(len(text) - 6) <= 1 and text[0] == "a" for text in ways(("adidas",), "typo"))


def test_an_alias_is_one_of_those_given():
    assert ways(NIKE, "alias", ("AJ", "飞人")) == {"AJ", "飞人"}
    assert ways(NIKE, "alias") == set()


def test_an_unknown_technique_is_refused_with_the_ones_there_are():
    with pytest.raises(NotValid, match="homoglyph"):
        disguise(random.Random(1), NIKE, "mirror")


def test_the_engine_does_not_read_these_tables():
    from pathlib import Path

    import touchstone.engine

    for module in Path(touchstone.engine.__file__).parent.rglob("*.py"):
        assert "touchstone.demo" not in module.read_text("utf-8"), module
