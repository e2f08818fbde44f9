"""The figures of same goods: what is counted, and how sets of pairs are read."""

from __future__ import annotations

import numpy as np
import pytest

from touchstone.bench.group import best, catalogue, figures, pairwise
from touchstone.bench.group_model import f1, threshold
from touchstone.bench.group_pairs import sets


def test_precision_and_recall_count_pairs_of_rows():
    found = pairwise(["a", "a", "a", "b"], ["1", "1", "2", "2"])
    assert found["precision"] == pytest.approx(1 / 3)
    assert found["recall"] == pytest.approx(1 / 2)


def test_the_best_threshold_parts_what_can_be_parted():
    scores, labels = np.array([0.1, 0.4, 0.6, 0.9]), np.array([0, 0, 1, 1])
    assert f1(scores >= best(scores, labels), labels) == 1
    assert 0.4 < threshold([scores], [labels]) <= 0.6


def test_a_made_up_catalogue_is_the_same_for_the_same_number():
    assert catalogue(300) == catalogue(300)
    assert catalogue(300).num_rows == 300


def test_pairs_are_read_with_their_columns_and_each_listing_once(tmp_path):
    folder = tmp_path / "Set"
    folder.mkdir()
    left = "COL name VAL sony tv\u2028x1 COL manufacturer VAL sony COL price VAL $1,299.00 "
    line = f"{left}\tCOL name VAL tv COL price VAL  \t1\n"
    for part in ("train", "valid", "test"):
        (folder / f"{part}.txt").write_text(line * 2, "utf-8")
    (found,) = sets(tmp_path)
    rows = found.listings.select(["title", "brand", "price"]).to_pylist()
    assert rows == [
        {"title": "sony tv\u2028x1", "brand": "sony", "price": 1299.0},
        {"title": "tv", "brand": None, "price": None},
    ]
    assert [part.tolist() for part in found.parts["test"]] == [[0, 0], [1, 1], [1, 1]]


def test_a_missing_folder_is_said():
    first = next(iter(figures(None, 1000)))
    assert first["value"] is None
    assert "not in the data folder" in first["reason"]
