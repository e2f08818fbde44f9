"""A file of rules: read, checked, versioned."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import yaml

from touchstone.engine.data import digest, text
from touchstone.engine.rules.expressions import condition
from touchstone.errors import BadRule

VERDICTS = ("pass", "review", "block")
MAX_BYTES = 1_000_000
_DEFAULT = "rules/data/default.yaml"
_FILE_FIELDS = ("extends", "thresholds", "rules")
_RULE_FIELDS = ("id", "version", "when", "then", "reason", "reason_zh", "share", "mode")
MODES = ("live", "shadow")


@dataclass(frozen=True)
class Rule:
    """Where `when` holds, which is `condition` compiled, the verdict is at least `then`.

    `share`: per cent of the listings to which the rule is put, see `judging.in_share`.
    """

    id: str
    version: str
    condition: str
    when: pl.Expr
    then: str
    reason: str
    reason_zh: str
    share: int = 100

    @property
    def content(self) -> str:
        """Everything about the rule that can change a verdict or what is said of it."""
        parts = (self.id, self.version, self.condition, self.then, self.reason, self.reason_zh, str(self.share))
        return "\0".join(parts)


@dataclass(frozen=True)
class Ruleset:
    """Rules and the scores from which a listing is reviewed or blocked.

    `watched`: rules in shadow, which are put to the listings and change no verdict and no version.
    """

    rules: tuple[Rule, ...]
    review_from: float
    block_from: float
    version: str
    watched: tuple[Rule, ...] = ()

    @classmethod
    def default(cls) -> Ruleset:
        """The rules that come with the product."""
        return cls.parse(text(_DEFAULT), name="default")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Ruleset:
        """Read a rule file. Raises BadRule with the rule and the reason."""
        try:
            with open(path, "rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise BadRule(f"the file cannot be read ({error.strerror})", place=str(path)) from None
        if len(raw) > MAX_BYTES:
            raise BadRule(f"the file is larger than {MAX_BYTES:,} bytes", place=str(path))
        try:
            return cls.parse(raw.decode("utf-8-sig"), name=os.path.basename(path).split(".")[0])
        except UnicodeDecodeError:
            raise BadRule("the file is not UTF-8", place=str(path)) from None
        except BadRule as error:
            raise BadRule(error.message, remedy=error.remedy, place=f"{path} {error.place}".strip()) from None

    @classmethod
    def parse(cls, source: str, *, name: str) -> Ruleset:
        """Read rules from YAML text. `extends: default` puts the product's rules before the file's own."""
        try:
            data = yaml.load(source, _Loader)  # noqa: S506 - a safe loader
        except (yaml.YAMLError, RecursionError, ValueError, LookupError) as error:
            raise BadRule(f"not YAML: {' '.join(str(error).split())}") from None
        if isinstance(data, list):
            data = {"rules": data}
        if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
            raise BadRule("a rule file is a list of rules, or has a list under `rules`")
        _no_others(data, _FILE_FIELDS, "")
        base = cls.default() if _extends(data) else None
        own = [(_rule(n, item), item.get("mode")) for n, item in enumerate(data["rules"], start=1)]
        rules = (*(base.rules if base else ()), *(rule for rule, mode in own if mode != "shadow"))
        watched = tuple(rule for rule, mode in own if mode == "shadow")
        for group in (rules, watched):
            repeated = [rule_id for rule_id, times in Counter(rule.id for rule in group).items() if times > 1]
            if repeated:
                raise BadRule(f"the id {min(repeated)!r} is used twice")
        review, block = _thresholds(data.get("thresholds"))
        version = f"{name}-{digest(source, base.version if base else '')}"
        return cls(rules, review, block, version, watched)

    def also(self, rules: Iterable[Rule], watched: Iterable[Rule] = (), *, name: str = "live") -> Ruleset:
        """These rules and further ones. With none the version stays, else `name` and a digest of them all."""
        more = tuple(rules)
        version = f"{name}-{digest(self.version, *(rule.content for rule in more))}" if more else self.version
        return replace(self, rules=(*self.rules, *more), watched=(*self.watched, *watched), version=version)


class _Loader(yaml.SafeLoader):
    """No aliases, with which a short file can stand for one of any size."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node. Raises YAMLError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed in a rule file", mark)
        return super().compose_node(parent, index)


def _extends(data: Mapping[str, Any]) -> bool:
    value = data.get("extends")
    if value not in (None, "default"):
        raise BadRule(f"`extends` can only be `default`, not {value!r}")
    return value == "default"


def _no_others(data: Mapping[Any, Any], fields: tuple[str, ...], place: str) -> None:
    """A misspelt field would be a rule that does nothing."""
    for field in data:
        if field not in fields:
            raise BadRule(f"there is no field {field!r}", remedy=f"The fields are {', '.join(fields)}.", place=place)


def _thresholds(data: Any) -> tuple[float, float]:
    if not isinstance(data, dict | None):
        raise BadRule("`thresholds` have the fields review and block")
    _no_others(data or {}, ("review", "block"), "thresholds")
    values = {"review": 0.5, "block": 0.95, **(data or {})}
    review, block = values["review"], values["block"]
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (review, block))
    if not numbers or not 0 < review <= block <= 1:
        raise BadRule("`thresholds` need 0 < review <= block <= 1")
    return float(review), float(block)


def rule(*, id: str, version: str, when: str, then: str, reason: str, reason_zh: str = "", share: int = 100) -> Rule:
    """A rule as a rule file gives it. Raises BadRule."""
    given = {"id": id, "version": version, "when": when, "then": then, "reason": reason, "reason_zh": reason_zh}
    return _rule(1, {**given, "share": share})


def _rule(number: int, item: Any) -> Rule:
    if not isinstance(item, dict):
        raise BadRule("a rule has the fields id, version, when, then, reason and reason_zh", place=f"rule {number}")
    place = f"rule {number} ({item.get('id', 'no id')})"
    for field in ("id", "when", "then", "reason"):
        if not isinstance(item.get(field), str) or not item[field].strip():
            raise BadRule(f"`{field}` is missing or not text", place=place)
    _no_others(item, _RULE_FIELDS, place)
    if item["then"] not in ("review", "block"):
        raise BadRule(f"`then` is review or block, not {item['then']!r}", place=place)
    share = item.get("share", 100)
    if not isinstance(share, int) or isinstance(share, bool) or not 0 <= share <= 100:
        raise BadRule(f"`share` is a whole per cent from 0 to 100, not {share!r}", place=place)
    if item.get("mode", "live") not in MODES:
        raise BadRule(f"`mode` is live or shadow, not {item['mode']!r}", place=place)
    try:
        when = condition(item["when"])
    except BadRule as error:
        raise BadRule(error.message, remedy=error.remedy, place=place) from None
    reason_zh = str(item.get("reason_zh") or item["reason"])
    version = str(item.get("version", 1))
    return Rule(item["id"], version, item["when"], when, item["then"], item["reason"], reason_zh, share)
