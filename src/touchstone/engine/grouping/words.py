"""What a title is made of: words, model codes, numbers, quantities with units, colours and other variants.

A `Token` is a text with a kind. Codes are written in many ways ("STR-DE197", "STRDE 197", "strde197/b"): each gives one
code and some parts of it, which count only where another listing has them too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from touchstone.engine.data import load
from touchstone.engine.text.normalise import codes, marks_table, text_of
from touchstone.engine.text.tables.folding import folding

WORD, HAN, CODE, PART, NUMBER, QUANTITY, VARIANT = range(7)
# A title is read up to here.
LIMIT = 400
_CHUNK = re.compile(
    r"[0-9a-z]+(?:[-/._+&'][0-9a-z]+)*|[\u4e00-\u9fff\u3400-\u4dbf]+|[^\W\d_a-z\u4e00-\u9fff\u3400-\u4dbf]+"
)
_SPLIT = re.compile(r"[-/._+&']")
_DECIMAL = re.compile(r"\d+\.\d+")
_VERSION = re.compile(r"v(\d+(?:\.\d+)?)")
_GENERATION = re.compile(r"(\d+)(?:st|nd|rd|th)")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_NUMBER_WORD = re.compile(r"(\d{1,3})([a-z]{3,})")
_TRAILING = re.compile(r"[a-z]{1,5}$")


# A text that numbers a model whatever the number of titles that have it: long, with letters and several digits, or digits
# alone as long as an article number.
_MODEL = re.compile(r"[=~](?=(?:\D*\d){3})(?=.*[a-z])[0-9a-z]{6,}|[=~]\d{7,}")


@dataclass(frozen=True)
class Lists:
    """`variants`: word to (group, value). `units`: what follows a number to (dimension, factor)."""

    variants: dict[str, tuple[str, str]]
    units: dict[str, tuple[str, float]]
    stop: frozenset[str]
    quantity: re.Pattern[str]
    # Groups by number: variants first, then dimensions, then bare numbers.
    groups: tuple[str, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """(groups of variants, all groups)."""
        return len({group for group, _ in self.variants.values()}), len(self.groups)


@cache
def lists() -> Lists:
    """The word lists of data/words.yaml."""
    data = load("grouping/data/words.yaml")
    variants = {
        folded(str(word)): (group, str(words[0]))
        for group, values in data["groups"].items()
        for words in values
        for word in words
    }
    units = {
        folded(str(word)): (dimension, float(factor))
        for dimension, names in data["units"].items()
        for factor, words in names.values()
        for word in words
    }
    ordered = sorted(units, key=len, reverse=True)
    latin = [re.escape(u).replace(r"\ ", r"\s?") for u in ordered if u.isascii()]
    long, short = ("|".join(u for u in latin if (len(u) > 1) == wanted) for wanted in (True, False))
    han = "|".join(u for u in ordered if not u.isascii())
    quantity = re.compile(
        rf"(?<![0-9a-z.\-/])(\d+(?:\.\d+)?)(?:[\s-]?(?:({long}|\")(?![a-z0-9])|({han}))|({short})(?![a-z0-9\-]))"
    )
    groups = (*data["groups"], *data["units"], "number")
    return Lists(variants, units, frozenset(folded(str(w)) for w in data["stop"]), quantity, groups)


@cache
def _table():  # type: ignore[no-untyped-def]
    return marks_table()[folding().layers[3]]


def folded(text: str) -> str:
    """Lower case, half width, simplified, without marks on letters; as long as the text."""
    return text_of(_table()[codes(text)])


Token = tuple[str, int, str]


def tokens(text: str) -> list[Token]:
    """The tokens of a folded text: (text, kind, group), in order, with repeats. `group` is empty for none."""
    known = lists()
    out: list[Token] = []
    text = text[:LIMIT]
    rest = known.quantity.sub(lambda m: _quantity(m, known, out), text)
    chunks = _CHUNK.findall(rest)
    for chunk in chunks:
        out += _derived(chunk)
    out += _joined(chunks)
    return out


def is_model(text: str) -> bool:
    """Does the text of a code or a part number a model, not a series or a year ("0763b001" does, "cs3" does not)?"""
    return _MODEL.fullmatch(text) is not None


def _quantity(match: re.Match[str], known: Lists, out: list[Token]) -> str:
    unit = next(g for g in match.groups()[1:] if g)
    unit = "in" if unit == '"' else re.sub(r"\s", " ", unit)
    dimension, factor = known.units.get(unit) or known.units[unit.replace(" ", "")]
    value = float(match.group(1)) * factor
    out.append((f"{dimension}:{value:.3g}", QUANTITY, dimension))
    return " "


_derivations: dict[str, tuple[Token, ...]] = {}


def _derived(chunk: str) -> tuple[Token, ...]:
    """The tokens of one chunk; remembered, as titles share theirs."""
    found = _derivations.get(chunk)
    if found is None:
        if len(_derivations) > 2_000_000:
            _derivations.clear()
        found = _derivations[chunk] = tuple(_derive(chunk))
    return found


def _derive(chunk: str) -> list[Token]:
    if not chunk[0].isascii():
        return _han(chunk) if "\u3400" <= chunk[0] <= "\u9fff" else [_word(chunk)]
    if _DECIMAL.fullmatch(chunk):
        return [_number(chunk)]
    pieces = _SPLIT.split(chunk)
    if len(pieces) == 1:
        return _piece(chunk)
    joined = "".join(pieces)
    if not any(c.isdigit() for c in chunk):
        return [t for p in pieces for t in _piece(p)]
    if _is_code(joined, pieces, chunk):
        parts: list[Token] = [t for p in pieces if p.isalpha() for t in _piece(p)]
        parts += [(f"~{p}", PART, "") for p in pieces if len(p) >= 4 and any(c.isdigit() for c in p)]
        return [*_code(joined), *parts]
    return [t for p in pieces for t in _piece(p)]


def _is_code(joined: str, pieces: list[str], chunk: str) -> bool:
    """A code written with hyphens, not "3-port", "10/100", "black/white" or "2.5-3"."""
    if "/" in chunk and all(p.isdigit() for p in pieces):
        return False
    if pieces[0].isdigit() and len(pieces[0]) <= 3 and all(p.isalpha() and len(p) > 2 for p in pieces[1:]):
        return False
    letters = any(c.isalpha() for c in joined)
    return len(joined) >= 6 if not letters else len(joined) >= 4 and len(joined) <= 30


def _piece(piece: str) -> list[Token]:
    """Tokens of a piece of letters and digits only."""
    if piece in _ROMAN:
        return [_number(_ROMAN[piece])]
    if piece.isalpha():
        return [_word(piece)]
    if piece.isdigit():
        return _code(piece) if len(piece) >= 5 else [_number(piece)]
    if match := _VERSION.fullmatch(piece) or _GENERATION.fullmatch(piece):
        return [_number(match.group(1))]
    if (match := _NUMBER_WORD.fullmatch(piece)) and len(match.group(2)) > 3:
        return [_number(match.group(1)), _word(match.group(2))]
    return _code(piece)


def _word(text: str) -> Token:
    variant = lists().variants.get(text)
    if variant:
        return (f"{variant[0]}:{variant[1]}", VARIANT, variant[0])
    if len(text) > 3 and text.endswith("s") and not text.endswith("ss"):
        text = text[:-1]
    return (text, WORD, "")


def _number(text: str) -> Token:
    whole = text.rstrip("0").rstrip(".") if "." in text else text.lstrip("0") or "0"
    return (f"#{whole}", NUMBER, "number")


def _code(text: str) -> list[Token]:
    """A code and what others may write of it: the whole, and the whole without the letters at its end."""
    out: list[Token] = [(f"={text}", CODE, ""), (f"~{text}", PART, "")]
    stem = _TRAILING.sub("", text)
    if stem != text and len(stem) >= 4:
        out.append((f"~{stem}", PART, ""))
    return out


def _han(run: str) -> list[Token]:
    """Two characters at a time; variants by their words."""
    variants = lists().variants
    if len(run) <= 2:
        return [_han_token(run, variants)]
    return [_han_token(run[i : i + 2], variants) for i in range(len(run) - 1)]


def _han_token(text: str, variants: dict[str, tuple[str, str]]) -> Token:
    variant = variants.get(text)
    return (f"{variant[0]}:{variant[1]}", VARIANT, variant[0]) if variant else (text, HAN, "")


def _joined(chunks: list[str]) -> list[Token]:
    """Codes that are written apart ("dgs 1008p", "819716 001"), as parts."""
    out: list[Token] = []
    for left, right in pairwise(chunks):
        if not right[0].isascii() or not left[0].isascii():
            continue
        digit = any(c.isdigit() for c in right) or any(c.isdigit() for c in left)
        if digit and len(left) <= 10 and len(right) <= 12:
            out.append(("~" + _SPLIT.sub("", left + right), PART, ""))
    return out
