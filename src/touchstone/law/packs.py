"""Effective-dated packs: what statute and platform code say, as YAML with a source for every figure.

A pack is a file `law/packs/<kind>.yaml` or `law/packs/<kind>/<name>.yaml`:

    version: taobao-like/2013-08-22
    effective_from: 2013-08-22
    effective_until: 2015-12-31      # the last day it is in force; null while open
    title: {en: ..., zh: ...}
    <anything else>: the body

Every number in the body stands in a mapping that carries, itself or on a mapping around it, `source` (where the figure
comes from) and `tag` (how sure we are of it):

    V1 primary text · V2 secondary text · M from memory · M? from memory, uncertain · D our own design

The loader adds `verified` to each such mapping: false for M and M?, which pages show as "unverified".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from touchstone.errors import NotFound, NotValid

FOLDER = Path(__file__).parent / "packs"
TAGS = {"V1": True, "V2": True, "M": False, "M?": False, "D": True}
_HEADER = {"version", "effective_from", "effective_until", "title"}


@dataclass(frozen=True, eq=False)
class Pack:
    """One rule text and the days it is in force. `version` ends in the first 8 hex digits of the file's SHA-256."""

    kind: str
    version: str
    effective_from: date
    effective_until: date | None
    title: dict[str, str]
    body: dict[str, Any]

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)


def load(kind: str, on: date) -> Pack:
    """The pack of the kind in force on the day. Raises NotFound where none is, NotValid where a file is wrong."""
    for pack in versions(kind):
        if pack.in_force(on):
            return pack
    raise NotFound(
        f"No {kind} pack was in force on {on.isoformat()}.",
        remedy=f"The packs of this kind are in force {_periods(kind)}.",
    )


def find(kind: str, version: str) -> Pack | None:
    """The pack with exactly this version, digest included; None if its text is no longer installed."""
    return next((pack for pack in versions(kind) if pack.version == version), None)


@cache
def versions(kind: str) -> tuple[Pack, ...]:
    """All packs of the kind, oldest first."""
    return read_folder(FOLDER, kind)


def read_folder(folder: Path, kind: str) -> tuple[Pack, ...]:
    """All packs of the kind in a folder, oldest first. Raises NotFound without any, NotValid if two overlap."""
    files = [*sorted((folder / kind).glob("*.yaml")), *folder.glob(f"{kind}.yaml")]
    packs = sorted((read_file(path, kind) for path in files), key=lambda pack: pack.effective_from)
    if not packs:
        raise NotFound(f"There are no {kind} packs in {folder}.")
    for earlier, later in pairwise(packs):
        if earlier.effective_until is None or later.effective_from <= earlier.effective_until:
            raise NotValid(
                f"{earlier.version} and {later.version} are both in force on {later.effective_from}.",
                remedy="End the earlier pack on the day before the later one begins.",
                place=f"{kind}/effective_until",
            )
    return tuple(packs)


def read_file(path: Path, kind: str) -> Pack:
    """One pack from its file. Raises NotValid with file and place."""
    content = path.read_bytes()
    try:
        data = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise NotValid(f"This is not YAML: {error}", place=str(path)) from error
    _check_header(data, path)
    body = {key: value for key, value in data.items() if key not in _HEADER}
    _check_figures(body, path.name, sourced=False)
    return Pack(
        kind=kind,
        version=f"{data['version']}+{hashlib.sha256(content).hexdigest()[:8]}",
        effective_from=data["effective_from"],
        effective_until=data["effective_until"],
        title=data["title"],
        body=body,
    )


def unverified(node: Any, place: str = "") -> Iterator[str]:
    """The places below a node of a body whose figures are from memory and not checked against the text."""
    if isinstance(node, dict):
        if node.get("verified") is False:
            yield place
        for key, value in node.items():
            yield from unverified(value, f"{place}/{key}" if place else str(key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from unverified(value, f"{place}/{number}")


def _check_header(data: Any, path: Path) -> None:
    if not isinstance(data, dict):
        raise NotValid("A pack is a mapping of keys to values.", place=str(path))
    missing = sorted(_HEADER - data.keys())
    if missing:
        raise NotValid(f"The pack lacks: {', '.join(missing)}.", place=str(path))
    begins, ends, title = data["effective_from"], data["effective_until"], data["title"]
    if type(begins) is not date or not (ends is None or type(ends) is date):
        raise NotValid(
            "effective_from and effective_until are days, written 2026-01-31.", place=f"{path.name}/effective_from"
        )
    if ends is not None and ends < begins:
        raise NotValid("The pack ends before it begins.", place=f"{path.name}/effective_until")
    if not isinstance(data["version"], str) or not data["version"]:
        raise NotValid("The version is a text.", place=f"{path.name}/version")
    if not isinstance(title, dict) or not {"en", "zh"} <= title.keys():
        raise NotValid("The title is given in en and in zh.", place=f"{path.name}/title")


def _check_figures(node: Any, place: str, sourced: bool) -> None:
    """Mark each tagged mapping as verified or not; refuse a number that no source stands for."""
    if isinstance(node, dict):
        if "tag" in node or "source" in node:
            _check_tag(node, place)
            sourced = True
        for key, value in node.items():
            _check_figures(value, f"{place}/{key}", sourced)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            _check_figures(value, f"{place}/{number}", sourced)
    elif isinstance(node, int | float) and not isinstance(node, bool) and not sourced:
        raise NotValid(
            f"The figure {node} has no source.", remedy="Put source and tag beside it or around it.", place=place
        )


def _check_tag(node: dict[str, Any], place: str) -> None:
    tag, source = node.get("tag"), node.get("source")
    if tag not in TAGS:
        raise NotValid(f"The tag {tag!r} is none of {', '.join(TAGS)}.", place=f"{place}/tag")
    if not isinstance(source, str) or not source.strip():
        raise NotValid("A tagged figure names its source.", place=f"{place}/source")
    node["verified"] = TAGS[tag]


def _periods(kind: str) -> str:
    spans = (f"{p.effective_from} to {p.effective_until or 'now'}" for p in versions(kind))
    return ", ".join(spans)
