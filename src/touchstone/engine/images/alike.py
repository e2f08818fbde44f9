"""Which of a rights holder's official shots shows the goods in somebody else's photo? By colours and local features.

A perceptual hash cannot answer that: it knows copies of one picture, and here the pictures have only the goods in common.
Colours tell an orange from an apple, local features (SIFT) tell printed packages. Both are classical means, and weak where
goods have neither print nor colour of their own; docs/reading-images.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 400
_FEATURES = 700
# Hue, saturation and brightness, and how much the middle of a photo counts against its rim.
_BINS = (16, 5, 5)
_RATIO = 0.85
# How much the features count against the colours.
_PRINT = 3.0


@dataclass(frozen=True)
class Look:
    """`colours`: shares of the colours, summing to one. `features`: (n, 128), of length one."""

    colours: np.ndarray
    features: np.ndarray


def look_at(pixels: np.ndarray, *, official: bool) -> Look:
    """Describe a picture, (height, width, 3) uint8 RGB. Of an official shot the white ground is left out."""
    share = SIDE / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    weight = _middle(*grey.shape)
    if official:
        weight = weight * (small.min(axis=2) < 245)
    _, found = cv2.SIFT.create(nfeatures=_FEATURES).detectAndCompute(grey, None)
    features = np.empty((0, 128), np.float32) if found is None else _rooted(found)
    return Look(_colours(small, weight), features)


class Shots:
    """Official shots to choose among."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self._colours = np.stack([look.colours for look in looks])
        self._features = np.concatenate([look.features for look in looks])
        self._shot = np.repeat(np.arange(len(looks)), [len(look.features) for look in looks])
        self._first = np.searchsorted(self._shot, np.unique(self._shot))

    def rank(self, photo: Look) -> np.ndarray:
        """The numbers of the shots, the likeliest first."""
        order: np.ndarray = np.argsort(-(self.by_colour(photo) + _PRINT * self.by_print(photo)), kind="stable")
        return order

    def by_colour(self, photo: Look) -> np.ndarray:
        """Likeness of the colours, 0 to 1 (Bhattacharyya), of each shot."""
        alike: np.ndarray = np.sqrt(self._colours * photo.colours).sum(axis=1)
        return alike

    def by_print(self, photo: Look) -> np.ndarray:
        """Share of the votes of the photo's features: each for the shot with the nearest feature, if it is much nearer
        than any in another shot."""
        votes = np.zeros(len(self._colours))
        with_features = self._shot[self._first]
        if not len(photo.features) or len(with_features) < 2:
            return votes
        best = np.maximum.reduceat(photo.features @ self._features.T, self._first, axis=1)
        two = np.sort(np.partition(best, -2, axis=1)[:, -2:], axis=1)
        sure = (1 - two[:, 1]) < _RATIO**2 * (1 - two[:, 0])
        np.add.at(votes, with_features[best.argmax(axis=1)[sure]], 1.0)
        return votes / (votes.sum() + 10.0)


def _middle(height: int, width: int) -> np.ndarray:
    down, across = (np.exp(-(((np.arange(n) + 0.5) / n - 0.5) ** 2) / 0.08) for n in (height, width))
    return np.outer(down, across)


def _colours(pixels: np.ndarray, weight: np.ndarray) -> np.ndarray:
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV_FULL).reshape(-1, 3).astype(np.int64)
    place = np.zeros(len(hsv), np.int64)
    for channel, bins in enumerate(_BINS):
        place = place * bins + hsv[:, channel] * bins // 256
    counts = np.bincount(place, weight.ravel(), minlength=int(np.prod(_BINS)))
    smooth = cv2.GaussianBlur(counts.reshape(_BINS[0], -1).astype(np.float64), (3, 3), 0).ravel()
    return smooth / max(smooth.sum(), 1e-9)


def _rooted(found: np.ndarray) -> np.ndarray:
    return np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32)
