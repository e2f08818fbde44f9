"""Reads the word tables (YAML) that lie beside the modules of the synthetic market."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def lexicon(package: str, name: str) -> dict[str, Any]:
    """The table `words/<name>.yaml` of `package`, read once."""
    text = (files(package) / "words" / f"{name}.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
