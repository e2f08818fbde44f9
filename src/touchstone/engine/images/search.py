"""Exact search for hashes of 256 bits that are near: an index that can be added to and taken from while it is used.

Entries are added to a short list that is scanned, then frozen into segments with tables (`segment`), which are joined as
they grow, four of a size to one. Joins of more than a few hundred thousand entries run in a thread of their own, so that
an addition or a withdrawal is seen by the next search, at once. Any number of threads may search and change.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from touchstone.engine.images import hamming
from touchstone.engine.images.segment import Segment
from touchstone.errors import NotValid

BITS = 256
_DIGITS = 64
# The threshold that PDQ's authors recommend: two hashes this close come from one image.
RADIUS = 31
# So many entries wait in the list before they get tables.
_LIST = 4096
# Segments of one size that are joined, and how large a join may be before it runs beside.
_FAN = 4
_BESIDE = 1 << 18


@dataclass(frozen=True)
class Hits:
    """Pairs of near hashes, by query, then distance, then id. Three arrays of one length, int64."""

    query: np.ndarray
    id: np.ndarray
    distance: np.ndarray

    def __len__(self) -> int:
        return len(self.query)


@dataclass(frozen=True)
class _Recent:
    """The list of what was added last. `count` entries of the arrays are in use; the arrays are shared and grow."""

    words: np.ndarray
    ids: np.ndarray
    live: np.ndarray
    count: int = 0

    @classmethod
    def empty(cls) -> _Recent:
        return cls(np.zeros((_LIST, 4), np.uint64), np.zeros(_LIST, np.int64), np.zeros(_LIST, np.int32))


@dataclass(frozen=True)
class _State:
    """What a search sees: replaced as a whole, never changed but for withdrawals."""

    segments: tuple[Segment, ...] = ()
    recent: _Recent = field(default_factory=_Recent.empty)


class Index:
    """An index over (hash, id). An id may have several hashes, a hash several ids."""

    def __init__(self, words: np.ndarray | None = None, ids: np.ndarray | None = None) -> None:
        """`words`: (n, 4) uint64, see `unpack`. `ids`: (n,) integers; without them the hashes are numbered from 0.

        Raises NotValid for arrays of another shape.
        """
        self._lock = threading.RLock()
        self._state = _State()
        self._joining: threading.Thread | None = None
        self._removed_meanwhile: list[np.ndarray] = []
        if words is not None and len(words):
            words, ids = _checked(words, np.arange(len(words)) if ids is None else ids)
            self._state = _State((Segment.of(words, ids),))

    def __len__(self) -> int:
        """Entries that are not withdrawn."""
        state = self._state
        return sum(s.alive_count for s in state.segments) + int(state.recent.live[: state.recent.count].sum())

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays of the index take."""
        return sum(segment.nbytes for segment in self._state.segments) + _LIST * (32 + 8 + 4)

    def add(self, words: np.ndarray, ids: np.ndarray) -> None:
        """Add entries; the next search finds them. Raises NotValid for arrays of another shape."""
        words, ids = _checked(words, ids)
        with self._lock:
            if len(words) >= _LIST:
                self._append(Segment.of(words, ids))
            else:
                self._append_few(words, ids)
            self._tend()

    def remove(self, ids: np.ndarray) -> int:
        """Withdraw every entry with one of these ids; the next search does not find it. How many there were."""
        wanted = np.unique(np.asarray(ids, np.int64))
        with self._lock:
            state, recent = self._state, self._state.recent
            gone = sum(segment.remove(wanted) for segment in state.segments)
            mask = np.isin(recent.ids[: recent.count], wanted) & (recent.live[: recent.count] > 0)
            recent.live[: recent.count][mask] = 0
            if self._joining is not None:
                self._removed_meanwhile.append(wanted)
            self._tend()
            return gone + int(mask.sum())

    def search(self, queries: np.ndarray, radius: int = RADIUS, *, cap: int = hamming.UNLIMITED) -> Hits:
        """All entries within `radius` (0 to 31) bits of each query, (n, 4) uint64.

        cap: of each query about so many different hashes are looked for and no more; the result is then not complete.
        Raises NotValid for a greater radius or another shape.
        """
        found = self._found(queries, radius, cap, best_only=False)
        order = np.lexsort((found[1], found[2], found[0]))
        return Hits(*found[:, order])

    def nearest(self, queries: np.ndarray, radius: int = RADIUS) -> tuple[np.ndarray, np.ndarray]:
        """For each query the id of the nearest entry within `radius`, of equally near ones the smallest, and its
        distance; -1 and 257 for none."""
        found = self._found(queries, radius, hamming.UNLIMITED, best_only=True)
        order = np.lexsort((found[1], found[2], found[0]))
        query, first = np.unique(found[0, order], return_index=True)
        ids, distance = np.full(len(queries), -1, np.int64), np.full(len(queries), BITS + 1, np.int64)
        ids[query], distance[query] = found[1, order][first], found[2, order][first]
        return ids, distance

    def settle(self) -> None:
        """Join what is due and wait until it is done."""
        with self._lock:
            self._tend()
        while (thread := self._joining) is not None:
            thread.join()
            with self._lock:
                self._tend()

    def _found(self, queries: np.ndarray, radius: int, cap: int, *, best_only: bool) -> np.ndarray:
        """Hits (3, n) of query, id, distance, unordered. With best_only, those that may be nearest."""
        if not 0 <= radius <= hamming.WIDEST:
            raise NotValid(f"the radius of a search is 0 to {hamming.WIDEST} bits, not {radius}")
        queries, state = _words(queries), self._state
        parts = [np.empty((3, 0), np.int64)]
        for segment in state.segments:
            parts.append(segment.named(segment.search(queries, radius, cap, best_only), best_only))
        recent = state.recent
        if recent.count:
            hits = hamming.scan(
                recent.words, recent.live, recent.count, queries, 0, len(queries), radius, cap, best_only
            )
            hits[1] = recent.ids[hits[1]]
            parts.append(hits)
        return np.concatenate(parts, axis=1)

    def _append_few(self, words: np.ndarray, ids: np.ndarray) -> None:
        recent = self._state.recent
        if recent.count + len(words) > _LIST:
            self._freeze()
            recent = self._state.recent
        low, high = recent.count, recent.count + len(words)
        recent.words[low:high], recent.ids[low:high], recent.live[low:high] = words, ids, 1
        self._state = replace(self._state, recent=replace(recent, count=high))

    def _freeze(self) -> None:
        recent = self._state.recent
        kept = np.flatnonzero(recent.live[: recent.count])
        self._state = replace(self._state, recent=_Recent.empty())
        if len(kept):
            self._append(Segment.of(recent.words[kept], recent.ids[kept]))

    def _append(self, segment: Segment) -> None:
        self._state = replace(self._state, segments=(*self._state.segments, segment))

    def _tend(self) -> None:
        """Join what is due: at once what is small, in a thread of its own what is not."""
        while self._joining is None and (due := _due(self._state.segments)):
            if sum(map(len, due)) <= _BESIDE:
                self._swap(due, _joined(due))
            else:
                self._removed_meanwhile = []
                self._joining = threading.Thread(target=self._join_beside, args=(due,), daemon=True)
                self._joining.start()

    def _join_beside(self, due: tuple[Segment, ...]) -> None:
        try:
            joined = _joined(due)
            with self._lock:
                for ids in self._removed_meanwhile:
                    joined.remove(ids)
                self._swap(due, joined)
        finally:
            with self._lock:
                self._joining = None

    def _swap(self, old: tuple[Segment, ...], new: Segment) -> None:
        kept = tuple(s for s in self._state.segments if not any(s is o for o in old))
        self._state = replace(self._state, segments=(new, *kept) if len(new) else kept)


def unpack(hashes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hex texts as words (n, 4) uint64, and which of them are well formed."""
    plain = [text.strip() for text in hashes]
    fits = np.array([len(text) == _DIGITS and text.isascii() for text in plain], dtype=bool)
    if fits.all() and (raw := _decoded("".join(plain), len(plain))) is not None:
        return raw, fits
    words = np.zeros((len(plain), 4), dtype=np.uint64)
    for row in np.flatnonzero(fits):
        one = _decoded(plain[row], 1)
        fits[row] = one is not None
        words[row] = 0 if one is None else one
    return words, fits


def _decoded(digits: str, count: int) -> np.ndarray | None:
    """`count` hashes written one behind the other; None if any holds something else than digits."""
    try:
        raw = bytes.fromhex(digits)
    except ValueError:
        return None
    # Blanks between digits are passed over, which leaves fewer bytes.
    return np.frombuffer(raw, ">u8").reshape(-1, 4).astype(np.uint64) if len(raw) == 32 * count else None


def hexed(words: np.ndarray) -> list[str]:
    """Words (n, 4) as hex texts; the way back of `unpack`."""
    return [row.astype(">u8").tobytes().hex() for row in words]


def _words(words: np.ndarray) -> np.ndarray:
    words = np.ascontiguousarray(words, dtype=np.uint64)
    if words.ndim != 2 or words.shape[1] != 4:
        raise NotValid(f"hashes are an array of shape (n, 4), not {words.shape}")
    return words


def _checked(words: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    words, ids = _words(words), np.ascontiguousarray(ids, dtype=np.int64)
    if ids.shape != (len(words),):
        raise NotValid(f"{len(words)} hashes need as many ids, not {ids.shape}")
    return words, ids


def _due(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The segments to join next, none if there are none: four of about one size, or one of which half is withdrawn."""
    for segment in segments:
        if segment.alive_count * 2 < len(segment):
            return (segment,)
    sizes: dict[int, list[Segment]] = {}
    for segment in segments:
        sizes.setdefault(len(segment).bit_length() // 2, []).append(segment)
    full = [group for _, group in sorted(sizes.items()) if len(group) >= _FAN]
    return tuple(full[0]) if full else ()


def _joined(segments: tuple[Segment, ...]) -> Segment:
    words, ids = zip(*(segment.entries() for segment in segments), strict=True)
    return Segment.of(np.concatenate(words), np.concatenate(ids))
