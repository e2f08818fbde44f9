"""Why a title has the verdict it has: what it was folded into, which names were considered, and what became of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from touchstone.engine.data import load
from touchstone.engine.screen import Screener
from touchstone.engine.text.characters import Characters
from touchstone.engine.text.disguise import Sightings, Units, best, find, unshadowed
from touchstone.engine.text.extent import read_to
from touchstone.engine.text.normalise import codes, text_of
from touchstone.engine.text.surroundings import surroundings
from touchstone.engine.text.tables.folding import HAN, LAYERS, folding
from touchstone.engine.text.tables.sounds import sounds

Steps = dict[str, Any]
_SHOWN = 60
# What becomes of a candidate, in the order in which it is told.
FATES = {
    "counted": ("counts as the brand", "算作该品牌"),
    "open": ("could be an everyday word; the title says nothing for it", "可能是普通词语，标题中没有支持它的内容"),
    "shadowed": ("another name stands here in clear", "此处是另一个名称的原文"),
    "other": ("another reading of the same place is nearer", "同一位置有更接近的解读"),
    "honest": ("as honest text it is likelier than as a disguise", "当作正常文字比当作变体更可信"),
    "cut": ("is cut out of another word", "是从别的词中截出来的"),
}


def explain(title: str, rights: pa.Table | Screener, **listing: Any) -> Steps:
    """The way from a title to its verdict, ready for JSON.

    `rights`: a rights table or a screener built from one. `listing`: further listing columns (price=..., category=...).
    Keys: `title`; `steps` (each `step`, `text`, and `changes` with start, end, before, after in the title);
    `candidates` (brand, name, read, text, start, end, technique, strength, honest, disguise, fate, why, why_zh; `read`
    is the name's pinyin); `context` (see `surroundings`); `signals` (those that are known, by name); `thresholds`
    (review and block); `matches`, `verdict`, `score`, `reasons` as the screening gives them. Raises what Screener raises.
    """
    screener = rights if isinstance(rights, Screener) else Screener(rights)
    shown = title[: read_to(title)]
    row = {"listing_id": "1", "title": title, **listing}
    table = pa.table({key: [value] for key, value in row.items()})
    verdict = screener.screen(table).to_pylist()[0]
    candidates, names = _candidates(screener, shown, verdict["matches"])
    return {
        "title": title,
        "steps": steps(shown),
        "candidates": candidates,
        "context": surroundings(screener.lexicon, shown, names),
        "signals": {k: v for k, v in screener.signals(table).row(0, named=True).items() if v is not None},
        "thresholds": {"review": screener.rules.review_from, "block": screener.rules.block_from},
        **{key: verdict[key] for key in ("brands", "matches", "verdict", "score", "reasons")},
    }


def steps(text: str) -> list[Steps]:
    """What a text is folded into, step by step.

    The texts up to "homoglyph" are as long as the title. That of "separators" has one character for each of its `units`
    (places in the title), as has "leet"; "sounds" has one word a unit, with spaces between.
    """
    points = codes(text)
    fold = folding()
    out = []
    last = text
    for name, table in zip(LAYERS[1:], fold.layers[1:], strict=True):
        now = text_of(table[points])
        out.append(_step(name, now, _changes(text, last, now)))
        last = now
    units = Units.of(Characters(points, np.array([0, len(points)])))
    real = units.kind != 255
    start, end = units.start[real].tolist(), units.end[real].tolist()
    bare = text_of(units.gentle[real])
    removed = _gaps(text, start, end)
    out.append({**_step("separators", bare, removed), "units": [list(span) for span in zip(start, end, strict=True)]})
    letters = _as_letters(bare)
    out.append(_step("leet", letters, _spans(text, start, end, bare, letters)))
    spoken = [_spoken(c, k) for c, k in zip(bare, units.kind[real].tolist(), strict=True)]
    out.append(_step("sounds", " ".join(spoken), _spans(text, start, end, bare, spoken)))
    return out


def _as_letters(text: str) -> str:
    """Digits and signs that stand among letters as the letters they are most often written for; the rest as it is."""
    leet = load("text/data/leet.yaml")
    usual = {str(k): str(v) for k, v in {**leet["usual"], **leet["signs"]}.items()}
    near = f" {text} "
    return "".join(
        usual.get(c, c) if any(o.isascii() and o.isalpha() for o in (near[i], near[i + 2])) else c
        for i, c in enumerate(text)
    )


def _step(name: str, text: str, changes: list[Steps]) -> Steps:
    return {"step": name, "text": text, "changes": changes}


def _changes(original: str, before: str, after: str) -> list[Steps]:
    return [
        {"start": i, "end": i + 1, "before": original[i], "after": now}
        for i, (old, now) in enumerate(zip(before, after, strict=True))
        if old != now
    ]


def _gaps(text: str, start: list[int], end: list[int]) -> list[Steps]:
    """What is left out between units."""
    out = []
    for a, b in zip([0, *end], [*start, len(text)], strict=True):
        if b > a:
            out.append({"start": a, "end": b, "before": text[a:b], "after": ""})
    return out


def _spans(text: str, start: list[int], end: list[int], before: str, after: str | list[str]) -> list[Steps]:
    return [
        {"start": s, "end": e, "before": text[s:e], "after": now}
        for s, e, old, now in zip(start, end, before, after, strict=True)
        if old != now
    ]


def _spoken(character: str, kind: int) -> str:
    if kind != HAN or ord(character) >= 0x30000:
        return character
    return next(iter(sounds().of(character)), character)


def _candidates(screener: Screener, title: str, matches: list[Steps]) -> tuple[list[Steps], set[int]]:
    """Every place that was considered, the ones that count first, and the numbers of the names considered."""
    lexicon = screener.lexicon
    every = find(lexicon.terms, pa.array([title], pa.large_string()), everything=True)
    # A price of 0 is that of a place inside another word, 99 that of a way in which nobody writes the name.
    every = every.take((every.price < 90) & (every.price != 0))
    clear = unshadowed(every.take(every.kept))
    chosen = best(clear)
    counted = {(m["brand"], m["start"], m["end"]) for m in matches}
    out: list[dict[str, Any]] = []
    for i, technique in enumerate(every.techniques()):
        name = screener.rights.names[int(every.term[i])]
        start, end = int(every.start[i]), int(every.end[i])
        brand = screener.rights.brands[name.brand]
        fate = "counted" if (brand, start, end) in counted else _fate(every, i, clear, chosen)
        out.append(
            {
                "brand": brand,
                "name": name.text,
                "read": _read_aloud(name.text),
                "text": title[start:end],
                "start": start,
                "end": end,
                "technique": technique,
                "strength": round(float(every.strength[i]), 3),
                "honest": round(float(every.added[i]), 1),
                "disguise": None if every.price[i] < 0 else round(float(every.price[i]), 1),
                "fate": fate,
                "why": FATES[fate][0],
                "why_zh": FATES[fate][1],
            }
        )
    out = list({(c["name"], c["start"], c["end"], c["technique"]): c for c in out}.values())
    order = list(FATES)
    out.sort(key=lambda c: (order.index(c["fate"]), c["start"], -c["strength"]))
    return out[:_SHOWN], set(every.term.tolist())


def _read_aloud(name: str) -> list[str]:
    """The pinyin of a Chinese name, one entry a character; empty for others."""
    spoken = [next(iter(sounds().of(c)), "") for c in name if ord(c) < 0x30000]
    return spoken if all(spoken) else []


def _fate(every: Sightings, i: int, clear: Sightings, chosen: Sightings) -> str:
    if not every.kept[i]:
        return "honest" if every.changed[i] else "cut"
    if _among(chosen, every, i):
        return "open"
    return "other" if _among(clear, every, i) else "shadowed"


def _among(some: Sightings, every: Sightings, i: int) -> bool:
    same = (some.term == every.term[i]) & (some.start == every.start[i]) & (some.end == every.end[i])
    return bool(same.any())
