"""Titles and descriptions as marketplace sellers write them, in Chinese and in English."""

from __future__ import annotations

import random

from touchstone.demo.lexicon import lexicon
from touchstone.demo.market.goods import COLOURED, COLOURS_EN, COLOURS_ZH, WORN, Goods

_WORDS = lexicon("touchstone.demo.market", "titles")


def pick(rnd: random.Random, table: str, english: bool) -> str:
    """One entry of the table `<table>_en` or `<table>_zh`."""
    chosen: str = rnd.choice(_table(table, english))
    return chosen


def _table(table: str, english: bool) -> list[str]:
    words: list[str] = _WORDS[f"{table}_{'en' if english else 'zh'}"]
    return words


def house_brand(rnd: random.Random, english: bool) -> str:
    """An invented name for goods that carry no famous brand."""
    if english:
        return f"{rnd.choice(_WORDS['house_en_first'])}{rnd.choice(_WORDS['house_en_last'])}"
    return "".join(rnd.sample(_WORDS["house_zh"], rnd.choice((2, 3, 3))))


def title(rnd: random.Random, goods: Goods, subject: str, english: bool, words: tuple[str, ...] = ()) -> str:
    """A title for `goods`: `subject` (brand and model as written, or nothing) and `words` among the usual words."""
    return _english(rnd, goods, subject, words) if english else _chinese(rnd, goods, subject, words)


def _chinese(rnd: random.Random, goods: Goods, subject: str, words: tuple[str, ...]) -> str:
    middle = [rnd.choice(goods.nouns_zh), *rnd.sample(goods.looks_zh, rnd.choice((1, 2, 2, 3)))]
    if goods.key in WORN and rnd.random() < 0.6:
        middle.append(pick(rnd, "who", False))
    if goods.key in COLOURED and rnd.random() < 0.45:
        middle.append(rnd.choice(COLOURS_ZH))
    if rnd.random() < 0.35:
        middle.append(rnd.choice(goods.nouns_zh))
    if rnd.random() < 0.4:
        middle.append(rnd.choice(goods.sizes))
    middle.extend(words)
    rnd.shuffle(middle)
    head = [pick(rnd, "promo", False)] if rnd.random() < 0.4 else []
    at = 0 if rnd.random() < 0.75 else rnd.randint(0, len(middle))
    middle.insert(at, subject)
    tail = [pick(rnd, "tail", False)] if rnd.random() < 0.3 else []
    return _joined([*head, *middle, *tail], "" if rnd.random() < 0.45 else " ")


def _joined(parts: list[str], joint: str) -> str:
    """The parts in a row; two Latin words never run into one."""
    text = ""
    for part in filter(None, parts):
        meet = text[-1:].isascii() and text[-1:].isalnum() and part[0].isascii() and part[0].isalnum()
        text += (" " if meet and not joint else joint) + part if text else part
    return text


def _english(rnd: random.Random, goods: Goods, subject: str, words: tuple[str, ...]) -> str:
    parts = [pick(rnd, "promo", True)] if rnd.random() < 0.3 else []
    looks = [
        look.title() if rnd.random() < 0.7 else look for look in rnd.sample(goods.looks_en, rnd.choice((1, 2, 2, 3)))
    ]
    core = [subject, *looks, rnd.choice(goods.nouns_en).title() if rnd.random() < 0.7 else rnd.choice(goods.nouns_en)]
    if rnd.random() < 0.15:
        core.append(core.pop(0))
    parts += core
    extra = [*words]
    if goods.key in WORN and rnd.random() < 0.5:
        extra.append(pick(rnd, "who", True))
    if goods.key in COLOURED and rnd.random() < 0.5:
        extra.append(rnd.choice(COLOURS_EN))
    if rnd.random() < 0.25:
        extra.append(pick(rnd, "tail", True))
    sizes = [size for size in goods.sizes if size and size.isascii()]
    if sizes and rnd.random() < 0.25:
        extra.append(f"Size {rnd.choice(sizes)}" if goods.key in WORN else rnd.choice(sizes))
    rnd.shuffle(extra)
    return " ".join(part for part in (*parts, *extra) if part)


def vary(rnd: random.Random, title: str) -> str:
    """A ready title with a promise before or after it, sometimes in title case: titles of one thing differ."""
    english = title.isascii()
    if rnd.random() < 0.4:
        title = f"{title} {pick(rnd, 'after', english)}"
    if rnd.random() < 0.3:
        title = f"{pick(rnd, 'before', english)} {title}"
    return title.title() if english and rnd.random() < 0.35 else title


def parallel(rnd: random.Random, english: bool) -> tuple[str, ...]:
    """Words of honest parallel imports."""
    return tuple(rnd.sample(_table("parallel", english), rnd.choice((1, 1, 2))))


def used(rnd: random.Random, english: bool) -> tuple[str, ...]:
    """Words of second-hand goods."""
    return tuple(rnd.sample(_table("used", english), rnd.choice((1, 2))))


def replica(rnd: random.Random, english: bool) -> tuple[str, ...]:
    """Words by which sellers of replicas are found."""
    return tuple(rnd.sample(_table("replica", english), rnd.choice((1, 1, 2))))


def fits(rnd: random.Random, brand: str, goods: Goods, english: bool) -> str:
    """An accessory that says which brand's goods it fits."""
    extra = rnd.choice(goods.extras_en if english else goods.extras_zh)
    phrase = pick(rnd, "fits", english).format(b=brand)
    look = rnd.choice(goods.looks_en if english else goods.looks_zh)
    parts = [extra, phrase, look] if english else [phrase, look, extra]
    if not english and rnd.random() < 0.4:
        parts.append(pick(rnd, "tail", False))
    return " ".join(parts) if english or rnd.random() < 0.5 else "".join(parts)


def fan(rnd: random.Random, brand: str, english: bool) -> str:
    """Something made by or for people who love a brand; not the brand's goods."""
    text = pick(rnd, "fan", english).format(b=brand)
    return text if english else text + rnd.choice(("", " 装饰", " 周边", " 小众", " 礼物"))


def describe(rnd: random.Random, use: str, fake: bool, english: bool) -> str:
    """A description of none to three sentences; sellers of fakes sometimes say more than they should."""
    if rnd.random() < 0.25:
        return ""
    lines = rnd.sample(_table("honest", english), rnd.choice((1, 2, 2, 3)))
    if fake and rnd.random() < 0.3:
        lines.append(pick(rnd, "sly", english))
    elif not english and use in {"parallel_import", "second_hand"} and rnd.random() < 0.6:
        lines.append(pick(rnd, "parallel_note" if use == "parallel_import" else "used_note", False))
    return (" " if english else "").join(lines)
