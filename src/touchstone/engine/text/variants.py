"""By which technique does the text differ from the name? One answer for each hit, the most innocent that explains it."""

from __future__ import annotations

from functools import lru_cache

from touchstone.engine.text.normalise import codes, fold, layers, text_of

TECHNIQUES = (
    "exact", "case", "width", "separator", "repetition", "leet", "homoglyph", "traditional", "homophone", "pinyin",
    "initials", "glyph", "split", "emoji", "shuffle", "typo", "alias", "image_text",
)  # fmt: skip


@lru_cache(maxsize=65536)
def technique(text: str, name: str, alias: bool) -> str:
    """The technique that turns `name` into `text`. `alias` says that the name is one of the brand's other names.

    Case alone is `case`, width (or width and case) is `width`, a foreign mark is `homoglyph`. Another name in any case
    or width is `alias`; so is a name written without its marks ("Hermes"), as people write it.
    """
    if text == name:
        return "alias" if alias else "exact"
    needed = _layer(text, name)
    if needed == "homoglyph":
        return "alias" if text.isascii() else "homoglyph"
    return "alias" if alias else needed


def _layer(text: str, name: str) -> str:
    if _through(text, ("case",)) == _through(name, ("case",)):
        return "case"
    if _through(text, ("width", "case")) == _through(name, ("width", "case")):
        return "width"
    if fold(text) == fold(name):
        return "homoglyph"
    raise ValueError(f"{text!r} is not a form of {name!r}")


def _through(text: str, names: tuple[str, ...]) -> str:
    points = codes(text)
    for layer in layers():
        if layer.name in names:
            points = layer.table[points]
    return text_of(points)
