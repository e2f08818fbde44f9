"""Text in pictures: RapidOCR with the models that come in its package, offline, one session a process."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np

# Lines that the recogniser itself is less sure of are not kept.
SURE = 0.6
# A long picture is read in pieces this many times as high (or wide) as it is wide, so many at most.
PIECE, OVERLAP, MAX_PIECES = 1.5, 0.12, 6
# The longer side of a piece is shrunk to this.
LONGEST = 1600
MAX_CHARACTERS = 4000
_lock = threading.Lock()


@dataclass(frozen=True)
class Ocr:
    """Reads pictures. `threads` is how many cores one reading may use."""

    threads: int = 2
    name: str = field(default_factory=lambda: f"rapidocr-{version('rapidocr')}")

    def read(self, pixels: np.ndarray) -> str:
        """The text of a picture, (height, width, 3) uint8 RGB: one line each, from the top; empty where there is none."""
        lines: list[str] = []
        for piece in pieces(pixels):
            for line in _lines(piece, self.threads):
                if line not in lines[-3:]:  # a line in the overlap of two pieces is read twice
                    lines.append(line)
        return "\n".join(lines)[:MAX_CHARACTERS]


def pieces(pixels: np.ndarray) -> list[np.ndarray]:
    """A picture as it is, or a long one cut into overlapping pieces; what lies beyond MAX_PIECES is not read."""
    height, width = pixels.shape[:2]
    if width > height:
        turned = pieces(pixels.transpose(1, 0, 2))
        return [np.ascontiguousarray(piece.transpose(1, 0, 2)) for piece in turned]
    if height <= 2 * width:
        return [pixels]
    size = int(width * PIECE)
    step = max(1, int(size * (1 - OVERLAP)))
    lows = range(0, max(1, height - int(size * OVERLAP)), step)
    return [pixels[low : low + size] for low in lows][:MAX_PIECES]


def _lines(pixels: np.ndarray, threads: int) -> list[str]:
    longer = max(pixels.shape[:2])
    if longer > LONGEST:
        share = LONGEST / longer
        pixels = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    if min(pixels.shape[:2]) < 8:
        return []
    with _lock:
        found = _session(os.getpid(), threads)(np.ascontiguousarray(pixels[:, :, ::-1]))
    pairs = zip(found.txts or (), found.scores or (), strict=True)
    return [text.strip() for text, score in pairs if score >= SURE and text.strip()]


@cache
def _session(process: int, threads: int) -> Any:
    """One session a process: a fork does not inherit the threads of its parent's."""
    logging.getLogger("RapidOCR").disabled = True
    from rapidocr import RapidOCR

    engine = "EngineConfig.onnxruntime."
    limits = {f"{engine}intra_op_num_threads": threads, f"{engine}inter_op_num_threads": 1}
    return RapidOCR(params={"Global.log_level": "critical", **limits})


class TextCache:
    """Texts by the SHA-256 of the file: in memory, and in a folder where one is given.

    A file there that cannot be read, or that another reader wrote, counts as not there.
    """

    def __init__(self, folder: Path | None, reader: str) -> None:
        self._folder, self._reader = folder, reader
        self._known: dict[str, str] = {}

    def get(self, sha256: str) -> str | None:
        """The text, None where the picture was not read yet."""
        if sha256 not in self._known and self._folder is not None:
            try:
                stored = json.loads(self._path(sha256).read_bytes())
                if stored["reader"] == self._reader and isinstance(stored["text"], str):
                    self._known[sha256] = stored["text"][:MAX_CHARACTERS]
            except (OSError, ValueError, LookupError, TypeError):
                return None
        return self._known.get(sha256)

    def put(self, sha256: str, text: str) -> None:
        """Keep a text; whole or not at all. Raises OSError where the folder cannot be written."""
        self._known[sha256] = text
        if self._folder is None:
            return
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as draft:
            json.dump({"reader": self._reader, "text": text}, draft, ensure_ascii=False)
        os.replace(draft.name, path)

    def _path(self, sha256: str) -> Path:
        assert self._folder is not None
        return self._folder / sha256[:2] / f"{sha256}.json"
