"""Emoji that are read aloud: 🐴 for 马, 🉑 for 可. Names from the emoji package, spoken readings from a list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import emoji

from touchstone.engine.data import load

_LONGEST = 5


@dataclass(frozen=True)
class Readings:
    """`characters[e]`: the Chinese characters one of which emoji e may stand for. `words[w]`: emoji for the word w."""

    characters: dict[str, str]
    words: dict[str, tuple[str, ...]]


@cache
def readings() -> Readings:
    """Readings of single-code-point emoji."""
    emoji.config.load_language("zh")
    characters: dict[str, str] = {}
    words: dict[str, list[str]] = {}
    for sign, entry in emoji.EMOJI_DATA.items():
        base = sign.rstrip("\ufe0f")
        name = entry.get("zh", "").strip(":").replace("_", "")
        if (
            len(base) != 1
            or base.isascii()
            or not name
            or len(name) > _LONGEST
            or not all("一" <= c <= "鿿" for c in name)
        ):
            continue
        characters[base] = name
        words.setdefault(name, []).append(base)
    for sign, spoken in load("text/data/emoji.yaml").items():
        for word in spoken:
            characters[sign] = word + characters.get(sign, "")
            words.setdefault(word, []).append(sign)
    characters = {sign: "".join(dict.fromkeys(text)) for sign, text in characters.items()}
    return Readings(characters, {word: tuple(dict.fromkeys(signs)) for word, signs in words.items() if len(word) > 1})
