"""Unified social credit codes (统一社会信用代码) by GB 32100-2015; the organisation code's check by GB 11714."""

from __future__ import annotations

import random

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ENTERPRISE = "91"
SOLE_TRADER = "92"


def organisation_check(body: str) -> str:
    """The ninth character of an organisation code; `body` is its first eight, digits or upper-case letters."""
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    value = 11 - total % 11
    return {10: "X", 11: "0"}.get(value, str(value))


def licence_check(body: str) -> str:
    """The eighteenth character; `body` is the first seventeen, all of the code's alphabet (no I, O, S, V, Z)."""
    total = sum(_ALPHABET.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def is_licence(text: str) -> bool:
    """Whether `text` is 18 characters of the alphabet with both check characters right."""
    if len(text) != 18 or any(c not in _ALPHABET for c in text):
        return False
    return text[16] == organisation_check(text[8:16]) and text[17] == licence_check(text[:17])


def licence(rnd: random.Random, kind: str, area: str) -> str:
    """An invented code of `kind` (ENTERPRISE or SOLE_TRADER) registered in `area` (six digits of GB/T 2260)."""
    body = "MA" + "".join(rnd.choices(_ALPHABET, k=6))
    head = kind + area + body + organisation_check(body)
    return head + licence_check(head)
