"""What buyers write: refunds with reasons, complaints and reviews, in Chinese and English."""

from __future__ import annotations

import random

from touchstone.demo.lexicon import lexicon

REASONS = ("quality", "not_received", "no_reason", "fake", "not_as_described", "other")

_WORDS = lexicon("touchstone.demo.market", "voices")


def reason_text(rnd: random.Random, reason: str, english: bool, complaint: bool) -> str:
    """What a buyer writes with a refund or complaint for `reason`; a third of refunds carry no words."""
    if not complaint and rnd.random() < 0.33:
        return ""
    tongue = "en" if english else "zh"
    text: str = rnd.choice(_WORDS[f"reason_{tongue}"][reason])
    if complaint:
        plea = rnd.choice(_WORDS[f"plea_{tongue}"])
        return f"{text}. {plea}." if english else f"{text}，{plea}"
    return text


def review_text(rnd: random.Random, rating: int, claim: str, english: bool) -> str:
    """A review. `claim`: "fake" (says it is one), "not_fake" (denies it), "happy" (glad of a copy) or ""."""
    tongue = "en" if english else "zh"
    usual = _WORDS[f"{'good' if rating >= 4 else 'mixed' if rating == 3 else 'bad'}_{tongue}"]
    parts = [rnd.choice(_WORDS[f"{claim}_{tongue}"])] if claim else []
    if not parts or rnd.random() < 0.5:
        parts.append(rnd.choice(usual))
    if rnd.random() < 0.4:
        parts.append(rnd.choice(usual))
    rnd.shuffle(parts)
    joint, stop = (". ", ".") if english else ("，", rnd.choice(("", "。", "！", "~")))
    opening: str = rnd.choice(_WORDS[f"open_{tongue}"])
    return opening + joint.join(dict.fromkeys(parts)) + stop
