"""Open an image that a stranger made, or say why not. Never crashes, never decodes more than the limits allow."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import numpy as np
from PIL import Image

from touchstone.engine.images.anatomy import Anatomy, Endless, anatomy

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
# What is handed on: larger pictures are shrunk to this many pixels.
KEPT_PIXELS = 12_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
# Another file's first bytes, looked for behind the picture: at once, and anywhere.
_FOREIGN_FIRST = (b"PK\x03\x04", b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")
_FOREIGN = (b"%PDF-", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
# What a browser would run, looked for in the whole file.
_SCRIPTS = (b"<script", b"<?php", b"<html", b"<iframe")
# An archive is read from its end, so it may begin with a picture.
_ZIP_END, _ZIP_END_SIZE, _ZIP_COMMENT = b"PK\x05\x06", 22, 65_535
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_OTHER_KINDS = (
    (lambda head: b"<svg" in head.lower() or head.lstrip().startswith(b"<?xml"), "an SVG or XML document"),
    (lambda head: b"<html" in head.lower() or b"<!doctype" in head.lower(), "a web page"),
    (lambda head: head[4:12] in (b"ftypavif", b"ftypavis", b"ftypheic", b"ftypmif1"), "an AVIF or HEIC picture"),
    (lambda head: head[:4] in (b"II*\0", b"MM\0*"), "a TIFF picture"),
    (lambda head: head[:5] == b"%PDF-", "a PDF document"),
    (lambda head: not head, "an empty file"),
    (lambda head: head.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM")), "broken at its beginning"),
)
# Pictures above KEPT_PIXELS are unpacked one at a time, so that several threads do not add up.
_LARGE = threading.Lock()


class Refused(Exception):
    """The image is not read. `code` is for programs, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """The first frame, upright, on white. `pixels` has shape (height, width, 3), uint8, RGB, KEPT_PIXELS at most.

    `size` is (width, height) as stored; `sha256` is of the file's bytes.
    """

    pixels: np.ndarray
    format: str
    frames: int
    size: tuple[int, int]
    sha256: str


def read(source: str | os.PathLike[str] | bytes) -> Picture:
    """Read an image file or its bytes.

    Raises Refused: `missing`, `not-a-file`, `too-large`, `not-an-image`, `bomb`, `empty`, `endless`, `broken`,
    `polyglot`.
    """
    raw = source if isinstance(source, bytes) else bytes_of(source)
    if len(raw) > MAX_BYTES:
        raise Refused("too-large", f"the file has more than {MAX_BYTES // 1_000_000} MB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _opened(BytesIO(raw), raw) as image:
            size, kind = image.size, image.format or ""
            _check_size(size)
            parts = _anatomy(raw, kind)
            _check_guests(raw, parts)
            pixels = _decoded(image)
    return Picture(pixels, kind, parts.frames, size, hashlib.sha256(raw).hexdigest())


def bytes_of(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file, one more than allowed at most. Pipes and devices are not opened. Raises Refused."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Refused("not-a-file", "not a regular file")
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise Refused("missing", f"the file cannot be opened ({getattr(error, 'strerror', None) or error})") from None
    with os.fdopen(handle, "rb") as file:
        # Between the look and the opening it may have become another file.
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused("not-a-file", "not a regular file")
        return file.read(MAX_BYTES + 1)


def _opened(file: BinaryIO, raw: bytes) -> Image.Image:
    try:
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused("bomb", f"more than {MAX_PIXELS // 1_000_000} megapixels") from None
    except Exception:  # decoders raise whatever a broken file makes them stumble over
        what = next((name for fits, name in _OTHER_KINDS if fits(raw[:1024])), "not a picture")
        raise Refused("not-an-image", f"{what}; {', '.join(FORMATS)} are read") from None


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if not width or not height:
        raise Refused("empty", f"{width:,} x {height:,} pixels")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused("bomb", f"{width:,} x {height:,} pixels, at most {MAX_PIXELS:,} are read")


def _anatomy(raw: bytes, kind: str) -> Anatomy:
    try:
        return anatomy(raw, kind)
    except Endless:
        raise Refused("endless", "made of more parts than a picture has") from None


def _check_guests(raw: bytes, parts: Anatomy) -> None:
    """Refuse a picture that is another file as well."""
    tail = raw[parts.end :].lstrip(b"\0\r\n \t") if parts.end is not None else b""
    lower = raw.lower()
    if tail.startswith(_FOREIGN_FIRST) or any(mark in tail for mark in _FOREIGN) or _is_archive(raw):
        raise Refused("polyglot", "another file is hidden behind the picture")
    if any(mark in lower for mark in _SCRIPTS):
        raise Refused("polyglot", "a web page or a program is hidden in the picture")


def _is_archive(raw: bytes) -> bool:
    """A zip directory whose comment ends exactly where the file ends."""
    place = len(raw)
    low = max(0, len(raw) - _ZIP_END_SIZE - _ZIP_COMMENT)
    while (place := raw.rfind(_ZIP_END, low, place)) >= 0:
        comment = int.from_bytes(raw[place + 20 : place + 22], "little")
        if place + _ZIP_END_SIZE + comment == len(raw):
            return True
    return False


def _decoded(image: Image.Image) -> np.ndarray:
    large = image.width * image.height > KEPT_PIXELS
    try:
        if not large:
            return np.asarray(_plain(image), dtype=np.uint8)
        with _LARGE:
            return np.asarray(_plain(_shrunk(image)), dtype=np.uint8)
    except Image.DecompressionBombError:
        raise Refused("bomb", "unpacks to more than is read") from None
    except Exception as error:  # decoders raise whatever a broken file makes them stumble over
        raise Refused("broken", f"broken or cut short ({str(error) or type(error).__name__})") from None


def _shrunk(image: Image.Image) -> Image.Image:
    """At most KEPT_PIXELS; a JPEG is already unpacked smaller where that is possible."""
    share = (KEPT_PIXELS / (image.width * image.height)) ** 0.5
    wanted = max(1, int(image.width * share)), max(1, int(image.height * share))
    orientation = _orientation(image)
    image.draft("RGB", wanted)
    if image.mode in ("P", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    small = image.resize(wanted, Image.Resampling.BOX)
    small.info = image.info
    small.getexif()[_ORIENTATION] = orientation
    return small


def _plain(image: Image.Image) -> Image.Image:
    """RGB, upright, transparent parts white, 16 bits cut to 8."""
    orientation = _orientation(image)
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    image = image.convert("RGB")
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """How the camera was held, 1 where the file does not say or says it in a way that cannot be read."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken note about the picture does not break the picture
        return 1
    return value if isinstance(value, int) else 1


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float64)
    top = 255.0 if values.size == 0 or values.max() <= 255 else 65535.0
    return Image.fromarray(np.clip(values * (255.0 / top), 0, 255).astype(np.uint8))
