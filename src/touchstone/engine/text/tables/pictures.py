"""Emoji that are read aloud: 🐴 for 马, 🉑 for 可. Spoken readings from a list, names from the emoji package and CLDR."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import emoji

from touchstone.engine.data import load, text

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
    for sign, listed in _annotated():
        characters[sign] = characters.get(sign, "") + "".join(listed)
        for word in listed:
            words.setdefault(word, []).append(sign)
    characters = {sign: "".join(dict.fromkeys(read)) for sign, read in characters.items()}
    return Readings(characters, {word: tuple(dict.fromkeys(signs)) for word, signs in words.items() if len(word) > 1})


def _annotated() -> list[tuple[str, list[str]]]:
    """Emoji and the words by which people look for them, from the table that scripts/build_emoji_words.py made."""
    lines = [line for line in text("text/data/emoji_words.txt").splitlines() if not line.startswith("#")]
    return [(line[0], line[2:].split(" ")) for line in lines]
