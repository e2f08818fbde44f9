"""The eight orientations of a hash, without the picture."""

from __future__ import annotations

import numpy as np
from hash_sets import some

from touchstone.engine.images.orientations import turned
from touchstone.engine.images.pdq import hashes


def picture(seed: int) -> np.ndarray:
    """Blots of colour, smooth as a photo is; (240, 320, 3) uint8."""
    draw = np.random.default_rng(seed)
    down, across = np.mgrid[0:240, 0:320]
    total = np.zeros((240, 320))
    for _ in range(40):
        y, x, size, light = draw.uniform(0, 240), draw.uniform(0, 320), draw.uniform(8, 60), draw.normal()
        total += light * np.exp(-((down - y) ** 2 + (across - x) ** 2) / (2 * size**2))
    grey = (255 * (total - total.min()) / np.ptp(total)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def test_the_orientations_of_a_hash_are_near_those_of_the_picture() -> None:
    bits = []
    for seed in range(8):
        exact = hashes(picture(seed), orientations=True).words
        bits.append(np.bitwise_count(turned(exact[:1])[0] ^ exact).sum(axis=1))
    assert np.max(bits, axis=0)[[0, 6]].tolist() == [0, 0]
    assert np.max(bits) <= 31
    assert np.median(bits) <= 10


def test_turning_four_times_or_mirroring_twice_gives_the_hash_back() -> None:
    start = some(50, 41)
    for way, times in ((1, 4), (2, 2), (3, 4), (4, 2), (5, 2), (6, 2), (7, 2)):
        words = start
        for _ in range(times):
            words = turned(words)[:, way]
        assert (words == start).all()
        assert (turned(start)[:, way] != start).any()
