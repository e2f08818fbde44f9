"""The eight ways to turn a picture, read from its hash alone.

A bit of the hash says whether one frequency of the cosine transform lies above the median of all. A mirror changes the
sign of the odd frequencies along its axis, a quarter turn exchanges the axes. The median of a photo lies close to zero, so
that a changed sign is a changed bit, but for frequencies between zero and the median: a few bits of 256. Where the
picture itself is there, `pdq.hashes(..., orientations=True)` is exact.
"""

from __future__ import annotations

import numpy as np

from touchstone.engine.images.pdq import hashes

SIDE = 16
# In the order of pdq.ORIENTATIONS: are the axes exchanged, and is the sign changed down and across?
_WAYS = (
    (False, False, False),
    (True, True, False),
    (False, True, True),
    (True, False, True),
    (False, True, False),
    (False, False, True),
    (True, False, False),
    (True, True, True),
)
_ODD = np.arange(SIDE) % 2 == 0  # row 0 holds frequency 1


def turned(words: np.ndarray) -> np.ndarray:
    """Hashes (n, 4) uint64 in all orientations, shape (n, 8, 4), the first as they are."""
    bits = _bits(words)
    ways = []
    for exchanged, down, across in _WAYS:
        square = bits.transpose(0, 2, 1) if exchanged else bits
        ways.append(_words(square ^ ((down & _ODD)[:, None] ^ (across & _ODD)[None, :])))
    return np.stack(ways, axis=1)


def _bits(words: np.ndarray) -> np.ndarray:
    """(n, 16, 16) bool: frequency down, frequency across. Bit 0 is the last of the last word."""
    raw = np.ascontiguousarray(words.astype(">u8")).view(np.uint8).reshape(len(words), 32)
    return np.unpackbits(raw, axis=1)[:, ::-1].reshape(-1, SIDE, SIDE).astype(bool)


def _words(bits: np.ndarray) -> np.ndarray:
    raw = np.packbits(bits.reshape(len(bits), SIDE * SIDE)[:, ::-1], axis=1)
    return raw.view(">u8").astype(np.uint64)


def of_picture(pixels: np.ndarray) -> np.ndarray:
    """The hashes of a picture in all orientations, shape (8, 4), each from the picture so turned: exact to the bit."""
    ways = [np.rot90(pixels, -turns) for turns in range(4)]
    ways += [way[:, ::-1] for way in ways]
    return np.concatenate([hashes(np.ascontiguousarray(way)).words for way in ways])
