"""What identifies a seller, as keyed digests.

A plain hash of a phone number is found by trying all numbers, so each value is folded to one spelling and then put
through HMAC-SHA-256 with a key derived from the installation's secret, one key a purpose. Only the digest and the last
two characters leave this module; nothing here is logged.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable

from django.conf import settings

from touchstone.market import licence
from touchstone.market.models import IdentifierKind

# Return and ship-from addresses share a purpose: one shop's warehouse is another's return address.
_PURPOSE = {
    IdentifierKind.RETURN_ADDRESS: "address",
    IdentifierKind.SHIP_FROM_ADDRESS: "address",
}
_HINT_LENGTH = 2


def identify(kind: str, value: str) -> tuple[str, str] | None:
    """(digest, hint) of the value; None if it identifies nobody (empty, masked, a placeholder)."""
    text = unicodedata.normalize("NFKC", value).strip()
    folded = "" if _is_placeholder(text) else _FOLD[kind](text)
    if not folded:
        return None
    return keyed(_PURPOSE.get(IdentifierKind(kind), kind), folded), folded[-_HINT_LENGTH:]


def legal_person(legal_name: str, payout_account: str) -> tuple[str, str] | None:
    """(digest, hint) of somebody without a licence who opens shops under one name, paid into one account."""
    name, account = (
        _name(unicodedata.normalize("NFKC", legal_name)),
        identify(IdentifierKind.PAYOUT_ACCOUNT, payout_account),
    )
    if not name or account is None:
        return None
    return keyed(IdentifierKind.LEGAL_PERSON, f"{name}/{account[0]}"), name[-_HINT_LENGTH:]


def district(address: str) -> str:
    """The address down to its district, county or town, at most 15 characters; empty where it names none."""
    text = re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", address).translate(_TRADITIONAL))
    found = _DISTRICT.match(text)
    return found.group() if found else ""


def keyed(purpose: str, value: str) -> str:
    """HMAC-SHA-256 of the value under the purpose's key, 64 hex characters."""
    return hmac.digest(_key(settings.IDENTIFIER_KEY, purpose), value.encode(), "sha256").hex()


@functools.cache
def _key(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"touchstone identifier: {purpose}".encode(), hashlib.sha256)


def _is_placeholder(text: str) -> bool:
    """True for a masked value (139****5678) and for one character over and over (00000000000)."""
    return "*" in text or len(set(re.sub(r"\W", "", text))) < 2


def _phone(value: str) -> str:
    """E.164 with `+`. A number without a country code is Chinese; an extension is dropped."""
    number = re.split(r"(?:转|ext\.?|x|#)\s*\d+\s*$", value, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = re.sub(r"\D", "", number)
    if len(digits) < 7:
        return ""
    if number.lstrip("( ").startswith("+"):
        return "+" + digits
    if digits.startswith("00"):
        return "+" + digits[2:]
    if re.fullmatch(r"86(1\d{10}|0?[2-9]\d{8,10})", digits):
        digits = digits[2:]
    return "+86" + digits.removeprefix("0")


def _account(value: str) -> str:
    """Digits of a card or bank account; a wallet's name (with letters or @) in lower case."""
    has_letters = re.search(r"[^\W\d_]|@", value)
    text = re.sub(r"\s", "", value).casefold() if has_letters else re.sub(r"\D", "", value)
    return text if len(text) >= 5 else ""


def _device(value: str) -> str:
    text = re.sub(r"[\s:{}-]", "", value).casefold()
    return text if len(text) >= 6 else ""


def _waybill_account(value: str) -> str:
    text = re.sub(r"[\s-]", "", value).upper()
    return text if len(text) >= 4 else ""


def _name(value: str) -> str:
    text = re.sub(r"[\s·•.,-]", "", value).casefold()
    return text if len(text) >= 2 else ""


def _licence(value: str) -> str:
    text = licence.normalised(value)
    return text if len(text) >= 8 else ""


_TRADITIONAL = str.maketrans("號樓棟層單縣區鎮廣東蘇陝雲貴黑龍遼寧門灣", "号楼栋层单县区镇广东苏陕云贵黑龙辽宁门湾")
_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
_NUMBER_BEFORE_UNIT = re.compile(r"[零〇一二两三四五六七八九十]+(?=号|栋|幢|座|楼|层|单元|室)")
_UNITS = re.compile(r"(?<=[0-9a-z])(?:号楼|号院|栋|幢|座|楼|层|单元|室|房|号|-)+")
_DISTRICT = re.compile(r"\D{2,14}[区县市镇旗]")
_FILLER = re.compile(r"[\s,.;:、。,;:()（）\[\]【】'\"/\\#_]|中国|省|市|no\b", re.IGNORECASE)


def _address(value: str) -> str:
    """One spelling: width, 号/栋/幢/楼/室 and hyphens, Chinese numerals before them, province and city marks."""
    text = value.translate(_TRADITIONAL).casefold()
    text = _NUMBER_BEFORE_UNIT.sub(lambda m: _arabic(m.group()), _FILLER.sub("", text))
    text = _UNITS.sub("-", text).rstrip("-")
    return text if len(text) >= 6 else ""


def _arabic(numeral: str) -> str:
    """三十二 → 32, 十 → 10, 二〇一 → 201."""
    if "十" not in numeral:
        return "".join(_DIGITS[c] for c in numeral)
    tens, _, ones = numeral.partition("十")
    return f"{_DIGITS.get(tens, '1')}{_DIGITS.get(ones, '0')}"


_FOLD: dict[str, Callable[[str], str]] = {
    IdentifierKind.LICENCE: _licence,
    IdentifierKind.PHONE: _phone,
    IdentifierKind.PAYOUT_ACCOUNT: _account,
    IdentifierKind.DEVICE: _device,
    IdentifierKind.RETURN_ADDRESS: _address,
    IdentifierKind.SHIP_FROM_ADDRESS: _address,
    IdentifierKind.CONTACT_NAME: _name,
    IdentifierKind.WAYBILL_ACCOUNT: _waybill_account,
}
