"""Disguised names: how sellers of counterfeits write a brand so that a plain search does not find it.

Each technique is one function from a name to a way of writing it, or None where the name offers no hold for it.
The techniques' names are those of the `matches` column of `touchstone screen`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache

from pypinyin import lazy_pinyin

from touchstone.demo.lexicon import lexicon
from touchstone.errors import NotValid

_TABLES = lexicon("touchstone.demo", "disguise")


def disguise(rnd: random.Random, names: Sequence[str], technique: str, aliases: Sequence[str] = ()) -> str | None:
    """Write one of `names` by `technique`; None if none of them can be written so, never one of the names unchanged.

    `aliases` are the short and slang names that the technique `alias` picks from. An unknown technique raises NotValid.
    """
    if technique == "alias":
        return rnd.choice(list(aliases)) if aliases else None
    if technique not in _WAYS:
        raise NotValid(f"unknown technique {technique!r}", remedy=f"Use one of: {', '.join(TECHNIQUES)}.")
    order = list(names)
    rnd.shuffle(order)
    for name in order:
        written = _WAYS[technique](rnd, name)
        if written and written not in names:
            return written
    return None


def is_han(character: str) -> bool:
    """Whether the character is a Chinese character of the basic block."""
    return "\u4e00" <= character <= "\u9fff"


def _latin(name: str) -> bool:
    return any(c.isascii() and c.isalpha() for c in name)


def _han(name: str) -> bool:
    return sum(map(is_han, name)) >= 2


def _swap_some(rnd: random.Random, name: str, table: dict[str, str], most: int) -> str | None:
    """Replace one to `most` characters of `name` by one of the characters that `table` gives for it."""
    places = [i for i, c in enumerate(name) if c in table]
    if not places:
        return None
    out = list(name)
    for i in rnd.sample(places, min(len(places), rnd.randint(1, most))):
        out[i] = rnd.choice(table[name[i]])
    return "".join(out)


def _swap_one(rnd: random.Random, name: str, table: dict[str, str]) -> str | None:
    """Replace one key of `table` found in `name` by its whole value."""
    keys = [key for key in table if key in name]
    if not keys:
        return None
    key = rnd.choice(keys)
    return name.replace(key, table[key], 1)


def _case(rnd: random.Random, name: str) -> str | None:
    if not _latin(name):
        return None
    mixed = "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(name))
    return rnd.choice((mixed, mixed.swapcase(), name.swapcase(), name[0].lower() + name[1:].upper()))


def _width(rnd: random.Random, name: str) -> str | None:
    if not _latin(name):
        return None
    name = rnd.choice((name, name.upper(), name.lower()))
    wide = [chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name]
    if rnd.random() < 0.3:
        wide = [w if rnd.random() < 0.6 else c for w, c in zip(wide, name, strict=True)]
    return "".join(wide)


def _separator(rnd: random.Random, name: str) -> str | None:
    name = name.replace(" ", "")
    if len(name) < 2:
        return None
    mark = rnd.choice(_TABLES["separators"])
    if len(name) > 4 and rnd.random() < 0.4:
        at = rnd.randint(1, len(name) - 1)
        return name[:at] + mark + name[at:]
    return mark.join(name)


def _repetition(rnd: random.Random, name: str) -> str | None:
    places = [i for i, c in enumerate(name) if c.isalpha()]
    if len(places) < 2:
        return None
    at = rnd.choice(places)
    return name[:at] + name[at] * rnd.choice((2, 2, 3)) + name[at + 1 :]


def _leet(rnd: random.Random, name: str) -> str | None:
    lowered = name.lower() if rnd.random() < 0.5 else name
    return _swap_some(rnd, lowered, _TABLES["leet"] | {k.upper(): v for k, v in _TABLES["leet"].items()}, 3)


def _homoglyph(rnd: random.Random, name: str) -> str | None:
    return _swap_some(rnd, name, _TABLES["homoglyphs"], 3)


def _traditional(rnd: random.Random, name: str) -> str | None:
    if not _han(name):
        return None
    return "".join(_TABLES["traditional"].get(c, c) for c in name)


@cache
def _homophones() -> dict[str, str]:
    """Character -> other common characters of the same syllable, tone apart."""
    groups: dict[str, dict[str, None]] = {}
    for character in "".join(_TABLES["common"]):
        groups.setdefault(_sound(character), {})[character] = None
    return {sound: "".join(group) for sound, group in groups.items()}


@cache
def _sound(character: str) -> str:
    return str(lazy_pinyin(character)[0])


def _homophone(rnd: random.Random, name: str) -> str | None:
    if not _han(name):
        return None
    table = {c: _homophones().get(_sound(c), "").replace(c, "") for c in name if is_han(c)}
    return _swap_some(rnd, name, {c: others for c, others in table.items() if others}, 2)


def _pinyin(rnd: random.Random, name: str) -> str | None:
    if not _han(name):
        return None
    syllables = [_sound(c) if is_han(c) else c for c in name]
    if rnd.random() < 0.35:
        keep = rnd.randrange(len(name))
        syllables[keep] = name[keep]
        return "".join(syllables)
    whole = rnd.choice(("", " ")).join(syllables)
    return whole if rnd.random() < 0.8 else whole.upper()


def _initials(rnd: random.Random, name: str) -> str | None:
    parts = [_sound(c) for c in name if is_han(c)] if _han(name) else name.replace("-", " ").split()
    if len(parts) < 2:
        return None
    first = "".join(part[0] for part in parts)
    return rnd.choice((first.upper(), first.upper(), first.lower(), first.upper() + "家"))


def _glyph(rnd: random.Random, name: str) -> str | None:
    return _swap_some(rnd, name, _TABLES["glyphs"], 2) if _han(name) else None


def _split(rnd: random.Random, name: str) -> str | None:
    return _swap_one(rnd, name, _TABLES["splits"]) if _han(name) else None


def _emoji(rnd: random.Random, name: str) -> str | None:
    if _han(name):
        return _swap_one(rnd, name, _TABLES["emoji"])
    if rnd.random() < 0.3:
        return "".join(chr(0x1F1E6 + ord(c) - 97) + "\u200b" for c in name.lower() if "a" <= c <= "z") or None
    return _swap_one(rnd, name.lower(), _TABLES["emoji_letters"])


def _shuffle(rnd: random.Random, name: str) -> str | None:
    places = [i for i in range(len(name) - 1) if name[i].isalpha() and name[i + 1].isalpha() and name[i] != name[i + 1]]
    if len(name) > 4 and not _han(name):
        places = [i for i in places if i > 0]
    if not places:
        return None
    at = rnd.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _typo(rnd: random.Random, name: str) -> str | None:
    places = [i for i, c in enumerate(name) if c.lower() in _TABLES["neighbours"] and i > 0]
    if len(places) < 3:
        return None
    at = rnd.choice(places)
    if rnd.random() < 0.4:
        return name[:at] + name[at + 1 :]
    wrong = rnd.choice(_TABLES["neighbours"][name[at].lower()])
    keep = rnd.choice((0, 1))
    return name[:at] + wrong + name[at + keep :] if keep else name[:at] + wrong + name[at:]


_WAYS: dict[str, Callable[[random.Random, str], str | None]] = {
    "case": _case,
    "width": _width,
    "separator": _separator,
    "repetition": _repetition,
    "leet": _leet,
    "homoglyph": _homoglyph,
    "traditional": _traditional,
    "homophone": _homophone,
    "pinyin": _pinyin,
    "initials": _initials,
    "glyph": _glyph,
    "split": _split,
    "emoji": _emoji,
    "shuffle": _shuffle,
    "typo": _typo,
}
TECHNIQUES: tuple[str, ...] = (*_WAYS, "alias")
