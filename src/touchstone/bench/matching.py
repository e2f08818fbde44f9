"""Figures of suite `screen` about the terms: exact matching beside raw hyperscan, many terms loaded, one changed.

Raw hyperscan gets text that is folded and joined in blocks already, calls back with nothing but to note the hit, and knows
no word boundaries, rows or characters; Touchstone is timed from the column of titles to hits with their place in each.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pyarrow as pa

from touchstone.bench.terms import many
from touchstone.engine.screen import Screener
from touchstone.engine.text.match import Matcher
from touchstone.engine.text.normalise import fold

Figure = dict[str, Any]
MANY = 50_000
_REPEATS = 3
# Titles that are joined to one block for hyperscan, and given to the matcher at once.
_JOINED, _BATCH = 2000, 32768

_LOADED = """
import sys, time
start = time.perf_counter()
from touchstone.bench.matching import brands
from touchstone.engine.screen import Screener
rights = brands(int(sys.argv[1]))
screener = Screener(rights)
print(time.perf_counter() - start)
start = time.perf_counter()
Screener(rights)
print(time.perf_counter() - start)
"""


def figures(screener: Screener, listings: pa.Table, terms: int = MANY) -> Iterator[Figure]:
    """The figures, as they are measured. `screener`: of the product's own rights. `terms`: how many are many."""
    names = [name.text for name in screener.rights.names]
    yield exact(names, listings["title"].combine_chunks(), f"{len(names):,} names")
    made_up = many(terms)
    yield exact(made_up, listings["title"].combine_chunks(), f"{terms:,} names")
    yield loading(terms)
    yield from changes(Screener(brands(terms)), terms)


def brands(count: int) -> pa.Table:
    """A rights table of `count` made-up brands."""
    return pa.table({"brand": many(count)})


def exact(names: list[str], titles: pa.Array, what: str) -> Figure:
    """Titles a second in which names are found as they are, in any case and width; the best of some runs."""
    matcher = Matcher(names)
    peer = _hyperscan(names, titles)
    ours, theirs = [], []
    for _ in range(_REPEATS):
        ours.append(_seconds(lambda: _find(matcher, titles)))
        if peer is not None:
            theirs.append(_seconds(peer))
    return {
        "figure": f"exact matching alone, {what}",
        "value": round(len(titles) / min(ours)),
        "unit": "titles/s",
        "peer": f"raw hyperscan over folded titles, {_JOINED:,} joined, hits noted by a callback in Python"
        if peer is not None
        else "hyperscan is not installed",
        "peer_value": round(len(titles) / min(theirs)) if theirs else None,
        "rows": len(titles),
    }


def _find(matcher: Matcher, titles: pa.Array) -> None:
    for low in range(0, len(titles), _BATCH):
        matcher.find(titles.slice(low, _BATCH))


def _hyperscan(names: list[str], titles: pa.Array) -> Callable[[], None] | None:
    try:
        import hyperscan
    except ImportError:
        return None
    literals = list(dict.fromkeys(map(fold, names)))
    expressions = ["".join(f"\\x{byte:02x}" for byte in text.encode()).encode() for text in literals]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=expressions, ids=list(range(len(literals))), elements=len(literals), flags=[0] * len(literals)
    )
    folded = [fold(title or "") for title in titles.to_pylist()]
    blocks = ["\n".join(folded[low : low + _JOINED]).encode() for low in range(0, len(folded), _JOINED)]

    def scan() -> None:
        hits: list[tuple[int, int]] = []
        add = hits.append
        for block in blocks:
            database.scan(block, match_event_handler=lambda number, _start, end, _flags, _context: add((number, end)))

    return scan


def loading(terms: int) -> Figure:
    """Seconds from an import to a screener of many brands in a fresh process, and of one more in the same process.

    Code is compiled for the machine once and then kept on disk, so a first process makes sure that it is there.
    """
    command = [sys.executable, "-c", _LOADED]
    subprocess.run([*command, "50"], check=True, capture_output=True)
    answer = subprocess.run([*command, str(terms)], check=True, capture_output=True, text=True)
    whole, again = map(float, answer.stdout.split())
    return {
        "figure": f"seconds until {terms:,} brands are loaded, fresh process, imports included",
        "value": round(whole, 2),
        "unit": "s",
        "peer": None,
        "peer_value": None,
        "once_more_in_the_process": round(again, 2),
    }


def changes(screener: Screener, terms: int) -> Iterator[Figure]:
    """Milliseconds from the change of one term to the first verdict that shows it, the worst of some."""
    brand = screener.rights.brands[0]
    worst: dict[str, float] = {}
    for text in ("Xyquombra", "鑫魁瑙", "Wazzlinqu"):
        title = pa.table({"listing_id": ["1"], "title": [f"new {text} shoes"]})

        def named(expected: bool, title: pa.Table = title) -> None:
            shown = brand in screener.screen(title)["brands"][0].as_py()
            if shown is not expected:
                raise RuntimeError("a changed term is not live")

        named(False)
        change = partial(screener.set_lists, [(brand, text)])
        steps = (
            ("an alias is added", partial(change, []), True),
            ("a phrase is safe", partial(change, [(brand, f"new {text} shoes")]), False),
            ("the phrase is no longer safe", partial(change, []), True),
            ("the alias is removed", partial(screener.set_lists, [], []), False),
        )
        for what, make, expected in steps:
            start = time.perf_counter()
            make()
            named(expected)
            worst[what] = max(worst.get(what, 0.0), time.perf_counter() - start)
    for what, seconds in worst.items():
        yield {
            "figure": f"milliseconds until {what}, {terms:,} terms, without a restart",
            "value": round(1000 * seconds, 1),
            "unit": "ms",
            "peer": None,
            "peer_value": None,
        }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
