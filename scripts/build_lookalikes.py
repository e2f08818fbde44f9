"""Find Chinese characters that are drawn alike, and write src/touchstone/engine/text/data/lookalike_glyphs.txt.

Each character of the basic block is drawn with Noto Sans CJK SC (Open Font License), blurred, and compared with all
others by the cosine of the drawings. For each of the commonest characters (by jieba's dictionary) the nearest are kept.
The table holds pairs of characters, no outline of the font. Takes about two minutes:

    python scripts/build_lookalikes.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
"""

from __future__ import annotations

import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from touchstone.engine.text.tables.folding import folding

SIZE = 40
COMMON, NEAREST, LEAST = 7000, 16, 0.70
OUT = Path(__file__).parent.parent / "src/touchstone/engine/text/data/lookalike_glyphs.txt"
FACE = 2  # Noto Sans CJK SC in the collection


def drawing(font: ImageFont.FreeTypeFont, character: str) -> np.ndarray:
    """The character as a unit vector of blurred grey values around their mean."""
    image = Image.new("L", (SIZE, SIZE))
    ImageDraw.Draw(image).text((SIZE // 2, SIZE // 2), character, fill=255, font=font, anchor="mm")
    grey = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32)[::2, ::2].ravel()
    grey = grey - grey.mean()
    return grey / (np.linalg.norm(grey) or 1)


def frequencies() -> Counter[str]:
    """Characters by how often they occur in the words of jieba's dictionary."""
    counts: Counter[str] = Counter()
    for line in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, count, *_ = line.split(" ")
        for character in word:
            counts[character] += int(count)
    return counts


def main(font_path: str) -> None:
    """Draw, compare, write."""
    font = ImageFont.truetype(font_path, SIZE - 4, index=FACE)
    gentle = folding().gentle
    characters = [chr(c) for c in range(0x4E00, 0x9FA6) if gentle[c] == c]
    drawings = np.stack([drawing(font, c) for c in characters])
    counts = frequencies()
    common = sorted(characters, key=lambda c: -counts[c])[:COMMON]
    index = {c: i for i, c in enumerate(characters)}
    lines = []
    for start in range(0, len(common), 500):
        block = common[start : start + 500]
        near = drawings[[index[c] for c in block]] @ drawings.T
        for character, row in zip(block, near, strict=True):
            order = np.argpartition(-row, NEAREST + 1)[: NEAREST + 1]
            kept = [i for i in order[np.argsort(-row[order])] if row[i] >= LEAST and characters[i] != character]
            if kept:
                lines.append(character + "".join(characters[i] for i in kept[:NEAREST]))
    OUT.write_text(
        "# A character and those drawn most like it. Made by scripts/build_lookalikes.py.\n"
        + "\n".join(sorted(lines))
        + "\n",
        "utf-8",
    )
    print(f"{len(lines)} characters, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
