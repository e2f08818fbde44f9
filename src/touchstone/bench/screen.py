"""Suite `screen`: the whole screening beside FlashText, which only extracts names; terms; memory; verdicts on real lists.

FlashText gets the same titles and the same names in the same run, and is timed on its extraction alone, with its
dictionary already built. Touchstone is timed on everything that `Screener.screen` does: names, evidence, words for
copies, price, seller, rules, score, reasons. So the comparison favours FlashText.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.bench import matching
from touchstone.engine.files.read import read_table
from touchstone.engine.rights import COLUMNS
from touchstone.engine.schema import LISTING
from touchstone.engine.screen import Screener
from touchstone.engine.validate import split

REPEATS = 3
# Listings that are given to the screener at once.
BATCH = 32768
REAL = {
    "real offers": "listings/offers/offers.csv",
    "real replica listings": "listings/replica/listings.csv",
}
# fmt: off
WORDS = (
    "new", "women", "men", "shoes", "jacket", "bag", "watch", "case", "for", "phone", "cotton", "black", "white", "set",
    "running", "leather", "original", "gift", "2024", "online", "sale", "usb", "cable", "lamp", "kitchen", "连衣裙",
    "夏季", "新款", "手机壳", "女鞋", "运动", "纯棉", "包邮", "男士", "外套", "厨房", "收纳", "宠物", "玩具", "儿童",
)
# fmt: on
Figure = dict[str, Any]


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """The figures of the suite, as they are measured."""
    rights = rights_table()
    screener = Screener(rights)
    versions = dict(zip(("engine", "rules", "rights"), screener.versions, strict=True))
    listings = catalogue(rows, screener)
    yield {**_throughput(screener, listings, "made-up listings"), "versions": versions}
    if data is not None and (real := _real(data)) is not None:
        yield {**_throughput(screener, _repeated(real, rows), "real listings, repeated"), "versions": versions}
    yield from ({**figure, "versions": versions} for figure in matching.figures(screener, listings))
    yield {**_command(listings), "versions": versions}
    yield from ({**figure, "versions": versions} for figure in _memory(rows))
    if data is not None:
        yield from ({**figure, "versions": versions} for figure in _shares(screener, data))


def rights_table() -> pa.Table:
    """The famous brands that come with the product."""
    path = files("touchstone.rights").joinpath("data/famous_brands.csv")
    return read_table(str(path), required=("brand",), known=COLUMNS)


def catalogue(rows: int, screener: Screener) -> pa.Table:
    """`rows` made-up listings, a third of which names a brand; the same for the same number of rows."""
    pick = random.Random(rows)  # noqa: S311 - not for secrets
    names = [name.text for name in screener.rights.names]
    titles = []
    for _ in range(rows):
        title = pick.choices(WORDS, k=pick.randint(5, 12))
        if pick.random() < 0.33:
            title.insert(pick.randrange(len(title)), pick.choice(names))
        titles.append(" ".join(title))
    return pa.table(
        {
            "listing_id": [str(i) for i in range(rows)],
            "title": titles,
            "price": [round(pick.lognormvariate(5, 1), 2) for _ in range(rows)],
            "currency": ["CNY"] * rows,
        }
    )


def _throughput(screener: Screener, listings: pa.Table, what: str) -> Figure:
    """Titles a second: the best of some runs, ours and the peer's by turns so that both see the same machine."""
    titles = listings["title"].to_pylist()
    peer = _flashtext(screener)
    ours, theirs = [], []
    for _ in range(REPEATS):
        ours.append(_seconds(lambda: _screen_batches(screener, listings)))
        if peer is not None:
            theirs.append(_seconds(lambda: [peer(title) for title in titles]))
    return {
        "figure": f"{what} screened per second, one process",
        "value": round(len(titles) / min(ours)),
        "unit": "listings/s",
        "peer": _peer_name(peer is None),
        "peer_value": round(len(titles) / min(theirs)) if theirs else None,
        "rows": len(titles),
        "terms": len(screener.rights.names),
        "batch": BATCH,
    }


def _flashtext(screener: Screener) -> Callable[[str], list[str]] | None:
    try:
        from flashtext import KeywordProcessor
    except ImportError:
        return None
    processor = KeywordProcessor(case_sensitive=False)
    for name in screener.rights.names:
        processor.add_keyword(name.text, screener.rights.brands[name.brand])
    return processor.extract_keywords


def _peer_name(missing: bool) -> str:
    if missing:
        return "FlashText is not installed: install the extra `dev` to measure beside it"
    try:
        return f"FlashText {version('flashtext')}, extracting the same names from the same titles and nothing else"
    except PackageNotFoundError:
        return "FlashText"


def _screen_batches(screener: Screener, listings: pa.Table) -> None:
    for low in range(0, listings.num_rows, BATCH):
        screener.screen(listings.slice(low, BATCH))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _command(listings: pa.Table) -> Figure:
    """The whole command, from a CSV file to a Parquet file, its start included."""
    import pyarrow.csv as pcsv

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "listings.csv"
        pcsv.write_csv(listings, source)
        seconds = _seconds(lambda: _run_command(source, Path(folder) / "verdicts.parquet"))
    return {
        "figure": "listings per second, command from CSV to Parquet, start included",
        "value": round(listings.num_rows / seconds),
        "unit": "listings/s",
        "peer": None,
        "peer_value": None,
        "rows": listings.num_rows,
    }


def _run_command(source: Path, target: Path) -> None:
    rights = str(files("touchstone.rights").joinpath("data/famous_brands.csv"))
    command = [
        sys.executable,
        "-m",
        "touchstone",
        "screen",
        str(source),
        "--rights",
        rights,
        "--out",
        str(target),
        "-q",
    ]
    subprocess.run(command, check=True)


# A child's ru_maxrss begins with what its parent had; Linux tells the process's own.
_MEASURED = """
import re, resource, sys
from pathlib import Path
from touchstone.engine.runners.local import Job, run
run(Job([sys.argv[1]], sys.argv[2], sys.argv[3]))
status = Path("/proc/self/status")
told = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
print(told[1] if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _memory(rows: int) -> Iterator[Figure]:
    """The greatest memory of a process that screens `rows`, and one that screens four times as many."""
    for count in (rows, 4 * rows):
        yield {
            "figure": f"greatest memory of a run over {count:,} rows",
            "value": round(peak_memory(count) / 1024),
            "unit": "MiB",
            "peer": None,
            "peer_value": None,
            "rows": count,
        }


def peak_memory(rows: int) -> int:
    """Greatest resident memory, in KiB, of a process that screens a CSV of `rows` rows."""
    rights = str(files("touchstone.rights").joinpath("data/famous_brands.csv"))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "listings.csv"
        with source.open("w", encoding="utf-8") as file:
            file.write("listing_id,title,price,currency\n")
            for i in range(rows):
                file.write(f"{i},Nike Air Max {i % 97} running shoes 耐克 男鞋,{i % 900 + 1},CNY\n")
        arguments = [sys.executable, "-c", _MEASURED, str(source), rights, str(Path(folder) / "out.parquet")]
        answer = subprocess.run(arguments, check=True, capture_output=True, text=True)
    kib = int(answer.stdout.split()[-1])
    return kib // 1024 if sys.platform == "darwin" else kib


def _shares(screener: Screener, data: Path) -> Iterator[Figure]:
    """The share of each verdict on the real lists."""
    for name, path in REAL.items():
        if not (data / path).exists():
            continue
        table = _good(data / path)
        verdicts = screener.screen(table)
        counts = {v["values"]: v["counts"] for v in pc.value_counts(verdicts["verdict"]).to_pylist()}
        named = pc.sum(pc.greater(pc.list_value_length(verdicts["brands"]), 0)).as_py()
        for verdict in ("pass", "review", "block"):
            yield {
                "figure": f"share of {name} with verdict {verdict}",
                "value": round(counts.get(verdict, 0) / table.num_rows, 4),
                "unit": "share",
                "peer": None,
                "peer_value": None,
                "rows": table.num_rows,
                "rows_naming_a_brand": named,
            }


def _real(data: Path) -> pa.Table | None:
    """All real listings in one table, None where there are none."""
    tables = [_good(data / path) for path in REAL.values() if (data / path).exists()]
    return pa.concat_tables(tables) if tables else None


def _good(path: Path) -> pa.Table:
    return split(read_table(str(path), required=("listing_id", "title"), known=tuple(LISTING))).good


def _repeated(table: pa.Table, rows: int) -> pa.Table:
    return table.take(pa.array(np.arange(rows) % table.num_rows)).combine_chunks()
