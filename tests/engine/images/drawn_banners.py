"""Banners with text, and marks, drawn with a font of this machine."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


def banner(text: str, *, width: int = 700, height: int = 400, size: int = 56, top: int = 80) -> np.ndarray:
    """Dark lines of text on a pale ground. Skips the test where no font has Chinese characters."""
    path = next((p for p in _FONTS if Path(p).exists()), None)
    if path is None:
        pytest.skip("no font with Chinese characters here (apt-get install fonts-noto-cjk)")
    image = Image.new("RGB", (width, height), (250, 242, 230))
    font = ImageFont.truetype(path, size)
    for number, line in enumerate(text.split("\n")):
        ImageDraw.Draw(image).text((40, top + number * size * 1.6), line, font=font, fill=(150, 20, 20))
    return np.asarray(image)


def latin(text: str, *, width: int = 700, height: int = 400) -> np.ndarray:
    """The same with the font that OpenCV brings along; Latin letters only."""
    image = np.full((height, width, 3), (250, 242, 230), np.uint8)
    cv2.putText(image, text, (30, height // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.8, (150, 20, 20), 4, cv2.LINE_AA)
    return image


def crest() -> np.ndarray:
    """A mark with many features: a ring, a star and letters, black on white."""
    image = np.full((420, 420, 3), 255, np.uint8)
    cv2.circle(image, (210, 210), 180, (0, 0, 0), 16, cv2.LINE_AA)
    angles = np.linspace(-np.pi / 2, 1.5 * np.pi, 11)[:-1]
    far = np.where(np.arange(10) % 2, 65, 150)[:, None]
    star = 210 + far * np.column_stack((np.cos(angles), np.sin(angles)))
    cv2.fillPoly(image, [star.astype(np.int32)], (0, 0, 0), cv2.LINE_AA)
    cv2.putText(image, "KV", (168, 238), cv2.FONT_HERSHEY_TRIPLEX, 2.0, (255, 255, 255), 4, cv2.LINE_AA)
    return image


def stamped(ground: np.ndarray, mark: np.ndarray, *, share: float, turn: float, dark: bool = False) -> np.ndarray:
    """The mark printed on a picture, `share` of its width wide, turned by `turn` degrees; white on dark if asked."""
    height, width = ground.shape[:2]
    scale = share * width / mark.shape[1]
    centre = (mark.shape[1] / 2, mark.shape[0] / 2)
    move = cv2.getRotationMatrix2D(centre, turn, scale)
    move[:, 2] += np.array([width * 0.55, height * 0.45]) - centre
    ink = cv2.warpAffine(255 - mark, move, (width, height), flags=cv2.INTER_AREA) / 255
    plate = cv2.warpAffine(np.full_like(mark, 255), move, (width, height)) / 255
    paper, colour = ((30, 40, 70), 240) if dark else ((235, 230, 225), 25)
    printed = ground * (1 - plate) + np.array(paper) * plate
    return (printed * (1 - ink) + colour * ink).clip(0, 255).astype(np.uint8)
