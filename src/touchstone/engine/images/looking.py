"""Which pictures are worth a closer look (reading their text, asking an outside model), and what came of it.

A closer look costs half a second or more, so pictures stand in a queue by what the look may change:

* A listing that is blocked gains nothing, one that is in review already next to nothing.
* A listing that passes gains the more, the nearer its score is to the score of a review.
* The first picture of a listing counts in full, the second half, the third a third.
* A picture that a bank knows counts a tenth: what it shows is known.
* A picture that several listings use has the sum of their values, and is read once.

The queue is read until the run's budget is spent. Texts that were read in an earlier run cost nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.images.bank import Bank
from touchstone.engine.images.look import Eyes, Looked
from touchstone.engine.images.ocr import Ocr, TextCache, pieces

# What a closer look is worth for a listing that is reviewed anyway, and for a picture that a bank knows.
_IN_REVIEW, _KNOWN = 0.01, 0.1
_REVIEW, _BLOCK = 1, 2
# What an outside model is sent: the longer side in pixels.
ASKED_SIDE = 1024


class Asker(Protocol):
    """An outside model that looks at a picture. It lives outside the engine, which knows no network."""

    def ask(self, jpeg: bytes, title: str, brand: str) -> float | None:
        """How likely the picture shows a copy, 0 to 1; None for no answer. Never raises."""


@dataclass
class Budget:
    """`limit` looks a run, None for any number. `share` of the run is through at the end of the table in hand."""

    limit: int | None = 0
    share: float = 1.0
    spent: int = 0

    @property
    def left(self) -> float:
        """Looks that are left for the table in hand: a run spends its budget evenly over its tables."""
        return math.inf if self.limit is None else math.ceil(self.limit * self.share) - self.spent


@dataclass
class Looking:
    """The closer look of one run. `tally` counts what a user should hear of at its end."""

    ocr: Ocr | None = None
    texts: TextCache = field(default_factory=lambda: TextCache(None, ""))
    readings: Budget = field(default_factory=Budget)
    asker: Asker | None = None
    questions: Budget = field(default_factory=Budget)
    tally: Counter[str] = field(default_factory=Counter)

    def texts_of(self, eyes: Eyes, looked: Looked, order: list[int], rows: int) -> pa.Array:
        """The text of each row's pictures, one picture after another, null where none was read."""
        known = {view.sha256: text for view in looked.view if (text := self.texts.get(view.sha256)) is not None}
        for at in order if self.ocr is not None else []:
            sha256 = looked.view[at].sha256
            if sha256 in known:
                continue
            if self.readings.left <= 0:
                self.tally["unread"] += 1
                continue
            text = self._read(eyes, looked.name[at])
            if text is not None:
                known[sha256] = text
                self.texts.put(sha256, text)
        parts: list[list[str]] = [[] for _ in range(rows)]
        for row, view in zip(looked.row.tolist(), looked.view, strict=True):
            if known.get(view.sha256):
                parts[row].append(known[view.sha256])
        return pa.array(["\n".join(p) if p else None for p in parts], pa.large_string())

    def answers_of(
        self, eyes: Eyes, looked: Looked, order: list[int], titles: list[str], brands: list[str]
    ) -> pl.Series:
        """The outside model's answer to each row, the highest of its pictures; null where it was not asked."""
        answers: list[float | None] = [None] * len(titles)
        for at in order if self.asker is not None else []:
            if self.questions.left <= 0:
                break
            row, pixels = int(looked.row[at]), eyes.pixels(looked.name[at])
            if pixels is None or self.asker is None:
                continue
            self.questions.spent += 1
            answer = self.asker.ask(_jpeg(pixels), titles[row], brands[row])
            if answer is not None:
                answers[row] = max(answer, answers[row] or 0.0)
        return pl.Series(answers, dtype=pl.Float64)

    def _read(self, eyes: Eyes, name: str) -> str | None:
        pixels = eyes.pixels(name)
        if pixels is None or self.ocr is None:
            return None
        self.readings.spent += len(pieces(pixels))
        try:
            return self.ocr.read(pixels)
        except Exception:  # a picture that the reader stumbles over is a picture without text, not the end of the run
            self.tally["reader-failed"] += 1
            return None


def queue(looked: Looked, verdict: np.ndarray, score: np.ndarray, review_from: float, bank: Bank | None) -> list[int]:
    """The pictures (places in `looked`) that are worth a closer look, the best first, each file once."""
    fine = np.array([at for at, view in enumerate(looked.view) if not view.refused[0]], dtype=np.int64)
    if not len(fine):
        return []
    of_listing = np.clip(score / review_from, 0, 1)
    of_listing[verdict == _REVIEW] = _IN_REVIEW
    of_listing[verdict == _BLOCK] = 0
    value = of_listing[looked.row[fine]] / (1 + looked.position[fine])
    value[_known(looked, fine, bank)] *= _KNOWN
    worth: dict[str, float] = {}
    first: dict[str, int] = {}
    for at, gain in zip(fine.tolist(), value.tolist(), strict=True):
        sha256 = looked.view[at].sha256
        worth[sha256] = worth.get(sha256, 0.0) + gain
        first.setdefault(sha256, at)
    return [first[s] for s in sorted(worth, key=lambda s: (-worth[s], first[s])) if worth[s] > 0]


def _known(looked: Looked, fine: np.ndarray, bank: Bank | None) -> np.ndarray:
    if bank is None:
        return np.zeros(len(fine), bool)
    looks = bank.look(np.stack([looked.view[at].words for at in fine.tolist()]))
    known: np.ndarray = (looks.near >= 0) | (looks.genuine >= 0) | (looks.negative >= 0)
    return known


def _jpeg(pixels: np.ndarray) -> bytes:
    share = ASKED_SIDE / max(pixels.shape[:2])
    if share < 1:
        pixels = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    done, raw = cv2.imencode(".jpg", np.ascontiguousarray(pixels[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return raw.tobytes() if done else b""
