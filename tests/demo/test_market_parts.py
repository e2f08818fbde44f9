"""The small parts: licences, addresses, phones and accounts as they get written."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from touchstone.demo.market import licences, people, places


@pytest.mark.parametrize("number", ["91330100799655058B", "91110000600037341L", "91330106673959654P"])
def test_real_licence_numbers_pass(number):
    assert licences.is_licence(number)


@pytest.mark.parametrize(
    "number", ["91330100799655058C", "9133010079965505B", "91330100799655059B", "9133010079965O058B", ""]
)
def test_a_wrong_character_is_found(number):
    assert not licences.is_licence(number)


def test_invented_licences_pass_and_carry_kind_and_area():
    rnd = random.Random(4)
    for _ in range(500):
        number = licences.licence(rnd, licences.SOLE_TRADER, "350304")
        assert licences.is_licence(number)
        assert number.startswith("92350304")


def test_an_address_is_spelt_in_many_ways_and_keeps_its_street():
    rnd = random.Random(4)
    door = places.address(rnd, places.district(rnd))
    written = {places.spell(rnd, door, care=0.0) for _ in range(50)}
    assert len(written) > 20
    assert sum(door.street in text for text in written) > 0.8 * len(written)
    assert places.spell(rnd, door, care=1.0) == places.spell(rnd, door, care=1.0)


def test_a_phone_keeps_its_digits_but_for_a_rare_slip():
    rnd = random.Random(4)
    digits = people.phone(rnd)
    written = [people.spell_phone(rnd, digits, care=0.0) for _ in range(400)]
    same = [re.sub(r"\D", "", unicodedata.normalize("NFKC", text))[-11:] == digits for text in written]
    assert 0.9 < sum(same) / len(same) < 1.0


def test_payout_cards_have_a_right_luhn_digit():
    rnd = random.Random(4)
    for _ in range(100):
        card = people.payout(rnd)
        doubled = [int(c) * 2 if i % 2 else int(c) for i, c in enumerate(reversed(card))]
        assert sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
