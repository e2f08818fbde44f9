"""Picture files that were made to harm, to hide something, or by a strange camera."""

import io
import os
import struct
import time
import zipfile
import zlib

import numpy as np
import pytest
from drawn_pictures import bomb, chunk, encoded, patches, png
from PIL import Image, PngImagePlugin

from touchstone.engine.images import read as images
from touchstone.engine.images.pdq import hashes


def refusal(source) -> str:
    with pytest.raises(images.Refused) as caught:
        images.read(source)
    assert str(caught.value)
    return caught.value.code


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_an_image_is_read_as_rgb(kind):
    picture = images.read(encoded(kind))
    assert (picture.pixels.shape, picture.pixels.dtype, picture.format) == ((24, 32, 3), np.uint8, kind)
    assert (picture.frames, picture.size) == (1, (32, 24))


def test_the_extension_does_not_matter(tmp_path):
    (tmp_path / "photo.png").write_bytes(encoded("JPEG"))
    assert images.read(tmp_path / "photo.png").format == "JPEG"


def test_a_bomb_is_refused_before_it_is_unpacked():
    raw = bomb(50_000, 50_000)
    assert len(raw) < 5_000_000
    assert refusal(raw) == "bomb"


@pytest.mark.parametrize(("width", "height"), [(30_000, 10), (10, 30_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_header_of_absurd_size_is_refused(width, height):
    assert refusal(png(width, height)) in ("bomb", "not-an-image")


def test_a_gif_header_of_absurd_size_is_refused():
    assert refusal(b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\0\0\0;") in ("bomb", "not-an-image", "broken")


@pytest.mark.parametrize("raw", [png(0, 10), png(10, 0), b"BM" + bytes(52), b""])
def test_a_picture_of_no_size_is_refused(raw):
    assert refusal(raw) in ("empty", "not-an-image", "broken")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_file_cut_short_is_refused(kind):
    raw = encoded(kind, patches(3, 300, 300))
    assert refusal(raw[: len(raw) // 2]) in ("broken", "not-an-image")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_no_change_of_a_byte_crashes_the_reader(kind):
    raw = bytearray(encoded(kind))
    for place in range(0, len(raw), max(1, len(raw) // 60)):
        for value in (0, 255, raw[place] ^ 1):
            changed = bytes(raw[:place]) + bytes([value]) + bytes(raw[place + 1 :])
            try:
                assert images.read(changed).pixels.ndim == 3
            except images.Refused:
                continue


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"%PDF-1.7 x", "PDF"),
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"GIF89a", "broken at its beginning"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(raw, what):
    with pytest.raises(images.Refused, match=what) as caught:
        images.read(raw)
    assert caught.value.code == "not-an-image"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_an_archive_behind_a_picture_is_refused(kind):
    assert refusal(encoded(kind) + zipped()) == "polyglot"
    assert refusal(encoded(kind) + b"\0" * 100 + zipped()) == "polyglot"


@pytest.mark.parametrize(
    "guest", [b"<?php system(1)", b"%PDF-1.7", b"Rar!\x1a\x07\0", b"\x7fELF\2", b"MZ\x90\0", b"#!/bin/sh"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_another_file_behind_a_picture_is_refused(kind, guest):
    assert refusal(encoded(kind) + guest) == "polyglot"


def test_a_web_page_inside_a_picture_is_refused():
    comment = b"<HTML><SCRIPT>alert(1)</SCRIPT>"
    assert refusal(encoded("JPEG", comment=comment)) == "polyglot"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", comment.decode())
    assert refusal(encoded("PNG", pnginfo=text)) == "polyglot"


def test_an_archive_inside_a_comment_is_refused():
    raw = encoded("JPEG", comment=b"PK\x03\x04 not at the end, so nobody reads it as an archive")
    assert images.read(raw).format == "JPEG"
    directory = b"PK\x05\x06" + bytes(16) + struct.pack("<H", len(raw) - 2)
    assert refusal(raw + directory[:-2] + b"\0\0") == "polyglot"


def test_what_honest_cameras_put_behind_a_picture_is_read():
    assert images.read(encoded("JPEG") + b"\0\0\0\x18ftypmp42" + os.urandom(5000)).format == "JPEG"
    assert images.read(encoded("PNG") + b"\n\n").format == "PNG"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_read_and_the_frames_are_counted(kind):
    frames = [Image.fromarray(patches(i, 40, 60)) for i in range(1, 8)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50, lossless=True)
    picture = images.read(out.getvalue())
    assert picture.frames == 7
    first = Image.open(out)
    assert np.array_equal(picture.pixels, np.asarray(first.convert("RGB")))


def test_an_animation_of_very_many_frames_costs_no_more_than_its_first():
    frames = [Image.new("L", (2, 2), i % 256) for i in range(3000)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], optimize=False, disposal=2)
    before = time.process_time()
    assert images.read(out.getvalue()).frames > 1000
    assert time.process_time() - before < 1


def test_a_file_of_endless_parts_is_refused():
    raw = png(4, 4, extra=b"\0\0\0\0abcd\0\0\0\0" * 1_000_001)
    assert refusal(raw) in ("endless", "not-an-image", "broken")


def test_transparent_parts_are_white():
    layer = np.zeros((10, 10, 4), np.uint8)
    layer[:, 5:] = (200, 0, 0, 255)
    out = io.BytesIO()
    Image.fromarray(layer, "RGBA").save(out, "PNG")
    pixels = images.read(out.getvalue()).pixels
    assert (pixels[:, :5] == 255).all()
    assert (pixels[:, 5:] == (200, 0, 0)).all()


def test_a_transparent_colour_of_a_palette_is_white():
    image = Image.fromarray(np.repeat(np.arange(4, dtype=np.uint8)[None, :], 4, axis=0), "P")
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    pixels = images.read(out.getvalue()).pixels
    assert pixels[0].tolist() == [[255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]


def test_sixteen_bits_become_eight():
    values = (np.linspace(0, 65535, 100).astype(np.uint16))[None, :].repeat(10, 0)
    out = io.BytesIO()
    Image.fromarray(values).save(out, "PNG")
    pixels = images.read(out.getvalue()).pixels
    assert abs(pixels[0, :, 0].astype(int) - np.linspace(0, 255, 100)).max() <= 1


@pytest.mark.parametrize("mode", ["CMYK", "L", "YCbCr"])
def test_a_jpeg_of_another_colour_mode_looks_the_same(mode):
    pixels = patches(8, 200, 200)
    plain = hashes(images.read(encoded("JPEG", pixels, quality=95)).pixels)
    other = hashes(images.read(encoded("JPEG", pixels, mode=mode, quality=95)).pixels)
    assert np.bitwise_count(plain.words ^ other.words).sum() <= 16


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "L"])
def test_a_png_of_any_mode_is_read(mode):
    assert images.read(encoded("PNG", mode=mode)).pixels.shape == (24, 32, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_as_its_camera_says(orientation):
    upright = Image.fromarray(patches(7, 160, 240))
    back = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    stored = upright if back is None else upright.transpose(back)
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=95, exif=exif)
    pixels = images.read(out.getvalue()).pixels
    assert pixels.shape == (160, 240, 3)
    assert abs(pixels.astype(int) - np.asarray(upright)).mean() < 12


def test_broken_notes_about_a_picture_do_not_break_it():
    assert images.read(encoded("JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")).pixels.shape == (24, 32, 3)
    assert images.read(encoded("JPEG", exif=b"Exif\0\0" + b"\xff" * 60_000)).pixels.shape == (24, 32, 3)


def test_huge_colour_profiles_are_not_unpacked():
    profile = b"icc\0\0" + zlib.compress(bytes(200_000_000), 1)
    line = zlib.compress(b"".join(b"\0" + bytes(12) for _ in range(4)))
    raw = png(4, 4, line, depth=8, colour=2, extra=chunk(b"iCCP", profile))
    before = time.process_time()
    assert refusal(raw) == "not-an-image"
    assert time.process_time() - before < 0.5
    large = encoded("JPEG", icc_profile=os.urandom(4_000_000))
    assert images.read(large).pixels.shape == (24, 32, 3)


def test_a_large_picture_is_handed_on_smaller_and_keeps_its_hash():
    pixels = patches(10, 4600, 3500)
    for raw in (encoded("PNG", pixels, compress_level=1), encoded("JPEG", pixels)):
        picture = images.read(raw)
        assert picture.size == (3500, 4600)
        assert picture.pixels.shape[0] * picture.pixels.shape[1] <= images.KEPT_PIXELS
        known = int("81fc2e17b4a5a37441fafc80863c037ff9c1037fbe055c8b4b5a91ec7c83095e", 16)
        assert (known ^ int(hashes(picture.pixels).hex()[0], 16)).bit_count() <= 8


def test_large_and_strange_files_are_refused(tmp_path):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(images.MAX_BYTES + 10)
    os.mkfifo(tmp_path / "pipe.png")
    assert refusal(large) == "too-large"
    assert refusal(tmp_path / "pipe.png") == "not-a-file"
    assert refusal("/dev/zero") == "not-a-file"
    assert refusal(tmp_path) == "not-a-file"
    assert refusal(tmp_path / "none.png") == "missing"
