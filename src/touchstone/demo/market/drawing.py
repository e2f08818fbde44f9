"""Draws the product pictures with Pillow: simple shapes, invented word marks, and the edits of copied pictures."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

from touchstone.demo.market.pictures import Drawing

SIDE = 360
Colour = tuple[int, int, int]
Pen = ImageDraw.ImageDraw


def write_pictures(root: Path, drawings: Iterable[Drawing]) -> None:
    """Write each drawing to its path under `root`."""
    (root / "images").mkdir(parents=True, exist_ok=True)
    for item in drawings:
        (root / item.path).write_bytes(encode(item))


def encode(item: Drawing) -> bytes:
    """The drawing as the bytes of its file (JPEG, PNG or WebP by its path)."""
    picture = _EDITS[item.edit](base_picture(item), random.Random(f"{item.base}:{item.edit}"))
    out = io.BytesIO()
    ending = item.path.rsplit(".", 1)[-1]
    if ending == "png":
        picture.save(out, "PNG", compress_level=4)
    elif ending == "webp":
        picture.save(out, "WEBP", quality=80, method=2)
    else:
        picture.save(out, "JPEG", quality=35 if item.edit == "recompress" else 85)
    return out.getvalue()


def base_picture(item: Drawing) -> Image.Image:
    """The unedited drawing, `SIDE` x `SIDE` RGB; the same for every drawing of one base."""
    rnd = random.Random(item.base)
    ground = _light(rnd)
    picture = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(picture)
    if rnd.random() < 0.5:
        pen.rectangle((0, rnd.randint(230, 300), SIDE, SIDE), fill=_shade(ground, 0.88))
    for _ in range(rnd.randint(0, 3)):
        _blob(pen, rnd, _shade(ground, rnd.uniform(0.8, 0.96)))
    _SHAPES[item.shape](pen, rnd)
    if item.mark:
        _write(pen, item.mark, (rnd.randint(40, 150), rnd.randint(18, 60)), rnd.randint(20, 34), _dark(rnd))
    return picture


def _colour(rnd: random.Random) -> Colour:
    return rnd.randint(20, 235), rnd.randint(20, 235), rnd.randint(20, 235)


def _light(rnd: random.Random) -> Colour:
    return rnd.randint(215, 255), rnd.randint(215, 255), rnd.randint(215, 255)


def _dark(rnd: random.Random) -> Colour:
    return rnd.randint(0, 90), rnd.randint(0, 90), rnd.randint(0, 90)


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, int(c * factor)) for c in colour)
    return red, green, blue


def _blob(pen: Pen, rnd: random.Random, colour: Colour) -> None:
    x, y, r = rnd.randint(0, SIDE), rnd.randint(0, SIDE), rnd.randint(20, 90)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def _write(pen: Pen, text: str, at: tuple[int, int], size: int, colour: Colour) -> None:
    pen.text(at, text, fill=colour, font=ImageFont.load_default(size))


def _shoe(pen: Pen, rnd: random.Random) -> None:
    body, sole = _colour(rnd), _light(rnd)
    top, heel = rnd.randint(110, 160), rnd.randint(40, 70)
    pen.polygon([(heel, 240), (heel, top), (heel + 70, top), (180, 190), (300, 215), (325, 240)], fill=body)
    pen.rounded_rectangle((heel - 8, 238, 332, 238 + rnd.randint(18, 40)), 12, fill=sole, outline=_dark(rnd), width=2)
    for i in range(rnd.randint(3, 6)):
        x = heel + 60 + i * 20
        pen.line((x, 180 + i * 6, x + 22, 166 + i * 6), fill=_light(rnd), width=4)
    if rnd.random() < 0.7:
        pen.line([(heel + 20, 225), (heel + 90, 200), (250, 228)], fill=_colour(rnd), width=rnd.randint(6, 14))


def _bag(pen: Pen, rnd: random.Random) -> None:
    body = _colour(rnd)
    left, top = rnd.randint(50, 90), rnd.randint(130, 170)
    pen.arc((left + 40, 50, SIDE - left - 40, top + 90), 180, 360, fill=_shade(body, 0.6), width=rnd.randint(8, 16))
    pen.rounded_rectangle(
        (left, top, SIDE - left, 310), rnd.randint(6, 34), fill=body, outline=_shade(body, 0.6), width=4
    )
    step = rnd.choice((0, 24, 32))
    if step:
        for x in range(left, SIDE - left - step, step):
            pen.line((x, top + 6, x + step, 304), fill=_shade(body, 1.2), width=2)
    pen.rectangle((165, top + 50, 195, top + 75), fill=(210, 180, 90))


def _watch(pen: Pen, rnd: random.Random) -> None:
    strap, dial = _colour(rnd), _light(rnd)
    r = rnd.randint(70, 95)
    pen.rectangle((180 - r // 2, 20, 180 + r // 2, 340), fill=strap)
    pen.ellipse((180 - r, 180 - r, 180 + r, 180 + r), fill=(170, 170, 175), outline=_dark(rnd), width=4)
    pen.ellipse(
        (180 - r + 14, 180 - r + 14, 180 + r - 14, 180 + r - 14), fill=dial if rnd.random() < 0.6 else _dark(rnd)
    )
    pen.line((180, 180, 180 + rnd.randint(-40, 40), 180 - rnd.randint(20, 50)), fill=_colour(rnd), width=6)
    pen.line((180, 180, 180 + rnd.randint(-55, 55), 180 + rnd.randint(-55, 55)), fill=_colour(rnd), width=3)


def _phone(pen: Pen, rnd: random.Random) -> None:
    w = rnd.randint(70, 90)
    pen.rounded_rectangle((180 - w, 50, 180 + w, 330), 26, fill=_dark(rnd))
    pen.rounded_rectangle((190 - w, 62, 170 + w, 318), 18, fill=_colour(rnd))
    pen.rounded_rectangle((192 - w, 66, 192 - w + rnd.randint(40, 70), 140), 14, fill=_dark(rnd))
    for i in range(rnd.randint(1, 4)):
        pen.ellipse(
            (200 - w + (i % 2) * 28, 74 + (i // 2) * 30, 222 - w + (i % 2) * 28, 96 + (i // 2) * 30), fill=(60, 60, 70)
        )


def _bottle(pen: Pen, rnd: random.Random) -> None:
    body, w = _colour(rnd), rnd.randint(50, 85)
    pen.rectangle((165, 70, 195, 130), fill=_shade(body, 0.7))
    pen.rectangle((158, 50, 202, 85), fill=_dark(rnd))
    pen.rounded_rectangle((180 - w, 120, 180 + w, 325), rnd.randint(8, 40), fill=body)
    pen.rectangle((192 - w, 190, 168 + w, 270), fill=_light(rnd))
    pen.line((200 - w, 140, 200 - w, 300), fill=_shade(body, 1.3), width=6)


def _box(pen: Pen, rnd: random.Random) -> None:
    body = _colour(rnd)
    left, top, d = rnd.randint(50, 80), rnd.randint(130, 160), rnd.randint(24, 50)
    pen.polygon(
        [(left, top), (left + d, top - d), (SIDE - left + d - 20, top - d), (SIDE - left - 20, top)],
        fill=_shade(body, 1.2),
    )
    pen.polygon(
        [
            (SIDE - left - 20, top),
            (SIDE - left + d - 20, top - d),
            (SIDE - left + d - 20, 290 - d),
            (SIDE - left - 20, 310),
        ],
        fill=_shade(body, 0.7),
    )
    pen.rectangle((left, top, SIDE - left - 20, 310), fill=body)
    _blob_on(pen, rnd, left + 60, top + 70)


def _blob_on(pen: Pen, rnd: random.Random, x: int, y: int) -> None:
    r = rnd.randint(20, 46)
    (pen.ellipse if rnd.random() < 0.5 else pen.rectangle)((x - r, y - r, x + r, y + r), fill=_colour(rnd))


def _shirt(pen: Pen, rnd: random.Random) -> None:
    body = _colour(rnd)
    pen.polygon(
        [
            (110, 90),
            (150, 80),
            (210, 80),
            (250, 90),
            (330, 160),
            (295, 200),
            (255, 165),
            (255, 320),
            (105, 320),
            (105, 165),
            (65, 200),
            (30, 160),
        ],
        fill=body,
    )
    pen.ellipse((150, 62, 210, 104), fill=_shade(body, 0.6))
    if rnd.random() < 0.5:
        for y in range(180, 310, rnd.randint(22, 40)):
            pen.line((106, y, 254, y), fill=_colour(rnd), width=rnd.randint(3, 10))
    else:
        _blob_on(pen, rnd, 180, 210)


def _crop(picture: Image.Image, rnd: random.Random) -> Image.Image:
    cut = int(SIDE * rnd.uniform(0.03, 0.1))
    return picture.crop((cut, cut // 2, SIDE - cut // 2, SIDE - cut)).resize((SIDE, SIDE))


def _banner(picture: Image.Image, rnd: random.Random) -> Image.Image:
    pen = ImageDraw.Draw(picture)
    y = rnd.choice((0, SIDE - 48))
    pen.rectangle((0, y, SIDE, y + 48), fill=_colour(rnd))
    _write(
        pen,
        rnd.choice(("SALE 50% OFF", "FREE SHIPPING", "HOT 2026", "BEST PRICE", "NEW IN")),
        (30, y + 8),
        28,
        (255, 255, 255),
    )
    return picture


def _brightness(picture: Image.Image, rnd: random.Random) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(rnd.choice((0.8, 1.15, 1.25)))


def _border(picture: Image.Image, rnd: random.Random) -> Image.Image:
    return ImageOps.expand(picture, border=rnd.randint(6, 18), fill=_colour(rnd)).resize((SIDE, SIDE))


def _resize(picture: Image.Image, rnd: random.Random) -> Image.Image:
    side = rnd.choice((200, 240, 480))
    return picture.resize((side, side))


def _mirror(picture: Image.Image, _rnd: random.Random) -> Image.Image:
    return ImageOps.mirror(picture)


def _same(picture: Image.Image, _rnd: random.Random) -> Image.Image:
    return picture


_SHAPES: dict[str, Callable[[Pen, random.Random], None]] = {
    "shoe": _shoe,
    "bag": _bag,
    "watch": _watch,
    "phone": _phone,
    "bottle": _bottle,
    "box": _box,
    "shirt": _shirt,
}
_EDITS: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "none": _same,
    "recompress": _same,
    "crop": _crop,
    "banner": _banner,
    "brightness": _brightness,
    "mirror": _mirror,
    "resize": _resize,
    "border": _border,
}
