"""Pictures of listings, by the SHA-256 of their bytes, and the thumbnails that pages show.

    TOUCHSTONE_HOME/media/originals/ab/abcd…       as the seller made it; never sent to anybody
    TOUCHSTONE_HOME/media/thumbnails/ab/abcd….jpg  decoded by the engine's safe reader and drawn anew

A file that the safe reader refuses has an empty thumbnail: the refusal is remembered and not tried again.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from django.conf import settings
from PIL import Image

from touchstone.engine.images.read import MAX_BYTES, Refused, read

_LONGEST_SIDE = 320
_QUALITY = 82


def keep(path: Path) -> str | None:
    """Take a picture file into the store and give its SHA-256; None if it is no regular file or too large."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    with os.fdopen(handle, "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if not content or len(content) > MAX_BYTES:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    _write(_original(sha256), content)
    return sha256


def original(sha256: str) -> Path | None:
    """The picture as the seller made it, for the engine's safe reader alone; None if it is not here."""
    path = _original(sha256)
    return path if path.exists() else None


def thumbnail(sha256: str) -> Path | None:
    """A JPEG of at most 320 pixels a side, made when first asked for; None if the picture is refused or not here."""
    small = _folder("thumbnails", sha256) / f"{sha256}.jpg"
    if not small.exists():
        original = _original(sha256)
        if not original.exists():
            return None
        _write(small, _drawn(original))
    return small if small.stat().st_size else None


def _drawn(original: Path) -> bytes:
    try:
        picture = read(original)
    except Refused:
        return b""
    image = Image.fromarray(picture.pixels)
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as file:
        image.save(file, "JPEG", quality=_QUALITY, optimize=True)
        file.seek(0)
        return file.read()


def _original(sha256: str) -> Path:
    return _folder("originals", sha256) / sha256


def _folder(kind: str, sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / kind / sha256[:2]


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; a file that is there is left alone."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(content)
    os.replace(draft.name, path)
