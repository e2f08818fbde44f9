"""Banks of images that are known: copies, the rights holder's own shots, and pictures that say nothing.

An entry is *fake* (a picture that was used to sell copies), *genuine* (a shot of the rights holder) or *negative* (a
stock photo, the supplier's white background). A picture near a negative entry is no evidence at all. A picture that is
at least as near to a genuine shot as to a fake one is no evidence of a copy: sellers of copies steal such shots, and so
do honest ones. Only confirmed entries are looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.data import digest
from touchstone.engine.images.bank_rows import CONFIRMED, ENTRIES, FAKE, GENUINE, KINDS, NEGATIVE, checked
from touchstone.engine.images.orientations import turned
from touchstone.engine.images.search import RADIUS, Hits, Index, unpack

__all__ = ["RADIUS", "Bank", "Looks", "unpack"]
_PIECES = 256


@dataclass(frozen=True)
class Looks:
    """What a bank says of some hashes. Entries are numbers for `Bank.rows`, -1 for none; distances are 257 for none.

    `fake` is the nearest copy, -1 where a negative or genuine entry takes its meaning away; `near` the nearest copy all
    the same. `genuine` is the nearest shot of a rights holder, `negative` the nearest picture that says nothing.
    """

    fake: np.ndarray
    fake_distance: np.ndarray
    near: np.ndarray
    genuine: np.ndarray
    genuine_distance: np.ndarray
    negative: np.ndarray


class Bank:
    """Entries that can be looked up, added and withdrawn by any number of threads.

    `version` names the content; a bank that is kept up to date by somebody else is told its version by them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = ENTRIES.empty_table()
        self._index = {kind: Index() for kind in KINDS}
        self.version = "bank-empty"

    @classmethod
    def of(cls, tables: Sequence[pa.Table], places: Sequence[str] = ()) -> Bank:
        """Build from tables with the columns of `bank_rows.COLUMNS`; `places` names them in errors. Raises NotValid."""
        bank = cls()
        names = list(places) or ["bank"] * len(tables)
        bank.add(*[checked(table, place=place) for table, place in zip(tables, names, strict=True)])
        return bank

    def __len__(self) -> int:
        """Hashes that are looked at, every orientation counted."""
        return sum(map(len, self._index.values()))

    @property
    def rows(self) -> pa.Table:
        """The entries as ENTRIES, by number; withdrawn ones stay in their places."""
        return self._rows

    @property
    def nbytes(self) -> int:
        """Bytes that tables and entries take."""
        return self._rows.nbytes + sum(index.nbytes for index in self._index.values())

    def add(self, *parts: tuple[np.ndarray, pa.Table]) -> None:
        """Add entries as `bank_rows.checked` gives them; the next look finds the confirmed ones."""
        with self._lock:
            for words, rows in parts:
                before = self._rows.num_rows
                self._rows = _joined(self._rows, rows)
                self._index_rows(words, rows, before)
                self.version = "bank-" + digest(self.version, words.tobytes(), _bytes(rows))

    def remove(self, ids: Collection[str]) -> int:
        """Withdraw every entry with one of these ids; how many hashes there were."""
        with self._lock:
            wanted = pa.array(sorted(ids), pa.large_string())
            numbers = np.flatnonzero(pc.is_in(self._rows["id"], wanted).to_numpy())
            gone = sum(index.remove(numbers) for index in self._index.values())
            self.version = "bank-" + digest(self.version, *wanted.to_pylist()) if gone else self.version
            return gone

    def look(self, words: np.ndarray) -> Looks:
        """What the bank says of each hash (n, 4)."""
        near, near_distance = self._index[FAKE].nearest(words)
        genuine, genuine_distance = self._index[GENUINE].nearest(words)
        negative, _ = self._index[NEGATIVE].nearest(words)
        spoken_for = (negative >= 0) | ((genuine >= 0) & (genuine_distance <= near_distance))
        fake = np.where(spoken_for, -1, near)
        distance = np.where(spoken_for, 257, near_distance)
        return Looks(fake, distance, near, genuine, genuine_distance, negative)

    def hits(self, words: np.ndarray, kind: str = FAKE) -> Hits:
        """Every entry of a kind within RADIUS of each hash (n, 4), by number; of an entry the nearest orientation."""
        found = self._index[kind].search(words)
        order = np.lexsort((found.distance, found.id, found.query))
        query, number, distance = found.query[order], found.id[order], found.distance[order]
        first = np.ones(len(order), bool)
        first[1:] = (query[1:] != query[:-1]) | (number[1:] != number[:-1])
        return Hits(query[first], number[first], distance[first])

    def _index_rows(self, words: np.ndarray, rows: pa.Table, before: int) -> None:
        confirmed = pc.equal(rows["state"], CONFIRMED).to_numpy()
        all_round = rows["orientations"].to_numpy()
        for kind, index in self._index.items():
            of_kind = confirmed & pc.equal(rows["kind"], kind).to_numpy()
            plain, round_ = np.flatnonzero(of_kind & ~all_round), np.flatnonzero(of_kind & all_round)
            hashes = np.concatenate([words[plain], turned(words[round_]).reshape(-1, 4)])
            index.add(hashes, np.concatenate([plain, np.repeat(round_, 8)]) + before)


def _joined(rows: pa.Table, more: pa.Table) -> pa.Table:
    """One table; in few pieces, so that an entry is found quickly in one that grew by many additions."""
    both = pa.concat_tables([rows, more])
    return both.combine_chunks() if both["id"].num_chunks > _PIECES else both


def _bytes(rows: pa.Table) -> bytes:
    """The content of a table as bytes, however it lies in memory."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return sink.getvalue().to_pybytes()
