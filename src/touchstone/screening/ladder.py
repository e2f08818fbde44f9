"""How a title was read, as figures: the whole title step by step, and each name found, character by character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from touchstone.screening.unseen import Glyph, glyph

_FOLDS = ("width", "case", "traditional", "homoglyph")
_SPOKEN = {"homophone", "pinyin", "initials"}
_PLAIN = {"exact", "case", "width", "alias"}
Told = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A run of characters that look alike in a figure. `state`: "", `changed`, `gone`; `marks`: what stands there."""

    glyphs: list[Glyph]
    state: str = ""
    marks: list[Told] = field(default_factory=list)
    words: list[Told] = field(default_factory=list)

    @property
    def disguised(self) -> bool:
        """A name stands here that is not written plainly."""
        return any(m["technique"] not in _PLAIN for m in self.marks)

    @property
    def side(self) -> str:
        """What the telling words here speak for: `for` the listing, `against` it, or neither."""
        return next((w["side"] for w in self.words if w.get("side")), "")

    @property
    def runs(self) -> list[tuple[str, Glyph | None]]:
        """The visible characters together, each unseen one by itself."""
        out: list[tuple[str, Glyph | None]] = []
        for seen, group in groupby(self.glyphs, key=lambda g: not g.label):
            glyphs = list(group)
            out += [("".join(g.text for g in glyphs), None)] if seen else [("", g) for g in glyphs]
        return out


@dataclass(frozen=True)
class Cell:
    """A place of a figure of one name; `span`: how many characters of the title it stands for."""

    glyphs: list[Glyph]
    span: int = 1
    state: str = ""


@dataclass(frozen=True)
class Step:
    """One step over the whole title."""

    step: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Row:
    """One step over a name."""

    step: str
    cells: list[Cell]


@dataclass(frozen=True)
class Figure:
    """A name that was found and how its characters were read; `width` is the number of columns."""

    match: Told
    rows: list[Row]
    width: int

    @property
    def plain(self) -> bool:
        return self.match["technique"] in _PLAIN


def marked(title: str, matches: Iterable[Told], context: Iterable[Told] = ()) -> list[Piece]:
    """The title in pieces: with the names found in `marks` and the telling words around them in `words`."""
    matches = [m for m in matches if m["technique"] != "image_text"]
    words = list(context)
    cuts = sorted({0, len(title), *(c for m in (*matches, *words) for c in (m["start"], m["end"]))})
    return [
        Piece(
            [glyph(c) for c in title[a:b]],
            marks=[m for m in matches if m["start"] <= a and b <= m["end"]],
            words=[w for w in words if w["start"] <= a and b <= w["end"]],
        )
        for a, b in pairwise(cuts)
        if a < b <= len(title)
    ]


def ladder(title: str, steps: list[Told]) -> list[Step]:
    """The steps that change something, each over the whole title; the first is the title as it stands."""
    title = title[: len(steps[0]["text"])]
    rungs, whole = [Step("original", [Piece([glyph(c) for c in title])])], title
    units: list[list[int]] = []
    for step in steps:
        units = step.get("units", units)
        if step["step"] in _FOLDS:
            whole = step["text"]
        if not step["changes"]:
            continue
        if step["step"] in _FOLDS:
            changed = {c["start"] for c in step["changes"]}
            pieces = _runs((c, "changed" if i in changed else "") for i, c in enumerate(whole))
        elif step["step"] == "separators":
            gone = {i for c in step["changes"] for i in range(c["start"], c["end"])}
            pieces = _runs((c, "gone" if i in gone else "") for i, c in enumerate(whole))
        else:
            spoken, at = step["step"] == "sounds", {c["start"] for c in step["changes"]}
            parts = step["text"].split(" ") if spoken else list(step["text"])
            states = ("changed" if start in at else "" for start, _end in units)
            pieces = _runs((f"{part} " if spoken else part, state) for part, state in zip(parts, states, strict=True))
        rungs.append(Step(step["step"], pieces))
    return rungs


def _runs(parts: Iterable[tuple[str, str]]) -> list[Piece]:
    return [
        Piece([glyph(c) for text, _state in group for c in text], state)
        for state, group in groupby(parts, key=lambda part: part[1])
    ]


def figures(title: str, told: Told) -> list[Figure]:
    """One figure a name that was found, with its strength, the name it was read as, and that name's pinyin."""
    known = {(c["brand"], c["start"], c["end"]): c for c in reversed(told["candidates"]) if c["fate"] == "counted"}
    out = []
    for match in told["matches"]:
        if match["technique"] == "image_text":
            continue
        found = known.get((match["brand"], match["start"], match["end"]), {})
        whole = {"name": match["brand"], "read": [], "strength": None, **found, **match}
        rows = _rows(title, told["steps"], match["start"], match["end"], spoken=match["technique"] in _SPOKEN)
        out.append(Figure(whole, rows, match["end"] - match["start"]))
    return out


def _rows(title: str, steps: list[Told], start: int, end: int, *, spoken: bool) -> list[Row]:
    """The steps that change something between two places of the title, character by character."""
    rows = [Row("original", [Cell([glyph(c)]) for c in title[start:end]])]
    units: list[list[int]] = []
    for step in steps:
        units = step.get("units", units)
        changes = [c for c in step["changes"] if c["start"] < end and c["end"] > start]
        if not changes or (step["step"] == "sounds" and not spoken):
            continue
        if step["step"] in _FOLDS:
            changed = {c["start"] for c in changes}
            cells = [
                Cell([glyph(c)], state="changed" if start + i in changed else "")
                for i, c in enumerate(step["text"][start:end])
            ]
        else:
            at = {c["start"] for c in changes}
            parts = step["text"].split(" ") if step["step"] == "sounds" else list(step["text"])
            cells = _cells(zip(units, parts, strict=True), start, end, at if step["step"] != "separators" else set())
        rows.append(Row(step["step"], cells))
    return rows


def _cells(parts: Iterable[tuple[list[int], str]], start: int, end: int, changed: set[int]) -> list[Cell]:
    """Cells for what was read between two places; what was left out gets empty ones."""
    cells, at = [], start
    for (first, last), text in parts:
        if last <= start or first >= end:
            continue
        first, last = max(first, at), min(last, end)
        cells += [Cell([], state="gone")] * (first - at)
        cells.append(Cell([Glyph(text)], max(1, last - first), "changed" if first in changed else ""))
        at = last
    return cells + [Cell([], state="gone")] * (end - at)
