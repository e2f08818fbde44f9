"""PDQ agrees with the reference: the expected hashes are those that pdqhash 0.2.8 gave for the same pictures."""

import numpy as np
import pytest
from drawn_pictures import patches

from touchstone.engine.images.bank import unpack
from touchstone.engine.images.pdq import GOOD_QUALITY, ORIENTATIONS, hashes

EXPECTED = [
    # seed, height, width, hash
    (1, 64, 64, "4c8b6b529b45a717e73934e2eb586b5034a7c71d98c658c864bad4afb270b364"),
    (2, 63, 200, "04ba01fe7a43b365372764b31626bb44e9d99b4cc4b84c9a85bcfe01fa43d1e9"),
    (3, 128, 128, "fb60198d837669d27b02c4b8f9c12957063e3b47e8d9962d5e0be27224b7536a"),
    (4, 129, 127, "79c2449a536bcb5c6b11e25cdb4c34b724b71da790ecb4a18f14b365c63d106f"),
    (5, 512, 512, "cb59c1fbe371a1f4e630d1c871e2ae158e1d263719cf5e0f1c8e3e0434a604bf"),
    (6, 333, 1000, "74a32637e5b1ac15eb53b9c43e07427bc1f8463b14ac53ea3a4ed9c88a5da634"),
    (8, 5, 7, "6d89c27792763d8c9e6283370f813dc8609dc6736d89c27792763d8c9f628237"),
    (9, 1201, 803, "b48524b688dd2c96a7352e1798ccd1e86733d1e858cad3697723db494b7a063e"),
]
EIGHT = [
    "74a32637e5b1ac15eb53b9c43e07427bc1f8463b14ac53ea3a4ed9c88a5da634",
    "3c87562bfe0979c31e0e0d9e4b5b526ba4b4f261e1f1863c01fea9d4cb5804bd",
    "20f68c9db0e406bfbe06136e6b52e9d194adec9141f9f9406f1b7362df080c9e",
    "69d2fc81ab5cd3694b5ba7341e0e78c1e1e158cbb4a42c9654ab037e9e0dae17",
    "74a3d9c8e5b1536aeb53463b3e07bc84c1f8b9c414acac153a4e26378a5d59cb",
    "20f67362b0e4f940be06ec916b52162e94ad136e41f906bf6f1b8c9ddf08f361",
    "3c87a9d4fe09863c1e0ef2614b5b2c94a4b40d9ee1f179c301fe562bcb58fb42",
    "69d2037eab5c2c964b5b58cb1e0e073ef1e1a734b4a4d36954abfc819e0d51e8",
]


def bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize(("seed", "height", "width", "expected"), EXPECTED)
def test_a_hash_agrees_with_the_reference_bit_for_bit(seed, height, width, expected):
    found = hashes(patches(seed, height, width))
    assert found.hex() == [expected]
    assert found.quality == 100


def test_all_eight_orientations_agree_with_the_reference():
    found = hashes(patches(6, 333, 1000), orientations=True)
    assert len(ORIENTATIONS) == 8
    assert found.hex() == EIGHT


@pytest.mark.parametrize(
    ("number", "turn"),
    [
        (1, lambda p: np.rot90(p, 1)),
        (2, lambda p: np.rot90(p, 2)),
        (3, lambda p: np.rot90(p, 3)),
        (4, lambda p: p[::-1]),
        (5, lambda p: p[:, ::-1]),
        (6, lambda p: p.transpose(1, 0, 2)),
        (7, lambda p: p[::-1, ::-1].transpose(1, 0, 2)),
    ],
)
def test_an_orientation_is_close_to_the_hash_of_the_picture_turned(number, turn):
    pixels = patches(3, 500, 640)
    eight = hashes(pixels, orientations=True).hex()
    turned = hashes(np.ascontiguousarray(turn(pixels))).hex()[0]
    near = [bits(turned, other) for other in eight]
    assert near[number] <= 40
    assert min(n for i, n in enumerate(near) if i != number) > 80


def test_an_edited_copy_is_near_and_another_picture_is_far():
    pixels = patches(4, 600, 600)
    small = pixels[::3, ::3]
    bright = np.clip(pixels.astype(int) + 20, 0, 255).astype(np.uint8)
    original = hashes(pixels).hex()[0]
    assert bits(original, hashes(small).hex()[0]) <= 31
    assert bits(original, hashes(bright).hex()[0]) <= 31
    assert bits(original, hashes(patches(5, 600, 600)).hex()[0]) > 90


def test_a_blank_picture_has_no_quality():
    assert hashes(np.full((100, 100, 3), 255, np.uint8)).quality == 0
    assert hashes(patches(2, 100, 100)).quality >= GOOD_QUALITY


def test_words_are_those_of_a_bank():
    found = hashes(patches(9, 200, 200))
    words, good = unpack(found.hex())
    assert good.all()
    assert (words == found.words).all()
