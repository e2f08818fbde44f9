"""Licence codes: both check characters count, letters in the first eight places are allowed."""

import pytest

from touchstone.market import licence


@pytest.mark.parametrize("code", ["91330100799655058B", "91110000600037341L", "91330106673959654P"])
def test_codes_of_real_companies_are_valid_legal_entities(code):
    assert licence.is_valid(code)
    assert licence.is_legal_entity(code)


def test_a_code_that_starts_with_a_letter_is_valid():
    assert licence.is_valid("N2330106MF0000005C")


@pytest.mark.parametrize("position", range(18))
def test_one_changed_character_is_noticed(position):
    code = "91330100799655058B"
    other = "2" if code[position] != "2" else "3"
    assert not licence.is_valid(code[:position] + other + code[position + 1 :])


@pytest.mark.parametrize("code", ["", "9133", "91330100799655058I", "91330100799655058BB", "330106199001011234"])
def test_what_is_no_code_is_refused(code):
    assert not licence.is_valid(code)


def test_spelling_does_not_matter():
    assert licence.normalised(" ９１３３0100-799655058b ") == "91330100799655058B"


def test_a_sole_trader_is_no_legal_entity():
    body = "92330106MA0000006"
    code = next(
        c + k
        for c in (body[:16] + d for d in "0123456789X")
        for k in "0123456789ABCDEFGHJKLMNPQRTUWXY"
        if licence.is_valid(c + k)
    )
    assert not licence.is_legal_entity(code)
