"""Where a picture file ends and how many frames it has, from its own structure. Nothing is decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A file of so many parts is made to keep a reader busy.
MAX_PARTS = 1_000_000
_JPEG_MARK = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
# JPEG marks that stand alone: temporary, restart, start.
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))


@dataclass(frozen=True)
class Anatomy:
    """`end`: the first byte after the picture, None where the file is cut short. `frames`: 1 for a still."""

    end: int | None
    frames: int = 1


class Endless(Exception):
    """The file has more parts than any real one."""


def anatomy(raw: bytes, kind: str) -> Anatomy:
    """The parts of a file of a kind of `read.FORMATS`. Raises Endless."""
    try:
        return _WALKS[kind](raw)
    except IndexError:
        return Anatomy(None)


def _png(raw: bytes) -> Anatomy:
    place, frames = 8, 1
    for _ in range(MAX_PARTS):
        size, name = int.from_bytes(raw[place : place + 4], "big"), raw[place + 4 : place + 8]
        if len(name) < 4 or place + 12 + size > len(raw):
            return Anatomy(None, frames)
        if name == b"acTL":
            frames = max(1, int.from_bytes(raw[place + 8 : place + 12], "big"))
        place += 12 + size
        if name == b"IEND":
            return Anatomy(place, frames)
    raise Endless


def _jpeg(raw: bytes) -> Anatomy:
    place = 2
    for _ in range(MAX_PARTS):
        found = _JPEG_MARK.search(raw, place)
        if found is None:
            return Anatomy(None)
        mark, place = raw[found.end() - 1], found.end()
        if mark == 0xD9:
            return Anatomy(place)
        if mark not in _ALONE:
            place += int.from_bytes(raw[place : place + 2], "big")
    raise Endless


def _gif(raw: bytes) -> Anatomy:
    place = 13 + _palette(raw[10])
    frames = parts = 0
    while parts < MAX_PARTS:
        parts += 1
        mark = raw[place]
        if mark == 0x3B:
            return Anatomy(place + 1, max(1, frames))
        if mark == 0x2C:
            frames += 1
            place += 11 + _palette(raw[place + 9])
        elif mark == 0x21:
            place += 2
        else:
            return Anatomy(None, max(1, frames))
        while raw[place]:
            place += 1 + raw[place]
            parts += 1
            if parts >= MAX_PARTS:
                raise Endless
        place += 1
    raise Endless


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _webp(raw: bytes) -> Anatomy:
    end = 8 + int.from_bytes(raw[4:8], "little")
    place, frames = 12, 0
    for _ in range(MAX_PARTS):
        if place + 8 > min(end, len(raw)):
            return Anatomy(end if end <= len(raw) else None, max(1, frames))
        frames += raw[place : place + 4] == b"ANMF"
        size = int.from_bytes(raw[place + 4 : place + 8], "little")
        place += 8 + size + (size & 1)
    raise Endless


def _bmp(raw: bytes) -> Anatomy:
    """The header tells the size; where it tells nonsense, as some writers do, the file is taken to end at its end."""
    size = int.from_bytes(raw[2:6], "little")
    return Anatomy(size if 26 < size <= len(raw) else len(raw))


_WALKS = {"PNG": _png, "JPEG": _jpeg, "GIF": _gif, "WEBP": _webp, "BMP": _bmp}
