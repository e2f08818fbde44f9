"""Which reviews say that the goods are false. Clause by clause, with negation, doubt and hearsay kept apart.

A review is cut into sentences and clauses. A clause claims where a word for false goods stands in it and nobody denies
it, or a word for genuine goods is denied. What is asked, supposed, feared, told by others or said about another shop
is no claim; a mere feeling is one unless a later clause settles it. Irony is not understood: see docs/behaviour.md.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.arrays import series
from touchstone.engine.data import load

# A review is read up to here, and of a listing so many reviews.
REVIEW_LIMIT = 1000
REVIEWS_LIMIT = 200
_ENGLISH_REACH = 5
_SENTENCE = re.compile(r"[^。!?\n…~.]+[。!?\n…~.]*")
_AFFIRMED_EN = re.compile(
    r"(?:\b(?:is|are|was|were|be|definitely|everything|got the|100%)|'s|^)\s*(?:the |an? |all |both )?$"
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Said:
    """What a review says of the goods: `claim` that they are false, `denial` that they are genuine, and its words."""

    claim: bool
    denial: bool
    words: tuple[str, ...]


@dataclass
class _Heard:
    """What the clauses so far came to."""

    claimed: bool = False
    suspected: bool = False
    denied: bool = False


def cued(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Which texts hold a word that may speak of genuineness. Shape of `column`, bool, never null."""
    return pc.fill_null(pc.match_substring_regex(column, "|".join(_words("cues")), ignore_case=True), False)


def counted(column: pa.Array | pa.ChunkedArray) -> pl.DataFrame:
    """What the reviews of each row say; several are separated by `;` or a line break, the same words count once.

    Columns: review_fakes and review_denials (how many reviews), review_words (of the claims, joined).
    """
    texts = series(column)
    cells = texts.filter(series(cued(column))).unique()
    names = {"text": pl.String, "review_fakes": pl.Int64, "review_denials": pl.Int64, "review_words": pl.String}
    read = pl.DataFrame([(cell, *_of_cell(cell)) for cell in cells], schema=names, orient="row")
    rows = pl.DataFrame({"text": texts}, schema={"text": pl.String}).join(
        read, on="text", how="left", maintain_order="left"
    )
    return rows.select(pl.col("review_fakes", "review_denials").fill_null(0), pl.col("review_words").fill_null(""))


def _of_cell(cell: str) -> tuple[int, int, str]:
    voices = dict.fromkeys(_folded(part) for part in re.split(r"[;；\n]+", cell)[:REVIEWS_LIMIT])
    heard = [said(voice) for voice in voices if voice]
    words = dict.fromkeys(word for one in heard if one.claim for word in one.words)
    return sum(h.claim for h in heard), sum(h.denial for h in heard), ", ".join(list(words)[:5])


@lru_cache(maxsize=20_000)
def said(text: str) -> Said:
    """What one review says of the goods."""
    heard, words = _Heard(), []
    for sentence in _SENTENCE.findall(_folded(text)):
        body = sentence.rstrip("。!?\n…~. ")
        clauses = [c.strip() for c in _clauses().split(body) if c and c.strip()]
        asks = sentence.rstrip(" ~").endswith("?") or bool(re.search(r"[吗么]$", body))
        for number, clause in enumerate(clauses):
            tail = all(len(rest) <= 4 for rest in clauses[number + 1 :])
            words += _hear(heard, clause, asked=asks and tail)
    claim = heard.claimed or heard.suspected
    return Said(claim, heard.denied and not claim, tuple(dict.fromkeys(words)))


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:REVIEW_LIMIT]).lower().replace("’", "'")
    return _BLANKS.sub(" ", folded).strip()


def _hear(heard: _Heard, clause: str, *, asked: bool) -> list[str]:
    """Take one clause into account; the words with which it claims."""
    clause = _any("innocent").sub("□", clause)
    if _any("taken_back").search(clause):
        heard.claimed = heard.suspected = False
        return []
    told = [m.group() for m in _any("claim").finditer(clause)]
    found, denied = _judged(clause)
    if _any("settled").search(clause) or denied:
        heard.suspected, heard.denied = False, True
    words = told + found
    if words and not _withheld(clause, asked=asked, about_here=bool(told)):
        if _any("hedge").search(clause):
            heard.suspected = True
        else:
            heard.claimed = True
        return words
    return []


def _judged(clause: str) -> tuple[list[str], bool]:
    """(words that call the goods false, whether the clause speaks for them)"""
    claims, denied = [], False
    plain = _any("no_negation").sub("·", clause)
    sellers = _any("sellers_word").search(plain)
    for match in _any("fake").finditer(plain):
        if _negated(plain[: match.start()]) or _after().match(plain[match.end() :]):
            denied = True
        else:
            claims.append(match.group())
    for match in _any("genuine").finditer(plain):
        if _negated(plain[: match.start()]):
            claims.append(plain[max(0, match.start() - 4) : match.end()].strip(" ·□"))
        elif not (sellers and sellers.start() <= match.start()) and _affirms(plain, match):
            denied = True
    return claims, denied


def _affirms(clause: str, match: re.Match[str]) -> bool:
    """Whether a word for genuine goods says that these are, and does not only compare with them."""
    before, after = clause[: match.start()], clause[match.end() :]
    if match.group().isascii():
        return bool(_AFFIRMED_EN.search(before))
    said = re.search(r"(?:是|为|都是|保|绝对|肯定|确认|百分百|100%|^)(?:官方|专柜|原单)?$", before)
    return bool(said) and not after.startswith(("不", "会", "的"))


def _withheld(clause: str, *, asked: bool, about_here: bool) -> bool:
    """Whether the clause asks, supposes, fears or tells, or speaks of another shop."""
    if (asked or _any("doubt").search(clause)) and not _any("outrage").search(clause):
        return True
    if any(_any(kind).search(clause) for kind in ("condition", "fear", "told")):
        return True
    return not about_here and bool(_any("elsewhere").search(clause)) and not _any("here").search(clause)


def _negated(before: str) -> bool:
    """Whether an odd number of negations speaks for what follows `before`."""
    chain = _chain().search(before)
    count = len(_any("negation").findall(chain.group())) if chain else 0
    tail = " ".join(before.split()[-_ENGLISH_REACH - 1 :])
    return (count + len(_english().findall(tail))) % 2 == 1


def _words(name: str) -> list[str]:
    listed: list[str] = load("behaviour/data/claims.yaml")[name]
    return listed


@cache
def _any(name: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(_words(name), key=len, reverse=True)))


@cache
def _after() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(_words("denied_after")) + ")")


@cache
def _clauses() -> re.Pattern[str]:
    return re.compile(r"[,、:()\[\]\"“”]+|" + "|".join(f"(?={word})" for word in _words("turns")))


@cache
def _chain() -> re.Pattern[str]:
    """Negations with nothing but filling words between them and the end."""
    return re.compile(f"(?:(?:{_any('negation').pattern})(?:{_any('fill').pattern})*)+$")


@cache
def _english() -> re.Pattern[str]:
    return re.compile(r"(?<![\w'])(?:" + "|".join(_words("negation_en")) + r")(?![\w'])")
