"""Suite `images`: exact search for near hashes beside FAISS's exact flat index, and what PDQ finds after edits.

Both search the same hashes for the same queries on the same number of threads, and must find the same pairs. FAISS gets
fewer queries, as it takes longer; both are timed in batches, without building. `--rows` is the number of hashes; recall is
measured on the photos of the data folder, see `image_edits`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from touchstone.bench.image_edits import recall_figures
from touchstone.engine.images.search import RADIUS, Index
from touchstone.engine.images.segment import THREADS

Figure = dict[str, Any]
QUERIES = 20_000
PEER_QUERIES = 256
REPEATS = 3
_LATENCIES = 50
_PEER_SECONDS = 2e9  # pairs that the peer is given, about


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """The figures of the suite, as they are measured."""
    index = None
    for what, make in (("even", _even), ("in families", _families)):
        words = make(rows)
        index = Index(words)
        for kind, queries in (("half with a match", _half(words)), ("none with a match", _even(QUERIES, seed=99))):
            yield _throughput(f"{what} hashes, queries {kind}", index, words, queries)
    assert index is not None
    yield from _latency(index, rows)
    yield _repeated(rows)
    yield _memory(rows)
    yield from recall_figures(data)


def _even(count: int, seed: int = 1) -> np.ndarray:
    """Hashes drawn evenly, (count, 4) uint64."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def _families(count: int) -> np.ndarray:
    """Hashes in families of about a hundred, each up to 60 bits from its centre: pictures of one kind resemble."""
    centres = _even(max(1, count // 100), seed=2)
    draw = np.random.default_rng(3)
    return _flipped(centres[draw.integers(0, len(centres), count)], draw.integers(0, 61, count), 4)


def _half(words: np.ndarray) -> np.ndarray:
    """Queries: every other one up to 31 bits from a hash of `words`, the rest drawn evenly."""
    draw = np.random.default_rng(5)
    queries = _even(QUERIES, seed=6)
    near = words[draw.integers(0, len(words), QUERIES // 2)]
    queries[::2] = _flipped(near, draw.integers(0, RADIUS + 1, len(near)), 7)
    return queries


def _flipped(words: np.ndarray, bits: np.ndarray, seed: int) -> np.ndarray:
    """The hashes, each with up to so many bits changed."""
    draw, out = np.random.default_rng(seed), words.copy()
    rows = np.arange(len(out))
    for turn in range(int(bits.max(initial=0))):
        bit = draw.integers(0, 256, len(out))
        change = np.where(turn < bits, np.uint64(1) << (bit & 63).astype(np.uint64), np.uint64(0))
        out[rows, bit >> 6] ^= change
    return out


def _throughput(what: str, index: Index, words: np.ndarray, queries: np.ndarray) -> Figure:
    """Queries a second, the best of some runs, ours and the peer's by turns; the pairs that both find are compared."""
    peer = _faiss(words)
    few = queries[: max(16, min(PEER_QUERIES, int(_PEER_SECONDS // len(words)) & ~1))]
    ours, theirs, pairs = [], [], None
    for _ in range(REPEATS):
        ours.append(_seconds(lambda: index.search(queries)))
        if peer is not None:
            began = time.perf_counter()
            pairs = _pairs_of(peer.range_search(few.view(np.uint8), RADIUS + 1))
            theirs.append(time.perf_counter() - began)
    found = index.search(few)
    if pairs is not None and pairs != set(zip(found.query.tolist(), found.id.tolist(), strict=True)):
        raise AssertionError("the two searches differ")
    return {
        "figure": f"exact search within {RADIUS} bits, {what}",
        "value": round(len(queries) / min(ours)),
        "unit": "queries/s",
        "peer": _peer_name(),
        "peer_value": round(len(few) / min(theirs), 1) if theirs else None,
        "times_peer": round(len(queries) / min(ours) * min(theirs) / len(few), 1) if theirs else None,
        "same_pairs": pairs is not None,
        "rows": len(words),
        "threads": THREADS,
        "batch": len(queries),
        "peer_batch": len(few),
    }


def _faiss(words: np.ndarray) -> Any:
    """The peer with the same hashes and threads; None where it is not installed."""
    try:
        import faiss
    except ImportError:
        return None
    faiss.omp_set_num_threads(THREADS)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(words.view(np.uint8))
    return flat


def _pairs_of(answer: tuple[np.ndarray, np.ndarray, np.ndarray]) -> set[tuple[int, int]]:
    limits, _distances, ids = answer
    counts = np.diff(limits.astype(np.int64)).astype(np.int64)
    query = np.repeat(np.arange(len(counts)), counts)
    return set(zip(query.tolist(), ids.tolist(), strict=True))


def _peer_name() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"FAISS {version('faiss-cpu')}, IndexBinaryFlat.range_search, same hashes, same threads"
    except PackageNotFoundError:
        return "FAISS is not installed: install the extra `dev` to measure beside it"


def _latency(index: Index, rows: int) -> Iterator[Figure]:
    """From an addition or a withdrawal until a search shows it, in the full index: the median and the worst."""
    new = _even(_LATENCIES, seed=8)
    index.nearest(new[:1])
    added, gone = [], []
    for number in range(_LATENCIES):
        one, name = new[number : number + 1], np.array([rows + number])
        added.append(_seconds(partial(_must, index, one, name, True)))
        gone.append(_seconds(partial(_must, index, one, name, False)))
    for what, seconds in (("added", added), ("withdrawn", gone)):
        yield {
            "figure": f"until an entry that is {what} shows in a search",
            "value": round(1000 * statistics.median(seconds), 2),
            "worst": round(1000 * max(seconds), 2),
            "unit": "ms",
            "peer": None,
            "peer_value": None,
            "rows": rows,
        }


def _must(index: Index, one: np.ndarray, name: np.ndarray, there: bool) -> None:
    """Add or withdraw the entry and see that the search knows."""
    if there:
        index.add(one, name)
    else:
        index.remove(name)
    if (index.nearest(one)[0][0] == name[0]) is not np.bool_(there):
        raise AssertionError("the search does not know")


def _repeated(rows: int) -> Figure:
    """One hash in half of all rows, and queries that all ask for it: a blank picture must not cost the square."""
    words = _even(rows, seed=9)
    words[::2] = words[0]
    index = Index(words)
    queries = np.repeat(words[:1], QUERIES, axis=0)
    index.nearest(queries[:1])
    return {
        "figure": "nearest entry, one hash repeated in half of all rows, every query asks for it",
        "value": round(QUERIES / min(_seconds(lambda: index.nearest(queries)) for _ in range(REPEATS))),
        "unit": "queries/s",
        "peer": None,
        "peer_value": None,
        "rows": rows,
    }


_MEASURED = """
import pathlib, re, resource, sys
from touchstone.bench.images import _even
from touchstone.engine.images.search import Index
index = Index(_even(int(sys.argv[1])))
index.search(_even(1000, seed=5))
status = pathlib.Path("/proc/self/status")
# What resource tells may be the greatest memory of the process that started this one.
told = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
print(index.nbytes, told[1] if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _memory(rows: int) -> Figure:
    """The greatest memory of a process that makes the hashes, builds the index and searches in it."""
    arguments = [sys.executable, "-c", _MEASURED, str(rows)]
    answer = subprocess.run(arguments, check=True, capture_output=True, text=True, env={**os.environ})
    index_bytes, kib = map(int, answer.stdout.split())
    peak = kib // 1024 if sys.platform == "darwin" else kib
    return {
        "figure": "greatest memory of a process that builds the index and searches",
        "value": round(peak / 1024),
        "unit": "MiB",
        "index_mib": round(index_bytes / 2**20),
        "peer": None,
        "peer_value": None,
        "rows": rows,
    }


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
