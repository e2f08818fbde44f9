"""Product data that lies beside the code: YAML files, read once, with a digest over all of them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

FILES = (
    "text/data/replica.yaml",
    "text/data/context.yaml",
    "text/data/ambiguous.yaml",
    "text/data/emoji.yaml",
    "text/data/emoji_words.txt",
    "text/data/leet.yaml",
    "text/data/lookalike_glyphs.txt",
    "text/data/lookalikes.yaml",
    "text/data/parts.yaml",
    "text/data/words.yaml",
    "behaviour/data/claims.yaml",
    "behaviour/data/behaviour.yaml",
    "behaviour/data/origin.yaml",
    "pricing/data/rates.yaml",
    "pricing/data/breadth.yaml",
    "pricing/data/kinds.yaml",
    "pricing/data/models.yaml",
    "rules/data/default.yaml",
    "scoring/data/scorecard.yaml",
    "scoring/data/features.yaml",
)


def text(name: str) -> str:
    """The text of a data file, `name` relative to the engine."""
    return files("touchstone.engine").joinpath(name).read_text(encoding="utf-8")


@cache
def load(name: str) -> Any:
    """A data file as Python objects. Do not change what it returns: it is shared."""
    return yaml.safe_load(text(name))


def digest(*parts: str | bytes) -> str:
    """Twelve hex digits that name the content of `parts`."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big") + raw)
    return total.hexdigest()[:12]


@cache
def digest_of_all() -> str:
    """The digest over every data file of the engine, line ends normalised."""
    return digest(*(text(name) for name in FILES))
