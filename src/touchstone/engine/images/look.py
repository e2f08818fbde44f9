"""The pictures of a table of listings, each opened once: what it is, its hash, or why it was refused."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from touchstone.engine.images.folder import Folder
from touchstone.engine.images.logos import Marks, Sighting
from touchstone.engine.images.pdq import hashes
from touchstone.engine.images.read import Refused, read

# Of each listing at most this many images are opened.
MAX_IMAGES = 20
# Pictures that are unpacked at once: each takes up to 150 MB for a moment, see `read.KEPT_PIXELS`.
WORKERS = min(4, os.cpu_count() or 1)
# So many pictures are remembered, so that memory stays flat.
_REMEMBERED = 50_000
_NO_HASH = np.zeros(4, dtype=np.uint64)


@dataclass(frozen=True)
class View:
    """One picture. `refused` is the code and the sentence, empty for a picture that was read."""

    sha256: str = ""
    words: np.ndarray = field(default_factory=lambda: _NO_HASH)
    quality: int = 0
    frames: int = 1
    refused: tuple[str, str] = ("", "")
    logos: tuple[Sighting, ...] = ()


@dataclass(frozen=True)
class Looked:
    """The pictures of a table, in the order of rows and of the cell. `row` and `position` have one entry a picture."""

    row: np.ndarray
    position: np.ndarray
    name: list[str]
    view: list[View]

    @classmethod
    def none(cls) -> Looked:
        """No picture was opened."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), [], [])

    def of_rows(self, rows: np.ndarray) -> Looked:
        """The pictures of the given rows (sorted), numbered by their place among them."""
        kept = np.flatnonzero(np.isin(self.row, rows))
        return Looked(
            np.searchsorted(rows, self.row[kept]),
            self.position[kept],
            [self.name[i] for i in kept],
            [self.view[i] for i in kept],
        )


class Eyes:
    """Looks at the pictures below a folder; what was looked at once is remembered for the run.

    `tally` counts why pictures were refused, by code.
    """

    def __init__(self, root: str | os.PathLike[str], marks: Marks | None = None) -> None:
        self.folder = Folder(root)
        self._marks = marks
        self._known: dict[str, View] = {}
        self.tally: Counter[str] = Counter()

    def look(self, images: pa.ChunkedArray | pa.Array) -> Looked:
        """The pictures of a column of `;`-separated paths. Web addresses are passed over."""
        row, position, names = names_in(images)
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        fresh = [name for name in dict.fromkeys(names) if name not in self._known]
        with ThreadPoolExecutor(WORKERS) as pool:
            self._known.update(zip(fresh, pool.map(self._view, fresh), strict=True))
        self.tally.update(self._known[name].refused[0] for name in fresh)
        return Looked(row, position, names, [self._known[name] for name in names])

    def pixels(self, name: str) -> np.ndarray | None:
        """The picture itself, once more; None where it is gone or is another one by now."""
        try:
            return read(self.folder.read(name)).pixels
        except Refused:
            return None

    def _view(self, name: str) -> View:
        try:
            picture = read(self.folder.read(name))
        except Refused as refusal:
            return View(refused=(refusal.code, str(refusal)))
        hashed = hashes(picture.pixels)
        logos = self._marks.find(picture.pixels) if self._marks else ()
        return View(picture.sha256, hashed.words[0], hashed.quality, picture.frames, logos=logos)


def names_in(images: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Row, position in the cell and name of every picture in a column of `;`-separated paths, but for web addresses."""
    array = images.combine_chunks() if isinstance(images, pa.ChunkedArray) else images
    there = pc.indices_nonzero(pc.fill_null(pc.not_equal(array, ""), False)).to_numpy()
    triples = []
    for row in there.tolist():
        texts = [text.strip() for text in array[row].as_py().split(";")]
        paths = [text for text in texts if text and "://" not in text][:MAX_IMAGES]
        triples += [(row, place, path) for place, path in enumerate(paths)]
    rows, places = (np.array([t[i] for t in triples], dtype=np.int64) for i in (0, 1))
    return rows, places, [path for _, _, path in triples]


def label(name: str) -> str:
    """How a picture is called in a sentence: the last part of its path, at most 80 characters."""
    return Path(name).name[:80] or name[:80]
