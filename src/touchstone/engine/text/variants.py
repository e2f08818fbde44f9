"""By which technique does a text differ from the name? One answer a hit: the most innocent that explains it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from touchstone.engine.text.normalise import codes, layers, text_of

TECHNIQUES = (
    "exact", "case", "width", "separator", "repetition", "leet", "homoglyph", "traditional", "homophone", "pinyin",
    "initials", "glyph", "split", "emoji", "shuffle", "typo", "alias", "image_text",
)  # fmt: skip


@lru_cache(maxsize=65536)
def technique(text: str, name: str, alias: bool) -> str:
    """The technique that turns `name` into `text`. `alias` says that the name is one of the brand's other names.

    Case alone is `case`, width (or width and case) is `width`, "Off White" for Off-White is `separator`, a foreign mark
    is `homoglyph`. Another name in any of these forms is `alias`; so is a name written without its marks ("Hermes"),
    as people write it.
    """
    if text == name:
        return "alias" if alias else "exact"
    needed = _layer(text, name)
    if needed == "homoglyph":
        return "alias" if text.isascii() else "homoglyph"
    return "alias" if alias else needed


def _layer(text: str, name: str) -> str:
    """The name of the first folding that makes the two equal: case alone, then each layer on top of those before."""
    tables = {layer.name: layer.table for layer in layers()}
    if _equal(text, name, [tables["case"]]):
        return "case"
    applied = []
    for layer in layers():
        applied.append(layer.table)
        if _equal(text, name, applied):
            # Case alone was not enough, so width and case together are a matter of width.
            return "width" if layer.name == "case" else layer.name
    raise ValueError(f"{text!r} is not a form of {name!r}")


def _equal(text: str, name: str, tables: list[np.ndarray]) -> bool:
    return _through(text, tables) == _through(name, tables)


def _through(text: str, tables: list[np.ndarray]) -> str:
    points = codes(text)
    for table in tables:
        points = table[points]
    return text_of(points)
