"""What PDQ finds of a picture after an edit, with the bank holding it as it is and in all eight orientations.

Two parts. The edited files of the data folder, by the kind of edit that their names tell, one or two each. And edits made
here to every photo of the folder, so that a share means something. A picture is found if its nearest entry in the bank of
all photos is its own original; `wrong` counts those that are nearest to another one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from touchstone.engine.images import orientations, pdq
from touchstone.engine.images.read import Refused, read
from touchstone.engine.images.reuse import clusters
from touchstone.engine.images.search import Index

Figure = dict[str, Any]
Edit = Callable[[Image.Image], Image.Image]
_SIDE = 640
_PHOTOS = ("images/edits/base_images/*.jpg", "images/grocery/iconic-images-and-descriptions/**/*.jpg")
# (original, edited copies, the kind in the name of a copy). images/pdq/exif-rotn holds four shots, not one edited.
_EDITED = (
    ("images/pdq/bridge-mods/aaa-orig.jpg", "images/pdq/bridge-mods/*.jpg", r"(.+)\.jpg"),
    ("images/pdq/dih/bridge-1-original.jpg", "images/pdq/dih/*.jpg", r"bridge-\d-(.+)\.jpg"),
    ("images/pdq/misc-images/modes/original.jpg", "images/pdq/misc-images/modes/*.*g", r"mode (.+)\.\w+"),
    ("images/edits/base_images/ukbench00120.jpg", "images/edits/mixed_images/ukbench00120_*.jpg", r".+_(.+)\.jpg"),
    ("images/edits/base_images/ukbench09268.jpg", "images/edits/mixed_images/ukbench09268_*.jpg", r".+_(.+)\.jpg"),
)


def recall_figures(data: Path | None) -> Iterator[Figure]:
    """A figure a kind of edit; one that says why where the photos are missing."""
    photos = [] if data is None else sorted({path for pattern in _PHOTOS for path in data.glob(pattern)})
    if data is None or not photos:
        yield {"figure": "recall under edits: not measured", "value": None, "unit": None, "peer": None,
               "peer_value": None, "reason": "images is not in the data folder"}  # fmt: skip
        return
    originals = [path for path in dict.fromkeys([*photos, *(data / o for o, _, _ in _EDITED)]) if path.exists()]
    banks = _Banks(originals)
    for kind, pairs in sorted(_edited(data).items()):
        yield _figure(
            f"edited file, {kind}", [(banks.number(original), _pixels(copy)) for original, copy in pairs], banks
        )
    for name, edit in EDITS.items():
        copies = [(banks.number(path), _edit(path, edit)) for path in photos]
        yield _figure(f"edit made here, {name}", copies, banks)


class _Banks:
    """The originals as they are, and in all orientations: worked out from the hash, and from the picture turned."""

    def __init__(self, paths: list[Path]) -> None:
        pictures = [_pixels(path) for path in paths]
        plain = np.concatenate([pdq.hashes(picture).words for picture in pictures])
        # Two files of one photo are one entry.
        numbers = clusters(plain)[0]
        self._number = dict(zip(paths, numbers.tolist(), strict=True))
        every = np.concatenate([orientations.of_picture(picture) for picture in pictures])
        self.plain = Index(plain, numbers)
        self.from_hash = Index(orientations.turned(plain).reshape(-1, 4), np.repeat(numbers, 8))
        self.from_picture = Index(every, np.repeat(numbers, 8))

    def number(self, path: Path) -> int:
        return self._number[path]


def _figure(what: str, copies: list[tuple[int, np.ndarray]], banks: _Banks) -> Figure:
    numbers = np.array([number for number, _ in copies])
    words = np.concatenate([pdq.hashes(picture).words for _, picture in copies])
    shares = {}
    for name in ("plain", "from_hash", "from_picture"):
        nearest = getattr(banks, name).nearest(words)[0]
        shares[name] = float((nearest == numbers).mean())
    wrong = int(((nearest >= 0) & (nearest != numbers)).sum())
    return {
        "figure": f"found after an edit: {what}",
        "value": round(shares["from_picture"], 4),
        "unit": "share",
        "as_it_is_only": round(shares["plain"], 4),
        "orientations_from_hash": round(shares["from_hash"], 4),
        "wrong": wrong,
        "peer": None,
        "peer_value": None,
        "pictures": len(copies),
    }


def _edited(data: Path) -> dict[str, list[tuple[Path, Path]]]:
    """Kind of edit to (original, copy)."""
    found = defaultdict(list)
    for original, pattern, name in _EDITED:
        for path in sorted(data.glob(pattern)):
            told = re.fullmatch(name, f"mode {path.name}" if name.startswith("mode") else path.name)
            if path == data / original or told is None:
                continue
            try:
                _pixels(path)
            except Refused:
                continue
            kind = f"mode {told[1]}" if name.startswith("mode") else told[1]
            found[kind].append((data / original, path))
    return found


def _pixels(path: Path) -> np.ndarray:
    return read(path).pixels


def _edit(path: Path, edit: Edit) -> np.ndarray:
    image = Image.fromarray(_pixels(path))
    image.thumbnail((_SIDE, _SIDE))
    return np.asarray(edit(image).convert("RGB"))


def _jpeg(quality: int) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(BytesIO(file.getvalue()))

    return edit


def _banner(image: Image.Image) -> Image.Image:
    """A bar with words over the lowest eighth, as shops put there."""
    out = image.copy()
    draw = ImageDraw.Draw(out)
    draw.rectangle((0, out.height * 7 // 8, out.width, out.height), fill=(200, 30, 40))
    draw.text((out.width // 10, out.height * 15 // 16), "SALE 50 %  FREE SHIPPING", fill="white")
    return out


def _watermark(image: Image.Image) -> Image.Image:
    out = image.copy()
    draw = ImageDraw.Draw(out)
    for step in range(6):
        draw.text((out.width * step // 6, out.height * step // 6), "shop 8888", fill=(230, 230, 230), font_size=24)
    return out


def _crop(share: float) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        x, y = int(image.width * share / 2), int(image.height * share / 2)
        return image.crop((x, y, image.width - x, image.height - y))

    return edit


EDITS: dict[str, Edit] = {
    "smaller by half": lambda image: image.resize((max(64, image.width // 2), max(64, image.height // 2))),
    "JPEG of quality 30": _jpeg(30),
    "brighter by a third": lambda image: ImageEnhance.Brightness(image).enhance(1.33),
    "grey": lambda image: ImageOps.grayscale(image),
    "watermark": _watermark,
    "banner over an eighth": _banner,
    "white border of a twentieth": lambda image: ImageOps.expand(image, image.width // 20, "white"),
    "cropped by a twentieth": _crop(0.05),
    "mirrored": ImageOps.mirror,
    "turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned by 180 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "upside down": ImageOps.flip,
}
