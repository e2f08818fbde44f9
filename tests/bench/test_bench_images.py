"""The suite `images` measures what it says: the same pairs as the peer, entries that come and go, photos after edits."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from touchstone.bench import image_edits, images


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "images/edits/base_images"
    folder.mkdir(parents=True)
    edges = (-2.0, -1.2, -0.4, 0.4)
    for number, (left, right) in enumerate(pairwise(edges)):
        picture = Image.effect_mandelbrot((400, 300), (left, -1.3, right + 0.8, 1.2), 80)
        picture.convert("RGB").save(folder / f"{number}.jpg")
    return tmp_path


def test_search_figures_come_with_the_peer_that_found_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    for name, value in (("QUERIES", 200), ("REPEATS", 1), ("_LATENCIES", 4)):
        monkeypatch.setattr(images, name, value)
    found = list(images.figures(None, 6000))
    searches = [f for f in found if f["figure"].startswith("exact search")]
    assert len(searches) == 4
    assert all(f["same_pairs"] and f["value"] > 0 and f["peer_value"] > 0 for f in searches)
    assert {f["unit"] for f in found} == {"queries/s", "ms", "MiB", None}
    assert found[-1]["reason"]


def test_a_search_that_differs_from_the_peer_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    words = images._even(5000)
    index = images.Index(words)
    index.remove([7])
    with pytest.raises(AssertionError, match="differ"):
        images._throughput("", index, words, words[:64].copy())


def test_turned_photos_are_found_in_all_orientations_only(photos: Path) -> None:
    found = {f["figure"].rsplit(", ", 1)[-1]: f for f in image_edits.recall_figures(photos)}
    for name in ("mirrored", "turned by 90 degrees", "turned by 180 degrees", "upside down"):
        assert (found[name]["value"], found[name]["pictures"]) == (1.0, 3)
        assert found[name]["as_it_is_only"] < 1
    assert found["JPEG of quality 30"]["as_it_is_only"] == 1
