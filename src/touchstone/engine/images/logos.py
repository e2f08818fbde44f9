"""A rights holder's own marks, found in pictures by local features (SIFT), their geometry and a look at the place.

A mark is found where enough of its features lie in the picture as one turn, scale and shift puts them, and where the
picture at that place, brought back to the mark's own frame, looks like it. Plain shapes have too few features for that:
`Marks.read` says so. What was measured stands in docs/reading-images.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from touchstone.engine.data import digest
from touchstone.engine.images.read import Refused, read

# The longer side of a mark, and of a picture, when features are taken.
MARK_SIDE, PICTURE_SIDE = 320, 1000
# Features of a picture that are compared; the strongest.
PICTURE_FEATURES = 3000
# A mark needs so many features to be looked for.
FEWEST_FEATURES = 12
# A match must be this much nearer than the next best feature elsewhere on the marks.
RATIO = 0.8
# Features that agree on one place, and how alike the place must be (correlation, 0 to 1): more so where few agree.
FEWEST_INLIERS, SURE_INLIERS = 5, 8
ALIKE, SURELY_ALIKE = 0.55, 0.8
_TOLERANCE = 3.0
# The plain margin round a mark, and how far its place may be off, in pixels of the mark.
_MARGIN, _SLACK = 24, 10
# Features of a picture compared at once, and how many next best features are looked at.
_AT_ONCE, _RUNNERS_UP = 512, 8
# A mark and its negative have their features at the same places, in pixels of the mark.
_SAME_PLACE = 6
# How much longer one side of a found mark may be than the side across.
_STRETCH = 2.0
# The smallest side of a found mark, in pixels of the picture.
_SMALLEST = 16.0


@dataclass(frozen=True)
class Sighting:
    """A mark in a picture. `place` is (left, top, right, bottom) as shares of the picture, 0 to 1; `mark` its file's name."""

    brand: str
    inliers: int
    place: tuple[float, float, float, float]
    mark: str = ""


@dataclass(frozen=True)
class _Mark:
    brand: str
    name: str
    grey: np.ndarray
    points: np.ndarray
    descriptors: np.ndarray
    telling: np.ndarray


class Marks:
    """The marks of all brands that give one."""

    def __init__(self, marks: Sequence[_Mark], version: str) -> None:
        self._marks = list(marks)
        self.version = version
        self._all = np.concatenate([m.descriptors for m in marks]) if marks else np.empty((0, 128), np.float32)
        self._owner = np.repeat(np.arange(len(marks)), [len(m.points) for m in marks])
        self._first = np.cumsum([0, *(len(m.points) for m in marks)])[:-1]
        self._points = np.concatenate([m.points for m in marks]) if marks else np.empty((0, 2), np.float32)
        names = {brand: number for number, brand in enumerate(dict.fromkeys(m.brand for m in marks))}
        self._brand = np.array([names[m.brand] for m in marks], np.int64)[self._owner]

    def __len__(self) -> int:
        """How many marks are looked for."""
        return len(self._marks)

    @classmethod
    def read(
        cls, wanted: Sequence[tuple[str, str]], load: Callable[[str], bytes], notice: Callable[[str], None]
    ) -> Marks:
        """The marks of pairs of brand and file name; `load` gives the bytes of a name.

        A file that cannot be read, or a mark of too few features, is told to `notice` and left out.
        """
        marks, seen = [], []
        for brand, name in wanted:
            try:
                picture = read(load(name))
            except Refused as refusal:
                notice(f"The logo {name} of {brand} is not used: {refusal}.")
                continue
            trimmed, blank = _trimmed(_grey(picture.pixels))
            grey = _sized(trimmed, MARK_SIDE, enlarge=True)
            both = [_mark(brand, name, grey, blank), _mark(brand, name, 255 - grey, 255 - blank)]
            if len(both[0].points) < FEWEST_FEATURES:
                notice(f"The logo {name} of {brand} is not used: its shape is too plain to be told from others.")
                continue
            marks += both
            seen.append(f"{brand}:{picture.sha256}")
        return cls(marks, "logos-" + digest(*seen))

    def find(self, pixels: np.ndarray) -> tuple[Sighting, ...]:
        """The marks in a picture, (height, width, 3) uint8 RGB: of each brand the one that most features speak for."""
        grey = _sized(_grey(pixels), PICTURE_SIDE, enlarge=False)
        points, descriptors = _features(grey, PICTURE_FEATURES)
        if not len(points) or not self._marks:
            return ()
        feature, nearest = self._matches(descriptors)
        best: dict[str, Sighting] = {}
        for number in np.unique(self._owner[nearest]).tolist():
            of_mark = self._owner[nearest] == number
            found = _located(
                self._marks[number], nearest[of_mark] - self._first[number], points[feature[of_mark]], grey
            )
            if found is not None and (found.brand not in best or found.inliers > best[found.brand].inliers):
                best[found.brand] = found
        return tuple(best[brand] for brand in sorted(best))

    def _matches(self, descriptors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features of a picture, and the feature of a mark that each matches much better than any at another place."""
        parts = [self._matches_of(descriptors[low : low + _AT_ONCE]) for low in range(0, len(descriptors), _AT_ONCE)]
        kept = [feature + number * _AT_ONCE for number, (feature, _) in enumerate(parts)]
        return np.concatenate(kept), np.concatenate([nearest for _, nearest in parts])

    def _matches_of(self, descriptors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        alike = descriptors @ self._all.T
        few = min(_RUNNERS_UP, alike.shape[1] - 1)
        top = np.argpartition(-alike, few, axis=1)[:, : few + 1]
        score = np.take_along_axis(alike, top, axis=1)
        best = score.argmax(axis=1)[:, None]
        nearest, first = np.take_along_axis(top, best, axis=1), np.take_along_axis(score, best, axis=1)
        apart = np.abs(self._points[top] - self._points[nearest]).max(axis=2)
        same = (self._brand[top] == self._brand[nearest]) & (apart < _SAME_PLACE)
        second = np.where(same, score.min(axis=1, keepdims=True), score).max(axis=1)
        # For vectors of length one, squared distance is 2 - 2 x cosine.
        kept = np.flatnonzero((1 - first[:, 0]) < RATIO**2 * (1 - second))
        return kept, nearest[kept, 0]


def _grey(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _sized(grey: np.ndarray, longest: int, *, enlarge: bool) -> np.ndarray:
    share = longest / max(grey.shape)
    if share >= 1 and not enlarge:
        return grey
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    return cv2.resize(grey, None, fx=share, fy=share, interpolation=how)


def _mark(brand: str, name: str, grey: np.ndarray, blank: int) -> _Mark:
    """A mark with a margin of its own background, and how much each pixel counts: the strokes and what is beside them."""
    framed = cv2.copyMakeBorder(grey, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=blank)
    points, descriptors = _features(framed, 600)
    edges = cv2.dilate(cv2.Canny(framed, 60, 160), np.ones((13, 13), np.uint8))
    return _Mark(brand, name, framed, points, descriptors, edges > 0)


def _trimmed(grey: np.ndarray) -> tuple[np.ndarray, int]:
    """The mark without its plain surroundings, and the grey of those."""
    blank = int(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    ink = np.abs(grey.astype(np.int64) - blank) > 40
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return grey, blank
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], blank


def _features(grey: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 2) and RootSIFT descriptors (n, 128), of length one, float32."""
    keys, found = cv2.SIFT.create(nfeatures=most, contrastThreshold=0.03).detectAndCompute(grey, None)
    if found is None:
        return np.empty((0, 2), np.float32), np.empty((0, 128), np.float32)
    rooted = np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9))
    return np.array([k.pt for k in keys], np.float32), rooted.astype(np.float32)


def _located(mark: _Mark, own: np.ndarray, there: np.ndarray, grey: np.ndarray) -> Sighting | None:
    """The place that most features agree on, if they are enough and the picture there looks like the mark."""
    if len(own) < FEWEST_INLIERS:
        return None
    move, agreed = _move(mark.points[own], there)
    if move is None:
        return None
    count = len({tuple(p) for p in mark.points[own[agreed]].round(0).tolist()})
    height, width = mark.grey.shape
    outline = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    corners = cv2.perspectiveTransform(outline, move)[0]
    if count < FEWEST_INLIERS or not _plausible(corners):
        return None
    if _likeness(mark, grey, move) < (ALIKE if count >= SURE_INLIERS else SURELY_ALIKE):
        return None
    size = np.array([grey.shape[1], grey.shape[0]])
    low, high = (np.clip(edge / size, 0, 1).round(3).tolist() for edge in (corners.min(axis=0), corners.max(axis=0)))
    return Sighting(mark.brand, count, (*low, *high), mark.name)


def _plausible(corners: np.ndarray) -> bool:
    """Not mirrored, folded, tiny or stretched out of all shape; corners go round the mark."""
    sides = np.roll(corners, -1, axis=0) - corners
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    lengths = np.linalg.norm(sides, axis=1)
    opposite = max(lengths[0] / lengths[2], lengths[2] / lengths[0], lengths[1] / lengths[3], lengths[3] / lengths[1])
    return bool((turns > 0).all() and lengths.min() >= _SMALLEST and opposite <= _STRETCH)


def _move(own: np.ndarray, there: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """How the mark's places become the picture's, (3, 3), and who agrees: turn, scale and shift, or, where more features
    agree on that, as a flat thing seen at a slant."""
    cv2.setRNGSeed(7)
    plain, inlier = cv2.estimateAffinePartial2D(
        own, there, method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE, maxIters=3000, confidence=0.999
    )
    if plain is None:
        return None, np.empty(0, bool)
    if len(own) >= 2 * SURE_INLIERS:
        slanted, seen = cv2.findHomography(own, there, cv2.RANSAC, _TOLERANCE, maxIters=3000, confidence=0.999)
        if slanted is not None and seen.sum() >= max(SURE_INLIERS, inlier.sum()):
            return slanted, seen.ravel().astype(bool)
    return np.vstack([plain, [0, 0, 1]]), inlier.ravel().astype(bool)


def _likeness(mark: _Mark, grey: np.ndarray, move: np.ndarray) -> float:
    """Correlation of the mark's strokes with the picture at that place, -1 to 1: a little blurred, and moved by a few
    pixels where that helps, as edges never meet."""
    height, width = mark.grey.shape
    patch = cv2.warpPerspective(grey, move, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    blurred, there = (cv2.GaussianBlur(side, (0, 0), 3).astype(np.float32) for side in (mark.grey, patch))
    inner = np.s_[_SLACK:-_SLACK, _SLACK:-_SLACK]
    telling = mark.telling[inner].astype(np.float32)
    found = cv2.matchTemplate(there, blurred[inner], cv2.TM_CCOEFF_NORMED, mask=telling)
    return float(np.nan_to_num(found, nan=-1.0, posinf=-1.0, neginf=-1.0).max())
