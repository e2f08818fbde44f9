"""Images made by strangers, and banks of hashes."""

import io
import os
import struct
import zlib

import numpy as np
import pyarrow as pa
import pytest
from engine_tables import listings_table, rights_table
from PIL import Image

from touchstone.engine.images import read as images
from touchstone.engine.images.bank import Bank
from touchstone.engine.screen import Screener
from touchstone.errors import NotValid


def encoded(kind: str, size=(32, 24), **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A true PNG of width x height grey pixels, some hundred kilobytes small."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pack = zlib.compressobj(1)
    line = bytes(1 + width // 8 + (width % 8 > 0))
    body = (
        b"".join(pack.compress(line * 500) for _ in range(height // 500))
        + pack.compress(line * (height % 500))
        + pack.flush()
    )
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def refusal(source) -> str:
    with pytest.raises(images.Refused) as caught:
        images.read(source)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_an_image_is_read_as_rgb(kind):
    picture = images.read(encoded(kind))
    assert (picture.pixels.shape, picture.format, picture.frames) == ((24, 32, 3), kind, 1)


def test_a_bomb_is_refused_before_it_is_unpacked():
    raw = bomb(50_000, 50_000)
    assert len(raw) < 5_000_000
    assert refusal(raw) == "bomb"


def test_a_long_thin_bomb_is_refused():
    assert refusal(bomb(30_000, 10)) == "bomb"


def test_a_file_cut_short_is_refused():
    assert refusal(encoded("JPEG", (400, 400))[:3000]) == "broken"
    assert refusal(encoded("PNG", (400, 400))[:3000]) == "broken"


@pytest.mark.parametrize(
    "raw", [b"", b"GIF89a", b"hello", b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"<svg/>", os.urandom(500)]
)
def test_what_is_no_image_is_refused(raw):
    assert refusal(raw) in ("not-an-image", "broken")


def test_a_second_file_behind_the_picture_is_refused():
    assert refusal(encoded("JPEG") + b"PK\x03\x04rest") == "polyglot"
    assert refusal(encoded("PNG") + b"<?php system(1)") == "polyglot"


def test_too_many_frames_are_refused():
    frames = [Image.new("L", (2, 2), i % 256) for i in range(images.MAX_FRAMES + 5)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], optimize=False, disposal=2)
    assert refusal(out.getvalue()) == "too-many-frames"


def test_large_and_strange_files_are_refused(tmp_path):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(images.MAX_BYTES + 10)
    os.mkfifo(tmp_path / "pipe.png")
    assert refusal(large) == "too-large"
    assert refusal(tmp_path / "pipe.png") == "not-a-file"
    assert refusal(tmp_path) in ("not-a-file", "missing")
    assert refusal(tmp_path / "none.png") == "missing"


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


def test_the_nearest_of_a_bank_agrees_with_counting_bits():
    random = np.random.default_rng(5)
    words = random.integers(0, 2**63, (40, 4)).astype(np.uint64)
    queries = np.concatenate([words[:5], random.integers(0, 2**63, (5, 4)).astype(np.uint64)])
    queries[0, 0] ^= np.uint64(0b1011)
    index, distance = Bank(words, tuple(map(str, range(40)))).nearest(queries)
    slow = [[sum(bin(int(a) ^ int(b)).count("1") for a, b in zip(q, w, strict=True)) for w in words] for q in queries]
    assert distance.tolist() == [min(row) for row in slow]
    assert index.tolist()[:5] == [0, 1, 2, 3, 4]
    assert index.tolist()[5:] == [-1] * 5


def test_a_malformed_hash_in_a_bank_names_its_row():
    with pytest.raises(NotValid, match="bank row 2"):
        Bank.of([pa.table({"pdq": ["0" * 64, "xyz"]})])
