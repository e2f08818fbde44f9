"""The unified social credit code (统一社会信用代码) of GB 32100-2015, with the check of GB 11714-1997 inside it."""

from __future__ import annotations

import re
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {c: i for i, c in enumerate(_ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[0-9A-Z]{{9}}[{_ALPHABET}]")
# Registered by market regulation (9) as an individual business (2): a natural person stands behind the name.
_SOLE_TRADER = "92"


def normalised(text: str) -> str:
    """Upper case, half width, without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if not c.isspace() and c not in "-‐–—")


def is_valid(code: str) -> bool:
    """True if the normalised code has 18 characters of the right kind and both check characters agree."""
    if not _SHAPE.fullmatch(code) or any(c not in _VALUE for c in code):
        return False
    return code[16] == _organisation_check(code[8:16]) and code[17] == _check(code[:17])


def is_misshapen(text: str) -> bool:
    """True for what has the length of a code and wrong check characters: it names nobody for certain."""
    code = normalised(text)
    return len(code) == 18 and not is_valid(code)


def is_legal_entity(code: str) -> bool:
    """True for a valid code that is not a sole trader's. Such a code and the name under it are public."""
    return is_valid(code) and not code.startswith(_SOLE_TRADER)


def _check(body: str) -> str:
    total = sum(_VALUE[c] * w for c, w in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def _organisation_check(body: str) -> str:
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return "X" if check == 10 else "0" if check == 11 else str(check)
