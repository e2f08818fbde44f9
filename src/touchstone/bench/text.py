"""Suite `text`: how many disguised names are found, and how often a clean text raises an alarm, beside plain search.

Sets (see docs/text.md): cntp (disguises of hidden words; the first tenth of the sentences, by number, is for development
and left out), typosquats, dsner_ec (brand spans; the lexicon comes from its training part) and real offers with the
product's own rights. The peer is plain substring search with the same terms on the same texts.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import ahocorasick_rs
import pyarrow as pa

from touchstone.engine.text.disguise import find
from touchstone.engine.text.terms import Terms

Figure = dict[str, Any]
Span = tuple[int, int, str]
PEER = "plain substring search, same terms and texts"
CNTP = {
    "glyph": "radical_transform",
    "split": "chaizi_transform",
    "traditional": "Traditional_transform",
    "initials": "pinyin_transform",
    "pinyin": "pinyin_full_transform",
    "homophone": "homo_toxi_transform",
    "shuffle": "Swap_transform",
    "emoji": "Emoji_toxic_transform",
}
# How much of the shorter place a span and the place of the hidden word must share.
_COVERED = 0.5
# A shuffle moves the characters of a word up to so many places away from where the word stood.
_MOVED = 2


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """The figures of the suite, as they are measured; one that says why where a set is missing."""
    for name, part, measure in (
        ("cntp", "obfuscation/cntp", _cntp),
        ("typosquats", "obfuscation/typosquats/typosquats.csv", _typosquats),
        ("dsner_ec", "ner/dsner_ec/data/EC", _dsner),
        ("offers", "listings/offers/offers.csv", _offers),
    ):
        if data is None or not (data / part).exists():
            yield {"figure": f"{name}: not measured", "value": None, "unit": None, "peer": None, "peer_value": None,
                   "reason": f"{part} is not in the data folder"}  # fmt: skip
            continue
        yield from measure(data / part)
    yield from _speed(data)


def _figure(what: str, value: float, unit: str, peer: float | None, **more: object) -> Figure:
    return {
        "figure": what,
        "value": round(value, 4),
        "unit": unit,
        "peer": None if peer is None else PEER,
        "peer_value": None if peer is None else round(peer, 4),
        **more,
    }


def seen(terms: Terms, texts: Sequence[str]) -> list[list[Span]]:
    """For each text the spans found: start, end, term."""
    found = find(terms, pa.array(texts, pa.large_string()))
    out: list[list[Span]] = [[] for _ in texts]
    for row, start, end, term in zip(
        found.row.tolist(), found.start.tolist(), found.end.tolist(), found.term.tolist(), strict=True
    ):
        out[row].append((start, end, terms.texts[term]))
    return out


def plain(words: Sequence[str], texts: Sequence[str]) -> list[list[Span]]:
    """The same by substring search."""
    automaton = ahocorasick_rs.AhoCorasick(list(words))
    return [
        [(start, end, words[i]) for i, start, end in automaton.find_matches_as_indexes(text, overlapping=True)]
        for text in texts
    ]


def held_out(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the first tenth of the sentences, by number."""
    numbers = sorted({row["sentence_id"] for row in rows})
    border = numbers[len(numbers) // 10]
    return [row for row in rows if row["sentence_id"] >= border]


def places(original: str, changed: str, words: Sequence[str]) -> list[tuple[str, int, int]]:
    """(word, start, end) in the changed text of each place of a hidden word in the original.

    In texts of the same length they stand where they stood. Else the text between them, which is nearly always as it
    was, shows where they are; where it is not, the longest common runs of the two texts do.
    """
    spans = sorted({(m.start(), m.end(), w) for w in words if w for m in re.finditer(re.escape(w), original)})
    if len(original) == len(changed):
        return [(word, start, end) for start, end, word in spans]
    blocks: list[list[int]] = []
    for start, end, _ in spans:
        if blocks and start <= blocks[-1][1]:
            blocks[-1][1] = max(blocks[-1][1], end)
        else:
            blocks.append([start, end])
    ends = [0, *(end for _, end in blocks)]
    gaps = [original[a:b] for a, b in zip(ends, [*(start for start, _ in blocks), len(original)], strict=True)]
    match = re.fullmatch("(.+?)".join(map(re.escape, gaps)), changed, re.DOTALL)
    out: list[tuple[Any, ...]] = []
    for start, end, word in spans:
        number = next(i for i, (a, b) in enumerate(blocks) if a <= start < b)
        first, last = blocks[number]
        if match is None:
            out.append((word, *_moved(original, changed, start, end)))
        elif [first, last] == [start, end]:
            out.append((word, *match.span(number + 1)))
        else:
            inside = _moved(original[first:last], match.group(number + 1), start - first, end - first)
            out.append((word, *(match.start(number + 1) + place for place in inside)))
    return out


def _moved(original: str, changed: str, start: int, end: int) -> tuple[int, int]:
    """Where original[start:end] stands in the changed text, by the longest common runs."""
    first = last = None
    for kind, a, b, c, d in SequenceMatcher(None, original, changed, autojunk=False).get_opcodes():
        if b < start or (b == start and kind != "insert") or a > end or (a == end and kind != "insert"):
            continue
        if first is None:
            first = c + (start - a) if kind == "equal" else c
        last = c + (end - a) if kind == "equal" and end <= b else d
    return (first or 0, last if last is not None else (first or 0))


def _cntp(folder: Path) -> Iterator[Figure]:
    base = json.loads((folder / "toxic_base.json").read_text("utf-8"))
    words = sorted({word for row in base for word in row["toxic_entity"]})
    terms = Terms(words)
    for technique, name in CNTP.items():
        rows = held_out(json.loads((folder / f"perturbed_data/{name}.json").read_text("utf-8"))["results"])
        yield from _hidden(technique, rows, words, terms)
    clean = [r["original_text"] for r in held_out(json.loads((folder / "non_toxic_base.json").read_text("utf-8")))]
    yield from _clean(clean, words, terms)


def _hidden(technique: str, rows: list[dict[str, Any]], words: list[str], terms: Terms) -> Iterator[Figure]:
    texts = [row["perturbed_text"] for row in rows]
    ours, theirs = seen(terms, texts), plain(words, texts)
    totals: Counter[str] = Counter()
    found: Counter[str] = Counter()
    peer: Counter[str] = Counter()
    for row, mine, other in zip(rows, ours, theirs, strict=True):
        for word, first, last in places(row["original_text"], row["perturbed_text"], row["toxic_entity"]):
            unchanged = row["perturbed_text"][first:last] == word
            if technique == "shuffle" and not unchanged:
                first, last = first - _MOVED, last + _MOVED
            for key in ("unchanged",) if unchanged else ("all", _length(word)):
                totals[key] += 1
                found[key] += _covers(mine, word, first, last)
                peer[key] += _covers(other, word, first, last)
    for key in ("all", "1 character", "2 characters", "3 or more", "unchanged"):
        if totals[key]:
            yield _figure(
                f"cntp: recall at the word, {technique}, {key}", found[key] / totals[key], "share",
                peer[key] / totals[key], words=totals[key],
            )  # fmt: skip


def _length(word: str) -> str:
    if len(word) == 1:
        return "1 character"
    return "2 characters" if len(word) == 2 else "3 or more"


def _covers(spans: list[Span], word: str, first: int, last: int) -> bool:
    """Is there a span of the word that shares more than half of the shorter of the two places?"""
    return any(
        w == word and min(end, last) - max(start, first) > _COVERED * max(1, min(last - first, end - start))
        for start, end, w in spans
    )


def _clean(texts: list[str], words: list[str], terms: Terms) -> Iterator[Figure]:
    in_clear = plain(words, texts)
    quiet = [text for text, spans in zip(texts, in_clear, strict=True) if not spans]
    found = find(terms, pa.array(quiet, pa.large_string()))
    names = found.techniques()
    alarms = len(set(found.row.tolist()))
    kinds: dict[str, set[int]] = defaultdict(set)
    for row, name, term in zip(found.row.tolist(), names, found.term.tolist(), strict=True):
        kinds[f"{name}, {_length(terms.texts[term])}"].add(row)
    yield _figure(
        "cntp: false alarms on clean sentences without a term in clear", alarms / len(quiet), "share", 0.0,
        sentences=len(quiet), by={key: len(rows) for key, rows in sorted(kinds.items())},
    )  # fmt: skip


def _typosquats(path: Path) -> Iterator[Figure]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = sorted({row["target"] for row in rows})
    terms = Terms(words)
    texts = [row["squat"] for row in rows]
    ours, theirs = seen(terms, texts), plain(words, texts)
    groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row, mine, other in zip(rows, ours, theirs, strict=True):
        hit = any(w == row["target"] for *_, w in mine), any(w == row["target"] for *_, w in other)
        groups[row["technique"]].append(hit)
        groups["all"].append(hit)
    for name, hits in sorted(groups.items()):
        yield _figure(
            f"typosquats: recall, {name}", sum(a for a, _ in hits) / len(hits), "share",
            sum(b for _, b in hits) / len(hits), names=len(hits),
        )  # fmt: skip


def _dsner(folder: Path) -> Iterator[Figure]:
    words = sorted({text[a:b] for text, spans in tagged(folder / "train") for a, b in spans})
    test = tagged(folder / "test")
    texts = [text for text, _ in test]
    terms = Terms(words)
    for part, keep in (("all test brands", None), ("test brands that the training part has", set(words))):
        wanted = [{(a, b) for a, b in s if keep is None or t[a:b] in keep} for t, s in test]
        ours = [{(a, b) for a, b, _ in _longest(spans)} for spans in seen(terms, texts)]
        theirs = [{(a, b) for a, b, _ in _longest(spans)} for spans in plain(words, texts)]
        mine, other = _scores(wanted, ours), _scores(wanted, theirs)
        for name, a, b in zip(("precision", "recall", "F1"), mine, other, strict=True):
            yield _figure(f"dsner_ec: brand span {name}, {part}", a, "share", b, queries=len(texts), terms=len(words))


def tagged(path: Path) -> list[tuple[str, list[tuple[int, int]]]]:
    """Texts of a tagged file and their brand spans (tags B-pp, I-pp)."""
    out: list[tuple[str, list[tuple[int, int]]]] = []
    characters: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        cells = line.split()
        if len(cells) >= 2:
            characters.append(cells[0])
            tags.append(cells[-1])
        elif not line.strip() and characters:
            out.append(("".join(characters), _spans(tags)))
            characters, tags = [], []
    return out


BRAND = "pp"


def _spans(tags: list[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for i, tag in enumerate(tags):
        if tag == f"B-{BRAND}":
            spans.append((i, i + 1))
        elif tag == f"I-{BRAND}" and spans and spans[-1][1] == i:
            spans[-1] = (spans[-1][0], i + 1)
    return spans


def _longest(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        if all(span[1] <= o[0] or o[1] <= span[0] for o in out):
            out.append(span)
    return out


def _scores(wanted: list[set[tuple[int, int]]], found: list[set[tuple[int, int]]]) -> tuple[float, float, float]:
    right = sum(len(w & f) for w, f in zip(wanted, found, strict=True))
    precision = right / max(1, sum(map(len, found)))
    recall = right / max(1, sum(map(len, wanted)))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _offers(path: Path) -> Iterator[Figure]:
    from touchstone.bench.screen import rights_table
    from touchstone.engine.files.read import read_table
    from touchstone.engine.schema import LISTING
    from touchstone.engine.screen import Screener
    from touchstone.engine.validate import split

    screener = Screener(rights_table())
    table = split(read_table(str(path), required=("listing_id", "title"), known=tuple(LISTING))).good
    verdicts = screener.screen(table)
    matches = verdicts["matches"].to_pylist()
    kinds = Counter(match["technique"] for row in matches for match in row)
    for name, count in sorted(kinds.items()):
        yield _figure(
            f"offers: matches per thousand, {name}", 1000 * count / table.num_rows, "per thousand", None,
            rows=table.num_rows,
        )  # fmt: skip


def _speed(data: Path | None) -> Iterator[Figure]:
    """Loading 50,000 terms, and one more while in use."""
    from touchstone.bench.terms import many

    words = many(50_000)
    Terms(["warm"])
    start = time.perf_counter()
    terms = Terms(words)
    loaded = time.perf_counter() - start
    find(terms, pa.array(["warm"]))
    start = time.perf_counter()
    terms.add(["香奈而"])
    added = time.perf_counter() - start
    yield _figure("seconds to load 50,000 terms, tables warm", loaded, "s", None, terms=len(words))
    yield _figure("seconds to add one term while in use", added, "s", None, terms=len(words))
