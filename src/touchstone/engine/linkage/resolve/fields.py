"""Fields of records: how each kind is prepared, compared and blocked on.

A field is one or more columns of one kind. Preparation gives columns `<name>__<part>`; a comparison is a list of levels,
from "the same" to "nothing alike", written in DuckDB's SQL; keys are what two records must share to be compared at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from touchstone.engine.data import load
from touchstone.errors import NotValid

KINDS = ("person", "date", "code", "place", "word", "number", "address", "title")
# How many characters of a code stand for its area, and how many at its end for one address in it.
_AREA, _LAST = 3, 2
_GLUE = " "
# Records that share a rare word are compared; so many pairs may all rare words of a field give, for each record.
_RARE_PAIRS = 8.0
_AFFORDABLE = 300_000.0


@dataclass(frozen=True)
class Field:
    """One thing that is compared. `columns`: the columns it is made of, in order; of a person the family name last.

    Kinds: person, date, code (postcodes, phones, numbers of papers), place, word (one of few), number (of a house),
    address, title (the name of a firm, a site or a shop).
    """

    kind: str
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise NotValid(f"there is no kind of field {self.kind!r}", remedy=f"The kinds are {', '.join(KINDS)}.")

    @property
    def name(self) -> str:
        """The name of its prepared columns, of plain letters whatever the columns are called."""
        plain = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in self.columns[0])
        return f"{self.kind}_{plain}"


@dataclass(frozen=True)
class Level:
    """One degree of likeness: a condition on `{f}__…_l` and `{f}__…_r`. `by_value`: a rare value says more."""

    label: str
    sql: str
    by_value: str = ""


def prepared(field: Field, records: pl.DataFrame) -> list[pl.Series]:
    """The columns that comparing needs, one series a part."""
    text = _text(field, records)
    parts = _PARTS[field.kind](field, records, text)
    return [series.alias(f"{field.name}__{part}") for part, series in parts.items()]


def levels(field: Field) -> list[Level]:
    """The levels of likeness, best first, without "unknown" and "nothing alike"."""
    return [Level(x.label, x.sql.replace("{f}", field.name), x.by_value) for x in _LEVELS[field.kind]]


def keys(field: Field) -> list[str]:
    """Prepared columns that two records may be required to share."""
    return [f"{field.name}__{part}" for part in _KEYS[field.kind]]


@cache
def particles() -> frozenset[str]:
    """Words of a name that are no name: titles, ranks, forms of firms."""
    return frozenset(str(word) for word in load("linkage/resolve/particles.yaml")["words"])


def _text(field: Field, records: pl.DataFrame) -> pl.Series:
    """All columns of the field as one text: lower case, one space, null where there is nothing."""
    missing = [column for column in field.columns if column not in records.columns]
    if missing:
        raise NotValid(f"the records have no column {missing[0]!r}", place=missing[0])
    joined = pl.concat_str([pl.col(c).cast(pl.String) for c in field.columns], separator=_GLUE, ignore_nulls=True)
    plain = joined.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", _GLUE).str.strip_chars()
    return records.select(pl.when(plain != "").then(plain).alias("text"))["text"]


def rare(words: pl.Series) -> pl.Series:
    """Of lists of words those that few records have, so that all pairs of records with one are not too many."""
    frame = words.to_frame("w").with_row_index("row")
    single = frame.explode("w").drop_nulls("w")
    counted = single.group_by("w").agg(pl.len().alias("n")).filter(pl.col("n") > 1).sort("n", "w")
    pairs = (pl.col("n").cast(pl.Float64) * (pl.col("n") - 1) / 2).cum_sum()
    few = counted.filter(pairs <= budget(len(words), _RARE_PAIRS)).select("w")
    kept = single.join(few, on="w", how="semi").group_by("row").agg(pl.col("w").sort())
    return frame.select("row").join(kept, on="row", how="left", maintain_order="left")["w"]


def budget(records: int, each: float) -> float:
    """How many pairs may be compared: `each` for a record; of few records all may be."""
    return max(each * records, _AFFORDABLE)


def _words(text: pl.Series) -> pl.Series:
    """The distinct words of a text that are names, sorted; null where there are none."""
    frame = text.str.replace_all(r"[^\w\s]", _GLUE).str.split(_GLUE).to_frame("w")
    kept = pl.col("w").list.eval(
        pl.element().filter((pl.element().str.len_chars() > 1) & ~pl.element().is_in(sorted(particles())))
    )
    words = frame.select(kept.list.unique().list.sort())["w"]
    return words.to_frame("w").select(pl.when(pl.col("w").list.len() > 0).then(pl.col("w")))["w"]


Parts = dict[str, pl.Series]


def _person(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    bare = text.str.replace_all(r"[^\w\s'-]", _GLUE).str.split(_GLUE)
    ordered = bare.to_frame("w").select(
        pl.col("w").list.eval(
            pl.element().filter((pl.element().str.len_chars() > 1) & ~pl.element().is_in(sorted(particles())))
        )
    )["w"]
    first, last, words = ordered.list.first(), ordered.list.last(), _words(text)
    return {
        "full": text,
        "words": words,
        "rare": rare(words),
        "first": first,
        "last": last,
        "initial": first.str.slice(0, 1),
        "second": ordered.list.get(1, null_on_oob=True),
    }


def _date(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    digits = text.str.replace_all(r"\D", "").str.slice(0, 8)
    day = digits.to_frame("d").select(pl.when(pl.col("d").str.len_chars() >= 6).then(pl.col("d")))["d"]
    return {"day": day, "year": day.str.slice(0, 4), "rest": day.str.slice(4)}


def _code(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    code = text.str.replace_all(r"[^\w]", "")
    size = pl.col("c").str.len_chars()
    shown = code.to_frame("c").select(
        code=pl.when(size > 0).then(pl.col("c")),
        most=pl.when(size > _LAST + 1).then(pl.col("c").str.slice(0, size - _LAST)),
        area=pl.when(size > _AREA).then(pl.col("c").str.slice(0, size.clip(0, 7) - _AREA)),
    )
    return {name: shown[name] for name in shown.columns}


def _place(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    return {"place": text}


def _word(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    return {"word": text}


def _number(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    return {"number": text.str.extract(r"(\d+)")}


def _address(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    words, number = _words(text), text.str.extract(r"(\d+)")
    return {"text": text, "words": words, "rare": rare(words), "number": number, "start": text.str.slice(0, 8)}


def _title(field: Field, records: pl.DataFrame, text: pl.Series) -> Parts:
    words = _words(text)
    first, start = words.list.first(), text.str.slice(0, 6)
    return {"text": text, "words": words, "rare": rare(words), "first": first, "start": start}


_PARTS: dict[str, Callable[[Field, pl.DataFrame, pl.Series], Parts]] = {
    "person": _person, "date": _date, "code": _code, "place": _place, "word": _word, "number": _number,
    "address": _address, "title": _title,
}  # fmt: skip

_SHARED = "len(list_intersect({f}__words_l, {f}__words_r))"
_FEWER = "least(len({f}__words_l), len({f}__words_r))"


def _alike(part: str, least: float) -> str:
    return f"jaro_winkler_similarity({{f}}__{part}_l, {{f}}__{part}_r) > {least}"


def _same(part: str) -> str:
    return f"{{f}}__{part}_l = {{f}}__{part}_r"


def _slips(part: str, most: int) -> str:
    return f"damerau_levenshtein({{f}}__{part}_l, {{f}}__{part}_r) <= {most}"


_LEVELS: dict[str, Sequence[Level]] = {
    "person": (
        Level("the same name", _same("full"), "full"),
        Level("the same words", f"{_SHARED} >= 2 and {_SHARED} >= {_FEWER}"),
        Level("first name, and nearly the family name", f"{_same('first')} and {_alike('last', 0.9)}"),
        Level("family name, and nearly the first name", f"{_same('last')} and {_alike('first', 0.85)}"),
        Level("two words", f"{_SHARED} >= 2"),
        Level("nearly the same", _alike("full", 0.9)),
        Level("family name and initial", f"{_same('last')} and {_same('initial')}"),
        Level("family name", _same("last")),
        Level("one word", "list_has_any({f}__words_l, {f}__words_r)"),
        Level("somewhat alike", _alike("full", 0.75)),
    ),
    "date": (
        Level("the same day", _same("day"), "day"),
        Level("one slip", _slips("day", 1)),
        Level("two slips", _slips("day", 2)),
        Level("the same year", _same("year")),
        Level("three slips", _slips("day", 3)),
    ),
    "code": (
        Level("the same", _same("code"), "code"),
        Level("one slip", _slips("code", 1)),
        Level("all but the end", _same("most")),
        Level("the same area", _same("area")),
    ),
    "place": (
        Level("the same", _same("place"), "place"),
        Level("one in the other", "contains({f}__place_l, {f}__place_r) or contains({f}__place_r, {f}__place_l)"),
        Level("nearly the same", _alike("place", 0.88)),
    ),
    "word": (Level("the same", _same("word"), "word"),),
    "number": (Level("the same", _same("number"), "number"), Level("one slip", _slips("number", 1))),
    "address": (
        Level("the same", _same("text"), "text"),
        Level("the same words", f"{_SHARED} >= 2 and {_SHARED} >= {_FEWER}"),
        Level("nearly the same", _alike("text", 0.92)),
        Level("two words and the number", f"{_SHARED} >= 2 and {_same('number')}"),
        Level("two words", f"{_SHARED} >= 2"),
        Level("one word", "list_has_any({f}__words_l, {f}__words_r)"),
    ),
    "title": (
        Level("the same", _same("text"), "text"),
        Level("the same words", f"{_SHARED} >= 2 and {_SHARED} >= {_FEWER}"),
        Level("nearly the same", _alike("text", 0.92)),
        Level("most words", f"{_SHARED} >= 2 and {_SHARED} * 2 > {_FEWER}"),
        Level("two words", f"{_SHARED} >= 2"),
        Level("one word", "list_has_any({f}__words_l, {f}__words_r)"),
        Level("somewhat alike", _alike("text", 0.8)),
    ),
}

_KEYS: dict[str, tuple[str, ...]] = {
    "person": ("rare", "full", "first", "last", "second"),
    "date": ("day", "year", "rest"),
    "code": ("code", "most", "area"),
    "place": ("place",),
    "word": ("word",),
    "number": ("number",),
    "address": ("rare", "text", "start", "number"),
    "title": ("rare", "text", "first", "start"),
}  # fmt: skip


_WHOLE = {"person": "full", "date": "day", "code": "code", "place": "place", "word": "word", "number": "number"}


def said(field: Field) -> tuple[str, ...]:
    """The parts in which records agree that say the same: one that holds all of the field."""
    return (_WHOLE.get(field.kind, "text"),)


def null_of(field: Field) -> str:
    """The prepared column that is null where the field is unknown."""
    return f"{field.name}__{said(field)[0]}"
