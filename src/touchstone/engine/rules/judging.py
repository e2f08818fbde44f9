"""What a set of rules says of measured listings: the verdict, the reasons, and what rules in shadow would have said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from touchstone.engine.rules.ruleset import VERDICTS, Rule, Ruleset

_PARTS = 10_000  # a share of traffic is told to a hundredth of a per cent


@dataclass(frozen=True)
class ShadowHit:
    """A rule in shadow applies to a listing: what the verdict is, and what it would have been with the rule."""

    listing_id: str
    rule: str
    version: str
    verdict: str
    would_be: str


def judge(
    rules: Ruleset, signals: pl.DataFrame, score: np.ndarray, ids: pa.Array, shadow: list[ShadowHit] | None = None
) -> tuple[np.ndarray, list[pl.DataFrame]]:
    """The severest of what the score and the rules say, as an index into VERDICTS, and the rules' reasons.

    `ids`: the listing ids of the rows, by which a rule with a share of the traffic chooses. To `shadow` are added the
    hits of rules that only watch.
    """
    verdict = (score >= rules.review_from).astype(np.int64) + (score >= rules.block_from)
    reasons = []
    for number, rows in fired(rules.rules, signals, ids):
        rule = rules.rules[number]
        verdict[rows] = np.maximum(verdict[rows], VERDICTS.index(rule.then))
        reasons.append(
            pl.DataFrame({"row": rows.astype(np.int64)}).with_columns(
                order=pl.lit(1000 + number, dtype=pl.Int64),
                signal=pl.lit(f"rule:{rule.id}"),
                value=pl.lit(rule.then),
                weight=pl.lit(0.0),
                text=pl.lit(rule.reason),
                text_zh=pl.lit(rule.reason_zh),
            )
        )
    if shadow is not None and rules.watched:
        shadow += _watched(rules, signals, ids, verdict)
    return verdict, reasons


def fired(rules: Sequence[Rule], signals: pl.DataFrame, ids: pa.Array) -> Iterator[tuple[int, np.ndarray]]:
    """(number of the rule, rows) for each rule that applies to any row, in the order of the rules."""
    masks = signals.select(r.when.fill_null(False).alias(str(i)) for i, r in enumerate(rules))
    for number, rule in enumerate(rules):
        rows = np.flatnonzero(masks.to_series(number).to_numpy())
        if rule.share < 100 and len(rows):
            rows = rows[in_share(rule, ids.take(pa.array(rows)).to_pylist())]
        if len(rows):
            yield number, rows


def in_share(rule: Rule, listing_ids: Sequence[str | None]) -> np.ndarray:
    """Which listings fall into the rule's share of the traffic. Shape (listings,), bool.

    A listing stays in as the share grows, in every version of the rule and on every machine; two rules choose
    independently.
    """
    limit = rule.share * _PARTS // 100
    return np.array([_part(rule.id, listing_id or "") < limit for listing_id in listing_ids], dtype=bool)


def _part(rule_id: str, listing_id: str) -> int:
    digest = hashlib.sha256(f"{rule_id}\0{listing_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) % _PARTS


def _watched(rules: Ruleset, signals: pl.DataFrame, ids: pa.Array, verdict: np.ndarray) -> list[ShadowHit]:
    found = []
    for number, rows in fired(rules.watched, signals, ids):
        rule = rules.watched[number]
        names = ids.take(pa.array(rows)).to_pylist()
        for listing_id, now in zip(names, verdict[rows].tolist(), strict=True):
            would_be = VERDICTS[max(now, VERDICTS.index(rule.then))]
            found.append(ShadowHit(listing_id, rule.id, rule.version, VERDICTS[now], would_be))
    return found
