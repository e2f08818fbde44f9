"""The search finds exactly what comparing everything with everything finds, and at once what is added or withdrawn."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hash_sets import brute, flipped, near, some
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.engine.images import search
from touchstone.engine.images.search import Index, hexed, unpack
from touchstone.errors import NotValid

_BITS = st.lists(st.integers(0, 255), max_size=40, unique=True)


def hits(index: Index, queries: np.ndarray, radius: int = 31) -> list[tuple[int, int, int]]:
    found = index.search(queries, radius)
    return list(zip(found.query.tolist(), found.id.tolist(), found.distance.tolist(), strict=True))


@pytest.mark.parametrize("radius", [0, 1, 15, 16, 24, 31])
def test_everything_within_the_radius_is_found_and_nothing_else(radius: int) -> None:
    words = np.concatenate([some(6000, 1), near(some(200, 1)[:200], 40, 2)])
    ids = np.arange(len(words)) * 3
    queries = np.concatenate([near(words[:300], 40, 3), some(100, 4)])
    assert hits(Index(words, ids), queries, radius) == brute(queries, words, ids, radius)


def test_hashes_that_share_most_bits_are_told_apart() -> None:
    base = some(1, 5)[0]
    words = near(np.repeat(base[None], 3000, axis=0), 60, 6)
    ids = np.arange(len(words))
    assert hits(Index(words, ids), words[:60]) == brute(words[:60], words, ids, 31)


@pytest.mark.parametrize("start", range(16))
def test_31_bits_spread_so_that_only_one_chunk_leads_to_the_hash_are_found(start: int) -> None:
    # Two changed bits in every chunk but one, which has a single one.
    bits = [16 * k + bit for k in range(16) for bit in ((3,) if k == start else (3, 11))]
    words = some(5000, 7)
    query = flipped(words[4321], bits)[None]
    assert len(bits) == 31
    assert hits(Index(words), query) == [(0, 4321, 31)]
    assert hits(Index(words), flipped(query[0], [0])[None]) == []


@settings(max_examples=150)
@given(bits=_BITS, row=st.integers(0, 4999), radius=st.integers(0, 31))
def test_a_hash_with_changed_bits_is_found_exactly_when_they_are_few(bits: list[int], row: int, radius: int) -> None:
    words, index = _five_thousand()
    query = flipped(words[row], bits)[None]
    assert hits(index, query, radius) == brute(query, words, np.arange(5000), radius)


def _five_thousand(kept: dict[str, tuple[np.ndarray, Index]] = {}) -> tuple[np.ndarray, Index]:  # noqa: B006
    if not kept:
        words = some(5000, 8)
        kept["it"] = (words, Index(words))
    return kept["it"]


_STEP = st.one_of(
    st.tuples(st.just("add"), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), max_size=12)),
    st.tuples(st.just("remove"), st.lists(st.integers(0, 30), max_size=5)),
)


@settings(max_examples=60)
@given(steps=st.lists(_STEP, max_size=14))
def test_additions_and_withdrawals_in_any_order_leave_what_they_should(steps: list) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(search, "_LIST", 8)
        pool, index, truth = near(np.repeat(some(1, 9), 13, axis=0), 30, 10), Index(), []
        for what, given in steps:
            if what == "add":
                index.add(pool[[h for _, h in given]], np.array([i for i, _ in given], np.int64))
                truth += given
            else:
                left = [(i, h) for i, h in truth if i not in given]
                assert index.remove(np.array(given, np.int64)) == len(truth) - len(left)
                truth = left
        words = pool[[h for _, h in truth]].reshape(-1, 4)
        assert len(index) == len(truth)
        assert hits(index, pool) == brute(pool, words, np.array([i for i, _ in truth], np.int64), 31)
        index.settle()
        assert hits(index, pool) == brute(pool, words, np.array([i for i, _ in truth], np.int64), 31)


def test_the_nearest_is_the_first_of_the_equally_near() -> None:
    words = some(5000, 11)
    words[4000] = words[7]
    index = Index(words, np.arange(5000)[::-1].copy())
    queries = np.concatenate([flipped(words[7], [1, 2, 3])[None], some(1, 12), words[:1]])
    ids, distance = index.nearest(queries)
    assert ids.tolist() == [999, -1, 4999]
    assert distance.tolist() == [3, 257, 0]
    index.remove(np.array([999]))
    assert index.nearest(queries)[0].tolist() == [4992, -1, 4999]


def test_a_hash_repeated_a_hundred_thousand_times_is_one_row() -> None:
    words = np.concatenate([np.repeat(some(1, 13), 100_000, axis=0), some(1000, 14)])
    index = Index(words)
    ids, distance = index.nearest(np.repeat(words[:1], 20_000, axis=0))
    assert set(ids.tolist()) == {0}
    assert set(distance.tolist()) == {0}
    assert len(index._state.segments[0].words) == 1001
    assert len(index.search(words[:1])) == 100_000
    assert index.remove(np.arange(99_999)) == 99_999
    assert index.nearest(words[:1])[0].tolist() == [99_999]


def test_a_capped_search_stops_at_so_many() -> None:
    words = near(np.repeat(some(1, 15), 6000, axis=0), 12, 16)
    found = Index(words).search(words[:3], cap=10)
    assert np.bincount(found.query).max() >= 10
    assert len(np.unique(words[found.id[found.query == 0]], axis=0)) == 10


def test_joins_beside_lose_nothing_of_what_happens_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_BESIDE", 0)
    monkeypatch.setattr(search, "_LIST", 64)
    words, index, alive = some(6000, 17), Index(), set()
    for low in range(0, 6000, 50):
        index.add(words[low : low + 50], np.arange(low, low + 50))
        alive |= set(range(low, low + 50))
        gone = np.arange(max(0, low - 70), low, 9)
        index.remove(gone)
        alive -= set(gone.tolist())
    index.settle()
    ids, _ = index.nearest(words)
    assert {i for i, found in enumerate(ids.tolist()) if found == i} == alive
    assert len(index) == len(alive)


def test_threads_search_while_others_add_and_withdraw() -> None:
    words, index = some(20_000, 18), Index(some(5000, 19), np.arange(100_000, 105_000))
    stop, wrong = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            ids, _ = index.nearest(words[:200])
            wrong.extend(i for row, i in enumerate(ids.tolist()) if i not in (-1, row))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for low in range(0, 20_000, 100):
        index.add(words[low : low + 100], np.arange(low, low + 100))
        assert index.nearest(words[low : low + 100])[0].tolist() == list(range(low, low + 100))
    index.remove(np.arange(200))
    assert set(index.nearest(words[:200])[0].tolist()) == {-1}
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_wrong_radii_and_shapes_are_refused() -> None:
    index = Index(some(10, 20))
    with pytest.raises(NotValid, match="0 to 31"):
        index.search(some(1, 1), 32)
    with pytest.raises(NotValid, match="shape"):
        index.search(np.zeros((2, 3), np.uint64))
    with pytest.raises(NotValid, match="as many ids"):
        index.add(some(2, 1), np.array([1]))


def test_an_empty_index_finds_nothing() -> None:
    assert len(Index()) == 0
    assert len(Index().search(some(3, 1))) == 0
    assert Index().nearest(some(2, 1))[0].tolist() == [-1, -1]
    assert len(Index(some(5000, 1)).search(np.zeros((0, 4), np.uint64))) == 0


def test_hex_goes_there_and_back() -> None:
    words = some(5, 21)
    back, good = unpack([*hexed(words), "xyz", "é" * 64, "g" * 64, f" {hexed(words)[0].upper()} "])
    assert good.tolist() == [True] * 5 + [False] * 3 + [True]
    assert (back[:5] == words).all()
    assert (back[8] == words[0]).all()
