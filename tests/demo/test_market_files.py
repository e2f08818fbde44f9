"""Writing the market: tables in three forms, pictures, and folders that cannot be written."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest
from PIL import Image

from touchstone.demo.market import generate, write_market
from touchstone.errors import NotValid


@pytest.fixture(scope="module")
def small():
    return generate(seed=5, listings=500)


def test_parquet_gives_back_the_tables(small, tmp_path):
    paths = small.write(tmp_path, images=False)
    assert {path.name for path in paths} == {f"{name}.parquet" for name in small.tables}
    for name, table in small.tables.items():
        assert pq.read_table(tmp_path / f"{name}.parquet").equals(table)


def test_csv_and_json_lines_say_the_same(small, tmp_path):
    small.write(tmp_path, form="csv", images=False)
    small.write(tmp_path, form="jsonl", images=False)
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        by_csv = list(csv.DictReader(file))
    by_json = [json.loads(line) for line in (tmp_path / "orders.jsonl").read_text("utf-8").splitlines()]
    assert len(by_csv) == len(by_json) == small.orders.num_rows
    for one, other in zip(by_csv, by_json, strict=True):
        assert one["order_id"] == other["order_id"]
        assert float(one["amount"]) == other["amount"]
        assert one["paid_at"] == other["paid_at"]
        assert one["paid_at"].endswith("Z")
        assert one["delivered_at"] == (other["delivered_at"] or "")


def test_every_picture_named_by_a_listing_is_a_picture(small, tmp_path):
    small.write(tmp_path)
    named = {path for cell in small.listings["images"].to_pylist() for path in cell.split(";") if path}
    assert len(named) > 50
    forms = set()
    for path in named:
        with Image.open(tmp_path / path) as picture:
            picture.load()
            forms.add(picture.format)
            assert picture.mode == "RGB"
    assert forms == {"PNG", "JPEG", "WEBP"}


def test_ring_shops_reuse_and_edit_each_others_pictures(market):
    ring = [d for d in market.drawings if d.pool.startswith("ring-")]
    edits: dict[int, set[str]] = {}
    for drawing in ring:
        edits.setdefault(drawing.base, set()).add(drawing.edit)
    assert sum(len(found) > 1 for found in edits.values()) >= 3
    sellers_of: dict[str, set[str]] = {}
    for row in market.listings.select(["seller_id", "images"]).to_pylist():
        for path in filter(None, row["images"].split(";")):
            sellers_of.setdefault(path, set()).add(row["seller_id"])
    assert any(len(sellers_of[drawing.path]) > 1 for drawing in ring)


def test_a_share_of_the_listings_has_pictures(market):
    cells = market.listings["images"].to_pylist()
    assert 0.25 < sum(map(bool, cells)) / len(cells) < 0.35


def test_write_market_without_pictures_writes_none(tmp_path):
    market = write_market(tmp_path, seed=5, listings=500, image_share=0)
    assert not (tmp_path / "images").exists()
    assert not any(market.listings["images"].to_pylist())


def test_writing_again_replaces_and_leaves_no_half_files(small, tmp_path):
    small.write(tmp_path, images=False)
    small.write(tmp_path, images=False)
    assert not list(tmp_path.glob(".*"))
    assert len(list(tmp_path.iterdir())) == len(small.tables)


def test_an_unknown_form_is_refused_before_anything_is_written(small, tmp_path):
    with pytest.raises(NotValid, match="parquet"):
        small.write(tmp_path / "new", form="xlsx")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_a_file_is_refused_in_words(small, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(NotValid, match="cannot write"):
        small.write(tmp_path / "taken")
