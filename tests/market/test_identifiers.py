"""Identifiers become keyed digests: one spelling, one digest; nothing identifies by accident."""

import pytest

from touchstone.market.identifiers import identify, keyed


def digest(kind, value):
    found = identify(kind, value)
    return found and found[0]


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("phone", "13912345678", "+86 139-1234-5678"),
        ("phone", "13912345678", "0086 13912345678"),
        ("phone", "１３９１２３４５６７８", "8613912345678"),
        ("phone", "0571-88157858", "+86 571 8815 7858"),
        ("phone", "0571-88157858转802", "057188157858"),
        ("phone", "+44 20 7946 0958", "0044 2079460958"),
        ("payout_account", "6222 0212 0000 1234", "6222021200001234"),
        ("payout_account", "Shop@Pay.example", "shop@pay.example "),
        ("device", "3C:22:FB:0A:11:9E", "3c22fb0a119e"),
        ("licence", "91330100799655058b", "91330100 799655058B"),
        ("return_address", "浙江省杭州市余杭区文一西路969号3栋2单元401室", "浙江杭州余杭区文一西路９６９號3幢2单元401"),
        ("return_address", "福建省莆田市荔城区安福路三号楼五层", "福建莆田荔城区安福路3-5"),
        ("return_address", "深圳市福田区华强北路十二号A座1201房", "深圳 福田区 华强北路12号a栋1201室"),
        ("waybill_account", "sf-8801 22", "SF880122"),
    ],
)
def test_two_spellings_of_one_thing_have_one_digest(kind, a, b):
    assert digest(kind, a) == digest(kind, b) is not None


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("phone", "13912345678", "13912345679"),
        ("phone", "+1 3912345678", "13912345678"),
        ("return_address", "文一西路969号3栋401室", "文一西路969号34栋01室"),
        ("return_address", "文一西路96号93栋", "文一西路969号3栋"),
    ],
)
def test_different_things_differ(kind, a, b):
    assert digest(kind, a) != digest(kind, b)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "-"),
        ("phone", "139****5678"),
        ("phone", "00000000000"),
        ("payout_account", "0000"),
        ("device", "00000000-0000-0000-0000-000000000000"),
        ("contact_name", "王"),
        ("return_address", "杭州市"),
    ],
)
def test_placeholders_identify_nobody(kind, value):
    assert identify(kind, value) is None


def test_addresses_of_both_kinds_can_be_compared_and_nothing_else():
    text = "浙江省杭州市文一西路969号"
    assert digest("return_address", text) == digest("ship_from_address", text)
    assert digest("phone", "13912345678") != digest("payout_account", "13912345678")


def test_the_hint_is_two_characters():
    assert identify("phone", "13912345678")[1] == "78"


def test_another_key_gives_another_digest(settings):
    before = keyed("phone", "x")
    settings.IDENTIFIER_KEY = "another"
    assert keyed("phone", "x") != before
