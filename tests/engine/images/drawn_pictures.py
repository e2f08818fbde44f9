"""Pictures that the tests draw themselves, from whole numbers alone, so that they are the same everywhere."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image


def patches(seed: int, height: int, width: int, grid: int = 9) -> np.ndarray:
    """Coloured patches over a slope, shape (height, width, 3), uint8, RGB; another picture for another seed."""
    state, values = seed * 2654435761 % 2**32, []
    for _ in range(grid * grid * 3):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state >> 24)
    cells = np.array(values, dtype=np.int64).reshape(grid, grid, 3)
    rows, columns = (np.arange(n) * grid // n for n in (height, width))
    down, across = (np.arange(n) * steps // n for n, steps in ((height, 40), (width, 23)))
    slope = (down[:, None] + across[None, :]).astype(np.uint8)
    return (cells * 3 // 4).astype(np.uint8)[rows][:, columns] + slope[..., None]


def encoded(kind: str, pixels: np.ndarray | None = None, mode: str = "RGB", **options) -> bytes:
    """A picture file of `kind`."""
    out = io.BytesIO()
    Image.fromarray(patches(1, 24, 32) if pixels is None else pixels).convert(mode).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, body: bytes = b"", *, depth: int = 1, colour: int = 0, extra: bytes = b"") -> bytes:
    """A PNG of this header, with `extra` parts before the data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + extra + chunk(b"IDAT", body or zlib.compress(b"")) + chunk(b"IEND", b"")


def bomb(width: int, height: int) -> bytes:
    """A true PNG of width x height black pixels, some hundred kilobytes small."""
    pack = zlib.compressobj(1)
    line = bytes(1 + width // 8 + (width % 8 > 0))
    whole = b"".join(pack.compress(line * 500) for _ in range(height // 500))
    return png(width, height, whole + pack.compress(line * (height % 500)) + pack.flush())
