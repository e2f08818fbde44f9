"""Images made by strangers, and banks of hashes."""

import pyarrow as pa
import pytest
from engine_tables import listings_table, rights_table
from tests.engine.images.drawn_pictures import bomb, encoded

from touchstone.engine.images.bank import Bank
from touchstone.engine.screen import Screener
from touchstone.errors import NotValid


def test_a_listing_with_a_bomb_is_screened_and_says_so(screener, tmp_path):
    (tmp_path / "bomb.png").write_bytes(bomb(50_000, 50_000))
    (tmp_path / "good.png").write_bytes(encoded("PNG"))
    listings = listings_table("jam", "jam", images=["good.png;bomb.png;missing.png;http://x/y.png", "good.png"])
    one, two = screener.screen(listings, image_root=tmp_path).to_pylist()
    assert [(r["signal"], r["value"]) for r in one["reasons"]] == [("images_refused", "1")]
    assert "bomb.png: more than 50 megapixels" in one["reasons"][0]["text"]
    assert two["reasons"] == []


def test_no_file_is_opened_without_a_folder(screener, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no image")
    row = screener.screen(listings_table("jam", images=str(tmp_path / "bad.png"))).to_pylist()[0]
    assert row["reasons"] == []


def test_a_known_image_is_found_within_the_radius_and_not_beyond():
    known = bytes(range(32)).hex()
    near = (int(known, 16) ^ ((1 << 31) - 1)).to_bytes(32, "big").hex()
    far = (int(known, 16) ^ ((1 << 32) - 1)).to_bytes(32, "big").hex()
    bank = pa.table({"pdq": [known], "label": ["seized-17"]})
    screener = Screener(rights_table(), banks=[bank])
    listings = listings_table("a", "b", "c", pdq=[f"{'0' * 64};{near}", far, "zz"])
    rows = screener.screen(listings).to_pylist()
    assert [r["verdict"] for r in rows] == ["review", "pass", "pass"]
    assert "seized-17, 31 bits" in rows[0]["reasons"][0]["text"]


def test_a_malformed_hash_in_a_bank_names_its_row():
    with pytest.raises(NotValid, match="bank row 2"):
        Bank.of([pa.table({"pdq": ["0" * 64, "xyz"]})])
