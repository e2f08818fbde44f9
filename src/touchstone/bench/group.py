"""Suite `group`: which listings sell one product, beside two peers on the same pairs, and the time for many listings.

Labelled pairs (matching/er): F1 on the test part at a threshold from the validation part; with the product's own model, and
with a model that never saw the set ("left out"), which is what a new catalogue gets. Peers: cosine of TF-IDF over words,
and RapidFuzz's token_set_ratio, each with its own threshold from the validation part of the set. Groups: all listings of
the set are grouped as by the command, and a pair counts as found when both are in one group. matching/dedupe: pairs of
the groups against the true mapping.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from touchstone.bench.group_model import Measured, f1, left_out, measured, with_trees
from touchstone.bench.group_pairs import PairSet, abt_buy, sets
from touchstone.engine.data import load
from touchstone.engine.grouping.group import group
from touchstone.engine.grouping.model import Model
from touchstone.engine.schema import typed

Figure = dict[str, Any]
TFIDF, FUZZ = "TF-IDF cosine, own threshold", "RapidFuzz token_set_ratio, own threshold"
_STEPS = np.linspace(0.02, 0.98, 97)


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """The figures of the suite, as they are measured; one that says why where a set is missing."""
    if data is None or not (data / "matching").is_dir():
        yield _figure("matching: not measured", None, None, None, None, reason="matching is not in the data folder")
    else:
        pair_sets = sets(data / "matching/er")
        every = {s.name: measured(s) for s in pair_sets}
        strange = left_out(every)
        chance = float(load("grouping/data/model.yaml")["threshold"])
        for pair_set in pair_sets:
            yield from _pairs(pair_set, every[pair_set.name], strange[pair_set.name])
            yield from _grouped(pair_set, with_trees(strange[pair_set.name], chance))
        yield from _mapping(data / "matching/dedupe", with_trees(strange["Abt-Buy"], chance))
    yield from _speed(rows)


def _figure(what: str, value: float | None, unit: str | None, peer: str | None, peer_value: float | None,
            **more: object) -> Figure:  # fmt: skip
    shown = None if value is None else round(value, 4)
    other = None if peer_value is None else round(peer_value, 4)
    return {"figure": what, "value": shown, "unit": unit, "peer": peer, "peer_value": other, **more}


def best(scores: np.ndarray, labels: np.ndarray) -> float:
    """The threshold on scores of 0 to 1 with the best F1."""
    return float(_STEPS[int(np.argmax([f1(scores >= t, labels) for t in _STEPS]))])


def _pairs(pair_set: PairSet, parts: Measured, strange: Any) -> Iterator[Figure]:
    own = Model.default().trees
    labels = {part: y for part, (_, y) in parts.items()}
    peers = {name: {part: score(pair_set, part) for part in ("valid", "test")} for name, score in PEERS.items()}
    peer_f1 = {name: f1(s["test"] >= best(s["valid"], labels["valid"]), labels["test"]) for name, s in peers.items()}
    for what, trees in (("", own), (", model left out of training", strange)):
        valid, test = (np.asarray(trees.predict(parts[p][0])) for p in ("valid", "test"))
        border = best(valid, labels["valid"])
        value = f1(test >= border, labels["test"])
        for name, other in peer_f1.items():
            yield _figure(
                f"{pair_set.name}: F1 of pairs on the test part{what}", value, "F1", name, other,
                threshold=round(border, 2), pairs=len(labels["test"]), same=int(labels["test"].sum()),
            )  # fmt: skip


def _tfidf(pair_set: PairSet, part: str) -> np.ndarray:
    left, right, _ = pair_set.parts[part]
    matrix = TfidfVectorizer(token_pattern=r"\w+").fit_transform(pair_set.listings["title"].to_pylist())  # noqa: S106
    return np.asarray(matrix[left].multiply(matrix[right]).sum(axis=1)).ravel()


def _fuzz(pair_set: PairSet, part: str) -> np.ndarray:
    left, right, _ = pair_set.parts[part]
    titles = pair_set.listings["title"].to_pylist()
    sides = [titles[i] for i in left], [titles[i] for i in right]
    return process.cpdist(*sides, scorer=fuzz.token_set_ratio) / 100


PEERS: dict[str, Callable[[PairSet, str], np.ndarray]] = {TFIDF: _tfidf, FUZZ: _fuzz}


def _grouped(pair_set: PairSet, strange: Model) -> Iterator[Figure]:
    left, right, labels = pair_set.parts["test"]
    for what, model in (("", None), (", model left out of training", strange)):
        groups = np.array(group(pair_set.listings, model=model)["group_id"].to_pylist())
        yield _figure(
            f"{pair_set.name}: F1 of the test pairs by groups, one threshold for all sets{what}",
            f1(groups[left] == groups[right], labels), "F1", None, None, listings=len(groups),
        )  # fmt: skip


def _mapping(folder: Path, strange: Model) -> Iterator[Figure]:
    listings, truth = abt_buy(folder)
    for what, model in (("", None), (", model left out of training", strange)):
        groups = group(listings, model=model)["group_id"].to_pylist()
        for name, value in pairwise(groups, truth).items():
            yield _figure(f"Abt and Buy: {name} of pairs in groups{what}", value, "share", None, None, rows=len(truth))


def pairwise(groups: list[str], truth: list[str]) -> dict[str, float]:
    """Precision, recall and F1 over pairs of rows in one group."""
    said, true, both = (_within(x) for x in (groups, truth, list(zip(groups, truth, strict=True))))
    return {"precision": both / max(1, said), "recall": both / max(1, true), "F1": 2 * both / max(1, said + true)}


def _within(labels: list[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def _speed(rows: int) -> Iterator[Figure]:
    listings = catalogue(rows)
    group(catalogue(1000))
    start = time.perf_counter()
    groups = group(listings)["group_id"].to_pylist()
    seconds = time.perf_counter() - start
    quality = pairwise(groups, [i.split("-")[0] for i in listings["listing_id"].to_pylist()])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield _figure(
        f"seconds to group {rows:,} made-up listings", seconds, "s", None, None,
        peak_mib=round(peak), **{name: round(value, 4) for name, value in quality.items()},
    )  # fmt: skip


def catalogue(rows: int, *, seed: int = 5) -> pa.Table:
    """Made-up listings: products of a brand, a line, a model code and a kind, each offered some times in other words.

    The id is `product-offer`. Products of a line differ in code, size and colour, as in a shop.
    """
    from touchstone.bench.terms import many

    pick = np.random.default_rng(seed)
    brands, lines = many(400, seed=11), many(4000, seed=13)
    kinds = (
        "running shoes",
        "leather bag",
        "watch",
        "headphones",
        "phone case",
        "dress",
        "连衣裙",
        "运动鞋",
        "手提包",
        "香水",
    )
    fillers = (
        "new",
        "original",
        "2024",
        "free shipping",
        "men",
        "women",
        "新款",
        "正品",
        "包邮",
        "夏季",
        "gift",
        "classic",
    )
    colours = ("black", "white", "red", "blue", "green", "黑色", "白色", "红色")
    titles: list[str] = []
    ids: list[str] = []
    brand_column: list[str | None] = []
    product = 0
    while len(titles) < rows:
        brand, line = brands[pick.zipf(1.4) % len(brands)], lines[pick.integers(len(lines))]
        code = f"{'ABCDEFGHKLMNPRSTVWX'[pick.integers(19)]}{'abcdefgh'[pick.integers(8)]}{pick.integers(1000, 99999)}"
        kind, colour = kinds[pick.integers(len(kinds))], colours[pick.integers(len(colours))]
        for offer in range(min(int(pick.zipf(1.9)), 50, rows - len(titles))):
            words = [brand, line, kind, colour, *pick.choice(fillers, pick.integers(0, 4), replace=False)]
            if pick.random() < 0.8:
                words.append(code)
            pick.shuffle(words)
            titles.append(" ".join(words))
            ids.append(f"{product}-{offer}")
            brand_column.append(brand if pick.random() < 0.5 else None)
        product += 1
    return typed(pa.table({"listing_id": ids, "title": titles, "brand": pa.array(brand_column, pa.large_string())}))
