"""What past decisions teach: candidates for new aliases, and what an entry of a list would change. Pure functions.

Nothing here changes anything: people approve a candidate or an entry, with its provenance, and the next screener has it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.rights import SAFE_KINDS, Name
from touchstone.engine.schema import typed
from touchstone.engine.screen import Screener
from touchstone.engine.signals import TEXT_LIMIT, cut
from touchstone.engine.text.disguise import find
from touchstone.engine.text.language import language
from touchstone.engine.text.lexicon import STRENGTHS
from touchstone.engine.text.match import Matcher
from touchstone.engine.text.normalise import fold
from touchstone.engine.text.tables.sounds import sounds
from touchstone.engine.text.terms import Terms
from touchstone.errors import NotValid

CANDIDATES = pa.schema(
    [
        ("term", pa.string()),
        ("brand", pa.string()),
        ("near", pa.string()),
        ("support", pa.int64()),
        ("clean_support", pa.int64()),
        ("score", pa.float64()),
        ("examples", pa.list_(pa.string())),
        ("listing_ids", pa.list_(pa.string())),
        ("clean_ids", pa.list_(pa.string())),
    ]
)
ALIAS = "alias"
# Latin words, and Chinese sequences of two to four characters, are the pieces that may be a name.
_LATIN = r"[a-z][a-z0-9]{2,19}"
_HAN = r"\p{Han}{2,}"
_SEQUENCES = (2, 3, 4)
_EXAMPLES = 3
_IDS = 10
# A piece that an honest text would say easily is no name: its cost in `language`.
ORDINARY = 12.0
# The same for one character of a longer Chinese run: everyday words one after the other.
_ORDINARY_EACH = 5.5
_IDEOGRAPHS = "\u3400-\u9fff\U00020000-\U0003ffff"


def mine_candidates(
    blocked: pa.Table, clean: pa.Table, rights: pa.Table | Screener, *, least: int = 3, most: int = 200
) -> pa.Table:
    """Pieces of text that blocked titles share and clean ones lack, each with the brand it goes with.

    `blocked`: columns title and brand (the brand that a reviewer named; where it is missing or empty, the brand that the
    screening finds). `clean`: column title. Both may have listing_id. `least`: in how many blocked titles a piece must
    stand. Returns `CANDIDATES`, the best first: `score` is the log of how much more often the piece stands in blocked
    titles of the brand than in clean ones, raised where it is near one of the brand's names (`near`: one slip away, or
    the same sound).
    No candidates are texts that stand in more clean titles than blocked ones, everyday words, words of the trade in
    copies, parts of names, and what the screening counts as the brand by itself.
    """
    screener = rights if isinstance(rights, Screener) else Screener(rights)
    brands, titles = _read(blocked, screener)
    pieces = _pieces(titles)
    pieces = pieces.with_columns(brand=pl.Series(brands, dtype=pl.String).gather(pieces["row"]))
    pieces = pieces.filter(pl.col("brand") != "").unique(["row", "term"])
    counted = pieces.group_by("term", "brand").agg(pl.len().alias("support"), pl.col("row").sort().head(_IDS))
    counted = counted.filter(pl.col("support") >= least)
    counted = counted.filter(~pl.col("term").is_in(list(_said_already(screener))))
    honest = _pieces(clean["title"].to_pylist()).unique(["row", "term"]).group_by("term")
    lacking = honest.agg(pl.len().alias("clean_support"), pl.col("row").sort().head(_IDS).alias("clean_row"))
    joined = counted.join(lacking, on="term", how="left").with_columns(pl.col("clean_support").fill_null(0))
    names = _names(screener)
    rows = [_candidate(row, blocked, clean, names[row["brand"]]) for row in joined.to_dicts()]
    kept = sorted((r for r in rows if r is not None), key=lambda r: (-r["score"], r["term"], r["brand"]))
    return pa.Table.from_pylist(_unseen(_longest(kept), screener)[:most], schema=CANDIDATES)


def _unseen(rows: list[dict[str, Any]], screener: Screener) -> list[dict[str, Any]]:
    """Without what the screening counts as the brand by itself: as an alias it would change nothing."""
    if not rows:
        return rows
    alone = pa.table({"listing_id": [str(i) for i in range(len(rows))], "title": [row["term"] for row in rows]})
    found = screener.screen(alone)["brands"].to_pylist()
    return [row for row, brands in zip(rows, found, strict=True) if row["brand"] not in brands]


def _read(blocked: pa.Table, screener: Screener) -> tuple[list[str], list[str]]:
    """The brand of each blocked row, "" where none is known, and the title with what is known in it set apart.

    What is left beside a name or a plain word is no piece of another one; a disguise is a piece by itself.
    """
    named = blocked["brand"].to_pylist() if "brand" in blocked.column_names else [None] * blocked.num_rows
    rows = pa.table({"listing_id": [str(i) for i in range(blocked.num_rows)], "title": blocked["title"]})
    found = screener.screen(rows).select(["brands", "matches"]).to_pylist()
    official = {fold(name.text): screener.rights.brands[name.brand] for name in _in_force(screener)}
    brands = [official.get(fold(n or ""), (f["brands"] or [""])[0]) for n, f in zip(named, found, strict=True)]
    texts = [list(title or "") for title in blocked["title"].to_pylist()]
    for row, start, end in _plain_words(blocked["title"], screener):
        texts[row][start:end] = "\n" * (end - start)
    for text, row in zip(texts, found, strict=True):
        for match in row["matches"]:
            text[match["start"] : match["end"]] = "\n" * (match["end"] - match["start"])
            text += ["\n", *match["text"]]
    return brands, ["".join(text) for text in texts]


def _in_force(screener: Screener) -> list[Name]:
    """The names of the rights and of the lists: an alias that was only tried, or is gone, is none."""
    compiled, awake = screener.lexicon.compiled, screener.lexicon.terms.awake.tolist()
    return [name for number, name in enumerate(screener.rights.names) if number < compiled or awake[number]]


def _plain_words(titles: pa.ChunkedArray, screener: Screener) -> list[tuple[int, int, int]]:
    """(row, start, end) of words whose meaning is known: goods, the trade in copies, what stands beside names."""
    lexicon = screener.lexicon
    hits = lexicon.matcher.find(titles.cast(pa.large_string()).combine_chunks())
    hits = hits.take(lexicon.tagged(*lexicon.tags)[hits.literal] & (hits.end - hits.start > 1))
    return list(zip(hits.row.tolist(), hits.start.tolist(), hits.end.tolist(), strict=True))


def _said_already(screener: Screener) -> set[str]:
    """Pieces that are names, parts of names, or words of the trade in copies."""
    words = {fold(name.text) for name in _in_force(screener)}
    trade = screener.lexicon.tagged(*(f"replica:{strength}" for strength in STRENGTHS))
    words |= {screener.lexicon.literals[i] for i in np.flatnonzero(trade).tolist()}
    return words | {w[i:j] for w in words for i in range(len(w)) for j in range(i + 2, min(i + 5, len(w) + 1))
                    if not w.isascii()}  # fmt: skip


def _pieces(titles: list[str]) -> pl.DataFrame:
    """Pieces of folded titles: columns row, term."""
    folded = [fold(title or "") for title in titles]
    frame = pl.DataFrame({"row": np.arange(len(folded), dtype=np.int64), "text": pl.Series(folded, dtype=pl.String)})
    latin = frame.select("row", pl.col("text").str.extract_all(rf"\b{_LATIN}\b").alias("term")).explode("term")
    runs = frame.select("row", pl.col("text").str.extract_all(_HAN).alias("run")).explode("run").drop_nulls()
    parts = [latin.drop_nulls()]
    for length in _SEQUENCES:
        places = pl.int_ranges(0, (pl.col("run").str.len_chars().cast(pl.Int64) - length + 1).clip(0))
        cut = runs.with_columns(places.alias("at")).explode("at").drop_nulls()
        parts.append(cut.select("row", pl.col("run").str.slice(pl.col("at"), length).alias("term")))
    return pl.concat(parts)


def _names(screener: Screener) -> dict[str, list[tuple[str, str, str]]]:
    """The names of each brand: as written, folded, as spoken."""
    names: dict[str, list[tuple[str, str, str]]] = {brand: [] for brand in screener.rights.brands}
    for name in _in_force(screener):
        folded = fold(name.text)
        names[screener.rights.brands[name.brand]].append((name.text, folded, _sound(folded)))
    return names


def _candidate(
    row: dict[str, Any], blocked: pa.Table, clean: pa.Table, names: list[tuple[str, str, str]]
) -> dict[str, Any] | None:
    term, brand = row["term"], row["brand"]
    if row["clean_support"] > row["support"]:
        return None
    near = _near(term, names)
    if not near and is_ordinary(term):
        return None
    rate = (row["support"] + 0.5) / (blocked.num_rows + 1)
    clean_rate = (row["clean_support"] + 0.5) / (clean.num_rows + 1)
    score = float(np.log(rate / clean_rate)) + (2.0 if near else 0.0)
    if score <= 0:
        return None
    counts = {"support": row["support"], "clean_support": row["clean_support"], "score": round(score, 3)}
    examples = [blocked["title"][i].as_py() for i in row["row"][:_EXAMPLES]]
    ids = {"listing_ids": _ids(blocked, row["row"]), "clean_ids": _ids(clean, row["clean_row"] or [])}
    return {"term": term, "brand": brand, "near": near, **counts, "examples": examples, **ids}


def _ids(table: pa.Table, rows: list[int]) -> list[str]:
    return [table["listing_id"][i].as_py() for i in rows] if "listing_id" in table.column_names else []


def is_ordinary(text: str) -> bool:
    """Would an honest text say this easily, each run of it? Then it is no name without more evidence."""
    runs = re.findall(rf"[{_IDEOGRAPHS}]+|[^\W_{_IDEOGRAPHS}]+", fold(text))
    return all(_cost(run) < max(ORDINARY, _ORDINARY_EACH * len(run) * (not run.isascii())) for run in runs)


def holding(texts: Sequence[str], listings: pa.Table) -> list[np.ndarray]:
    """For each text the rows of `listings` that it may concern, sorted.

    Those are the rows whose title holds it in whatever way, or whose description or brand holds it in clear.
    """
    rows: list[list[np.ndarray]] = [[] for _ in texts]
    seen = find(Terms(texts), listings["title"].combine_chunks(), weak=True)
    matcher = Matcher(list(texts))
    found = [(seen.row, seen.term)]
    for name in ("description", "brand"):
        if name in listings.column_names:
            hits = matcher.find(cut(listings[name].cast(pa.large_string()), TEXT_LIMIT))
            found.append((hits.row, hits.literal))
    for row, text in found:
        for number in np.unique(text).tolist():
            rows[number].append(row[text == number])
    return [np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64) for parts in rows]


def _cost(term: str) -> float:
    """What an honest text pays for the piece."""
    return language().cost_of_text(term)


def _near(term: str, names: list[tuple[str, str, str]]) -> str:
    """The name that the piece is one slip from, or sounds like; "" if none."""
    spoken = _sound(term)
    for text, folded, sound in names:
        close = abs(len(folded) - len(term)) <= 1
        if close and (sound == spoken or (len(folded) >= 4 and _slips(folded, term) <= 1)):
            return text
    return ""


def _sound(text: str) -> str:
    table = sounds()
    return " ".join(next(iter(table.of(c)), c) if ord(c) < 0x30000 else c for c in text)


def _slips(one: str, other: str) -> int:
    """Letters missing, added, wrong or swapped with a neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        now = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a != b))
            if before and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]


def _longest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without pieces of a piece of the same brand that stands in as many titles."""
    out = []
    for row in rows:
        whole = (
            o for o in rows
            if o["brand"] == row["brand"] and o["support"] >= row["support"]
            and row["term"] in o["term"] and o["term"] != row["term"]
        )  # fmt: skip
        if not any(whole):
            out.append(row)
    return out


def effect_of(
    entry: Mapping[str, str], listings: pa.Table, rights: pa.Table, *, safe: pa.Table | None = None
) -> dict[str, Any]:
    """How many verdicts an entry of a list would change, on past listings.

    `entry`: `term`, `kind` (safe, negative or alias), for an alias also `brand`, which the others may have. `safe`:
    the list as it stands. Returns `listings` (how many were looked at), `touched` (how many hold the term), `changed`,
    `moves` ("block to pass": 3) and `examples` (up to ten listing_ids). Raises NotValid for a wrong entry or
    listings without listing_id and title.
    """
    kind, term = entry.get("kind", ""), entry.get("term", "")
    if kind not in (*SAFE_KINDS, ALIAS):
        raise NotValid(f"the kind {kind!r} is unknown", remedy=f"Use one of: {', '.join((*SAFE_KINDS, ALIAS))}.")
    if not fold(term).strip():
        raise NotValid("the term is empty")
    table = typed(listings)
    rows = np.unique(find(Terms([term]), table["title"].combine_chunks()).row)
    some = table.take(pa.array(rows))
    old = Screener(rights, safe=safe).screen(some)["verdict"].to_pylist()
    new = _with(entry, rights, safe).screen(some)["verdict"].to_pylist()
    ids = some["listing_id"].to_pylist()
    moved = [(i, a, b) for i, a, b in zip(ids, old, new, strict=True) if a != b]
    moves = Counter(f"{a} to {b}" for _, a, b in moved)
    return {
        "listings": table.num_rows,
        "touched": len(rows),
        "changed": len(moved),
        "moves": dict(sorted(moves.items())),
        "examples": [i for i, _, _ in moved[:10]],
    }


def _with(entry: Mapping[str, str], rights: pa.Table, safe: pa.Table | None) -> Screener:
    if entry["kind"] == ALIAS:
        screener = Screener(rights, safe=safe)
        screener.add_alias(entry.get("brand", ""), entry["term"])
        return screener
    columns = ("term", "kind", "provenance", "brand")
    more = pa.Table.from_pylist([{name: entry.get(name, "") for name in columns}])
    if safe is None:
        return Screener(rights, safe=more)
    known = safe.select([name for name in columns if name in safe.column_names])
    return Screener(rights, safe=pa.concat_tables([known, more], promote_options="permissive"))
