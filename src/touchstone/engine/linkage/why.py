"""Why a link stands and why a ring is one, in words and figures that a reader can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from touchstone.engine.linkage.weights import Weights, load

CONFIRMED, AROUND, HOUSEHOLD = "confirmed", "around", "household"
_ROLES = ("maker", "wholesaler", "front_shop", "courier", "cash_out")


def waterfall(link: Mapping[str, Any], *, weights: Weights | None = None) -> list[dict[str, Any]]:
    """The steps from nothing to the weight of a link, strongest reason first.

    link: a row of rings.LINKS. A step is {kind, family, weight, total_after, text, text_zh}: `weight` of the attribute
    alone, `total_after` the strength of the link with all reasons so far. Attributes of one family are one piece of
    evidence, so a second one of a family leaves the total as it was. What the groups of the two share comes last. The
    last total is the weight of the link.
    """
    weights = weights or load()
    families = _families(link, weights)
    steps: list[dict[str, Any]] = []
    seen: set[str] = set()
    doubt = 1.0
    for reason in sorted(link["reasons"], key=lambda r: (-r["weight"], r["kind"])):
        family = families.get(reason["kind"], reason["kind"])
        if family == AROUND:
            doubt = 1 - max(float(link["weight"]), 1 - doubt)
        elif family not in seen:
            doubt *= 1 - min(max(float(reason["weight"]), 0.0), 1.0)
            seen.add(family)
        steps.append(
            {
                "kind": reason["kind"],
                "family": family,
                "weight": float(reason["weight"]),
                "total_after": round(1 - doubt, 6),
                "text": reason["text"],
                "text_zh": reason["text_zh"],
            }
        )
    return steps


def _families(link: Mapping[str, Any], weights: Weights) -> dict[str, str]:
    """The family of each kind; where the two share a door, what comes with it is one household."""
    kinds = {k.name: k for k in weights.kinds}
    door = any(kinds[r["kind"]].door for r in link["reasons"] if r["kind"] in kinds)
    return {
        name: HOUSEHOLD if door and kind.family in weights.household else kind.family for name, kind in kinds.items()
    }


def ring_sentence(members: pa.Table, links: pa.Table, *, weights: Weights | None = None) -> dict[str, str]:
    """One ring in a sentence that a prosecutor can read: {text, text_zh}.

    members: the rows of rings.MEMBERS of one ring. links: rows of rings.LINKS; those with an end outside are left out.
    """
    weights = weights or load()
    sellers = set(members["seller_id"].to_pylist())
    inside = [row for row in links.to_pylist() if row["seller_a"] in sellers and row["seller_b"] in sellers]
    roles = Counter(members["role"].to_pylist())
    by_kind: Counter[str] = Counter()
    for row in inside:
        by_kind.update({reason["kind"] for reason in row["reasons"]})
    return {
        "text" + suffix: _sentence(weights, language, len(sellers), len(inside), roles, by_kind)
        for suffix, language in (("", "en"), ("_zh", "zh"))
    }


def _sentence(
    weights: Weights, language: str, sellers: int, links: int, roles: Mapping[str, int], by_kind: Counter[str]
) -> str:
    forms = weights.sentence
    labels = {k.name: getattr(k, language) for k in weights.kinds}
    labels |= {kind: forms[kind][language] for kind in (CONFIRMED, AROUND)}
    comma = forms["comma"][language]
    strongest = sorted(by_kind.items(), key=lambda item: (-item[1], item[0]))
    ties = comma.join(forms["tie"][language].format(kind=labels.get(k, k), n=n) for k, n in strongest)
    parts = comma.join(
        forms["role"][language].format(role=forms["roles"][role][language], n=roles[role])
        for role in _ROLES
        if roles.get(role)
    )
    return str(forms["ring" if links else "no_links"][language]).format(
        sellers=sellers, links=links, ties=ties, roles=parts
    )
