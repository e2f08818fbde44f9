"""PDQ, the perceptual hash of 256 bits, after its published description.

Luminance; a box filter run twice each way, whose width follows the size of the picture (a cheap tent); 64 x 64 samples;
the 16 x 16 lowest frequencies of their cosine transform without the mean; one bit each for those above the median.
Two hashes of one picture differ in few bits, two pictures in about 128. Source: T. Davis and others, "PDQ & TMK + PDQF",
2019, and the reference that the same authors published. Words are those of `bank.unpack`: bit 255 first.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

SIDE, KEPT, BITS = 64, 16, 256
# From this quality on a hash says something; below it the picture is all but blank and the hash is chance.
GOOD_QUALITY = 50
ORIENTATIONS = (
    "as it is", "turned 90", "turned 180", "turned 270", "upside down", "mirrored", "diagonal", "other diagonal",
)  # fmt: skip
_STRIP = 256  # rows
_LUMA = np.array([[0.299, 0.587, 0.114]], dtype=np.float32)


@dataclass(frozen=True)
class Hashes:
    """`words` has shape (1, 4), or (8, 4) in the order of ORIENTATIONS, uint64. `quality` is 0 to 100."""

    words: np.ndarray
    quality: int

    def hex(self) -> list[str]:
        """Each hash as 64 hexadecimal digits."""
        return [row.astype(">u8").tobytes().hex() for row in self.words]


def hashes(pixels: np.ndarray, *, orientations: bool = False) -> Hashes:
    """The hash of a picture, shape (height, width, 3), uint8, RGB; with `orientations` of all eight ways to turn it.

    The other orientations come from the signs of the same transform, as the reference does it; hashing the turned
    picture may differ from them in a few bits.
    """
    small = _small(pixels)
    waves = _COSINES @ small @ _COSINES.T
    turned = _turned(waves) if orientations else [waves]
    return Hashes(np.stack([_bits(w) for w in turned]), _quality(small))


def _small(pixels: np.ndarray) -> np.ndarray:
    """The picture as 64 x 64 luminances, shape (64, 64), float32."""
    luma = _luma(pixels)
    height, width = luma.shape
    if (height, width) == (SIDE, SIDE):
        return luma
    tall, wide = (n // (2 * SIDE) + (n % (2 * SIDE) > 0) for n in (height, width))
    down, across = _window_sizes(height, tall)[:, None], _window_sizes(width, wide)[None, :]
    # The window reaches one further to the right than to the left where its width is even.
    anchor = (wide - _half(wide), tall - _half(tall))
    for _ in range(2):
        luma = cv2.boxFilter(
            luma, cv2.CV_32F, (wide, tall), anchor=anchor, normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        np.divide(luma, down, out=luma)
        np.divide(luma, across, out=luma)
    rows, columns = (((np.arange(SIDE) + 0.5) * n / SIDE).astype(np.int64) for n in (height, width))
    return np.ascontiguousarray(luma[np.ix_(rows, columns)])


def _luma(pixels: np.ndarray) -> np.ndarray:
    """Luminance, shape (height, width), float32; by strips, as the colours in floats take four times the picture."""
    luma = np.empty(pixels.shape[:2], np.float32)
    for low in range(0, len(luma), _STRIP):
        luma[low : low + _STRIP] = cv2.transform(pixels[low : low + _STRIP].astype(np.float32), _LUMA)
    return luma


def _half(window: int) -> int:
    return (window + 2) // 2


def _window_sizes(length: int, window: int) -> np.ndarray:
    """How many places of a line the window covers at each place: fewer at the ends. Shape (length,), float32."""
    place = np.arange(length)
    low = np.maximum(place - (window - _half(window)), 0)
    high = np.minimum(place + _half(window), length)
    return (high - low).astype(np.float32)


def _cosines() -> np.ndarray:
    """Frequencies 1 to 16 over 64 places. Shape (16, 64), float32."""
    frequency = np.arange(1, KEPT + 1)[:, None]
    place = np.arange(SIDE)[None, :]
    waves = np.sqrt(2 / SIDE) * np.cos(np.pi / (2 * SIDE) * frequency * (2 * place + 1))
    return waves.astype(np.float32)


_COSINES = _cosines()
# What a mirror does to each frequency: odd ones change their sign.
_MIRROR = np.where(np.arange(1, KEPT + 1) % 2, -1, 1).astype(np.float32)


def _turned(waves: np.ndarray) -> list[np.ndarray]:
    """The transforms of the eight orientations, in the order of ORIENTATIONS."""
    down, across = _MIRROR[:, None], _MIRROR[None, :]
    other = waves.T
    return [
        waves, other * down, waves * down * across, other * across,
        waves * down, waves * across, other, other * down * across,
    ]  # fmt: skip


def _bits(waves: np.ndarray) -> np.ndarray:
    """One bit a frequency: above the median or not. Shape (4,), uint64."""
    flat = waves.ravel()
    median = np.partition(flat, BITS // 2 - 1)[BITS // 2 - 1]
    return np.packbits((flat > median)[::-1]).view(">u8").astype(np.uint64)


def _quality(small: np.ndarray) -> int:
    """How much the picture changes from place to place, 0 to 100: the authors' heuristic."""
    steps = sum(np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum() for axis in (0, 1))
    return min(100, int(steps / 90))
