"""Pictures: shop photo to official shot, marks in pictures, text in banners. Part of the suite `signals`.

The photos are real, marks and banners are drawn here. The peer for photos is what a perceptual hash finds; marks and text
have none in the same run.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from touchstone.engine.images.alike import Shots, look_at
from touchstone.engine.images.logos import Marks
from touchstone.engine.images.ocr import Ocr
from touchstone.engine.images.pdq import hashes
from touchstone.engine.images.read import Refused, read

Figure = dict[str, Any]
GROCERY, EDITS = "images/grocery", "images/edits"
AT = (1, 5, 10)
SHARES = (0.3, 0.15, 0.08)
_EVERY = 6  # one in so many photos is printed with marks
_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
# fmt: off
BANNERS = (
    "高仿 耐克", "厂家直销 一比一", "顶级复刻 支持验货", "莆田纯原 批发", "专柜正品 假一赔十", "古驰 女包 尾单",
    "Nike Air Max", "mirror quality 1:1", "GUCCI outlet", "free shipping", "original box", "AAA grade",
)
# fmt: on


def figures(data: Path | None, rows: int) -> Iterator[Figure]:
    """The figures of this part, as they are measured."""
    yield from _banners()
    if data is not None and (data / GROCERY / "photos.txt").exists():
        yield from _shots(data / GROCERY)
        yield from _marks(data)


def _shots(folder: Path) -> Iterator[Figure]:
    """Recall at k of the official shot of a photo's goods."""
    with (folder / "classes.csv").open(encoding="utf-8", newline="") as file:
        paths = [row[4].lstrip("/") for row in list(csv.reader(file))[1:]]
    official = [read(folder / path).pixels for path in paths]
    lines = [line.split(", ") for line in (folder / "photos.txt").read_text(encoding="utf-8").splitlines() if line]
    truth = np.array([int(line[1]) for line in lines])
    photos = [read(folder / line[0]).pixels for line in lines]
    start = time.process_time()
    shots = Shots([look_at(pixels, official=True) for pixels in official])
    ranks = np.stack([shots.rank(look_at(pixels, official=False)) for pixels in photos])
    seconds = (time.process_time() - start) / len(photos)
    known, asked = (np.stack([hashes(p).words[0] for p in some]) for some in (official, photos))
    far = np.bitwise_count(asked[:, None] ^ known[None]).sum(axis=2)
    peer = np.argsort(far, axis=1, kind="stable")
    for k in AT:
        yield {
            "figure": f"shop photo to official shot, recall at {k}",
            "value": _recall(ranks, truth, k),
            "unit": "share",
            "peer": "the nearest PDQ hashes",
            "peer_value": _recall(peer, truth, k),
            "chance": round(k / len(official), 4),
            "photos": len(photos),
            "shots": len(official),
            "cpu_seconds_a_photo": round(seconds, 3),
        }


def _recall(ranks: np.ndarray, truth: np.ndarray, k: int) -> float:
    return round(float((ranks[:, :k] == truth[:, None]).any(axis=1).mean()), 4)


def drawn_marks() -> dict[str, np.ndarray]:
    """Marks in black on white: a crest of many features, a word, a monogram of few."""
    crest = np.full((420, 420, 3), 255, np.uint8)
    cv2.circle(crest, (210, 210), 180, (0, 0, 0), 16, cv2.LINE_AA)
    angles = np.linspace(-np.pi / 2, 1.5 * np.pi, 11)[:-1]
    far = np.where(np.arange(10) % 2, 65, 150)[:, None]
    cv2.fillPoly(crest, [(210 + far * np.column_stack((np.cos(angles), np.sin(angles)))).astype(np.int32)], (0, 0, 0))
    cv2.putText(crest, "KV", (168, 238), cv2.FONT_HERSHEY_TRIPLEX, 2.0, (255, 255, 255), 4, cv2.LINE_AA)
    word = np.full((200, 640, 3), 255, np.uint8)
    cv2.putText(word, "ZENITHA", (30, 130), cv2.FONT_HERSHEY_TRIPLEX, 3.6, (0, 0, 0), 9, cv2.LINE_AA)
    monogram = np.full((420, 420, 3), 255, np.uint8)
    cv2.putText(monogram, "L", (60, 320), cv2.FONT_HERSHEY_TRIPLEX, 9.0, (0, 0, 0), 22, cv2.LINE_AA)
    cv2.putText(monogram, "Q", (150, 380), cv2.FONT_HERSHEY_TRIPLEX, 9.0, (0, 0, 0), 22, cv2.LINE_AA)
    return {"crest": crest, "word": word, "monogram": monogram}


def _marks(data: Path) -> Iterator[Figure]:
    """How often a printed mark is found, by its share of the picture's width; and in pictures that have none."""
    drawn = drawn_marks()
    told: list[str] = []
    marks = Marks.read([(name, name) for name in drawn], lambda name: _png(drawn[name]), told.append)
    paths = sorted((data / GROCERY / "test").rglob("*.jpg"))
    grounds = [cv2.resize(read(path).pixels, (800, 800)) for path in paths[::_EVERY]]
    pick = np.random.default_rng(7)
    for name, mark in drawn.items():
        for share in SHARES:
            found = wrong = 0
            for ground in grounds[:: len(SHARES)]:
                brands = [seen.brand for seen in marks.find(_printed(ground, mark, share, pick))]
                found += name in brands
                wrong += len(brands) - (name in brands)
            tried = len(grounds[:: len(SHARES)])
            yield {
                "figure": f"drawn mark ({name}) of {share:.0%} of the width found, turned, with noise and compression",
                "value": round(found / tried, 4),
                "unit": "share",
                "peer": None,
                "peer_value": None,
                "pictures": tried,
                "other_marks_found": wrong,
            }
    yield _false_marks(marks, [*paths[1::2], *sorted((data / EDITS).rglob("*.jpg"))])


def _false_marks(marks: Marks, paths: list[Path]) -> Figure:
    found = looked = 0
    start = time.process_time()
    for path in paths:
        try:
            pixels = read(path).pixels
        except Refused:
            continue
        looked += 1
        found += bool(marks.find(pixels))
    return {
        "figure": "photos without a mark in which one is found",
        "value": round(found / max(1, looked), 4),
        "unit": "share",
        "peer": None,
        "peer_value": None,
        "pictures": looked,
        "cpu_seconds_a_picture": round((time.process_time() - start) / max(1, looked), 3),
    }


def _printed(ground: np.ndarray, mark: np.ndarray, share: float, pick: np.random.Generator) -> np.ndarray:
    """The mark on a plate on the picture: turned up to 30 degrees, some noise, JPEG of middling quality."""
    height, width = ground.shape[:2]
    centre = np.array([mark.shape[1] / 2, mark.shape[0] / 2])
    move = cv2.getRotationMatrix2D(tuple(centre), pick.uniform(-30, 30), share * width / mark.shape[1])
    move[:, 2] += pick.uniform(0.35, 0.65, 2) * (width, height) - centre
    ink, plate = (
        cv2.warpAffine(layer, move, (width, height), flags=cv2.INTER_AREA) / 255
        for layer in (255 - mark, np.full_like(mark, 255))
    )
    paper, colour = [((235, 230, 225), 25), ((30, 40, 70), 240), ((200, 60, 50), 250)][pick.integers(3)]
    printed = ground * (1 - plate) + np.array(paper) * plate
    printed = printed * (1 - ink) + colour * ink + pick.normal(0, 6, ground.shape)
    _, raw = cv2.imencode(".jpg", printed.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 70])
    return np.asarray(cv2.imdecode(raw, cv2.IMREAD_COLOR))


def _png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def _banners() -> Iterator[Figure]:
    """Share of drawn banners whose text is read without a fault, blanks aside, and the time it takes."""
    ocr = Ocr()
    shown = [text for text in BANNERS if _FONT.exists() or text.isascii()]
    ocr.read(_banner("warm"))
    start = time.process_time()
    read_so = [ocr.read(_banner(text)) for text in shown]
    seconds = (time.process_time() - start) / len(shown)
    right = sum(_plain(text) == _plain(told) for text, told in zip(shown, read_so, strict=True))
    yield {
        "figure": "drawn banners read without a fault",
        "value": round(right / len(shown), 4),
        "unit": "share",
        "peer": None,
        "peer_value": None,
        "banners": len(shown),
        "chinese": _FONT.exists(),
        "cpu_seconds_a_banner": round(seconds, 3),
    }


def _plain(text: str) -> str:
    return "".join(text.split()).casefold().replace("：", ":")


def _banner(text: str) -> np.ndarray:
    """800 x 800 pixels, the text over pale patches."""
    pick = np.random.default_rng(len(text))
    ground = cv2.resize(pick.integers(170, 255, (4, 4, 3)).astype(np.uint8), (800, 800), interpolation=cv2.INTER_CUBIC)
    if not _FONT.exists():
        cv2.putText(ground, text, (60, 400), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (120, 20, 20), 5, cv2.LINE_AA)
        return ground
    image = Image.fromarray(ground)
    ImageDraw.Draw(image).text((60, 340), text, font=ImageFont.truetype(str(_FONT), 60), fill=(120, 20, 20))
    return np.asarray(image)
