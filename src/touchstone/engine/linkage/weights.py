"""What a shared attribute is worth, read from data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from touchstone.errors import NotValid


@dataclass(frozen=True)
class Kind:
    name: str
    weight: float
    half: float
    family: str
    strong: bool
    en: str
    zh: str
    door: bool = False
    own: bool = False
    beside: float = 0.0
    says: dict[str, str] | None = None


@dataclass(frozen=True)
class Weights:
    """kinds in the order of the file; see weights.yaml for what each figure means."""

    version: int
    least: float
    enough: float
    least_own: float
    pairs_up_to: int
    household: tuple[str, ...]
    kinds: tuple[Kind, ...]
    reasons: dict[str, dict[str, str]]
    roles: dict[str, Any]
    sentence: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return [kind.name for kind in self.kinds]

    def strengths(self, kinds: np.ndarray, sellers: np.ndarray) -> np.ndarray:
        """Strength of attributes. kinds: index into `kinds`; sellers: how many share each (2 or more)."""
        weight = np.array([k.weight for k in self.kinds])[kinds]
        half = np.array([k.half for k in self.kinds])[kinds]
        faded: np.ndarray = weight / (1 + (sellers - 2) / half) ** 2
        return faded


@lru_cache(maxsize=8)
def load(path: Path | None = None) -> Weights:
    """The weights of a file, or those that come with the product. Raises NotValid where the file has another form."""
    source = path or resources.files("touchstone.engine.linkage") / "weights.yaml"
    try:
        found = yaml.safe_load(source.read_text(encoding="utf-8"))
        kinds = tuple(Kind(name=name, **facts) for name, facts in found["kinds"].items())
        return Weights(
            version=found["version"],
            least=found["least"],
            enough=found["enough"],
            least_own=found["least_own"],
            pairs_up_to=found["pairs_up_to"],
            household=tuple(found["household"]),
            kinds=kinds,
            reasons=found["reasons"],
            roles=found["roles"],
            sentence=found["sentence"],
        )
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise NotValid(f"This is not a file of link weights ({error}).", place=str(source)) from error
