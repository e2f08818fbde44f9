"""Open an image that a stranger made, or say why not. Never crashes, never decodes more than the limits allow."""

from __future__ import annotations

import os
import stat
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import numpy as np
from PIL import Image

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_FRAMES = 200
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
# Bytes after the end of the picture that mean a second file hides behind it.
_FOREIGN = (b"PK\x03\x04", b"%PDF-", b"Rar!", b"7z\xbc\xaf", b"<script", b"<?php", b"MZ\x90", b"\x7fELF")
_SOURCE_EXCEPTIONS = (OSError, ValueError, SyntaxError, EOFError, OverflowError, MemoryError, IndexError, KeyError,
                      TypeError, AttributeError, ArithmeticError, Image.DecompressionBombError)  # fmt: skip


class Refused(Exception):
    """The image is not read. `code` is for programs, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """The first frame. `pixels` has shape (height, width, 3), uint8, RGB."""

    pixels: np.ndarray
    format: str
    frames: int


def read(source: str | os.PathLike[str] | bytes) -> Picture:
    """Read an image file or its bytes. Raises Refused: `missing`, `not-a-file`, `too-large`, `not-an-image`, `bomb`,
    `too-many-frames`, `broken`, `polyglot`.
    """
    raw = source if isinstance(source, bytes) else _bytes_of(source)
    if len(raw) > MAX_BYTES:
        raise Refused("too-large", f"the file has more than {MAX_BYTES // 1_000_000} MB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = _opened(BytesIO(raw))
        with image:
            _check_size(image)
            frames = _frames(image)
            pixels = _decoded(image)
    _check_tail(raw, image.format or "")
    return Picture(pixels, image.format or "", frames)


def _bytes_of(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file, one more than allowed at most. Never waits on a pipe or a device."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise Refused("missing", f"the file cannot be opened ({getattr(error, 'strerror', None) or error})") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused("not-a-file", "not a regular file")
    with os.fdopen(handle, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _opened(file: BinaryIO) -> Image.Image:
    try:
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused("bomb", f"more than {MAX_PIXELS // 1_000_000} megapixels") from None
    except _SOURCE_EXCEPTIONS:
        raise Refused("not-an-image", f"not a {', '.join(FORMATS)} image") from None


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused("bomb", f"{width:,} x {height:,} pixels, at most {MAX_PIXELS:,} are read")


def _frames(image: Image.Image) -> int:
    """The number of frames, counted one by one so that a file of a million stops early."""
    if not getattr(image, "is_animated", False):
        return 1
    try:
        for number in range(1, MAX_FRAMES + 1):
            image.seek(number)
    except EOFError:
        image.seek(0)
        return number
    except _SOURCE_EXCEPTIONS:
        raise Refused("broken", "a frame cannot be read") from None
    raise Refused("too-many-frames", f"more than {MAX_FRAMES} frames")


def _decoded(image: Image.Image) -> np.ndarray:
    try:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)
    except Image.DecompressionBombError:
        raise Refused("bomb", "unpacks to more than is read") from None
    except _SOURCE_EXCEPTIONS as error:
        raise Refused("broken", f"broken or cut short ({str(error) or type(error).__name__})") from None


def _check_tail(raw: bytes, kind: str) -> None:
    """Refuse a picture with another file behind it."""
    end = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}.get(kind)
    if end is None:
        return
    # Embedded previews end with the same mark, so the last one before the foreign bytes is what counts.
    for mark in _FOREIGN:
        place = raw.rfind(mark)
        if place > 0 and raw.rfind(end, 0, place) + len(end) == place:
            raise Refused("polyglot", "another file is hidden behind the picture")
